"""The account pages: in, out, and nothing learned by a stranger."""

import re
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from fundapp.accounts.models import User
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from tests.factories import PASSWORD, make_user
from tests.visitor import Visitor


def _same_for_all(answer: Any, email: str) -> str:
    """Give a page without what differs by nature: the address typed and the token of the form."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text.replace(email, "X"))


def test_sign_in_goes_on_to_the_wanted_page_but_never_elsewhere(app: Flask, client: Visitor) -> None:
    ana = make_user(password=PASSWORD)

    for wanted, reached in (
        ("/account", "/account"),
        ("//evil.example/", "/home"),
        ("https://evil.example/", "/home"),
        ("/\\evil.example", "/home"),
        ("", "/home"),
    ):
        answer = client.post("/login", data={"email": ana.email, "password": PASSWORD, "next": wanted})
        assert (answer.status_code, answer.location) == (302, reached)


def test_sign_in_tells_a_wrong_password_and_an_unknown_address_the_same(app: Flask, client: Visitor) -> None:
    ana = make_user(password=PASSWORD)

    wrong = client.post("/login", data={"email": ana.email, "password": "wrong password"})
    unknown = client.post("/login", data={"email": "x@example.org", "password": "wrong password"})

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert _same_for_all(wrong, ana.email) == _same_for_all(unknown, "x@example.org")


def test_registering_answers_the_same_for_a_known_address(app: Flask, client: Visitor) -> None:
    ana = make_user(password=PASSWORD)

    known = client.post("/register", data={"email": ana.email, "name": "Ana", "password": PASSWORD})
    fresh = client.post("/register", data={"email": "new@example.org", "name": "Ana", "password": PASSWORD})

    assert (known.status_code, fresh.status_code) == (200, 200)
    assert _same_for_all(known, ana.email) == _same_for_all(fresh, "new@example.org")


def test_registering_with_faults_says_so_beside_the_fields_and_saves_nothing(
    app: Flask, client: Visitor
) -> None:
    answer = client.post("/register", data={"email": "no address", "name": " ", "password": "short"})

    assert answer.status_code == 422
    assert answer.text.count('class="err"') == 3
    assert db.session.scalar(select(func.count(User.id))) == 0


def test_a_visit_to_a_confirm_link_uses_nothing_up(app: Flask, client: Visitor) -> None:
    client.post("/register", data={"email": "new@example.org", "name": "New", "password": PASSWORD})
    body = db.session.scalars(select(Outbox.body_text)).one()
    path = "/confirm/" + body.split("/confirm/")[1].split()[0]

    looked = [client.get(path).status_code for _scan in range(3)]
    confirmed = client.post(path)
    again = client.post(path)

    assert looked == [200, 200, 200]
    assert (confirmed.status_code, confirmed.location) == (302, "/home")
    assert again.status_code == 410


def test_a_page_behind_the_door_asks_to_sign_in_first(app: Flask, client: Visitor) -> None:
    answer = client.get("/account")

    assert answer.status_code == 302
    assert answer.location == "/login?next=%2Faccount"


def test_sign_out_ends_the_session(app: Flask, client: Visitor) -> None:
    client.sign_in(make_user(password=PASSWORD))
    inside = client.get("/account").status_code

    client.post("/logout")

    assert (inside, client.get("/account").status_code) == (200, 302)


def test_language_is_kept_with_the_account(app: Flask, client: Visitor) -> None:
    ana = make_user(password=PASSWORD)
    client.sign_in(ana)

    client.post("/preferences/language", data={"language": "nl", "next": "/account"})

    db.session.refresh(ana)
    assert ana.language == "nl"
    assert '<html lang="nl">' in client.get("/account").text


def test_the_details_page_changes_name_and_language(app: Flask, client: Visitor) -> None:
    ana = make_user(password=PASSWORD)
    client.sign_in(ana)

    offered = client.get("/account").text
    changed = client.post("/account", data={"name": "Ana van Alders", "language": "nl"})
    refused = client.post("/account", data={"name": "Ana", "language": "fr"})

    db.session.refresh(ana)
    assert '<option value="nl">Nederlands</option>' in offered
    assert (changed.status_code, refused.status_code) == (302, 422)
    assert (ana.name, ana.language) == ("Ana van Alders", "nl")


def test_a_changed_password_needs_the_old_one(app: Flask, client: Visitor) -> None:
    ana = make_user(password=PASSWORD)
    client.sign_in(ana)

    wrong = client.post("/account/password", data={"old": "not it at all", "password": "a new long password"})
    right = client.post("/account/password", data={"old": PASSWORD, "password": "a new long password"})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert client.get("/account").status_code == 200
