"""Appeals: drafts stay private, terms are kept, people outside of the decision answer, a change reopens."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from fundapp.accounts.models import RoleName, User
from fundapp.core import jobs
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.decisions import appeals, service
from fundapp.decisions.models import Appeal, AppealState, Decision, DecisionState, Outcome
from fundapp.decisions.workflow import APPEAL_WORDS, workflow
from fundapp.decisions.workflow import appeals as flow
from fundapp.funds.models import Regime
from tests.decisions.scene import LATER, A, Scene
from tests.factories import NOW, make_application, make_cast, make_conflict, make_fund, make_round, make_user
from tests.visitor import Visitor

SOON = LATER + timedelta(days=7)


@dataclass
class Told:
    """Ana's application is declined; Sol proposed, Max approved and released; Zoe manages too."""

    scene: Scene
    decision: Decision
    zoe: User

    def object(self, at: datetime = SOON, **values: str) -> Appeal:
        given = {"grounds": "You missed our letter of support.", **values}
        made = appeals.send_in(self.decision, actor=self.scene.cast.ana, at=at, **given)  # type: ignore[arg-type]
        db.session.flush()
        return made

    def in_hand(self) -> Appeal:
        appeal = self.object()
        appeals.take(appeal, actor=self.zoe, at=SOON)
        return appeal


def tell(regime: Regime) -> Told:
    cast = make_cast(make_fund(legal_regime=regime))
    round = make_round(cast.fund, state="deciding")  # type: ignore[arg-type]
    ana, ben = (make_application(round, owner, state=A.IN_REVIEW) for owner in (cast.ana, cast.ben))
    scene = Scene(cast, round, ana, ben)
    decision = scene.approved(outcome=Outcome.DECLINED)
    service.release(decision, actor=cast.max, at=LATER)
    db.session.flush()
    zoe = make_user("Zoe Zand", roles={cast.fund: [RoleName.MANAGER]})
    return Told(scene, decision, zoe)


@pytest.fixture
def told(app: Flask) -> Told:
    return tell(Regime.AWB)


def mails(name: str) -> list[str]:
    return list(db.session.scalars(select(Outbox.address).where(Outbox.name == name).order_by(Outbox.id)))


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


# --- reminders ------------------------------------------------------------------------------


def test_each_reminder_goes_once(told: Told) -> None:
    appeal = told.in_hand()  # due on 15 February
    for day in ("2027-01-31", "2027-02-01", "2027-02-02", "2027-02-12", "2027-02-13", "2027-02-16"):
        jobs.run("decision-terms", datetime.fromisoformat(f"{day}T09:00:00+00:00"))

    assert mails("appeal-due") == [told.zoe.email] * 2
    assert appeal.state is AppealState.IN_HAND


def test_managers_are_reminded_of_the_promised_day(told: Told) -> None:
    told.scene.round.decide_by_on = date(2026, 12, 10)
    db.session.flush()
    for day in ("2026-11-25", "2026-11-27", "2026-12-08", "2026-12-09"):
        jobs.run("decision-terms", datetime.fromisoformat(f"{day}T09:00:00+00:00"))

    cast = told.scene.cast
    assert sorted(mails("decisions-due")) == sorted([cast.sol.email, cast.max.email, told.zoe.email] * 2)


# --- who may do what --------------------------------------------------------------------------

S = AppealState
OFFERED = {
    ("applicant", S.DRAFT): ["send_in", "withdraw"],
    ("applicant", S.RECEIVED): ["withdraw"],
    ("applicant", S.IN_HAND): ["withdraw"],
    ("outsider", S.RECEIVED): ["take"],
    ("outsider", S.IN_HAND): ["uphold", "change"],
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
            " answer = 'x', state = :s"
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
