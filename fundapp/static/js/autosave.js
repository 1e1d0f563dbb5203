// Saves a form while one writes, says so with the time, and keeps a copy in this browser until the server has it.
import { grow } from './rows.js'
import { forget, keep, kept } from './store.js'

const WAIT = 1500
const AGAIN = 20000
const clock = (date) => date.toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' })
const moment = (date) => date.toLocaleString(document.documentElement.lang, { dateStyle: 'long', timeStyle: 'short' })
const HIDDEN = new Set(['csrf_token', 'version'])

// Pairs, not an object: several boxes share one name.
const texts = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !HIDDEN.has(name))

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

// A row that was added in the browser is added again before its cells are filled.
const makeRoom = (form, values) => {
  for (const table of form.querySelectorAll('fieldset[data-rows]')) {
    const at = (name) => name.startsWith(`${table.dataset.rows}-`) ? Number(name.slice(table.dataset.rows.length + 1).split('-')[0]) : -1
    const most = Math.max(-1, ...values.map(([name]) => at(name)))
    while (!form.querySelector(`[name^="${table.dataset.rows}-${most}-"]`) && most >= 0 && most < Number(table.dataset.most)) grow(table)
  }
}

const putBack = (form, values) => {
  makeRoom(form, values)
  for (const field of form.elements) {
    if (!field.name || HIDDEN.has(field.name) || /hidden|submit|button|file/.test(field.type)) continue
    const given = values.filter(([name]) => name === field.name).map(([, value]) => value)
    if (/checkbox|radio/.test(field.type)) field.checked = given.includes(field.value)
    else if (given.length) field.value = given[0]
  }
  form.dispatchEvent(new Event('input', { bubbles: true }))
}

// What was typed while this script was still on its way; an emptied date or number may be the browser's own doing.
const changed = (field) => {
  if (/checkbox|radio/.test(field.type)) return field.checked !== field.defaultChecked
  if (field.options) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected))
  return !/hidden|submit|button|file/.test(field.type) && field.value !== '' && field.value !== field.defaultValue
}
const typedAhead = (form) => [...form.elements].some((field) => field.name && 'value' in field && changed(field))

const version = (form) => form.elements.namedItem('version')?.value

// A copy that went along with a pressed button is done with once the server shows a newer version.
const offerCopy = (form, status, key) => {
  const copy = JSON.parse(kept(key) ?? 'null')
  const arrived = copy?.sent && copy.version !== version(form)
  if (!Array.isArray(copy?.values) || arrived || JSON.stringify(copy.values) === JSON.stringify(texts(form))) return forget(key)
  const line = badge('warn', status.dataset.kept.replace('{time}', moment(new Date(copy.at))))
  const clear = () => { status.replaceChildren(); forget(key) }
  status.replaceChildren(line,
    button(status.dataset.restore, () => { clear(); putBack(form, copy.values) }),
    button(status.dataset.discard, clear))
}

const send = async (form, status, key) => {
  status.replaceChildren(badge('run', status.dataset.saving))
  const sent = JSON.stringify(texts(form))
  let answer
  try {
    answer = await fetch(form.dataset.autosave, { method: 'POST', body: new FormData(form), headers: { Accept: 'application/json' }, credentials: 'same-origin', redirect: 'error' })
  } catch {
    status.replaceChildren(badge('warn', status.dataset.offline))
    return true
  }
  if (answer.status >= 500) {
    status.replaceChildren(badge('warn', status.dataset.offline))
    return true
  }
  if (!answer.ok) return void status.replaceChildren(badge('warn', { 401: status.dataset.signedout, 409: status.dataset.changed }[answer.status] ?? status.dataset.refused))
  const said = await answer.json().catch(() => ({}))
  const field = form.elements.namedItem('version')
  if (field && said.version !== undefined) field.value = said.version
  if (JSON.stringify(JSON.parse(kept(key) ?? 'null')?.values) === sent) forget(key) // not what was typed meanwhile
  form.dataset.clean = sent
  document.dispatchEvent(new CustomEvent('autosaved', { detail: said }))
  status.replaceChildren(badge('ok', status.dataset.saved.replace('{time}', said.saved_at ?? clock(new Date()))))
}

for (const form of document.querySelectorAll('form[data-autosave]')) {
  const status = document.querySelector('[data-autosave-status]')
  if (!status) continue
  const key = `draft:${form.dataset.autosave}`
  let timer, again, sending = Promise.resolve()
  const copy = (sent) => keep(key, JSON.stringify({ at: Date.now(), sent, version: version(form), values: texts(form) }))
  const save = () => { sending = sending.then(() => send(form, status, key)).then((retry) => { clearTimeout(again); if (retry) again = setTimeout(save, AGAIN) }) }
  offerCopy(form, status, key)
  form.addEventListener('input', () => {
    copy(false)
    clearTimeout(timer)
    timer = setTimeout(save, WAIT)
  })
  form.addEventListener('savenow', () => { clearTimeout(timer); save() })
  form.addEventListener('submit', () => { clearTimeout(timer); if (kept(key)) copy(true) })
  if (typedAhead(form)) form.dispatchEvent(new Event('input', { bubbles: true }))
  addEventListener('online', () => { if (kept(key)) save() })
}
