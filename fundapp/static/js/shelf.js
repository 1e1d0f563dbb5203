// The shelf of downloads follows what is being made; without this file the page reads itself again.
const EVERY = 2000

const follow = async () => {
  const shelf = document.querySelector('[data-shelf]')
  if (!shelf?.querySelector('progress')) return
  try {
    const answer = await fetch(shelf.dataset.shelf, { headers: { 'X-Requested-With': 'fetch' } })
    const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-shelf]')
    if (fresh && !shelf.contains(document.activeElement)) shelf.replaceChildren(...fresh.childNodes)
    if (fresh && shelf.contains(document.activeElement)) catchUp(shelf, fresh)
  } catch {
    // No connection: the next turn tries again.
  }
  setTimeout(follow, EVERY)
}

// Somebody stands on a button: only the bars move, so that it stays under their hands.
const catchUp = (shelf, fresh) => {
  const bars = [...shelf.querySelectorAll('progress')]
  const newer = [...fresh.querySelectorAll('progress')]
  if (bars.length === newer.length) bars.forEach((bar, place) => { if (newer[place].max > 1) { bar.max = newer[place].max; bar.value = newer[place].value } })
  else shelf.replaceChildren(...fresh.childNodes)
}

if (document.querySelector('[data-shelf]')) setTimeout(follow, EVERY)
