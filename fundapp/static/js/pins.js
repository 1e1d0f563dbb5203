// Pins the passage that is selected in the proposal to the criterion at hand; by hand it works without this.
import { put } from './parts.js'

const text = document.getElementById('proposal')
const sheet = document.querySelector('form.desk__crit')
const KEPT = /[\p{L}\p{N}]|[^\x00-\x7f\s]/gu // what the server compares by: no white space, no punctuation
const bones = (words) => (words.match(KEPT) ?? []).join('')

// Links behind passages that are pinned already are not words of the proposal.
const words = (range) => {
  const copy = range.cloneContents()
  for (const link of copy.querySelectorAll('.pin > a, .pin ~ a[href^="#a"]')) link.remove()
  return copy.textContent
}

const before = (node, stop) => {
  let here = node
  while (here && here !== text) {
    if (here.nodeType === 1 && stop(here)) return here
    here = here.previousSibling ?? here.parentNode
    if (here?.nodeType === 1 && here.matches?.('dl') && !here.contains(node)) return null
  }
  return null
}

// The question a place belongs to: its own element (short answers), or the heading above it.
const question = (node) => {
  const own = (node.nodeType === 1 ? node : node.parentElement).closest('[data-field]')
  return own ?? before(node, (one) => one.matches('h2, h3[id^="q-"]'))
}

const nth = (range, from, quote) => {
  const earlier = document.createRange()
  earlier.setStartAfter(from)
  if (from.matches('[data-field]')) earlier.setStart(from, 0)
  earlier.setEnd(range.startContainer, range.startOffset)
  const said = bones(words(earlier)), sought = bones(quote)
  let count = 0
  for (let place = said.indexOf(sought); sought && place >= 0; place = said.indexOf(sought, place + 1)) count++
  return count
}

let selected = null

const remember = () => {
  const selection = getSelection()
  if (!selection.rangeCount || selection.isCollapsed) return
  const range = selection.getRangeAt(0)
  if (!text.contains(range.commonAncestorContainer)) return
  const quote = words(range).trim()
  if (!bones(quote)) return
  const from = question(range.startContainer)
  const field = from?.dataset.field ?? (from?.id.startsWith('q-') ? from.id.slice(2) : '')
  selected = { quote, field, nth: from && field ? nth(range, from, quote) : 0 }
  const shown = quote.length > 60 ? `${quote.slice(0, 60)}…` : quote
  for (const line of sheet.querySelectorAll('[data-selection]')) line.textContent = sheet.dataset.selected.replace('{words}', shown)
}

const say = (button, words) => {
  const line = button.closest('.crit').querySelector('[data-pin-status]')
  if (line) line.textContent = words
}

const send = async (button, values) => {
  const data = new FormData()
  for (const name of ['csrf_token', 'read']) data.set(name, sheet.elements.namedItem(name).value)
  for (const [name, value] of Object.entries(values)) data.set(name, value)
  let answer
  try {
    answer = await fetch(button.formAction, { method: 'POST', body: data, headers: { Accept: 'application/json' }, credentials: 'same-origin', redirect: 'error' })
  } catch {
    return say(button, document.querySelector('[data-autosave-status]')?.dataset.offline ?? '')
  }
  const said = await answer.json().catch(() => ({}))
  if (!answer.ok) return say(button, said.said ?? '')
  const crit = button.closest('.crit')
  put(said.parts)
  say(button.isConnected ? button : crit.querySelector('[data-pinning] button'), '')
  if (!button.isConnected) crit.querySelector('summary').focus()
  selected = null
  for (const line of sheet.querySelectorAll('[data-selection]')) line.textContent = ''
}

if (text && sheet?.querySelector('[data-pinning]')) {
  for (const row of sheet.querySelectorAll('[data-pinning]')) row.hidden = false
  document.addEventListener('selectionchange', remember)
  sheet.addEventListener('click', (event) => {
    const button = event.target.closest('button[name=pin], button[name=unpin]')
    if (!button) return
    if (button.name === 'unpin') {
      event.preventDefault()
      send(button, { unpin: button.value })
    } else if (button.closest('[data-pinning]')) {
      event.preventDefault()
      if (selected) send(button, { pin: button.value, ...selected })
      else say(button, sheet.dataset.none)
    }
  })
}
