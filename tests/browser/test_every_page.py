"""Every page of the demo in a real browser: accessible in light and dark, nothing cut off on a phone."""

import re

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Error, Page

from fundapp.accounts.queries import user_by_email
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.demo import play
from tests.browser.axe import assert_accessible, wider_by
from tests.browser.conftest import DESK
from tests.browser.pictures import picture
from tests.demo.test_walk import walk
from tests.visitor import Visitor

PHONE = {"width": 390, "height": 844}
FILE = re.compile(r"\.[a-z]+$")
NUMBER = re.compile(r"\d+")


def sign_in(context: BrowserContext, app: Flask, user_id: str) -> None:
    """Hand a browser the cookie of somebody who signed in."""
    serializer = app.session_interface.get_signing_serializer(app)
    value = serializer.dumps({"_user_id": user_id, "_fresh": True})
    context.add_cookies([{"name": "fundapp", "value": value, "domain": "127.0.0.1", "path": "/"}])


def look(page: Page, keep: str | None) -> list[str]:
    """Look at the page in front: light and dark, wide and narrow; give what is wrong with it."""
    faults = []
    for scheme, rules in (("light", ()), ("dark", ("color-contrast",))):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        try:
            assert_accessible(page, only=rules)
        except AssertionError as fault:
            faults.append(f"{scheme}: {fault}")
        if keep:
            picture(page, f"pages/{keep}-{scheme}")
    page.set_viewport_size(PHONE)
    if wider_by(page) > 0:
        faults.append(f"{page.url} is wider than a phone")
    if keep:
        picture(page, f"pages/{keep}-phone")
    page.set_viewport_size(DESK["viewport"])
    return faults


# The pages are the same on both engines; one of them is enough here.
@pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
def test_every_page_is_accessible_and_fits_a_phone(live_server, browse, request):
    app, keeping = live_server.app, request.config.getoption("--screenshots")
    app.test_client_class = Visitor
    with app.app_context():
        shown = play.play(at=clock.now(), settings=app.config["SETTINGS"]).logins
        db.session.commit()
        users = {login.email: user_by_email(login.email).get_id() for login in shown}
    faults, seen = [], set()

    for email, user_id in {"": None, **users}.items():
        page, client = browse(), app.test_client()
        if user_id:
            sign_in(page.context, app, user_id)
            with app.app_context():
                client.sign_in(user_by_email(email))
        for address in walk(client, "/"):
            shape = NUMBER.sub("0", address)
            if shape in seen or FILE.search(address.partition("?")[0]):
                continue
            seen.add(shape)
            try:
                page.goto(address)
            except Error as fault:
                if "Download is starting" in str(fault):
                    continue  # a file, not a page
                raise
            if page.evaluate("document.contentType") != "text/html":
                continue  # a text or a feed, shown as it is
            name = re.sub(r"\W+", "-", shape).strip("-") or "front"
            faults += look(page, name if keeping else None)
        page.context.close()

    assert not faults, "\n\n".join(faults)
