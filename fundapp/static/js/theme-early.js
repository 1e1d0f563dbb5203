// Runs before the first paint, so that a chosen appearance does not flash.
try { const kept = localStorage.getItem('theme'); if (kept === 'light' || kept === 'dark') document.documentElement.dataset.theme = kept } catch { /* storage is closed: follow the system */ }
