"""The cookie of a session: given anew when it grows old, never over what another answer changed."""

from datetime import timedelta

import pytest
from flask import Flask

from fundapp.core import clock
from fundapp.core.sessions import FRESH
from tests.factories import make_user
from tests.factories.ground import PASSWORD
from tests.visitor import Visitor


@pytest.fixture
def signed_in(app: Flask, client: Visitor) -> Visitor:
    """A visitor who signed in on the page, whose session lives on while it is used."""
    user = make_user(password=PASSWORD)
    answer = client.post("/login", data={"email": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/account").status_code == 200  # keeps the token of its forms
    return client


def sets_cookie(answer) -> bool:
    return any(line.startswith("fundapp=") for line in answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("path", ["/account", "/to-do", "/static/fundapp.css"])
def test_answers_leave_a_fresh_cookie_alone(signed_in: Visitor, path: str) -> None:
    answer = signed_in.get(path)

    assert (answer.status_code, sets_cookie(answer)) == (200, False)


def test_cookie_that_grows_old_is_given_anew(signed_in: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    later = clock.now() + FRESH
    monkeypatch.setattr(clock, "now", lambda: later)

    assert sets_cookie(signed_in.get("/account"))


def test_what_changes_the_session_sets_the_cookie(signed_in: Visitor) -> None:
    signed_out = signed_in.post("/logout")

    assert sets_cookie(signed_out)
    assert signed_in.get("/account").status_code == 302


def test_late_answer_of_an_earlier_page_signs_nobody_in_again(signed_in: Visitor) -> None:
    before = signed_in.get_cookie("fundapp")
    assert before is not None
    signed_in.post("/logout")
    late = Flask.test_client(signed_in.application)
    late.set_cookie("fundapp", before.value)

    answer = late.get("/account")

    assert not sets_cookie(answer)


def test_cookie_that_was_tampered_with_is_nobodys(client: Visitor) -> None:
    client.set_cookie("fundapp", "eyJfdXNlcl9pZCI6IjEtMSJ9.aaaaaa.bbbbbb")

    assert client.get("/account").status_code == 302


def test_session_that_was_not_used_ends(signed_in: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    lifetime = signed_in.application.permanent_session_lifetime
    signed_in.application.permanent_session_lifetime = timedelta(seconds=-1)
    try:
        assert signed_in.get("/account").status_code == 302
    finally:
        signed_in.application.permanent_session_lifetime = lifetime
