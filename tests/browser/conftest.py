"""A running server and a real browser for tests that click."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from socket import SHUT_RD, socket
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)
from werkzeug.serving import ThreadedWSGIServer

from fundapp import create_app
from fundapp.core import clock, jobs
from tests.browser.pictures import PICTURES, picture
from tests.databases import Database, let_go, settings
from tests.mailbox import Mailbox, mail_server

CHROMIUM = Path(os.environ.get("FUNDAPP_CHROMIUM", "/usr/bin/chromium"))
# Nothing but this machine can be reached, and Chromium keeps its own errands to itself.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
DESK = {
    "viewport": {"width": 1280, "height": 900},
    "locale": "en-GB",
    "timezone_id": "Europe/Amsterdam",
    "reduced_motion": "reduce",  # a colour that is still changing is judged as it will be
}
WAIT_MS = 20_000
expect.set_options(timeout=WAIT_MS)
_failed = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    if report.when == "call":
        item.stash[_failed] = report.failed
    return report


# --- the server ------------------------------------------------------------------


@dataclass(frozen=True)
class LiveServer:
    """A running fundapp on a database of its own, and the mail it has sent."""

    url: str
    app: Flask
    mailbox: Mailbox

    def tick(self, at: datetime | None = None) -> None:
        """Do once what the worker does: run all that is due and deliver the mail. Raises if a job failed."""
        with self.app.app_context():
            results = jobs.tick(at or clock.now())
        faults = {kind: result["fault"] for kind, result in results.items() if "fault" in result}
        assert not faults, faults

    def link_in(self, address: str, containing: str) -> str:
        """Give the link from the newest mail to an address whose URL holds `containing`."""
        body = self.mailbox.to(address)[-1].get_body(("plain",))
        assert body is not None
        links = [link for link in re.findall(r"https?://\S+", body.get_content()) if containing in link]
        assert links, body.get_content()
        return links[0].rstrip(".,)>")


class Server(ThreadedWSGIServer):
    """A server whose end waits for the requests it has taken, which else use a database that is gone."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._taken: list[tuple[Thread, socket]] = []

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread of its own, and keep hold of it."""
        hand = Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        self._taken = [taken for taken in self._taken if taken[0].is_alive()] + [(hand, request)]
        hand.start()

    def server_close(self) -> None:
        """Take no more; end connections on which nothing was asked, and wait for what is under way."""
        super().server_close()
        for hand, request in self._taken:
            with suppress(OSError):  # closed already
                request.shutdown(SHUT_RD)
            hand.join(10)


@pytest.fixture
def live_server(database: Database, tmp_path: Path) -> Iterator[LiveServer]:
    """Serve the app on a free port, on a copy of the migrated database, with real mail."""
    with database.copy() as url, mail_server() as mailbox:
        app = create_app(settings(tmp_path, url, mail_url=mailbox.url, testing=False))
        server = Server("127.0.0.1", 0, app)
        address = f"http://127.0.0.1:{server.port}"
        app.config["BASE_URL"] = address
        thread = Thread(target=server.serve_forever, name="fundapp server")
        thread.start()
        try:
            yield LiveServer(address, app, mailbox)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            let_go(app)


# --- the browser -----------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    if not CHROMIUM.exists():
        pytest.exit(f"{CHROMIUM} is missing: apt-get install chromium, or set FUNDAPP_CHROMIUM", returncode=3)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Watch:
    """What must not happen in any page: a foreign request, a script error, a refused resource."""

    def __init__(self, context: BrowserContext) -> None:
        self.faults: list[str] = []
        context.on("request", lambda request: self._host(request.url))
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        context.on("response", self._answer)
        context.on("console", self._console)

    def _host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1":
            self.faults.append(f"request to another machine: {url}")

    def _answer(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"answer {response.status}: {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # A page with status 422 is an answer; the console calls it a failed load.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console: {message.text}")


@pytest.fixture
def browse(
    chromium: Browser, live_server: LiveServer, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Give `browse()`: each call is another person's browser, with its own cookies.

    Takes Playwright's context options, such as viewport, color_scheme, locale, java_script_enabled.
    """
    opened: list[tuple[BrowserContext, Watch]] = []

    def browse(**options: Any) -> Page:
        context = chromium.new_context(base_url=live_server.url, **{**DESK, **options})
        context.set_default_timeout(WAIT_MS)
        context.set_default_navigation_timeout(3 * WAIT_MS)
        opened.append((context, Watch(context)))
        return context.new_page()

    yield browse
    faults = [fault for _, watch in opened for fault in watch.faults]
    name = re.sub(r"[^\w-]+", "-", request.node.name)
    for number, (context, _) in enumerate(opened):
        if request.node.stash.get(_failed, False):
            for page in context.pages:
                picture(page, f"failed/{name}-{number}")
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(browse: Callable[..., Page]) -> Page:
    """One visitor's page."""
    return browse()


@pytest.fixture
def phone(browse: Callable[..., Page]) -> Page:
    """One visitor's page on a small screen that is touched."""
    return browse(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)


@pytest.fixture
def pictures() -> Path:
    """Where screenshots go; never in git."""
    return PICTURES
