// Pieces of a page that the server drew again after a save, by their id.
export const put = (parts) => {
  for (const [id, html] of Object.entries(parts ?? {})) {
    const there = document.getElementById(id)
    if (there && there.innerHTML !== html) there.innerHTML = html
  }
}

document.addEventListener('autosaved', (event) => put(event.detail.parts))
