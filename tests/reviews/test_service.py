"""Asking, answering, handing in; ties that close a proposal at once."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.accounts.models import RoleName, User
from fundapp.applications import service as applications
from fundapp.applications.models import (
    Access,
    Application,
    ApplicationState,
    Capacity,
    Conflict,
    ConflictKind,
    ConflictState,
    Level,
)
from fundapp.applications.queries import live_access, seen_application
from fundapp.core import jobs
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.reviews import office, pool, queries, service
from fundapp.reviews.models import Review, ReviewState, Standing
from fundapp.rounds import service as rounds
from fundapp.rounds.models import Round, RoundState
from tests.factories import (
    NOW,
    Cast,
    give_role,
    make_application,
    make_cast,
    make_conflict,
    make_review,
    make_round,
    make_user,
)

LATER = NOW + timedelta(days=1)


@dataclass
class Scene:
    """Everybody, a round in review and Ana's application."""

    cast: Cast
    round: Round
    application: Application

    def ask(self, reviewer: User | None = None) -> Review:
        review = service.assign(self.application, reviewer or self.cast.rhea, actor=self.cast.sol, at=NOW)
        db.session.flush()
        return review


@pytest.fixture
def scene(app: Flask) -> Scene:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.REVIEWING)
    return Scene(cast, round, make_application(round, cast.ana, state=ApplicationState.IN_REVIEW))


def mails(name: str) -> list[Outbox]:
    return list(db.session.scalars(select(Outbox).where(Outbox.name == name).order_by(Outbox.id)))


def access(scene: Scene) -> Access | None:
    return live_access(scene.application.id, scene.cast.rhea.id, Capacity.REVIEWER)


# --- asking ------------------------------------------------------------------


def test_assign_gives_a_card_and_one_mail(scene: Scene) -> None:
    review = scene.ask()

    assert (review.state, review.due_at) == (ReviewState.INVITED, scene.round.stage.reviews_due_at)
    assert access(scene).level is Level.CARD
    assert seen_application(scene.cast.rhea, scene.application.id) is None
    (mail,) = mails("review-invited")
    assert (mail.user_id, mail.application_id) == (scene.cast.rhea.id, scene.application.id)
    assert scene.application.title in mail.body_text


def test_assign_all_writes_one_mail_and_says_what_it_left_out(scene: Scene) -> None:
    other = make_application(scene.round, scene.cast.ben, state=ApplicationState.IN_REVIEW)
    tied = make_application(scene.round, state=ApplicationState.IN_REVIEW)
    make_conflict(tied, scene.cast.rhea)

    made, refused = service.assign_all(
        [scene.application, other, tied], scene.cast.rhea, actor=scene.cast.sol, at=NOW
    )

    assert [review.application_id for review in made] == [scene.application.id, other.id]
    assert refused == [(tied, "Rhea Rood has a tie with this proposal.")]
    (mail,) = mails("review-invited")
    assert mail.application_id is None
    assert (scene.application.title in mail.body_text, other.title in mail.body_text) == (True, True)
    assert tied.title not in mail.body_text


def test_assign_refuses_who_is_no_reviewer(scene: Scene) -> None:
    with pytest.raises(service.NotAssignable):
        scene.ask(scene.cast.ben)


def test_assign_refuses_an_applicant_of_it(scene: Scene) -> None:
    ana = scene.cast.ana
    give_role(ana, scene.cast.fund, RoleName.REVIEWER)

    with pytest.raises(service.NotAssignable):
        scene.ask(ana)


def test_assign_refuses_twice(scene: Scene) -> None:
    scene.ask()

    with pytest.raises(service.NotAssignable):
        scene.ask()


def test_assign_refuses_what_is_not_in_review(scene: Scene) -> None:
    early = make_application(scene.round, state=ApplicationState.SUBMITTED)

    with pytest.raises(service.NotAssignable):
        service.assign(early, scene.cast.rhea, actor=scene.cast.sol, at=NOW)


