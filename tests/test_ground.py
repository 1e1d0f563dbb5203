"""The test ground itself: what is written is taken back, and broken pages are noticed."""

import pytest
from sqlalchemy import func, select

from fundapp.accounts.models import User
from tests.factories import make_user
from tests.visitor import assert_strict_html


@pytest.mark.parametrize("turn", ["first", "second"])
def test_commits_are_taken_back(session, turn):
    make_user()
    session.commit()

    assert session.scalar(select(func.count(User.id))) == 1


def test_copy_of_the_database_is_migrated_and_empty(database):
    with database.copy() as url:
        assert url.startswith(database.engine)


def test_client_sees_what_the_test_added_and_who_is_signed_in(session, client):
    ana, ben = make_user("Ana Alders"), make_user("Ben Bos")

    client.sign_in(ana)
    as_ana = client.get("/account").text
    client.sign_in(ben)
    as_ben = client.get("/account").text

    assert "Ana Alders" in as_ana
    assert "Ben Bos" not in as_ana
    assert "Ben Bos" in as_ben


PAGE = "<!doctype html><html lang=en><title>T</title><body>{}</body></html>"


@pytest.mark.parametrize("body", ["<p><div></p>", "<b>", '<i id="a"></i><i id="a"></i>', "<p/>"])
def test_faults_in_html_are_noticed(body):
    with pytest.raises(AssertionError):
        assert_strict_html(PAGE.format(body))


def test_strict_html_is_let_through():
    assert_strict_html(PAGE.format('<p id="a">Text<p id="b">More <svg><path d="M0 0"/></svg>'))
