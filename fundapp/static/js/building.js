// The builder of forms: a question is drawn as applicants will see it while its settings are typed.
const WAIT = 400

for (const form of document.querySelectorAll('form[data-preview]')) {
  const here = document.querySelector('[data-preview-here]')
  for (const button of form.querySelectorAll('[data-nojs]')) button.hidden = true
  let timer, turn = 0
  const draw = async () => {
    const mine = ++turn
    try {
      const answer = await fetch(form.dataset.preview, { method: 'POST', body: new FormData(form), headers: { Accept: 'application/json' }, credentials: 'same-origin', redirect: 'error' })
      const said = answer.ok ? await answer.json() : null
      if (said && mine === turn) here.innerHTML = said.html // drawn by the server, escaped there
    } catch { /* the last drawing stays */ }
  }
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(draw, WAIT) })
}

// The arrows keep the place: after a move the same arrow has the focus, so that one can press on.
const KEY = 'moved'
for (const form of document.querySelectorAll('form.arrows')) {
  form.addEventListener('submit', (event) => {
    try { sessionStorage.setItem(KEY, JSON.stringify([form.elements.what.value, event.submitter?.value])) } catch { /* no storage: no focus */ }
  })
}
// After the page was scrolled to the question, which takes the focus away.
addEventListener('load', () => setTimeout(() => {
  try {
    const [what, way] = JSON.parse(sessionStorage.getItem(KEY) ?? '[]')
    sessionStorage.removeItem(KEY)
    const form = [...document.querySelectorAll('form.arrows')].find((one) => one.elements.what.value === what)
    const button = form?.querySelector(`button[value="${way}"]:not(:disabled)`) ?? form?.querySelector('button:not(:disabled)')
    button?.focus({ preventScroll: true })
  } catch { /* no storage */ }
}))
