// A meeting follows itself: the live part is asked for every few seconds and put in when it changed.
const EVERY = 3000
const SLOW = 15000

const live = document.querySelector('[data-live]')

// What somebody is typing in is never taken away from under their hands.
const busy = () => {
  const here = document.activeElement
  return live.contains(here) && here.matches('input, textarea, select') && here.value !== here.defaultValue
}

const dirty = () => [...document.querySelectorAll('form[data-capture]')].some((form) =>
  [...form.elements].some((field) => field.matches('textarea, input:not([type=hidden], [type=checkbox])') && field.value !== field.defaultValue))

const say = (text, link) => {
  let line = document.querySelector('.floor__moved')
  if (!line) {
    line = document.createElement('p')
    line.className = 'notice floor__moved'
    line.dataset.s = 'warn'
    line.setAttribute('role', 'status')
    live.before(line)
  }
  line.replaceChildren(`${text} `)
  if (link) {
    const to = document.createElement('a')
    to.href = location.pathname
    to.textContent = link
    line.append(to)
  }
}

const quiet = () => document.querySelector('.floor__moved')?.remove()

// Chair and secretary have buttons and a form for one item: another item means another page.
const moved = (fresh) => {
  const before = live.querySelector('.floor')
  const steers = document.querySelector('.floor__steer, [data-capture]')
  if (fresh.dataset.state !== before.dataset.state) return true
  return Boolean(steers) && (fresh.dataset.item !== before.dataset.item || fresh.dataset.voting !== before.dataset.voting)
}

const parsed = (text) => new DOMParser().parseFromString(text, 'text/html')

const put = ({ html, agenda }, mark) => {
  const fresh = parsed(html).querySelector('.floor')
  if (!fresh || busy()) return
  if (moved(fresh)) {
    if (dirty()) return say(live.dataset.moved, live.dataset.go)
    return location.replace(location.pathname)
  }
  live.replaceChildren(fresh)
  document.querySelector('[data-agenda]')?.replaceChildren(...parsed(agenda).body.childNodes)
  live.dataset.mark = mark
  quiet()
}

const ask = async () => {
  let wait = EVERY
  if (!document.hidden) {
    try {
      const answer = await fetch(live.dataset.live, { headers: { 'If-None-Match': `"${live.dataset.mark}"` }, credentials: 'same-origin', cache: 'no-store' })
      if (answer.status === 200 && !answer.redirected) put(await answer.json(), (answer.headers.get('ETag') || '').replaceAll('"', ''))
      else if (answer.status === 304) quiet()
    } catch {
      say(live.dataset.lost)
      wait = SLOW
    }
  }
  setTimeout(ask, wait)
}

if (live) setTimeout(ask, EVERY)

// The time on the present item goes on between two answers.
const watch = document.querySelector('[data-clock]')
if (watch) {
  const from = Date.now() - Number(watch.dataset.clock) * 1000
  setInterval(() => {
    watch.textContent = watch.textContent.replace(/\d+/, Math.floor((Date.now() - from) / 60000))
  }, 10000)
}
