// Scoring by keyboard: a figure or n chooses the score, j and k move between criteria. Only outside fields.
const criteria = [...document.querySelectorAll('.crit')]

const move = (to) => {
  if (!to) return
  to.open = true
  to.querySelector('summary').focus()
}

if (criteria.length) document.addEventListener('keydown', (event) => {
  if (event.target.closest('textarea, select, input:not([type=radio])') || event.ctrlKey || event.metaKey || event.altKey) return
  const at = criteria.findIndex((one) => one.contains(document.activeElement))
  const here = at < 0 ? criteria.findIndex((one) => one.open) : at
  if (/^[0-7n]$/.test(event.key)) criteria[here]?.querySelector(`input[type=radio][value="${event.key}"]`)?.click()
  if (event.key === 'j') move(criteria[here + 1])
  if (event.key === 'k') move(criteria[here - 1])
})

// What is chosen shows in the folded list at once, and in the bar above it.
const bar = document.querySelector('.desk__crit progress')
for (const one of criteria) one.addEventListener('change', (event) => {
  if (event.target.type !== 'radio') return
  one.querySelector('.sc').textContent = event.target.value === 'n' ? '–' : event.target.value
  if (bar) bar.value = criteria.filter((each) => each.querySelector('input[type=radio]:checked')).length
})
