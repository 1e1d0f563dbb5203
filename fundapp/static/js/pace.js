// Counts the time a review takes, in half minutes: only while the page is in view and somebody is at it.
const sheet = document.querySelector('form[data-beat]')
const BEAT = 30_000, AWAY = 120_000

if (sheet) {
  let active = Date.now()
  for (const kind of ['pointerdown', 'keydown', 'scroll', 'input', 'selectionchange']) {
    document.addEventListener(kind, () => { active = Date.now() }, { passive: true, capture: true })
  }
  setInterval(() => {
    if (document.visibilityState !== 'visible' || Date.now() - active > AWAY) return
    const data = new FormData()
    data.set('csrf_token', sheet.elements.namedItem('csrf_token').value)
    fetch(sheet.dataset.beat, { method: 'POST', body: data, credentials: 'same-origin', redirect: 'error' }).catch(() => {})
  }, BEAT)
}
