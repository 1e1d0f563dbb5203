"""Screenshots for human eyes, in instance/screenshots."""

from pathlib import Path

from playwright.sync_api import Page

PICTURES = Path(__file__).resolve().parents[2] / "instance" / "screenshots"


def picture(page: Page, name: str) -> Path:
    """Keep the whole page as instance/screenshots/<name>.png."""
    path = PICTURES / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True, animations="disabled")
    return path
