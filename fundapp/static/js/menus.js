// A menu closes with Escape and when one presses elsewhere.
for (const menu of document.querySelectorAll('details.menu')) {
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && menu.open) { menu.open = false; menu.querySelector('summary').focus() } })
  document.addEventListener('click', (event) => { if (!menu.contains(event.target)) menu.open = false })
}

// Where a row of links is wider than a phone, the present one is in sight.
for (const here of document.querySelectorAll(':is(.nav, .tabs) [aria-current]')) {
  const row = here.parentElement
  row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2
}
