"""Pages about ties: a manager hands over, the office adds what it knows, a manager decides."""

import pytest
from sqlalchemy import select

from fundapp.applications.models import (
    ApplicationState,
    Conflict,
    ConflictKind,
    ConflictSource,
    ConflictState,
)
from fundapp.core.db import db
from fundapp.reviews.models import ReviewState
from tests.factories import make_application, make_cast, make_conflict, make_review, make_round
from tests.visitor import Visitor


@pytest.fixture
def cast(app):
    return make_cast()


@pytest.fixture
def application(cast):
    return make_application(make_round(cast.fund), cast.ana, state=ApplicationState.IN_REVIEW)


def tie_of(application, user) -> Conflict | None:
    return db.session.scalar(
        select(Conflict).where(Conflict.application_id == application.id, Conflict.user_id == user.id)
    )


def test_manager_with_a_tie_hands_over_and_sees_nothing_more(cast, application, client: Visitor):
    application.lead_id = cast.sol.id
    client.sign_in(cast.sol)
    page = f"/office/applications/{application.id}"

    asked = client.get(f"{page}/ties/mine")
    done = client.post(f"{page}/ties/mine", data={"kind": "family", "note": "", "heir": str(cast.max.id)})

    assert asked.status_code == 200
    assert done.location == f"/office/rounds/{application.round_id}/applications"
    assert client.get(page).status_code == 404
    assert application.title not in client.get(done.location).text
    assert application.lead_id == cast.max.id


def test_own_tie_wants_its_kind(cast, application, client: Visitor):
    client.sign_in(cast.sol)

    back = client.post(f"/office/applications/{application.id}/ties/mine", data={"note": "My sister"})

    assert back.status_code == 422
    assert "My sister" in back.text
    assert tie_of(application, cast.sol) is None


def test_office_adds_a_tie_and_the_review_ends_at_once(cast, application, client: Visitor):
    review = make_review(application, cast.rhea, state=ReviewState.ACCEPTED)
    client.sign_in(cast.sol)

    done = client.post(
        f"/office/applications/{application.id}/ties/add",
        data={"person": str(cast.rhea.id), "kind": "administrative", "note": "Ruling", "is_pinned": "y"},
    )  # fmt: skip

    tie = tie_of(application, cast.rhea)
    assert done.status_code == 302
    assert tie is not None
    assert (tie.kind, tie.source, tie.is_pinned, tie.settled_by) == (
        ConflictKind.ADMINISTRATIVE,
        ConflictSource.OFFICE,
        True,
        cast.sol.id,
    )
    assert review.state is ReviewState.DECLINED
    client.sign_in(cast.rhea)
    assert client.get(f"/reviews/{review.id}").status_code == 404


def test_office_does_not_add_its_own_tie_nor_that_of_a_stranger(cast, application, client: Visitor):
    client.sign_in(cast.sol)
    page = f"/office/applications/{application.id}/ties/add"

    answers = [
        client.post(page, data={"person": str(person.id), "kind": "family", "note": "x"}).status_code
        for person in (cast.sol, cast.ben)
    ]

    assert answers == [422, 422]
    assert tie_of(application, cast.sol) is None


def test_pinned_by_the_office_is_settled_by_a_manager_only(cast, application, client: Visitor):
    tie = make_conflict(application, cast.rhea, is_pinned=True)
    tie.source = ConflictSource.OFFICE
    client.sign_in(cast.sol)

    done = client.post(f"/office/ties/{tie.id}", data={"state": "clear", "note": "Was long ago"})

    assert done.status_code == 302
    assert (tie.state, tie.is_pinned, tie.settled_by) == (ConflictState.CLEAR, False, cast.sol.id)


def test_dossier_says_why_a_tie_is_possible(cast, application, client: Visitor):
    make_conflict(
        application, cast.rhea, ConflictState.HINTED, reasons=[{"why": "together", "who": "Ana Alders"}]
    )
    client.sign_in(cast.sol)

    page = client.get(f"/office/applications/{application.id}").text

    assert "Applied together with Ana Alders before." in page


@pytest.mark.parametrize("who", ["fin", "aud", "rhea", "ana"])
def test_only_managers_add_ties(cast, application, client: Visitor, who):
    client.sign_in(getattr(cast, who))

    codes = [
        client.get(f"/office/applications/{application.id}/ties/{page}").status_code
        for page in ("mine", "add")
    ]

    assert set(codes) <= {403, 404}
