// A slider beside the money to give, and the outcome drawn again while one moves it. Without this the button does it.
const form = document.querySelector('form[data-simulator]')
if (form) {
  const budget = form.elements.budget
  const slider = Object.assign(document.createElement('input'), { type: 'range', min: 0, max: form.dataset.most, step: 100 })
  slider.setAttribute('aria-label', form.querySelector('label[for=budget]').textContent.trim())
  slider.value = budget.value.replace(/[^\d]/g, '') || 0
  budget.closest('.field').append(slider)

  let waiting, newest = 0
  const draw = async () => {
    const mine = ++newest
    const url = `${location.pathname}?${new URLSearchParams(new FormData(form))}`
    const answer = await fetch(url, { headers: { Accept: 'text/html' } }).catch(() => null)
    if (!answer?.ok || mine !== newest) return
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    document.getElementById('outcome').replaceChildren(...page.getElementById('outcome').childNodes)
    history.replaceState(null, '', url)
  }
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(draw, 150) }
  slider.addEventListener('input', () => { budget.value = slider.value; soon() })
  form.addEventListener('change', soon)
}
