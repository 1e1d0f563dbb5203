// The radios already work through CSS; this keeps the choice on this device.
import { forget, keep, kept } from './store.js'

const root = document.documentElement
const radios = document.querySelectorAll('input[name=theme]')

const show = (choice) => {
  if (choice === 'light' || choice === 'dark') root.dataset.theme = choice
  else delete root.dataset.theme
}

for (const radio of radios) {
  if (radio.value === (kept('theme') ?? 'auto')) radio.checked = true
  radio.addEventListener('change', () => {
    if (radio.value === 'auto') forget('theme')
    else keep('theme', radio.value)
    show(radio.value)
  })
}
