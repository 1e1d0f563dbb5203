// One key walks through a list of pages: the link marked with it is followed, unless one is writing.
const WRITING = 'input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]'
const links = [...document.querySelectorAll('a[data-key]')]

if (links.length) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches(WRITING)) return
    links.find((link) => link.dataset.key === event.key)?.click()
  })
}
