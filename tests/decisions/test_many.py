"""Decisions in numbers: prepared, proposed and approved together or not at all."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundapp.applications.models import Application
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.decisions import many, reasons, releasing, reserve, service
from fundapp.decisions.models import Decision, DecisionState, Letter, LetterState, Outcome
from fundapp.reviews.models import ReviewState
from fundapp.rounds.models import Round, RoundState
from tests.decisions.scene import LATER, A
from tests.factories import NOW, Cast, make_application, make_cast, make_conflict, make_review, make_round
from tests.visitor import Visitor


@dataclass
class Round3:
    """A round being decided with three applications, and Sol at the screen."""

    cast: Cast
    round: Round
    rows: list[Application]
    client: Visitor

    @property
    def base(self) -> str:
        return f"/office/rounds/{self.round.id}"

    def prepared(self, outcome: Outcome = Outcome.DECLINED, **changes: str) -> dict[str, object]:
        """What the preview would send."""
        found = many.candidates(
            self.cast.sol, self.round, [row.id for row in self.rows], outcome, "No money left."
        )
        data: dict[str, object] = {
            "once": "k", "outcome": outcome.value, "applications": [one.application.id for one in found],
        }  # fmt: skip
        for one in found:
            id = one.application.id
            data |= {f"mark-{id}": one.mark, f"text-{id}": one.to_applicant, f"amount-{id}": one.amount_text}
        return data | changes


@pytest.fixture
def three(app: Flask, client: Visitor) -> Round3:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.DECIDING)
    rows = [make_application(round, cast.ana, state=A.IN_REVIEW, title=f"Plan {n}") for n in range(3)]
    review = make_review(rows[0], cast.rhea, state=ReviewState.SUBMITTED, values=[3, 2, 6])
    review.to_applicant = "Name a second key holder."
    client.sign_in(cast.sol)
    return Round3(cast, round, rows, client)


def states() -> list[DecisionState]:
    return list(db.session.scalars(select(Decision.state).order_by(Decision.id)))


# --- proposing ----------------------------------------------------------------------


def test_preview_shows_each_letter_and_writes_nothing(three: Round3) -> None:
    ids = [row.id for row in three.rows]

    page = three.client.post(
        f"{three.base}/decisions/prepare",
        data={"applications": ids, "outcome": "declined", "text": "No money left."},
    )

    assert page.status_code == 200
    assert ("Name a second key holder." in page.text, page.text.count("No money left."), states()) == (
        True,
        3,
        [],
    )
    assert "Rhea" not in page.text


def test_all_are_proposed_together_and_once(three: Round3) -> None:
    data = three.prepared()

    first = three.client.post(f"{three.base}/decisions/propose", data=data)
    second = three.client.post(f"{three.base}/decisions/propose", data=data)

    assert (first.location, second.location) == (f"{three.base}/decisions",) * 2
    assert states() == [DecisionState.PROPOSED] * 3
    texts = set(db.session.scalars(select(Decision.to_applicant)))
    assert texts == {"Name a second key holder.\n\nNo money left.", "No money left."}


def test_one_wrong_amount_keeps_all_inside_and_all_that_was_typed(three: Round3) -> None:
    last = three.rows[-1].id
    data = three.prepared(Outcome.AWARDED, **{f"amount-{last}": "60000", f"text-{last}": "Kept text."})

    page = three.client.post(f"{three.base}/decisions/propose", data=data)

    assert (page.status_code, states()) == (422, [])
    assert ("The call gives at most €50,000." in page.text, "Kept text." in page.text) == (True, True)


def test_a_second_decider_gets_told_and_nothing_is_written(three: Round3) -> None:
    data = three.prepared()
    service.propose(
        three.rows[1],
        outcome=Outcome.RESERVE,
        amount_cents=None,
        to_applicant="",
        actor=three.cast.max,
        at=NOW,
    )

    page = three.client.post(f"{three.base}/decisions/propose", data=data)

    assert (page.status_code, states()) == (409, [DecisionState.PROPOSED])
    assert "There is a proposal already" in page.text


def test_a_tie_leaves_its_row_out(three: Round3) -> None:
    data = three.prepared()
    make_conflict(three.rows[0], three.cast.sol)

    three.client.post(f"{three.base}/decisions/propose", data=data)
    page = three.client.post(
        f"{three.base}/decisions/prepare",
        data={"applications": [three.rows[0].id], "outcome": "declined", "text": "x"},
    )

    assert len(states()) == 2
    assert "Plan 0" not in page.text


@pytest.mark.parametrize(("who", "status"), [("aud", 403), ("fin", 403), ("rhea", 404), ("ana", 404)])
def test_only_managers_decide_in_numbers(three: Round3, who: str, status: int) -> None:
    three.client.sign_in(getattr(three.cast, who))

    answers = [
        three.client.post(f"{three.base}/decisions/{do}", data={}) for do in ("prepare", "propose", "approve")
    ]

    assert {answer.status_code for answer in answers} == {status}


# --- approving ----------------------------------------------------------------------


def approvable(three: Round3) -> dict[str, object]:
    three.client.post(f"{three.base}/decisions/propose", data=three.prepared())
    rows = db.session.scalars(select(Decision)).all()
    return {"once": "a", "decisions": [row.id for row in rows]} | {
        f"shown-{row.id}": row.digest for row in rows
    }


def test_many_are_approved_and_their_letters_wait_to_be_read(three: Round3) -> None:
    data = approvable(three)
    three.client.sign_in(three.cast.max)

    three.client.post(f"{three.base}/decisions/approve", data=data)

    assert states() == [DecisionState.APPROVED] * 3
    assert set(db.session.scalars(select(Letter.state))) == {LetterState.DRAFT}
    with pytest.raises(Refusal):  # nothing goes out unread
        service.release_round(three.round, actor=three.cast.max, at=LATER)


def test_one_changed_proposal_keeps_all_unapproved(three: Round3) -> None:
    data = approvable(three)
    first = db.session.scalars(select(Decision)).first()
    assert first is not None
    data[f"shown-{first.id}"] = "old"
    three.client.sign_in(three.cast.max)

    page = three.client.post(f"{three.base}/decisions/approve", data=data)

    assert (page.status_code, states()) == (409, [DecisionState.PROPOSED] * 3)


def test_the_proposer_can_not_approve_their_own_in_numbers(three: Round3) -> None:
    page = three.client.post(f"{three.base}/decisions/approve", data=approvable(three))

    assert (page.status_code, states()) == (409, [DecisionState.PROPOSED] * 3)


# --- standing reasons, partial awards, embargo, reserve list ---------------------------


def test_a_standing_reason_is_enough_for_a_refusal_and_is_counted(three: Round3) -> None:
    reasons.add_reason(
        three.cast.fund.id, "no-licence", name={"en": "No licence", "nl": "Geen licentie"},
        text={"en": "Not under a free licence.", "nl": "Niet onder een vrije licentie."},
        outcomes=[Outcome.DECLINED], actor=three.cast.sol, at=NOW,
    )  # fmt: skip
    given = {
        "amount_cents": None,
        "to_applicant": "",
        "codes": ["no-licence"],
        "actor": three.cast.sol,
        "at": NOW,
    }

    made = service.propose(three.rows[0], outcome=Outcome.DECLINED, **given)  # type: ignore[arg-type]
    with pytest.raises(Refusal):
        service.propose(three.rows[1], outcome=Outcome.RESERVE, **given)  # type: ignore[arg-type]

    page = three.client.get(f"{three.base}/decisions").text
    assert made.reasons == ["no-licence"]
    assert ("Standing reasons given" in page, "No licence" in page) == (True, True)


def test_an_award_below_what_was_asked_needs_a_reason(three: Round3) -> None:
    given = {"outcome": Outcome.AWARDED, "amount_cents": 900_000, "actor": three.cast.sol, "at": NOW}

    with pytest.raises(Refusal):
        service.propose(three.rows[0], to_applicant="", **given)  # type: ignore[arg-type]
    made = service.propose(three.rows[1], to_applicant="Less travel.", **given)  # type: ignore[arg-type]

    assert made.state is DecisionState.PROPOSED


def test_an_embargo_holds_and_voids_no_approval(three: Round3) -> None:
    for row in three.rows:
        made = service.propose(
            row, outcome=Outcome.RESERVE, amount_cents=None, to_applicant="", actor=three.cast.sol, at=NOW
        )
        service.approve(made, actor=three.cast.max, at=NOW)
    releasing.embargo(three.round, LATER, actor=three.cast.sol, at=NOW)

    with pytest.raises(Refusal):
        service.release_round(three.round, actor=three.cast.max, at=LATER - timedelta(seconds=1))
    released = service.release_round(three.round, actor=three.cast.max, at=LATER)

    assert released == (3, 0)


def test_embargo_is_set_on_its_page(three: Round3) -> None:
    three.client.post(f"{three.base}/decisions/propose", data=three.prepared())

    three.client.post(f"{three.base}/embargo", data={"until": "2026-12-01T12:00"})
    page = three.client.get(f"{three.base}/decisions").text

    assert "Under embargo until Tuesday 1 December 2026, 12:00" in page
    assert three.client.get(f"{three.base}/embargo").status_code == 200


def test_the_reserve_list_has_an_order_that_can_be_changed(three: Round3) -> None:
    made = [
        service.propose(
            row, outcome=Outcome.RESERVE, amount_cents=None, to_applicant="", actor=three.cast.sol, at=NOW
        )
        for row in three.rows
    ]
    assert [one.reserve_place for one in made] == [1, 2, 3]

    three.client.post(f"/office/decisions/{made[2].id}/place", data={"up": "1", "shown": "3"})
    stale = three.client.post(f"/office/decisions/{made[2].id}/place", data={"up": "1", "shown": "3"})
    listed = [row.id for row in reserve.reserve_list(three.cast.sol, three.round)]

    assert (stale.status_code, listed) == (409, [made[0].id, made[2].id, made[1].id])
    assert "Plan 2" in three.client.get(f"{three.base}/reserve").text


def test_a_released_list_is_reordered_with_a_reason_only(three: Round3) -> None:
    for row in three.rows:
        made = service.propose(
            row, outcome=Outcome.RESERVE, amount_cents=None, to_applicant="", actor=three.cast.sol, at=NOW
        )
        service.approve(made, actor=three.cast.max, at=NOW)
    service.release_round(three.round, actor=three.cast.max, at=LATER)

    with pytest.raises(Refusal):
        reserve.move(made, up=True, shown=3, actor=three.cast.sol, at=LATER)
    reserve.move(made, up=True, shown=3, note="Drawn by lot.", actor=three.cast.sol, at=LATER)

    assert made.reserve_place == 2


# --- how many queries --------------------------------------------------------------------


@pytest.mark.parametrize("page", ["decisions", "letters", "reserve", "appeals", "meetings"])
def test_pages_ask_the_same_for_one_and_for_fifty(three: Round3, page: str) -> None:
    def add(count: int) -> None:
        for _ in range(count):
            row = make_application(three.round, three.cast.ben, state=A.IN_REVIEW)
            made = service.propose(
                row, outcome=Outcome.RESERVE, amount_cents=None, to_applicant="", actor=three.cast.sol, at=NOW
            )
            service.approve(made, actor=three.cast.max, at=NOW)

    add(1)
    three.client.get(f"{three.base}/{page}")
    one = len(three.client.statements)
    add(52)
    three.client.get(f"{three.base}/{page}")

    assert len(three.client.statements) == one


def test_long_lists_have_pages(three: Round3) -> None:
    for n in range(55):
        make_application(three.round, three.cast.ben, state=A.IN_REVIEW, title=f"Long {n:02}")

    first, second = (three.client.get(f"{three.base}/decisions?page={n}").text for n in (1, 2))

    count = db.session.scalar(select(func.count(Application.id)))
    assert (first.count('name="applications"'), second.count('name="applications"'), count) == (50, 8, 58)
    assert "Page 2 of 2" in second
