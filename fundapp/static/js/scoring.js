// Scoring by keyboard. Only outside fields, never with Ctrl, Alt or the command key; all of it can be switched off.
import { forget, keep, kept } from './store.js'

const sheet = document.querySelector('form.desk__crit')
const criteria = [...document.querySelectorAll('.crit')]
const toggle = document.querySelector('[data-keys]')

const move = (to) => {
  if (!to) return
  to.open = true
  to.querySelector('summary').focus()
  to.scrollIntoView({ block: 'nearest' })
}

const at = () => {
  const inside = criteria.findIndex((one) => one.contains(document.activeElement))
  return inside < 0 ? criteria.findIndex((one) => one.open) : inside
}

const focus = (element) => { element?.focus(); element?.scrollIntoView({ block: 'nearest' }) }
const leave = (rel) => document.querySelector(`a[rel=${rel}]`)?.click()

const does = {
  j: () => move(criteria[at() + 1]),
  k: () => move(criteria[at() - 1]),
  n: () => choose('n'),
  r: () => { const here = criteria[at()]; if (here) { here.open = true; focus(here.querySelector('textarea[name$="-reason"]')) } },
  p: () => criteria[at()]?.querySelector('[data-pinning] button')?.click(),
  t: () => { const text = document.getElementById('proposal'); text.tabIndex = -1; focus(text) },
  s: () => sheet.dispatchEvent(new Event('savenow')),
  h: () => focus(sheet.querySelector('.desk__done .btn')),
  ']': () => leave('next'),
  '[': () => leave('prev'),
  '?': () => { const list = document.getElementById('keys'); list.open = true; focus(list.querySelector('summary')) },
}

const choose = (value) => {
  const radio = criteria[at()]?.querySelector(`input[type=radio][value="${value}"]`)
  if (!radio) return
  radio.click()
  radio.focus()
}

const types = (target) => target.closest('textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])')

if (sheet && criteria.length) document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (types(event.target)) {
    const here = event.key === 'Escape' && event.target.closest('.crit')
    if (here) here.querySelector('summary').focus()
    return
  }
  if (toggle && !toggle.checked) return
  if (/^[0-9]$/.test(event.key)) return choose(event.key)
  if (!does[event.key]) return
  event.preventDefault()
  does[event.key]()
})

if (toggle) {
  toggle.checked = kept('keys') !== 'off'
  toggle.addEventListener('change', () => (toggle.checked ? forget('keys') : keep('keys', 'off')))
}

// A link to a criterion (what is missing, a pin in the text) opens it.
const open = () => {
  const there = document.getElementById(location.hash.slice(1))?.closest('.crit')
  if (there) move(there)
}
if (criteria.length) { addEventListener('hashchange', open); open() }
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#a"]')
  if (link && link.hash === location.hash) open()
})
