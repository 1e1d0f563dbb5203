// Saves a form while one writes, says so with the time, and keeps a copy in this browser until the server has it.
import { forget, keep, kept } from './store.js'

const WAIT = 1500
const clock = (date) => date.toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' })
const moment = (date) => date.toLocaleString(document.documentElement.lang, { dateStyle: 'long', timeStyle: 'short' })
const HIDDEN = new Set(['csrf_token', 'version'])

const texts = (form) => Object.fromEntries([...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !HIDDEN.has(name)))

const badge = (shape, text) => {
  const span = document.createElement('span')
  span.className = 'badge'
  span.dataset.s = shape
  span.textContent = text
  return span
}

const button = (text, press) => {
  const made = document.createElement('button')
  made.type = 'button'
  made.className = 'btn btn--small'
  made.textContent = text
  made.addEventListener('click', press)
  return made
}

const putBack = (form, values) => {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name)
    if (field?.type === 'checkbox') field.checked = true
    else if (field && 'value' in field) field.value = value
    if (field instanceof Element) field.dispatchEvent(new Event('input', { bubbles: true }))
  }
}

const version = (form) => form.elements.namedItem('version')?.value

// A copy that went along with a pressed button is done with once the server shows a newer version.
const offerCopy = (form, status, key) => {
  const copy = JSON.parse(kept(key) ?? 'null')
  const arrived = copy?.sent && copy.version !== version(form)
  if (!copy || arrived || JSON.stringify(copy.values) === JSON.stringify(texts(form))) return forget(key)
  const line = badge('warn', status.dataset.kept.replace('{time}', moment(new Date(copy.at))))
  const clear = () => { status.replaceChildren(); forget(key) }
  status.replaceChildren(line,
    button(status.dataset.restore, () => { putBack(form, copy.values); clear() }),
    button(status.dataset.discard, clear))
}

const send = async (form, status, key) => {
  status.replaceChildren(badge('run', status.dataset.saving))
  const sent = JSON.stringify(texts(form))
  let answer
  try {
    answer = await fetch(form.dataset.autosave, { method: 'POST', body: new FormData(form), headers: { Accept: 'application/json' }, credentials: 'same-origin', redirect: 'error' })
  } catch {
    return status.replaceChildren(badge('warn', status.dataset.offline))
  }
  if (!answer.ok) return status.replaceChildren(badge('warn', answer.status === 409 ? status.dataset.changed : status.dataset.refused))
  const said = await answer.json().catch(() => ({}))
  const field = form.elements.namedItem('version')
  if (field && said.version !== undefined) field.value = said.version
  if (JSON.stringify(JSON.parse(kept(key) ?? 'null')?.values) === sent) forget(key) // not what was typed meanwhile
  form.dataset.clean = sent
  status.replaceChildren(badge('ok', status.dataset.saved.replace('{time}', said.saved_at ?? clock(new Date()))))
}

for (const form of document.querySelectorAll('form[data-autosave]')) {
  const status = document.querySelector('[data-autosave-status]')
  if (!status) continue
  const key = `draft:${form.dataset.autosave}`
  let timer, sending = Promise.resolve()
  const copy = (sent) => keep(key, JSON.stringify({ at: Date.now(), sent, version: version(form), values: texts(form) }))
  const save = () => { sending = sending.then(() => send(form, status, key)) }
  offerCopy(form, status, key)
  form.addEventListener('input', () => {
    copy(false)
    clearTimeout(timer)
    timer = setTimeout(save, WAIT)
  })
  form.addEventListener('submit', () => { clearTimeout(timer); if (kept(key)) copy(true) })
  addEventListener('online', () => { if (kept(key)) save() })
}
