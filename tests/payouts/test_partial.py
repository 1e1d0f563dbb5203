"""Parts of a milestone: however they are asked and approved, never more than there is, to the cent."""

from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from fundapp.accounts.models import User
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.grants.models import Award, MilestoneState
from fundapp.grants.queries import taken
from fundapp.payouts import queries, service
from fundapp.payouts.asking import Asked
from fundapp.payouts.models import Claim, ClaimLine, ClaimState
from fundapp.payouts.progress import progress
from tests.factories import NOW
from tests.payouts.scene import LINK, Scene, make_scene
from tests.payouts.test_together import Ids, at_once, prepared, real  # noqa: F401  the fixture

LIVE = [state for state in ClaimState if state not in queries.DEAD]
SUM = 500_000
Step = tuple[str, int, int]

steps = st.lists(
    st.tuples(
        st.sampled_from(("ask", "ask", "ask", "approve", "revise", "withdraw", "refuse", "void")),
        st.integers(0, 9),
        st.sampled_from((1, 1_000, 100_000, 249_999, 250_000, 250_001, 499_999, 500_000, 500_001)),
    ),
    min_size=1,
    max_size=14,
)


def asked(scene: Scene, *states: ClaimState) -> int:
    """Sum what requests in these states ask for milestone 1."""
    statement = (
        select(func.coalesce(func.sum(ClaimLine.amount_cents), 0))
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(ClaimLine.milestone_id == scene.award.milestones[0].id, Claim.state.in_(states))
    )
    return int(db.session.scalar(statement) or 0)


def take(scene: Scene, step: Step) -> None:
    what, pick, cents = step
    line, ana, sol = scene.asked(1, cents), scene.cast.ana, scene.cast.sol
    if what == "ask":
        service.claim(scene.award, [line], "", actor=ana, at=NOW)
        return
    claims = list(db.session.scalars(select(Claim).order_by(Claim.id)))
    if not claims:
        return
    claim = claims[pick % len(claims)]
    if what == "approve":
        service.approve(claim, "", claim.digest, actor=sol, at=NOW)
    elif what == "revise":
        service.revise(claim, [line], "", actor=ana, at=NOW)
    elif what == "withdraw":
        service.withdraw(claim, actor=ana, at=NOW)
    elif what == "refuse":
        service.refuse(claim, "No.", actor=sol, at=NOW)
    else:
        service.void(claim, "Look again.", actor=sol, at=NOW)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=steps)
def test_parts_never_exceed_their_milestone(app: Flask, walk: list[Step]) -> None:
    with db.session.begin_nested() as before:
        scene = make_scene()
        for step in walk:
            try:
                with db.session.begin_nested():
                    take(scene, step)
            except Refusal:
                pass
            db.session.expire_all()
            first = scene.award.milestones[0]
            approved = asked(scene, ClaimState.APPROVED, ClaimState.PAID)
            assert asked(scene, *LIVE) <= SUM
            assert approved == taken(scene.award).get(first.id, 0) <= SUM
            assert (first.state is MilestoneState.DELIVERED) == (approved == SUM)
        before.rollback()
        db.session.expire_all()


def ask_half_and_a_cent(ids: Ids, actor: User) -> None:
    award = db.session.get_one(Award, ids.award)
    line = Asked(award.milestones[0].id, 250_001, [LINK], licence="MIT", place=LINK)
    service.claim(award, [line], "", actor=actor, at=NOW)


def ask_half(ids: Ids, actor: User) -> None:
    award = db.session.get_one(Award, ids.award)
    line = Asked(award.milestones[0].id, 250_000, [LINK], licence="MIT", place=LINK)
    service.claim(award, [line], "", actor=actor, at=NOW)


@pytest.mark.parametrize(
    ("work", "ended", "cents"),
    [
        (ask_half, ["done", "done", "refused"], 500_000),
        (ask_half_and_a_cent, ["done", "refused", "refused"], 250_001),
    ],
)
def test_parts_asked_at_the_same_moment_fit_together(
    real: Flask,  # noqa: F811
    tmp_path: Path,
    work: object,
    ended: list[str],
    cents: int,
) -> None:
    ids = prepared(real, "nothing")

    found = at_once(real, ids, work, (ids.ana, ids.ana, ids.ana))  # type: ignore[arg-type]

    assert found == ended
    with real.app_context():
        assert db.session.scalar(select(func.sum(ClaimLine.amount_cents))) == cents
        codes = list(db.session.scalars(select(Claim.reference)))
        assert len(set(codes)) == len(codes)
        db.session.remove()


def test_milestone_is_delivered_with_its_last_part_and_shows_what_is_left(app: Flask) -> None:
    scene = make_scene()
    first = scene.award.milestones[0]

    def seen() -> tuple[int, str]:
        step = next(step for step in progress(scene.award).steps if step.milestone.id == first.id)
        return step.rest_cents, str(step.state[1])

    scene.approved(scene.asked(1, 200_000))
    partly = seen()
    scene.approved(scene.asked(1, 300_000))

    assert (partly, seen()) == ((300_000, "Partly delivered"), (0, "Delivered"))
