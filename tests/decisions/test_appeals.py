"""Appeals: drafts stay private, terms are kept, both sides are told, each role has its moves."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from fundapp.accounts.models import User
from fundapp.core import due
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.decisions import appeals
from fundapp.decisions.models import Appeal, AppealState, DecisionState, Outcome
from fundapp.decisions.workflow import APPEAL_WORDS, workflow
from fundapp.decisions.workflow import appeals as flow
from fundapp.funds.models import Regime
from tests.decisions.scene import LATER
from tests.decisions.told import SOON, Told, mails, tell
from tests.factories import make_conflict
from tests.visitor import Visitor

# --- asking -------------------------------------------------------------------------------


def test_a_draft_is_the_applicant_s_alone(told: Told, client: Visitor) -> None:
    path = f"/proposals/{told.scene.ana.id}/appeal"
    client.sign_in(told.scene.cast.ana)

    client.post(path, data={"once": "a", "grounds": "Half a thought"})
    page = client.get(path).text
    client.sign_in(told.zoe)
    (draft,) = db.session.scalars(select(Appeal))

    assert ("Half a thought" in page, draft.state) == (True, AppealState.DRAFT)
    assert client.get(f"/office/appeals/{draft.id}").status_code == 404
    assert "Nothing came in." in client.get(f"/office/rounds/{told.scene.round.id}/appeals").text


def test_sending_tells_both_sides_and_sets_the_term(told: Told, client: Visitor) -> None:
    client.sign_in(told.scene.cast.ana)
    data = {"once": "a", "grounds": "You missed our letter.", "send": "1"}

    client.post(f"/proposals/{told.scene.ana.id}/appeal", data=data)
    client.post(f"/proposals/{told.scene.ana.id}/appeal", data=data)

    (sent,) = db.session.scalars(select(Appeal))
    assert (sent.state, sent.kind.value) == (AppealState.RECEIVED, "objection")
    assert mails("appeal-received") == [told.scene.cast.ana.email]
    assert mails("appeal-to-handle") == [told.zoe.email]  # neither Sol nor Max, who decided


def test_an_objection_term_ends_after_six_weeks_and_is_answered_six_weeks_later(told: Told) -> None:
    appeal = told.object()

    assert (appeal.term_ends_on, appeal.due_on) == (date(2027, 1, 4), date(2027, 2, 15))


def test_a_late_objection_says_why(told: Told) -> None:
    late = LATER + timedelta(weeks=7)

    with pytest.raises(Refusal):
        told.object(at=late)
    appeal = told.object(at=late, late_reason="I was in hospital.")

    assert (appeal.is_late, appeal.late_reason) == (True, "I was in hospital.")


def test_a_request_under_private_law_comes_within_its_term(app: Flask) -> None:
    private = tell(Regime.PRIVATE)

    with pytest.raises(Refusal):
        private.object(at=LATER + timedelta(weeks=7), late_reason="Holiday.")
    appeal = private.object()

    assert (appeal.kind.value, appeal.due_on) == ("explanation", date(2027, 1, 11))


def test_an_empty_objection_is_shown_again(told: Told, client: Visitor) -> None:
    client.sign_in(told.scene.cast.ana)

    page = client.post(
        f"/proposals/{told.scene.ana.id}/appeal", data={"once": "a", "grounds": " ", "send": "1"}
    )

    assert page.status_code == 422
    assert "Say what you do not agree with, or do not understand." in page.text


@pytest.mark.parametrize("who", ["ben", "sol", "rhea"])
def test_nobody_else_objects(told: Told, client: Visitor, who: str) -> None:
    client.sign_in(getattr(told.scene.cast, who))
    path = f"/proposals/{told.scene.ana.id}/appeal"

    assert (client.get(path).status_code, client.post(path, data={"send": "1"}).status_code) == (404, 404)


def test_before_the_release_there_is_nothing_to_object_to(told: Told, client: Visitor) -> None:
    told.scene.approved(told.scene.ben, outcome=Outcome.DECLINED)
    client.sign_in(told.scene.cast.ben)

    assert client.get(f"/proposals/{told.scene.ben.id}/appeal").status_code == 404


# --- reminders ------------------------------------------------------------------------------


def _reminded(kind: str, day: str) -> set[str]:
    """Give who has this kind of date on a day."""
    first = datetime.fromisoformat(f"{day}T00:00:00+00:00")
    rows = due.between(first, first + timedelta(days=1), kinds=(kind,))
    return set(db.session.scalars(select(User.email).where(User.id.in_([row.user_id for row in rows]))))


def test_an_appeal_falls_due_for_who_has_it_in_hand(told: Told) -> None:
    appeal = told.in_hand()

    assert str(appeal.due_on) == "2027-02-15"
    assert _reminded("appeal-answer", "2027-02-15") == {told.zoe.email}


def test_an_appeal_falls_due_for_nobody_who_decided_or_is_tied(told: Told) -> None:
    appeal = told.object()
    make_conflict(told.scene.ana, told.zoe)
    db.session.flush()

    assert _reminded("appeal-answer", str(appeal.due_on)) == set()


def test_managers_are_reminded_of_the_promised_day(told: Told) -> None:
    told.scene.round.decide_by_on = date(2026, 12, 10)
    db.session.flush()

    cast = told.scene.cast
    assert _reminded("decide-by", "2026-12-10") == {cast.sol.email, cast.max.email, told.zoe.email}


# --- who may do what --------------------------------------------------------------------------

S = AppealState
OFFERED = {
    ("applicant", S.DRAFT): ["send_in", "withdraw"],
    ("applicant", S.RECEIVED): ["withdraw"],
    ("applicant", S.IN_HAND): ["withdraw"],
    ("outsider", S.RECEIVED): ["take"],
    ("applicant", S.PROPOSED): ["withdraw"],
    ("outsider", S.IN_HAND): ["propose_answer"],
    ("outsider", S.PROPOSED): ["take_answer_back"],
    ("proposer", S.PROPOSED): ["return_answer", "uphold", "change"],
    ("releaser", S.PROPOSED): ["return_answer", "uphold", "change"],
}


@pytest.mark.parametrize(
    "role", ["applicant", "outsider", "proposer", "releaser", "tied", "auditor", "clock"]
)
@pytest.mark.parametrize("state", S)
def test_appeal_offers_each_role_exactly_its_moves(told: Told, role: str, state: AppealState) -> None:
    cast = told.scene.cast
    people = {
        "applicant": cast.ana, "outsider": told.zoe, "proposer": cast.sol, "releaser": cast.max,
        "tied": told.zoe, "auditor": cast.aud, "clock": None,
    }  # fmt: skip
    appeal = appeals.keep(told.decision, grounds="x", actor=cast.ana, at=SOON)
    if role == "tied":
        make_conflict(told.scene.ana, told.zoe)
    db.session.execute(text("UPDATE appeal SET handler_id = :z, answered_by = :z"), {"z": told.zoe.id})
    db.session.execute(
        text(
            "UPDATE appeal SET received_at = saved_at, due_on = term_ends_on, answered_at = saved_at,"
            " answer = 'x', proposed_answer = 'x', proposed_at = saved_at, finding = 'uphold',"
            " agreed_by = proposed_by, state = :s"
        ),
        {"s": state.value},
    )
    db.session.refresh(appeal)

    offered = [move.name for move in flow.open_to(people[role], appeal)]

    assert offered == OFFERED.get((role, state), [])


def test_every_state_of_an_appeal_has_a_word() -> None:
    assert set(APPEAL_WORDS) == set(S)
    assert workflow["supersede"].target is DecisionState.SUPERSEDED


def test_to_do_page_names_who_may_look_again(told: Told, client: Visitor) -> None:
    told.object()
    found = {}
    for name, person in (("zoe", told.zoe), ("sol", told.scene.cast.sol)):
        client.sign_in(person)
        found[name] = "Look again at a decision" in client.get("/to-do").text

    assert found == {"zoe": True, "sol": False}
