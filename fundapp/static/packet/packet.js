// The packet's own script: keeps what is written in this browser, and makes the file to bring back.
'use strict'
const said = document.body.dataset
const key = 'packet:' + said.token.slice(-40)
const forms = [...document.querySelectorAll('form[data-review]')]
const status = document.getElementById('status')
const clock = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' })

const values = (form) => {
  const found = {}
  for (const [name, value] of new FormData(form)) {
    const [part, field] = name.split('.')
    if (field) (found[part] ??= {})[field] = value
    else found[part] = value
  }
  return found
}

const all = () => ({
  kind: said.kind, token: said.token, saved_at: new Date().toISOString(),
  reviews: Object.fromEntries(forms.map((form) => [form.dataset.review, values(form)])),
})

const put = (form, given) => {
  for (const [part, value] of Object.entries(given)) {
    const fields = typeof value === 'object' && value ? Object.entries(value).map(([name, text]) => [part + '.' + name, text]) : [[part, value]]
    for (const [name, text] of fields) {
      const field = form.elements.namedItem(name)
      if (field && typeof text === 'string') field.value = text
    }
  }
}

const fill = (packet) => {
  if (packet?.token !== said.token) return false
  for (const form of forms) if (packet.reviews?.[form.dataset.review]) put(form, packet.reviews[form.dataset.review])
  show()
  return true
}

const show = () => {
  for (const form of forms) {
    const parts = [...form.querySelectorAll('[data-shown]')]
    for (const part of parts) {
      const score = form.elements.namedItem(part.dataset.shown + '.score').value
      part.textContent = score === 'n' ? '–' : score
    }
    const scored = parts.filter((part) => part.textContent).length
    const line = document.querySelector(`[data-progress="${form.dataset.review}"]`)
    line.textContent = said.scored.replace('{n}', scored).replace('{all}', parts.length)
  }
}

const keep = () => {
  try {
    localStorage.setItem(key, JSON.stringify(all()))
    status.textContent = said.kept.replace('{time}', clock())
  } catch {
    status.textContent = said.closed
  }
}

let kept = null
try { kept = JSON.parse(localStorage.getItem(key)) } catch { /* closed storage, or nothing in it */ }
status.textContent = kept && fill(kept) ? said.kept.replace('{time}', new Date(kept.saved_at).toLocaleString(document.documentElement.lang)) : said.fresh
show()

for (const form of forms) {
  form.addEventListener('input', () => { show(); keep() })
  form.addEventListener('submit', (event) => event.preventDefault())
}

document.getElementById('make').addEventListener('click', () => {
  keep()
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([JSON.stringify(all(), null, 1)], { type: 'application/json' }))
  link.download = `${said.name}-${new Date().toISOString().slice(0, 10)}.json`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
})

document.getElementById('read').addEventListener('change', async (event) => {
  const file = event.target.files[0]
  if (!file) return
  let packet = null
  try { packet = JSON.parse(await file.text()) } catch { /* no packet */ }
  if (!fill(packet)) { status.textContent = said.other; return }
  keep()
  status.textContent = said.taken
})
