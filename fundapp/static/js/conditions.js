// A question that depends on another answer is shown when that answer is given; without scripts it always is.
for (const part of document.querySelectorAll('[data-shown-if]')) {
  const form = part.closest('form')
  const show = () => {
    const field = form.elements.namedItem(part.dataset.shownIf)
    const answer = field?.type === 'checkbox' ? (field.checked ? 'yes' : 'no') : field?.value
    part.hidden = answer !== part.dataset.is
  }
  for (const hint of part.querySelectorAll('[data-nojs]')) hint.hidden = true
  form.addEventListener('input', show)
  show()
}
