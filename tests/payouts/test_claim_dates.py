"""Dates and lists around requests: what can be asked and until when, what is silent, who hears of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from fundapp.core import due, todo
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.grants import expiry, milestones
from fundapp.grants.models import MilestoneState
from fundapp.payouts import claim_lists, idle, service, talk
from fundapp.payouts.claim_lists import Claimable, Wish
from fundapp.payouts.models import ClaimState
from tests.factories import NOW, make_conflict
from tests.payouts.scene import Scene, make_scene
from tests.visitor import Visitor

PLANNED = date(2027, 3, 1)
LAST = date(2027, 9, 1)
OVER = datetime(2027, 9, 2, 12, tzinfo=UTC)


def planned() -> Scene:
    """The scene with both milestones planned for a day."""
    scene = make_scene()
    for one in scene.award.milestones:
        one.due_on = PLANNED
    db.session.flush()
    return scene


# --- the claim period --------------------------------------------------------------------


def test_nothing_can_be_asked_after_the_last_day(app: Flask) -> None:
    scene = planned()

    with pytest.raises(Refusal, match="September 1, 2027"):
        service.claim(scene.award, [scene.asked()], "", actor=scene.cast.ana, at=OVER)

    in_time = datetime(2027, 9, 1, 21, 59, tzinfo=UTC)  # still the first of September in Amsterdam
    assert service.claim(scene.award, [scene.asked()], "", actor=scene.cast.ana, at=in_time)


def test_request_in_time_keeps_its_milestone_open_and_may_be_mended_later(app: Flask) -> None:
    scene = planned()
    claim = scene.claim()
    service.return_claim(claim, "Add the release.", actor=scene.cast.sol, at=NOW)

    done = expiry.expire_due(OVER)
    with pytest.raises(Refusal):
        milestones.expire(scene.award.milestones[0], actor=scene.cast.sol, at=OVER, note="Late.")
    service.revise(claim, [scene.asked()], "", actor=scene.cast.ana, at=OVER)

    assert (done["expired"], done["kept"]) == (1, 1)
    assert claim.state is ClaimState.SUBMITTED
    assert [one.state for one in scene.award.milestones] == [MilestoneState.OPEN, MilestoneState.EXPIRED]


def test_what_was_approved_stays_when_the_rest_expires(app: Flask) -> None:
    scene = planned()
    scene.approved(scene.asked(1, 200_000))

    expiry.expire_due(OVER)

    assert scene.award.amount_cents == 200_000
    assert scene.award.milestones[0].state is MilestoneState.EXPIRED


@pytest.mark.parametrize("days", [60, 30, 7])
def test_grantees_are_reminded_before_the_period_ends(app: Flask, days: int) -> None:
    scene = planned()
    kind = due.KINDS["claim-window"]
    noon = datetime(2027, 9, 1, tzinfo=UTC)

    found = due.between(noon, noon + timedelta(days=1), kinds=["claim-window"])

    assert -days in kind.offsets
    assert [(row.user_id, row.subject_id) for row in found] == [(scene.cast.ana.id, scene.award.id)]
    scene.claim()
    scene.claim(scene.asked(2))
    assert due.between(noon, noon + timedelta(days=1), kinds=["claim-window"]) == []


def test_grantee_sees_what_can_be_asked_and_until_when(app: Flask, client: Visitor) -> None:
    scene = planned()
    scene.claim(scene.asked(1, 200_000))
    client.sign_in(scene.cast.ana)

    found = claim_lists.claimable([scene.award.id], date(2026, 12, 1))
    mine, grant, form = (
        client.get(path).text
        for path in ("/grants", f"/grants/{scene.award.id}", f"/grants/{scene.award.id}/claim")
    )

    assert found == {scene.award.id: Claimable(600_000, LAST)}
    assert claim_lists.claimable([scene.award.id], date(2027, 9, 2)) == {}
    assert "€6,000 can be asked" in mine
    assert all("1 Sep 2027" in page for page in (mine, grant, form))


# --- silence -----------------------------------------------------------------------------


def test_grant_is_silent_after_the_days_of_its_fund(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    scene.award.application.lead_id = scene.cast.sol.id
    db.session.flush()
    late, ids = NOW + timedelta(days=90), [scene.award.id]

    assert idle.silent_since(ids, late - timedelta(hours=1)) == {}
    assert idle.silent_since(ids, late) == {scene.award.id: NOW}
    found = due.between(late, late + timedelta(seconds=2), kinds=["silent-grant"])
    assert [(row.user_id, row.subject_id) for row in found] == [(scene.cast.sol.id, scene.award.id)]
    kinds = {line.kind for line in db.session.execute(todo.KINDS["silent_grant"].find(scene.cast.sol, late))}
    assert kinds == {"silent_grant"}
    make_conflict(scene.award.application, scene.cast.sol)
    assert due.between(late, late + timedelta(seconds=2), kinds=["silent-grant"]) == []


def test_request_or_message_breaks_the_silence(app: Flask) -> None:
    scene = make_scene()
    late, ids = NOW + timedelta(days=90), [scene.award.id]
    claim = service.claim(scene.award, [scene.asked()], "", actor=scene.cast.ana, at=NOW + timedelta(days=10))

    assert idle.silent_since(ids, late) == {}
    assert idle.silent_since(ids, late + timedelta(days=10)) != {}
    talk.ask(claim, "How does it go?", actor=scene.cast.sol, at=late)
    assert idle.silent_since(ids, late + timedelta(days=10)) == {}


def test_list_of_grants_tells_what_is_silent(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    client.sign_in(scene.cast.sol)

    now = client.get("/grants").text
    scene.cast.fund.idle_days = 7
    scene.award.state_at = NOW - timedelta(days=4000)
    for version in scene.award.agreements:
        version.in_force_at = None
    db.session.flush()

    assert "silent since" not in now
    assert "silent since" in client.get("/grants").text


# --- the office's list ---------------------------------------------------------------------


def test_office_lists_requests_by_state_age_and_lateness(app: Flask) -> None:
    scene = make_scene()
    old = scene.claim()
    new = service.claim(scene.award, [scene.asked(2)], "", actor=scene.cast.ana, at=NOW + timedelta(days=15))
    service.return_claim(new, "Mend it.", actor=scene.cast.sol, at=NOW + timedelta(days=15))
    at = NOW + timedelta(days=15, hours=1)

    def ids(wish: Wish, user: object = scene.cast.sol) -> list[int]:
        return [row.id for row in claim_lists.office_claims(user, wish, at=at)]  # type: ignore[arg-type]

    assert ids(Wish()) == [new.id, old.id]
    assert ids(Wish(state=ClaimState.RETURNED)) == [new.id]
    assert ids(Wish(days=7)) == [old.id]
    assert ids(Wish(late=True)) == [old.id]
    assert ids(Wish(fund_id=scene.cast.fund.id + 1)) == []
    assert ids(Wish(), scene.cast.ben) == []
    make_conflict(scene.award.application, scene.cast.max)
    assert ids(Wish(), scene.cast.max) == []


def test_list_of_requests_is_for_the_office(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    claim = scene.claim()
    seen = {}
    for name in ("ana", "sol", "fin", "aud"):
        client.sign_in(getattr(scene.cast, name))
        page = client.get("/claims?state=submitted&age=&late=")
        seen[name] = (page.status_code, claim.code in page.text)

    assert seen == {"ana": (403, False), "sol": (200, True), "fin": (200, True), "aud": (200, True)}
    assert "No request fits" in client.get("/claims?state=paid").text
