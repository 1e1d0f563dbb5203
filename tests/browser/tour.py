"""The pictures of the README: the demo's own pages, taken in a browser. Run by script/pictures."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from flask_migrate import upgrade
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from fundapp import create_app
from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.config import Settings
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.places import MIGRATIONS
from fundapp.decisions.models import Decision
from fundapp.demo import content, play
from fundapp.demo.cast import PASSWORD
from fundapp.grants.models import Award
from fundapp.reviews.models import Review
from fundapp.rounds.models import Round
from tests.browser.conftest import CHROMIUM, FLAGS

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
SIZE = {"width": 1280, "height": 860}
COLOURS = 256


def main() -> None:
    """Take every picture of the tour."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with _served() as (address, pages), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for who in dict.fromkeys(who for who, _path, _name in pages):
            _look(browser, address, who, [(path, name) for one, path, name in pages if one == who])
        browser.close()


@contextmanager
def _served() -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Serve a freshly played demo; give its address and (who, path, picture)."""
    with TemporaryDirectory() as folder:
        settings = Settings.load(Path(folder), {})
        app = create_app(settings)
        with app.app_context():
            upgrade(directory=str(MIGRATIONS))
            play.play(at=clock.now(), settings=settings)
            db.session.commit()
            pages = _pages()
            db.session.remove()
        server = make_server("127.0.0.1", 0, app, threaded=True)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.port}", pages
        server.shutdown()


def _pages() -> list[tuple[str, str, str]]:
    """List what is shown: (who looks, which page, name of the picture)."""
    rounds = dict(db.session.execute(select(Round.slug, Round.id)).tuples().all())
    named = select(Application.title, Application.id).order_by(Application.id)
    titles = dict(db.session.execute(named).tuples().all())
    two, proposals = rounds["building-blocks"], "/office/applications"
    review = select(Review.id).join(User, User.id == Review.reviewer_id)
    desk = db.session.scalar(
        review.where(User.name == "Saskia ter Borgh", Review.application_id == titles["Poortwachter"])
    )
    letter = db.session.scalar(select(Decision.id).where(Decision.application_id == titles["Meshmoor"]))
    grant = db.session.scalar(select(Award.id).where(Award.application_id == titles["Meshmoor"]))
    return [
        ("", "/", "front"),
        ("", "/calls/digital-commons/held-together", "call"),
        ("aoife", f"/proposals/{titles['Rooftop Keys']}/edit/project", "form"),
        ("aoife", f"/grants/{grant}", "grant"),
        ("saskia", f"/reviews/{desk}/desk", "desk"),
        ("noor", f"/office/rounds/{two}", "round"),
        ("noor", f"/office/rounds/{two}/ranking", "ranking"),
        ("noor", f"{proposals}/{titles['Getijdenboek']}", "dossier"),
        ("noor", f"/office/decisions/{letter}", "letter"),
        ("femke", "/payouts", "payouts"),
    ]


def _look(browser: Browser, address: str, who: str, pages: list[tuple[str, str]]) -> None:
    context = browser.new_context(base_url=address, viewport=SIZE, locale="en-GB")  # type: ignore[arg-type]
    page = context.new_page()
    if who:
        page.goto("/login")
        page.fill("input[name=email]", content.people()[who].email)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_load_state()
    for path, name in pages:
        page.goto(path)
        _keep(page.screenshot(animations="disabled"), name)
    context.close()


def _keep(taken: bytes, name: str) -> None:
    """Write a picture with few colours, which suits pages of type and rules."""
    image = Image.open(BytesIO(taken)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
