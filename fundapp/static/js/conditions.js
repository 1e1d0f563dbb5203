// A question that depends on another answer comes and goes with it; without scripts it is always there.
import { cents, read } from './amounts.js'

const parts = [...document.querySelectorAll('[data-shown-if]')]

// What was answered, as a list: the chosen or ticked values, or the text. A question that is not shown counts as open.
const answers = (form, name) => {
  const found = form.elements.namedItem(name)
  const fields = found instanceof RadioNodeList ? [...found] : found ? [found] : []
  return fields
    .filter((field) => !field.closest('[data-shown-if][hidden]') && (!/checkbox|radio/.test(field.type) || field.checked))
    .map((field) => field.type === 'checkbox' && field.value === 'y' ? 'yes' : field.value.trim())
    .filter((value) => value !== '')
}

const HOLDS = {
  is: (given, wanted) => given.includes(wanted),
  is_not: (given, wanted) => given.length > 0 && !given.includes(wanted),
  includes: (given, wanted) => given.includes(wanted),
  filled: (given, wanted) => (given.length > 0) === (wanted === 'yes'),
  above: (given, wanted, figure) => given.length > 0 && figure(given[0]) !== null && figure(given[0]) > Number(wanted),
  below: (given, wanted, figure) => given.length > 0 && figure(given[0]) !== null && figure(given[0]) < Number(wanted),
}

const show = (form) => {
  for (const part of parts) {
    if (part.closest('form') !== form) continue
    const { shownIf, how, is } = part.dataset
    part.hidden = !HOLDS[how ?? 'is'](answers(form, shownIf), is, 'money' in part.dataset ? cents : read)
  }
}

for (const hint of document.querySelectorAll('[data-shown-if] [data-nojs]')) hint.hidden = true
for (const form of new Set(parts.map((part) => part.closest('form')))) {
  form.addEventListener('input', () => show(form))
  form.addEventListener('change', () => show(form))
  show(form)
}
