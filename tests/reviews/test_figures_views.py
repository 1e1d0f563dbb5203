"""The page of statistics, and the figures beside the ranking."""

import pytest

from fundapp.accounts.models import RoleName
from fundapp.reviews.models import ReviewState
from tests.factories import give_role, make_conflict, make_review, make_user
from tests.reviews.scene import judge

URLS = ("/office/rounds/{}/statistics", "/office/rounds/{}/ranking")


@pytest.fixture
def sol(round):
    """Give a manager of the round's fund."""
    sol = make_user("Sol Again")
    give_role(sol, round.fund, RoleName.MANAGER)
    return sol


@pytest.mark.parametrize("url", URLS)
def test_pages_show_what_is_not_calibrated_and_what_is_sure(client, round, sol, url):
    judge(round, [3, 2, 6], [1, 2, 3], title="Tide tables")
    client.sign_in(sol)

    page = client.get(url.format(round.id))

    assert page.status_code == 200
    assert "Tide tables" in page.text
    assert "not calibrated" in page.text
    assert "100%" in page.text  # alone, it fits the money always


@pytest.mark.parametrize("url", URLS)
def test_pages_show_nothing_of_what_a_tie_hides(client, round, sol, url):
    hidden = judge(round, [3, 2, 6], title="Hidden harbour")
    judge(round, [1, 2, 3], title="Plain sight")
    make_conflict(hidden, sol)
    client.sign_in(sol)

    page = client.get(url.format(round.id))

    assert "Plain sight" in page.text
    assert "Hidden harbour" not in page.text
    assert hidden.code not in page.text


def test_statistics_wait_for_ones_own_review(client, round, sol):
    mine = judge(round, [3, 2, 6], title="Still mine to judge")
    make_review(mine, sol, state=ReviewState.ACCEPTED)
    client.sign_in(sol)

    page = client.get(f"/office/rounds/{round.id}/statistics")

    assert "Still mine to judge" not in page.text
    assert "No review is in yet." in page.text


def test_statistics_are_not_for_reviewers(client, round):
    client.sign_in(make_user())

    assert client.get(f"/office/rounds/{round.id}/statistics").status_code in {403, 404}
