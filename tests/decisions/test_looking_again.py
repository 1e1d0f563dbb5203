"""Answers to appeals: by people outside of the decision; a change takes the application up again."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from fundapp.accounts.models import RoleName, User
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.decisions import appeals, service
from fundapp.decisions.models import Appeal, AppealState, DecisionState, Finding, Outcome
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
    given = {"finding": Finding.UPHOLD, "text": "We read it again.", "actor": told.zoe, "at": SOON}

    with pytest.raises(Refusal):
        appeals.propose_answer(appeal, **given)  # type: ignore[arg-type]
    appeals.hear(appeal, on=date(2026, 11, 25), summary="She explained the letter.", actor=told.zoe, at=SOON)
    appeals.propose_answer(appeal, **given)  # type: ignore[arg-type]
    appeals.agree(appeal, actor=told.scene.cast.sol, at=SOON)

    assert (appeal.state, told.decision.state) == (AppealState.UPHELD, DecisionState.RELEASED)
    assert mails("appeal-answered") == [told.scene.cast.ana.email]


def test_a_changed_decision_is_replaced_and_the_application_taken_up_again(told: Told) -> None:
    appeal = told.in_hand()

    propose(appeal, told, Finding.CHANGE)
    appeals.agree(appeal, actor=told.scene.cast.max, at=SOON)
    db.session.flush()

    assert (appeal.state, told.decision.state, told.scene.ana.state) == (
        AppealState.CHANGED, DecisionState.SUPERSEDED, A.IN_REVIEW,
    )  # fmt: skip
    again = told.scene.propose(actor=told.zoe)
    assert (again.number, again.state) == (2, DecisionState.PROPOSED)


# --- two people -------------------------------------------------------------------------------


def propose(appeal: Appeal, told: Told, finding: Finding = Finding.UPHOLD) -> None:
    appeals.propose_answer(
        appeal, finding=finding, text="We read it again.", internal="No hearing was asked for.",
        actor=told.zoe, at=SOON,
    )  # fmt: skip
    db.session.flush()


def manager(told: Told, name: str) -> User:
    return make_user(name, roles={told.scene.cast.fund: [RoleName.MANAGER]})


def test_an_answer_is_read_by_a_colleague_before_it_goes_out(told: Told) -> None:
    yan = manager(told, "Yan Yssel")
    appeal = told.in_hand()

    propose(appeal, told)

    assert (appeal.state, appeal.answer, mails("appeal-answered")) == (AppealState.PROPOSED, "", [])
    assert mails("appeal-to-agree") == [yan.email]  # who decided is not asked while there is somebody else
    with pytest.raises(MoveRefused):
        appeals.agree(appeal, actor=told.zoe, at=SOON)
    with pytest.raises(MoveRefused):
        appeals.agree(appeal, actor=told.scene.cast.sol, at=SOON)
    appeals.agree(appeal, actor=yan, at=SOON)
    db.session.flush()
    assert (appeal.state, appeal.answer, appeal.agreed_by) == (
        AppealState.UPHELD,
        "We read it again.",
        yan.id,
    )
    assert mails("appeal-answered") == [told.scene.cast.ana.email]


def test_where_nobody_else_is_left_who_decided_agrees_and_the_log_says_so(told: Told) -> None:
    appeal = told.in_hand()
    propose(appeal, told)

    able = {user.id for user in appeals.who_agrees(appeal)}
    appeals.agree(appeal, actor=told.scene.cast.sol, at=SOON)

    assert able == {told.scene.cast.sol.id, told.scene.cast.max.id}
    found = db.session.scalar(select(AuditEvent).where(AuditEvent.verb == "uphold"))
    assert found.detail == {"took_part": True}


def test_a_tied_manager_does_not_agree(told: Told) -> None:
    appeal = told.in_hand()
    propose(appeal, told)
    make_conflict(told.scene.ana, told.scene.cast.sol)
    db.session.expire(told.scene.ana, ["conflicts"])

    assert [user.id for user in appeals.who_agrees(appeal)] == [told.scene.cast.max.id]
    with pytest.raises(MoveRefused):
        appeals.agree(appeal, actor=told.scene.cast.sol, at=SOON)


def test_another_answer_is_asked_for_with_the_reason_and_the_text_stays(told: Told, client: Visitor) -> None:
    appeal = told.in_hand()
    propose(appeal, told)
    path = f"/office/appeals/{appeal.id}"
    client.sign_in(told.scene.cast.sol)

    bare = client.post(f"{path}/return", data={"reason": ""})
    done = client.post(f"{path}/return", data={"reason": "Say it in plainer words."})
    client.sign_in(told.zoe)
    page = client.get(path).text

    assert (bare.status_code, done.status_code, appeal.state) == (422, 302, AppealState.IN_HAND)
    assert mails("appeal-answer-returned") == [told.zoe.email]
    assert "We read it again." in page


def test_who_wrote_it_takes_it_back(told: Told, client: Visitor) -> None:
    appeal = told.in_hand()
    propose(appeal, told)
    client.sign_in(told.zoe)

    assert client.post(f"/office/appeals/{appeal.id}/take-back").status_code == 302
    assert appeal.state is AppealState.IN_HAND


def test_what_waits_for_agreement_stands_on_the_page_of_who_can(told: Told, client: Visitor) -> None:
    appeal = told.in_hand()
    propose(appeal, told)
    line = "Agree with an answer to an objection"
    client.sign_in(told.scene.cast.sol)
    alone = client.get("/to-do").text
    yan = manager(told, "Yan Yssel")

    seen = {}
    for user in (told.scene.cast.sol, told.zoe, yan):
        client.sign_in(user)
        seen[user.id] = line in client.get("/to-do").text

    assert line in alone
    assert seen == {told.scene.cast.sol.id: False, told.zoe.id: False, yan.id: True}


@pytest.mark.parametrize(
    "change", ["agreed_by = answered_by", "state = 'upheld', answer = 'x', answered_at = saved_at"]
)
def test_database_wants_two_people_for_an_answer(told: Told, change: str) -> None:
    appeal = told.in_hand()
    propose(appeal, told)

    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text(f"UPDATE appeal SET {change}"))  # noqa: S608


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
    alone = client.post(f"{path}/agree")
    client.sign_in(told.scene.cast.ana)
    before = client.get(f"/proposals/{told.scene.ana.id}/appeal").text
    client.sign_in(told.scene.cast.max)
    seen = client.get(path).text
    agreed = client.post(f"{path}/agree")
    client.sign_in(told.scene.cast.ana)
    after = client.get(f"/proposals/{told.scene.ana.id}/appeal").text

    assert (barred.status_code, unread.status_code, done.status_code) == (409, 422, 302)
    assert (alone.status_code, agreed.status_code) == (403, 302)
    assert ("We looked again." in before, "In hand" in before) == (False, True)
    assert ("We looked again." in seen, "We looked again." in after) == (True, True)


def test_a_tie_hides_the_appeal(told: Told, client: Visitor) -> None:
    appeal = told.object()
    make_conflict(told.scene.ana, told.zoe)
    client.sign_in(told.zoe)

    assert client.get(f"/office/appeals/{appeal.id}").status_code == 404
    assert told.scene.ana.title not in client.get(f"/office/rounds/{told.scene.round.id}/appeals").text
