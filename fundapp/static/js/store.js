// Storage may be closed (private windows, policies): then nothing is kept and nothing breaks.
export const keep = (key, value) => { try { localStorage.setItem(key, value); return true } catch { return false } }
export const kept = (key) => { try { return localStorage.getItem(key) } catch { return null } }
export const forget = (key) => { try { localStorage.removeItem(key) } catch { /* nothing was kept */ } }
export const keys = () => { try { return Object.keys(localStorage) } catch { return [] } }
