"""All look-alikes of a round on one page: only pairs of which one may see both, page by page."""

from itertools import pairwise

import pytest

from fundapp.applications import like_lists
from fundapp.applications.models import ApplicationState as S
from fundapp.applications.models import Likeness, LikenessState
from fundapp.core.db import db
from tests.factories import NOW, make_application, make_cast, make_conflict, make_round


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund)


def pair(one, other, ppm=400_000, **values):
    first, second = sorted((one, other), key=lambda row: row.id)
    made = Likeness(
        application_id=first.id, other_id=second.id, fund_id=one.fund_id, text_ppm=ppm, state_at=NOW, **values
    )
    db.session.add(made)
    db.session.flush()
    return made


def rows(call, user, state=LikenessState.OPEN, **values):
    return [row[0].id for row in like_lists.in_round(user, call.id, state, **values)]


def test_pairs_of_the_round_stand_the_most_alike_first(cast, call):
    one, two, three = (make_application(call, cast.ana) for _number in range(3))
    before = make_application(make_round(cast.fund), cast.ben, state=S.DECLINED)
    elsewhere = pair(before, make_application(before.round, cast.ben), 900_000)
    low, high, across = pair(one, two, 300_000), pair(two, three, 800_000), pair(three, before, 500_000)

    assert rows(call, cast.sol) == [high.id, across.id, low.id]
    assert elsewhere.id not in rows(call, cast.sol, None)


def test_pair_with_one_the_person_may_not_see_is_neither_listed_nor_counted(cast, call, client):
    one, two = (
        make_application(call, cast.ana, title="Seen"),
        make_application(call, cast.ana, title="Barred"),
    )
    pair(one, two)
    make_conflict(two, cast.sol)
    client.sign_in(cast.sol)

    page = client.get(f"/office/rounds/{call.id}/alike?state=all")

    assert rows(call, cast.sol, None) == []
    assert like_lists.counts(cast.sol, call.id)[LikenessState.OPEN] == 0
    assert ("Barred" in page.text, "Nothing looks alike." in page.text) == (False, True)


def test_what_was_said_of_them_has_lists_of_its_own(cast, call, client):
    one, two, three = (make_application(call, cast.ana, title=title) for title in ("A1", "B2", "C3"))
    pair(one, two)
    settled = pair(two, three, state=LikenessState.DIFFERENT, settled_by=cast.sol.id)
    client.sign_in(cast.max)

    page = client.get(f"/office/rounds/{call.id}/alike?state=different").text

    assert rows(call, cast.sol, LikenessState.DIFFERENT) == [settled.id]
    assert ("C3" in page, "A1" in page, "Not the same" in page) == (True, False, True)


def test_pages_go_on_where_the_last_one_ended(cast, call, client, monkeypatch):
    monkeypatch.setattr(like_lists, "PAGE", 2)
    made = [make_application(call, cast.ana, title=f"P{number}") for number in range(6)]
    for one, other in pairwise(made):
        pair(one, other, 400_000)
    client.sign_in(cast.sol)

    address, seen = f"/office/rounds/{call.id}/alike", []
    while address:
        page = client.get(address).text
        seen += [part.split('"')[0] for part in page.split('<th scope="row"><a href="')[1:]]
        found = page.partition('rel="next"')[0].rpartition('href="')
        address = found[2].rstrip('" ').replace("&amp;", "&") if 'rel="next"' in page else ""

    assert (len(seen), len(set(seen))) == (5, 5)


@pytest.mark.parametrize("place", ["x", "1", "1-x", "-", "9" * 40 + "-1", "٣-١"])
def test_strange_places_begin_at_the_beginning(cast, call, client, place):
    client.sign_in(cast.sol)

    assert client.get(f"/office/rounds/{call.id}/alike", query_string={"after": place}).status_code == 200


def test_list_of_applications_leads_here_and_reviewers_find_nothing(cast, call, client):
    make_application(call, cast.ana)
    client.sign_in(cast.sol)
    assert f"/office/rounds/{call.id}/alike" in client.get(f"/office/rounds/{call.id}/applications").text
    client.sign_in(cast.rhea)

    assert client.get(f"/office/rounds/{call.id}/alike").status_code == 404
