"""The rows that reports are gathered from: of one application, and of a whole round."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from fundapp.accounts.models import Party
from fundapp.applications.models import (
    Application,
    ApplicationState,
    ApplicationVersion,
    Audience,
    Conflict,
    ConflictState,
    Message,
    Thread,
)
from fundapp.core.db import db
from fundapp.core.mail import Outbox, Posted
from fundapp.decisions.models import Decision, DecisionState
from fundapp.grants.models import Agreement, Award
from fundapp.payouts.models import Claim, ClaimLine, ClaimState, Payment, PaymentState
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState, Standing
from fundapp.rounds.models import Round, Stage

SETTLED = (DecisionState.APPROVED, DecisionState.RELEASED)
RECEIPT = "application-received"


def _rows(statement: Any) -> list[Row[Any]]:
    return list(db.session.execute(statement))


# --- one application -------------------------------------------------------------


def application_whole(id: int) -> Application | None:
    """Load an application with all that its dossier looks at; without the asking user's filter."""
    return db.session.scalar(
        select(Application)
        .where(Application.id == id)
        .options(
            joinedload(Application.fund),
            joinedload(Application.party),
            joinedload(Application.round),
            joinedload(Application.stage).joinedload(Stage.rubric),
            selectinload(Application.versions).joinedload(ApplicationVersion.form),
        )
    )


def award_of(application_id: int) -> Award | None:
    """Give the grant of an application with its agreements and milestones."""
    return db.session.scalar(
        select(Award)
        .where(Award.application_id == application_id)
        .options(selectinload(Award.agreements), selectinload(Award.milestones))
    )


def settled_decision(application_id: int, stage_id: int) -> Decision | None:
    """Give the decision that is approved or released in a stage; a proposal is nobody's business."""
    return db.session.scalar(
        select(Decision)
        .where(
            Decision.application_id == application_id,
            Decision.stage_id == stage_id,
            Decision.state.in_(SETTLED),
        )
        .order_by(Decision.id.desc())
        .limit(1)
    )


def reviews_asked(application_id: int, stage_id: int) -> int:
    """Count the reviewers who were asked and did not decline."""
    gone = (ReviewState.DECLINED, ReviewState.RELEASED)
    asked = select(func.count(Review.id)).where(
        Review.application_id == application_id,
        Review.stage_id == stage_id,
        Review.purpose == ReviewPurpose.SELECTION,
        Review.state.not_in(gone),
    )
    return db.session.scalar(asked) or 0


def tied_people(application_id: int) -> int:
    """Count the people whom a tie keeps from an application; its applicants are not meant."""
    tied = select(func.count(Conflict.id)).where(
        Conflict.application_id == application_id, Conflict.state == ConflictState.BARRED, ~Conflict.is_pinned
    )
    return db.session.scalar(tied) or 0


def means_of_round(round_id: int, stage_id: int) -> dict[int, int | None]:
    """Give the mean total of each application of a round in millionths."""
    rows = db.session.execute(
        select(Standing.application_id, Standing.mean_ppm).where(
            Standing.round_id == round_id, Standing.stage_id == stage_id
        )
    )
    return {row.application_id: row.mean_ppm for row in rows}


def questions(application_id: int) -> list[tuple[str, datetime, str | None, datetime | None]]:
    """List what the applicant was asked: (question, asked at, last answer, answered at)."""
    threads = db.session.scalars(
        select(Thread)
        .where(Thread.application_id == application_id, Thread.audience == Audience.APPLICANT)
        .order_by(Thread.id)
        .options(selectinload(Thread.messages))
    )
    return [_exchange(thread, thread.messages) for thread in threads if thread.messages]


def _exchange(thread: Thread, said: Sequence[Message]) -> tuple[str, datetime, str | None, datetime | None]:
    first = said[0]
    answer = next((one for one in reversed(said) if one.author_id != first.author_id), None)
    told = (answer.body, answer.at) if answer else (None, None)
    return first.body or thread.subject, first.at, *told