@pytest.mark.parametrize("who", ["rhea", "fin", "aud", "ana"])
def test_assign_is_for_managers(scene: Scene, who: str) -> None:
    with pytest.raises(service.NotAssignable):
        service.assign(scene.application, scene.cast.rhea, actor=getattr(scene.cast, who), at=NOW)


def test_a_manager_with_a_tie_cannot_assign(scene: Scene) -> None:
    make_conflict(scene.application, scene.cast.sol)

    with pytest.raises(service.NotAssignable):
        scene.ask()


# --- answering ---------------------------------------------------------------


def test_accept_keeps_that_there_is_no_tie_and_opens_the_proposal(scene: Scene) -> None:
    review = scene.ask()

    service.accept(review, actor=scene.cast.rhea, at=LATER)
    db.session.flush()

    assert review.state is ReviewState.ACCEPTED
    assert access(scene).level is Level.READ
    assert seen_application(scene.cast.rhea, scene.application.id) is scene.application
    assert db.session.scalars(select(Conflict.state)).all() == [ConflictState.CLEAR]


def test_only_the_one_asked_accepts(scene: Scene) -> None:
    review = scene.ask()
    other = make_user("Rik Riem", roles={scene.cast.fund: [RoleName.REVIEWER]})

    for person in (other, scene.cast.sol, scene.cast.ana):
        with pytest.raises(MoveRefused):
            service.accept(review, actor=person, at=LATER)


@pytest.mark.parametrize(
    ("state", "kind"), [(ConflictState.BARRED, ConflictKind.EMPLOYER), (ConflictState.UNSURE, None)]
)
@pytest.mark.parametrize("accepted_first", [False, True])
def test_a_tie_declines_ends_access_and_bars(
    scene: Scene, state: ConflictState, kind: ConflictKind | None, accepted_first: bool
) -> None:
    review = scene.ask()
    if accepted_first:
        service.accept(review, actor=scene.cast.rhea, at=NOW)

    service.declare_tie(review, state, kind=kind, note="We share an office.", actor=scene.cast.rhea, at=LATER)
    db.session.flush()

    assert review.state is ReviewState.DECLINED
    assert access(scene) is None
    assert queries.own_review(scene.cast.rhea, review.id) is None
    tie = db.session.scalar(select(Conflict))
    assert (tie.state, tie.bars, tie.kind) == (state, True, kind)
    assert [mail.user_id for mail in mails("review-declined")] == [scene.cast.sol.id]
    assert "share an office" not in mails("review-declined")[0].body_text


def test_answer_all_leaves_what_was_not_answered(scene: Scene) -> None:
    others = [make_application(scene.round, state=ApplicationState.IN_REVIEW) for _ in range(3)]
    reviews, _ = service.assign_all(others, scene.cast.rhea, actor=scene.cast.sol, at=NOW)
    said = {reviews[0].id: ConflictState.CLEAR, reviews[1].id: ConflictState.BARRED}

    tied = service.answer_all(reviews, said, actor=scene.cast.rhea, at=LATER)

    assert tied == [reviews[1]]
    assert [review.state for review in reviews] == [
        ReviewState.ACCEPTED,
        ReviewState.INVITED,
        ReviewState.INVITED,
    ]


def test_decline_tells_the_lead_and_can_be_asked_again(scene: Scene) -> None:
    scene.application.lead_id = scene.cast.max.id
    review = scene.ask()

    service.decline(review, "No time", actor=scene.cast.rhea, at=LATER)
    db.session.flush()

    assert (review.state, review.decline_reason, access(scene)) == (ReviewState.DECLINED, "No time", None)
    assert [mail.user_id for mail in mails("review-declined")] == [scene.cast.max.id]

    again = service.assign(scene.application, scene.cast.rhea, actor=scene.cast.sol, at=LATER)
    db.session.flush()

    assert again is review
    assert (review.state, review.decline_reason) == (ReviewState.INVITED, None)
    assert len(mails("review-invited")) == 2


