"""Answers to appeals: by people outside of the decision; a change takes the application up again."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from fundapp.accounts.models import RoleName
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.decisions import appeals, service
from fundapp.decisions.models import AppealState, DecisionState, Outcome
from tests.decisions.scene import LATER, A, Scene
from tests.decisions.told import SOON, Told, mails
from tests.factories import NOW, make_application, make_cast, make_conflict, make_fund, make_round, make_user
from tests.visitor import Visitor

# --- answering ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["sol", "max"])
def test_who_decided_does_not_look_again(told: Told, who: str) -> None:
    appeal = told.object()

    with pytest.raises(MoveRefused):
        appeals.take(appeal, actor=getattr(told.scene.cast, who), at=SOON)


def test_the_first_of_two_approvers_does_not_look_again(app: Flask) -> None:
    cast = make_cast(make_fund(approvals_needed=2))
    zoe = make_user("Zoe Zand", roles={cast.fund: [RoleName.MANAGER]})
    round = make_round(cast.fund, state="deciding")  # type: ignore[arg-type]
    ana = make_application(round, cast.ana, state=A.IN_REVIEW)
    make_application(round, cast.ben, state=A.DECLINED)
    decision = Scene(cast, round, ana, ana).propose(outcome=Outcome.DECLINED)
    service.approve(decision, actor=zoe, at=NOW)
    service.approve(decision, actor=cast.max, at=NOW)
    service.release(decision, actor=cast.max, at=LATER)
    appeal = appeals.send_in(decision, grounds="Why?", actor=cast.ana, at=SOON)
    db.session.flush()

    with pytest.raises(MoveRefused):
        appeals.take(appeal, actor=zoe, at=SOON)


@pytest.mark.parametrize("column", ["handler_id", "answered_by"])
@pytest.mark.parametrize("hand", ["proposed_by", "approved_by", "released_by"])
def test_database_keeps_the_same_hands_away(told: Told, column: str, hand: str) -> None:
    told.object()

    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text(f"UPDATE appeal SET {column} = {hand}"))  # noqa: S608


@pytest.mark.parametrize(
    "change",
    [
        "proposed_by = written_by", "state = 'in_hand'", "state = 'upheld'", "grounds = ''", "due_on = NULL",
        "is_late = (1 = 1)",
    ],
)  # fmt: skip
def test_database_refuses_an_appeal_that_cannot_be(told: Told, change: str) -> None:
    told.object()

    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text(f"UPDATE appeal SET {change}"))  # noqa: S608


def test_an_objection_wants_a_hearing_or_the_reason_why_not(told: Told) -> None:
    appeal = told.in_hand()
    given = {"is_changed": False, "text": "We read it again.", "actor": told.zoe, "at": SOON}

    with pytest.raises(Refusal):
        appeals.answer(appeal, **given)  # type: ignore[arg-type]
    appeals.hear(appeal, on=date(2026, 11, 25), summary="She explained the letter.", actor=told.zoe, at=SOON)
    appeals.answer(appeal, **given)  # type: ignore[arg-type]

    assert (appeal.state, told.decision.state) == (AppealState.UPHELD, DecisionState.RELEASED)
    assert mails("appeal-answered") == [told.scene.cast.ana.email]


def test_a_changed_decision_is_replaced_and_the_application_taken_up_again(told: Told) -> None:
    appeal = told.in_hand()

    appeals.answer(appeal, is_changed=True, text="You were right.", actor=told.zoe, at=SOON)
    db.session.flush()

    assert (appeal.state, told.decision.state, told.scene.ana.state) == (
        AppealState.CHANGED, DecisionState.SUPERSEDED, A.IN_REVIEW,
    )  # fmt: skip
    again = told.scene.propose(actor=told.zoe)
    assert (again.number, again.state) == (2, DecisionState.PROPOSED)


def test_the_term_is_made_longer_once(told: Told) -> None:
    appeal = told.in_hand()
    appeals.extend(appeal, reason="We wait for an expert.", actor=told.zoe, at=SOON)

    with pytest.raises(Refusal):
        appeals.extend(appeal, reason="Again.", actor=told.zoe, at=SOON)

    assert appeal.due_on == date(2027, 3, 30)
    assert mails("appeal-extended") == [told.scene.cast.ana.email]


def test_taking_it_back_ends_it_and_tells_the_handler(told: Told) -> None:
    appeal = told.in_hand()

    appeals.withdraw(appeal, actor=told.scene.cast.ana, at=SOON)
    again = told.object(at=SOON + timedelta(days=1))

    assert (appeal.state, again.state, mails("appeal-withdrawn")) == (
        AppealState.WITHDRAWN, AppealState.RECEIVED, [told.zoe.email],
    )  # fmt: skip


def test_the_whole_way_on_the_office_s_page(told: Told, client: Visitor) -> None:
    appeal = told.object()
    path = f"/office/appeals/{appeal.id}"
    client.sign_in(told.scene.cast.sol)
    barred = client.post(f"{path}/take")
    client.sign_in(told.zoe)

    client.post(f"{path}/take")
    unread = client.post(f"{path}/answer", data={"once": "k", "finding": "uphold", "text": "No."})
    client.post(f"{path}/hearing", data={"on": "2026-11-22", "summary": "By phone."})
    client.post(f"{path}/extend", data={"reason": "Holidays."})
    done = client.post(f"{path}/answer", data={"once": "l", "finding": "uphold", "text": "We looked again."})
    client.sign_in(told.scene.cast.ana)

    assert (barred.status_code, unread.status_code, done.status_code) == (409, 422, 302)
    assert "We looked again." in client.get(f"/proposals/{told.scene.ana.id}/appeal").text


def test_a_tie_hides_the_appeal(told: Told, client: Visitor) -> None:
    appeal = told.object()
    make_conflict(told.scene.ana, told.zoe)
    client.sign_in(told.zoe)

    assert client.get(f"/office/appeals/{appeal.id}").status_code == 404
    assert told.scene.ana.title not in client.get(f"/office/rounds/{told.scene.round.id}/appeals").text
