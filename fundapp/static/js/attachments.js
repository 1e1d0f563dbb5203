// Sends a chosen file at once, shows how far it is, and keeps the page. Without this the section's form does it.
const say = (field, text) => { field.querySelector('[data-status]').textContent = text }

const fill = (field, said, text) => {
  if (said.html !== undefined) field.querySelector('[data-list]').innerHTML = said.html
  say(field, said.message || (said.note ? `${text} ${said.note}` : text))
  field.classList.toggle('field--bad', Boolean(said.message))
}

const post = (form, body, progress) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest()
  request.open('POST', form.dataset.autosave.replace('/autosave/', '/files/'))
  request.responseType = 'json'
  request.setRequestHeader('Accept', 'application/json')
  request.upload.addEventListener('progress', (event) => { if (event.lengthComputable) progress(Math.round(event.loaded / event.total * 100)) })
  request.addEventListener('load', () => (request.response ? resolve(request.response) : reject(new Error(request.status))))
  request.addEventListener('error', reject)
  request.send(body)
})

const body = (form, pairs) => {
  const made = new FormData()
  made.append('csrf_token', form.elements.namedItem('csrf_token')?.value ?? '')
  for (const [name, value] of pairs) made.append(name, value)
  return made
}

const send = async (form, field, file) => {
  const { sending, done, lost, toolarge, most } = field.dataset
  if (file.size > Number(most)) return say(field, toolarge.replace('{name}', file.name).replace('{most}', Math.round(most / 1048576)))
  const bar = document.createElement('progress')
  bar.max = 100
  bar.value = 0
  const tell = (percent) => { bar.value = percent; say(field, sending.replace('{name}', file.name).replace('{percent}', percent)); field.querySelector('[data-status]').append(' ', bar) }
  tell(0)
  try {
    const said = await post(form, body(form, [['attach', field.dataset.files], [`f_${field.dataset.files}`, file]]), tell)
    fill(field, said, done.replace('{name}', file.name))
  } catch {
    say(field, lost.replace('{name}', file.name))
  }
}

for (const form of document.querySelectorAll('form[data-autosave]')) {
  for (const field of form.querySelectorAll('[data-files]')) {
    const input = field.querySelector('input[type=file]')
    field.querySelector('button[name=attach]').hidden = true
    input.addEventListener('change', async () => {
      const chosen = [...input.files]
      input.value = '' // sent here and now; the form must not send it again
      for (const file of chosen) await send(form, field, file)
    })
    for (const quiet of ['input', 'change']) input.addEventListener(quiet, (event) => event.stopPropagation())
    field.addEventListener('click', async (event) => {
      const button = event.target.closest('button[name=detach]')
      if (!button) return
      event.preventDefault()
      try {
        fill(field, await post(form, body(form, [['detach', button.value]]), () => {}), field.dataset.gone)
        input.focus()
      } catch {
        say(field, field.dataset.lost.replace('{name}', ''))
      }
    })
  }
}
