// Tables of answers: rows come and go without a new page, products and sums are worked out while one types.
import { cents, read, show } from './amounts.js'

const last = (body) => body.rows[body.rows.length - 1]
const fields = (row) => [...row.querySelectorAll('input, textarea, select')]
const isOpen = (row) => fields(row).every((field) => field.readOnly || !field.value.trim())
const renumber = (text, n) => text.replace(/\d+(?=\D*$)/, n)

export const grow = (table) => {
  const body = table.querySelector('tbody'), from = last(body), row = from.cloneNode(true)
  const place = Math.max(...fields(body).map((field) => Number(field.name.slice(table.dataset.rows.length + 1).split('-')[0]))) + 1
  for (const field of fields(row)) {
    field.name = field.name.replace(`${table.dataset.rows}-`, '').replace(/^\d+/, `${table.dataset.rows}-${place}`)
    field.id = field.name
    field.value = ''
    field.setAttribute('aria-label', renumber(field.getAttribute('aria-label'), body.rows.length + 1))
  }
  body.append(row)
  dress(table)
  return row
}

// Every row but an open last one can be removed.
const dress = (table) => {
  const body = table.querySelector('tbody')
  for (const row of body.rows) {
    const cell = row.cells[row.cells.length - 1]
    cell.querySelector('button').hidden = row === last(body) && isOpen(row)
    const word = cell.querySelector('.vh')
    if (word) word.textContent = renumber(word.textContent, [...body.rows].indexOf(row) + 1)
  }
}

const work = (table) => {
  const currency = table.dataset.currency, sums = new Map()
  const cell = (row, key) => fields(row).find((field) => field.name.endsWith(`-${key}`))
  for (const row of table.querySelector('tbody').rows) {
    for (const box of row.querySelectorAll('[data-factors]')) {
      const found = box.dataset.factors.split(' ').map((key) => read(cell(row, key)?.value ?? ''))
      const product = found.includes(null) ? null : Math.round(found.reduce((a, b) => a * b, 1) * 100)
      box.querySelector('input').value = product === null ? '' : (product / 100).toFixed(product % 100 ? 2 : 0)
    }
    for (const out of table.querySelectorAll('[data-sum]')) sums.set(out, (sums.get(out) ?? 0) + (cents(cell(row, out.dataset.sum)?.value ?? '') ?? 0))
  }
  for (const [out, sum] of sums) if (out.textContent !== show(sum, currency)) out.textContent = show(sum, currency)
  compare(table, sums, currency)
}

const compare = (table, sums, currency) => {
  const line = table.querySelector('[data-compare]'), other = table.form?.elements.namedItem(table.dataset.wanted ?? '')
  const wanted = cents(other?.value ?? ''), sum = [...sums].find(([out]) => out.dataset.sum === table.dataset.total)?.[1]
  const { equal, short, over } = table.dataset
  const says = !wanted || !sum ? '' : sum === wanted ? equal : (sum < wanted ? short : over).replace('{sum}', show(Math.abs(sum - wanted), currency))
  if (line.textContent !== says) line.textContent = says
}

for (const table of document.querySelectorAll('fieldset[data-rows]')) {
  const form = table.form
  if (!form) continue // a preview
  table.addEventListener('click', (event) => {
    const button = event.target.closest('button[name=row], button[name=remove]')
    if (!button) return
    const body = table.querySelector('tbody'), row = button.closest('tr')
    if (button.name === 'remove' && body.rows.length === 1) return // the last row goes by way of the server
    event.preventDefault()
    if (button.name === 'row') {
      if (body.rows.length < Number(table.dataset.most) && !isOpen(last(body))) grow(table)
      fields(last(body))[0].focus()
    } else {
      const next = row.nextElementSibling ?? row.previousElementSibling
      row.remove()
      fields(next)[0].focus()
    }
    dress(table)
    form.dispatchEvent(new Event('input', { bubbles: true }))
  })
  form.addEventListener('input', () => { work(table); dress(table) })
  work(table)
}
