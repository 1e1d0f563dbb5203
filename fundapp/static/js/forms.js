// A form is sent once; text that was not sent is not left behind unnoticed; errors get the focus.
import { forget, keys } from './store.js'

// But for a form that asks or fetches a file, which may be sent again.
for (const form of document.querySelectorAll('form[method=post]:not([data-again])')) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) return event.preventDefault()
    form.dataset.sent = 'yes'
    // After this event, so that the pressed button's own name and value still go along.
    setTimeout(() => { for (const button of form.querySelectorAll('button')) button.setAttribute('aria-disabled', 'true') })
  })
}
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) {
    delete form.dataset.sent
    for (const button of form.querySelectorAll('button[aria-disabled]')) button.removeAttribute('aria-disabled')
  }
})

const state = (form) => JSON.stringify([...new FormData(form)].filter(([name]) => name !== 'csrf_token').map(([name, value]) => [name, String(value)]))
for (const form of document.querySelectorAll('form[data-guard]')) {
  const first = state(form)
  addEventListener('beforeunload', (event) => { if (!form.dataset.sent && state(form) !== first) event.preventDefault() })
}

// Nothing of what was written stays on a shared computer.
document.querySelector('form[data-signout]')?.addEventListener('submit', () => {
  for (const key of keys()) if (key.startsWith('draft:')) forget(key)
})

document.querySelector('.errsum')?.focus()

// A choice in a filter list shows its result at once; the button stays for everybody else.
for (const select of document.querySelectorAll('.filters select[data-now]')) select.addEventListener('change', () => select.form.requestSubmit())

// Tick all in a table.
for (const all of document.querySelectorAll('input[data-all]')) {
  all.addEventListener('change', () => {
    for (const box of all.closest('table').querySelectorAll('tbody input[type=checkbox]')) box.checked = all.checked
  })
}
