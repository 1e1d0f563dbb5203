// The time that is left, by the second. The server's clock counts: what it said when it wrote the page, and how long ago that was.
const UNITS = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]]
const language = document.documentElement.lang
const began = performance.now()

const write = (n, unit) => n.toLocaleString(language, { style: 'unit', unit, unitDisplay: 'long' })

const left = (seconds) => {
  const parts = []
  for (const [unit, size] of UNITS) {
    const n = Math.floor(seconds / size)
    seconds -= n * size
    if (n || parts.length) parts.push([n, unit])
  }
  return parts.slice(0, 2).filter(([n]) => n).map(([n, unit]) => write(n, unit)).join(' ')
}

const clocks = [...document.querySelectorAll('[data-countdown]')]

const show = () => {
  for (const clock of clocks) {
    const now = Date.parse(clock.dataset.now) + performance.now() - began
    const seconds = Math.floor((Date.parse(clock.dataset.countdown) - now) / 1000)
    const text = seconds > 0 ? clock.dataset.left.replace('{left}', left(seconds)) : clock.dataset.over
    if (clock.textContent !== text) clock.textContent = text
  }
}

if (clocks.length) {
  show()
  setInterval(show, 1000)
}
