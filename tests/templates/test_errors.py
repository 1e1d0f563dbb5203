"""Pages for when something is amiss: they say what, keep what was typed, and give nothing away."""

from datetime import timedelta

import pytest
from flask import Flask, render_template

from tests.factories import NOW, make_cast, make_user
from tests.visitor import Visitor, assert_strict_html, statements


def test_a_missing_page_does_not_tell_whether_it_exists_for_others(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    client.sign_in(cast.ana)

    here, nowhere = f"/office/funds/{cast.fund.id}", "/office/funds/999999"
    hidden, missing = client.get(here), client.get(nowhere)

    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert "There is nothing here" in hidden.text
    assert hidden.text.replace(here, "") == missing.text.replace(nowhere, "")


def test_a_step_that_is_not_ones_own_is_refused_in_words(app: Flask, client: Visitor) -> None:
    client.sign_in(make_user())

    answer = client.get("/office/funds/new")

    assert (answer.status_code, "This is not yours to do" in answer.text) == (403, True)


def test_too_much_at_once_is_refused_in_words(app: Flask, client: Visitor) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100

    answer = client.post("/register", data={"name": "x" * 200})

    assert (answer.status_code, "That is too big" in answer.text) == (413, True)


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 413, 422, 429])
def test_every_error_page_is_sound_in_dutch(app: Flask, status: int) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "nl"}):
        page = render_template(f"errors/{status}.html")

    assert_strict_html(page)
    assert '<html lang="nl">' in page
    assert f'<p class="kicker">{status}</p>' in page


def test_two_texts_stand_side_by_side(app: Flask) -> None:
    given = {
        "mine": "My words\nand more",
        "theirs": "Their <b>words</b>",
        "changed_by": "Noor",
        "changed_at": NOW + timedelta(hours=1),
    }

    with app.test_request_context("/"):
        page = render_template("errors/409.html", **given)

    assert "Noor changed this on Sunday 22 November 2026, 11:00" in page
    assert "My words\nand more" in page
    assert "Their &lt;b&gt;words&lt;/b&gt;" in page


def test_the_last_resort_asks_the_database_nothing(app: Flask) -> None:
    with app.test_request_context("/"), statements() as seen:
        page = render_template("errors/500.html", request_id="k3y")

    assert_strict_html(page)
    assert seen == []
    assert "Something went wrong on our side" in page
    assert "Er ging bij ons iets mis" in page
    assert "k3y" in page
