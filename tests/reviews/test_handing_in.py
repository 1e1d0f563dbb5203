"""Handing in; what the office and the clock do with reviews afterwards."""

import pytest
from sqlalchemy import select, update

from fundapp.accounts.models import RoleName
from fundapp.applications import service as applications
from fundapp.applications.models import ApplicationState, Conflict, ConflictKind, ConflictState
from fundapp.core import jobs
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.reviews import office, pool, queries, service
from fundapp.reviews.models import ReviewState, Standing
from fundapp.rounds import service as rounds
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_application, make_review, make_round, make_user
from tests.reviews.scene import LATER, Scene, accepted, access, write

# --- handing in --------------------------------------------------------------


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


def test_a_tie_ends_a_review_at_once(scene: Scene) -> None:
    review = accepted(scene)
    write(review, [3, 2, 6])
    service.submit(review, actor=scene.cast.rhea, at=LATER)

    applications.declare_conflict(
        scene.application, scene.cast.rhea, ConflictState.BARRED, kind=ConflictKind.EMPLOYER, note="Found.",
        actor=scene.cast.sol, at=LATER,
    )  # fmt: skip

    assert (review.state, review.total_ppm) == (ReviewState.DECLINED, None)


def test_the_clock_strikes_who_turns_out_to_be_tied(scene: Scene) -> None:
    review = accepted(scene)
    write(review, [3, 2, 6])
    service.submit(review, actor=scene.cast.rhea, at=LATER)
    db.session.execute(  # around the service, which would end it at once
        update(Conflict)
        .where(Conflict.user_id == scene.cast.rhea.id)
        .values(state=ConflictState.BARRED, bars=True, kind=ConflictKind.EMPLOYER)
    )
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