def test_not_sure_and_then_cleared_can_be_asked_again(scene: Scene) -> None:
    review = scene.ask()
    service.declare_tie(review, ConflictState.UNSURE, actor=scene.cast.rhea, at=LATER)
    with pytest.raises(service.NotAssignable):
        scene.ask()
    tie = db.session.scalar(select(Conflict))

    applications.settle_conflict(tie, ConflictState.CLEAR, note="Met once.", actor=scene.cast.sol, at=LATER)
    scene.ask()
    service.accept(review, actor=scene.cast.rhea, at=LATER)

    assert review.state is ReviewState.ACCEPTED


# --- handing in --------------------------------------------------------------


def write(review: Review, values: list[int | None], *, reason: str = "Because.") -> None:
    for criterion, value in zip(review.rubric.criteria, values, strict=True):
        service.save_score(
            review, criterion, value=value, is_na=value is None, reason=reason, base=0,
            actor=review.reviewer, at=NOW,
        )  # fmt: skip
    db.session.flush()


def accepted(scene: Scene, reviewer: User | None = None) -> Review:
    review = scene.ask(reviewer)
    service.accept(review, actor=review.reviewer, at=NOW)
    db.session.flush()
    return review


def test_submit_weighs_the_scores_and_keeps_the_version_read(scene: Scene) -> None:
    review = accepted(scene)
    write(review, [3, 2, 6])

    service.submit(review, actor=scene.cast.rhea, at=LATER)
    db.session.flush()

    assert (review.state, review.submitted_at, review.version_number) == (ReviewState.SUBMITTED, LATER, 1)
    assert (review.total_ppm, review.coverage_ppm) == (716_667, 1_000_000)  # 43/60: S2 of the domain model
    standing = queries.standing_of(scene.application)
    assert (standing.reviews, standing.mean_ppm, standing.spread_ppm) == (1, 716_667, 0)


def test_submit_says_what_is_missing(scene: Scene) -> None:
    review = accepted(scene)
    first, second, third = review.rubric.criteria
    service.save_score(review, first, value=3, reason="Seen.", base=0, actor=scene.cast.rhea, at=NOW)
    service.save_score(review, second, value=0, reason="  ", base=0, actor=scene.cast.rhea, at=NOW)
    db.session.flush()

    with pytest.raises(service.Incomplete) as fault:
        service.submit(review, actor=scene.cast.rhea, at=LATER)

    assert fault.value.lacks == [(second, "reason"), (third, "score")]
    assert review.state is ReviewState.ACCEPTED


def test_not_applicable_is_never_a_zero(scene: Scene) -> None:
    review = accepted(scene)
    write(review, [None, 4, 3])

    service.submit(review, actor=scene.cast.rhea, at=LATER)

    assert (review.total_ppm, review.coverage_ppm) == (583_333, 800_000)


def test_standing_takes_in_every_review(scene: Scene) -> None:
    totals = []
    for values in ([3, 2, 6], [None, 4, 3], [4, None, None]):
        person = make_user("Rik Riem", roles={scene.cast.fund: [RoleName.REVIEWER]})
        review = accepted(scene, person)
        write(review, values)
        service.submit(review, actor=person, at=LATER)
        totals.append(review.total_ppm)
    db.session.flush()

    standing = queries.standing_of(scene.application)

    assert totals == [716_667, 583_333, 1_000_000]
    assert (standing.reviews, standing.detail["set_aside"]) == (
        2,
        1,
    )  # the third scored a fifth
    assert (standing.mean_ppm, standing.median_ppm, standing.spread_ppm) == (650_000, 650_000, 133_333)
    assert standing.detail["totals"] == [583_333, 716_667]
    assert standing.detail["criteria"]["P1"] == {"median": 3.5, "spread": 1, "n": 2, "na": 1}
    assert standing.detail["criteria"]["T"] == {"median": 4.5, "spread": 3, "n": 2, "na": 1}


@pytest.mark.parametrize("state", [RoundState.DECIDING, RoundState.RELEASED])
def test_reviews_close_with_the_round(scene: Scene, state: RoundState) -> None:
    review = accepted(scene)
    write(review, [1, 1, 1])
    closed = make_round(scene.cast.fund, state=state, budget_cents=1000)
    application = make_application(closed, state=ApplicationState.IN_REVIEW)
    late = make_review(application, scene.cast.rhea, values=[1, 1, 1])

    with pytest.raises(Refusal):
        service.submit(late, actor=scene.cast.rhea, at=LATER)