def paid_by_milestone(ids: Sequence[int]) -> dict[int, int]:
    """Add up what was paid for each of these milestones."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(ClaimLine.milestone_id, func.sum(ClaimLine.amount_cents))
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(Claim.state == ClaimState.PAID, ClaimLine.milestone_id.in_(ids))
        .group_by(ClaimLine.milestone_id)
    )
    return {milestone: int(cents) for milestone, cents in rows}


def payment_dates(award_id: int) -> tuple[datetime | None, date | None, date | None]:
    """Give when a grant was first claimed, first paid and last paid."""
    claimed = db.session.scalar(select(func.min(Claim.submitted_at)).where(Claim.award_id == award_id))
    first, last = db.session.execute(
        select(func.min(Payment.paid_on), func.max(Payment.paid_on))
        .join(Claim, Claim.id == Payment.claim_id)
        .where(Claim.award_id == award_id, Payment.state == PaymentState.PAID)
    ).one()
    return claimed, first, last


# --- one round -------------------------------------------------------------------


def applications_of(*round_ids: int) -> list[Row[Any]]:
    """List the applications of rounds that were sent in, in the order of their codes, as plain rows.

    licence, layer: as answered, where the form asks for them. is_known: the same party asked before,
    in any round but a trial.
    """
    return _rows(
        select(
            Application.id, Application.code, Application.title, Application.state, Application.theme,
            Application.country, Application.requested_cents, Application.submitted_at, Application.party_id,
            Application.applicant_name, Party.kind.label("party_kind"), Party.public_name,
            func.coalesce(Award.amount_cents, Decision.amount_cents).label("awarded_cents"),
            Decision.released_at, Application.round_id, Award.id.label("award_id"),
            ApplicationVersion.answers["licence"].as_string().label("licence"),
            ApplicationVersion.answers["layer"].as_string().label("layer"),
            _earlier().label("is_known"),
        )
        .outerjoin(Party, Party.id == Application.party_id)
        .outerjoin(
            ApplicationVersion,
            (ApplicationVersion.application_id == Application.id)
            & (ApplicationVersion.number == Application.version_number),
        )
        .outerjoin(Award, Award.application_id == Application.id)
        .outerjoin(
            Decision,
            (Decision.application_id == Application.id)
            & (Decision.stage_id == Application.stage_id)
            & (Decision.state == DecisionState.RELEASED),
        )
        .where(
            Application.round_id.in_(round_ids),
            Application.state != ApplicationState.DRAFT,
            Application.submitted_at.is_not(None),
        )
        .order_by(Application.code, Application.id)
    )  # fmt: skip


def _earlier() -> Any:
    """Tell whether the party of an application sent in another one before, trials left out."""
    other, its_round = aliased(Application), aliased(Round)
    return (
        exists()
        .where(
            other.party_id == Application.party_id,
            other.submitted_at < Application.submitted_at,
            other.state != ApplicationState.DRAFT,
            its_round.id == other.round_id,
            its_round.is_trial.is_(False),
        )
        .correlate(Application)
    )


def assignments_of(round_id: int) -> list[Row[Any]]:
    """List who was asked to review what in a round: reviewer, state, when asked and when handed in."""
    return _rows(
        select(
            Review.reviewer_id, Review.application_id, Review.state, Review.assigned_at, Review.submitted_at
        )
        .where(Review.round_id == round_id, Review.purpose == ReviewPurpose.SELECTION)
        .order_by(Review.id)
    )


def ties_of(round_id: int) -> list[Row[Any]]:
    """List the declared ties of a round: application and state; those of applicants themselves left out."""
    return _rows(
        select(Conflict.application_id, Conflict.state)
        .join(Application, Application.id == Conflict.application_id)
        .where(
            Application.round_id == round_id,
            ~Conflict.is_pinned,
            or_(Conflict.bars, Conflict.kind.is_not(None)),
        )
    )


def receipts_of(round_id: int) -> list[Row[Any]]:
    """List when receipts were asked for and sent: (queued at, sent at)."""
    return _rows(
        select(Outbox.created_at, Outbox.sent_at)
        .join(Application, Application.id == Outbox.application_id)
        .where(Application.round_id == round_id, Outbox.name == RECEIPT, Outbox.state == Posted.SENT)
    )


def agreements_of(round_id: int) -> list[Row[Any]]:
    """List when grants were decided and when their first agreement came into force."""
    return _rows(
        select(Decision.released_at, func.min(Agreement.in_force_at))
        .join(Award, Award.decision_id == Decision.id)
        .join(Agreement, Agreement.award_id == Award.id)
        .where(Award.round_id == round_id, Agreement.in_force_at.is_not(None))
        .group_by(Award.id, Decision.released_at)
    )


def payments_of(round_id: int) -> list[Row[Any]]:
    """List when paid claims were sent in and when the money arrived."""
    return _rows(
        select(Claim.submitted_at, Payment.paid_on)
        .join(Payment, Payment.claim_id == Claim.id)
        .join(Award, Award.id == Claim.award_id)
        .where(Award.round_id == round_id, Payment.state == PaymentState.PAID)
    )
