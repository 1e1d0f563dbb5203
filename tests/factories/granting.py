"""Reviews, decisions and grants."""

from fundapp.accounts.models import Party, User
from fundapp.applications.models import (
    Access,
    Application,
    Capacity,
    Level,
)
from fundapp.core.db import db
from fundapp.decisions.models import Decision, DecisionState, Outcome
from fundapp.funds import ledger
from fundapp.grants.models import (
    Agreement,
    AgreementState,
    Award,
    AwardState,
    Milestone,
    MilestoneState,
    Payee,
)
from fundapp.reviews.models import Review, ReviewState, Score
from tests.factories.ground import NOW


def make_review(
    application: Application,
    reviewer: User,
    *,
    state: ReviewState = ReviewState.ACCEPTED,
    values: list[int | None] | None = None,
) -> Review:
    """Make an assignment with the access that goes with its state.

    values: scores in the order of the criteria, None for N/A; reasons are filled in.
    """
    stage = application.stage
    made = Review(
        application_id=application.id,
        round_id=application.round_id,
        fund_id=application.fund_id,
        stage_id=stage.id,
        rubric_id=stage.rubric_id,
        reviewer_id=reviewer.id,
        state=state,
        state_at=NOW,
        assigned_at=NOW,
        due_at=stage.reviews_due_at,
        submitted_at=NOW if state is ReviewState.SUBMITTED else None,
        version_number=application.version_number if state is ReviewState.SUBMITTED else None,
        decline_reason="no time" if state is ReviewState.DECLINED else None,
    )
    db.session.add(made)
    db.session.flush()
    if state is not ReviewState.DECLINED:
        level = Level.CARD if state is ReviewState.INVITED else Level.READ
        db.session.add(
            Access(
                application_id=application.id,
                user_id=reviewer.id,
                capacity=Capacity.REVIEWER,
                level=level,
                granted_at=NOW,
            )
        )
    for criterion, value in zip(stage.rubric.criteria, values or [], strict=False):
        db.session.add(
            Score(
                review_id=made.id,
                rubric_id=made.rubric_id,
                criterion_id=criterion.id,
                value=value,
                is_na=value is None,
                reason=f"Reason for {criterion.key}.",
                saved_at=NOW,
            )
        )
    db.session.flush()
    db.session.expire(application, ["access"])
    return made


def make_decision(
    application: Application,
    proposer: User,
    *,
    outcome: Outcome = Outcome.AWARDED,
    state: DecisionState = DecisionState.PROPOSED,
    amount_cents: int | None = None,
    releaser: User | None = None,
) -> Decision:
    """Make a decision about an application; released ones need a releaser."""
    is_released = state is DecisionState.RELEASED
    made = Decision(
        application_id=application.id,
        round_id=application.round_id,
        fund_id=application.fund_id,
        stage_id=application.stage_id,
        outcome=outcome,
        amount_cents=(amount_cents or application.requested_cents) if outcome is Outcome.AWARDED else None,
        state=state,
        state_at=NOW,
        to_applicant="Because it serves many.",
        digest="d" * 64,
        proposed_by=proposer.id,
        proposed_at=NOW,
        released_by=releaser.id if is_released and releaser else None,
        released_at=NOW if is_released else None,
    )
    db.session.add(made)
    db.session.flush()
    return made


def make_award(
    application: Application,
    proposer: User,
    releaser: User,
    *,
    amount_cents: int = 800_000,
    parts: tuple[int, ...] = (500_000, 300_000),
    state: AwardState = AwardState.ACTIVE,
) -> Award:
    """Make an award with its money committed; once active, an agreement in force with milestones M1, M2 …"""
    decision = make_decision(
        application, proposer, state=DecisionState.RELEASED, amount_cents=amount_cents, releaser=releaser
    )
    made = Award(
        fund_id=application.fund_id,
        round_id=application.round_id,
        application_id=application.id,
        decision_id=decision.id,
        state=state,
        state_at=NOW,
        amount_cents=amount_cents,
        created_at=NOW,
    )
    db.session.add(made)
    db.session.flush()
    ledger.move(
        application.fund,
        ledger.COMMIT,
        f"commit:{made.id}",
        amount_cents,
        at_source=ledger.Where(round_id=application.round_id),
        onto=ledger.Where(round_id=application.round_id, award_id=made.id),
        actor=None,
        at=NOW,
    )
    db.session.add(Payee(award_id=made.id, fund_id=made.fund_id, party_id=application.party_id))
    give_address(application.party)
    plan = [
        {
            "ref": f"M{n}",
            "parent": None,
            "title": f"Step {n}",
            "deliverable": f"Thing {n}",
            "amount_cents": cents,
            "due_on": None,
        }
        for n, cents in enumerate(parts, 1)
    ]
    is_active = state is not AwardState.PLANNING
    owner = next(a for a in application.access if a.capacity is Capacity.OWNER)
    db.session.add(
        Agreement(
            award_id=made.id,
            fund_id=made.fund_id,
            plan=plan,
            total_cents=sum(parts),
            digest="e" * 64 if is_active else None,
            state=AgreementState.IN_FORCE if is_active else AgreementState.DRAFT,
            state_at=NOW,
            accepted_by=owner.user_id if is_active else None,
            in_force_at=NOW if is_active else None,
        )
    )
    if is_active:
        db.session.add_all(
            Milestone(
                award_id=made.id,
                fund_id=made.fund_id,
                ref=row["ref"],
                position=n,
                title=row["title"],
                deliverable=row["deliverable"],
                amount_cents=row["amount_cents"],
                state=MilestoneState.OPEN,
                state_at=NOW,
            )
            for n, row in enumerate(plan)
        )
    db.session.flush()
    return made


def give_address(party: Party) -> None:
    """Write down where a party is, as banks want to know; what is known already stays."""
    party.address = party.address or {
        "street": "Kade",
        "number": "7",
        "postcode": "1019 AA",
        "town": "Amsterdam",
    }
    party.country = party.country or "NL"