def test_everything_leaves_a_line_in_the_log(scene: Scene) -> None:
    review = accepted(scene)
    write(review, [1, 1, 1])
    service.submit(review, actor=scene.cast.rhea, at=LATER)
    office.reopen(review, "Read again, please.", actor=scene.cast.sol, at=LATER)
    office.release(review, "Too late.", actor=scene.cast.sol, at=LATER)

    lines = db.session.execute(
        select(AuditEvent.verb, AuditEvent.actor_id, AuditEvent.note)
        .where(AuditEvent.subject_type == "review")
        .order_by(AuditEvent.id)
    ).all()

    rhea, sol = scene.cast.rhea.id, scene.cast.sol.id
    assert lines == [
        ("invite", sol, None), ("accept", rhea, None), ("submit", rhea, None),
        ("reopen", sol, "Read again, please."), ("release", sol, "Too late."),
    ]  # fmt: skip


# --- the office and the clock --------------------------------------------------


def test_reopen_takes_a_review_out_of_the_standing(scene: Scene) -> None:
    review = accepted(scene)
    write(review, [3, 2, 6])
    service.submit(review, actor=scene.cast.rhea, at=LATER)

    office.reopen(review, "One more look.", actor=scene.cast.sol, at=LATER)
    db.session.flush()

    assert (review.state, review.total_ppm) == (ReviewState.ACCEPTED, None)
    standing = queries.standing_of(scene.application)
    assert (standing.reviews, standing.mean_ppm) == (0, None)


def test_bar_undoes_a_review_that_is_in(scene: Scene) -> None:
    review = accepted(scene)
    write(review, [3, 2, 6])
    service.submit(review, actor=scene.cast.rhea, at=LATER)

    office.bar(review, ConflictKind.FAMILY, "Her brother.", actor=scene.cast.sol, at=LATER)
    db.session.flush()

    assert (review.state, access(scene)) == (ReviewState.DECLINED, None)
    assert db.session.scalar(select(Standing.mean_ppm)) is None


@pytest.mark.parametrize("who", ["rhea", "fin", "aud", "ana"])
def test_bar_is_for_managers(scene: Scene, who: str) -> None:
    review = scene.ask()

    with pytest.raises(Refusal):
        office.bar(review, ConflictKind.FAMILY, "x", actor=getattr(scene.cast, who), at=LATER)


def test_withdrawing_releases_what_is_open(scene: Scene) -> None:
    review = accepted(scene)

    applications.withdraw(scene.application, reason="No time.", actor=scene.cast.ana, at=LATER)
    db.session.flush()

    assert (review.state, access(scene)) == (ReviewState.RELEASED, None)


def test_the_clock_strikes_who_turns_out_to_be_tied(scene: Scene) -> None:
    review = accepted(scene)
    write(review, [3, 2, 6])
    service.submit(review, actor=scene.cast.rhea, at=LATER)
    applications.declare_conflict(
        scene.application, scene.cast.rhea, ConflictState.BARRED, kind=ConflictKind.EMPLOYER, note="Found.",
        actor=scene.cast.sol, at=LATER,
    )  # fmt: skip
    db.session.commit()

    first, second = (jobs.run("settle-reviews", LATER) for _ in range(2))

    assert (first, second) == ({"struck": 1, "released": 0}, {"struck": 0, "released": 0})
    assert review.state is ReviewState.DECLINED
    assert db.session.scalar(select(Standing.reviews)) == 0


def test_deliberating_while_reviews_are_missing_wants_a_reason(scene: Scene) -> None:
    review = accepted(scene)

    with pytest.raises(Refusal):
        rounds.deliberate(scene.round, actor=scene.cast.sol, at=LATER)
    rounds.deliberate(scene.round, actor=scene.cast.sol, at=LATER, note="The panel meets today.")
    db.session.commit()
    jobs.run("settle-reviews", LATER)

    assert scene.round.state is RoundState.DECIDING
    assert review.state is ReviewState.RELEASED
    assert pool.open_count(scene.round) == 0
