// Characters as the server counts them (rounds/values.py): Unicode code points, a line end is one, control characters go.
const language = document.documentElement.lang
const figure = (n) => n.toLocaleString(language)
// The same class as UNFIT in rounds/forms/kinds.py.
const UNFIT = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\p{Noncharacter_Code_Point}]/gu
export const size = (text) => [...text.replace(/\r\n?/g, '\n').replace(UNFIT, '')].length

const word = (text, over) => {
  const span = document.createElement('span')
  span.textContent = text
  if (over) span.dataset.over = ''
  return span
}

const fill = (pattern, n, limit) => pattern.replace('{n}', figure(n)).replace('{limit}', figure(limit))

for (const field of document.querySelectorAll('[data-count]')) {
  const out = document.getElementById(field.dataset.count)
  if (!out) continue
  const says = out.dataset, line = out.querySelector('[data-words]'), bar = out.querySelector('progress')
  const hard = Number(field.dataset.hard), advised = Number(field.dataset.advised)
  const show = () => {
    const n = size(field.value), parts = []
    if (advised) parts.push(n > advised ? word(fill(says.over, n - advised, advised), true) : word(fill(says.within, n, advised)))
    if (hard) parts.push(n > hard ? word(fill(says.many, n - hard, hard), true) : word(fill(says.left, hard - n, hard)))
    line.replaceChildren(...parts)
    if (bar) { bar.value = Math.min(n, hard); bar.dataset.s = (advised && n > advised) || n > hard ? 'warn' : '' }
  }
  field.addEventListener('input', show)
  show()
}
