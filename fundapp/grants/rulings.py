"""What the committee says of a change: written down as it decided, or given by two managers."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import Boolean, Date, String, cast, null, select, union_all

from fundapp.accounts.models import User
from fundapp.core import approvals, audit, clock
from fundapp.core.approvals import Approval
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.decisions.models import Meeting, MeetingState
from fundapp.grants.models import Agreement, AgreementState, CommitteeRuling
from fundapp.grants.rules import RUN
from fundapp.rounds.reading import digest_of

MANAGERS_NEEDED = 2
"""Managers other than who began the change, where no committee meets."""
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the committee decided, as it was written down."""

    is_yes: bool
    decided_on: date
    decided_by: str
    note: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a change stands with the committee. managers: who said yes in its place."""

    ruling: Ruling | None
    managers: list[str]

    @property
    def is_yes(self) -> bool:
        """Tell whether the change may be offered."""
        if self.ruling is not None:
            return self.ruling.is_yes
        return len(self.managers) >= MANAGERS_NEEDED


def laid_before(version: Agreement) -> str:
    """Give the digest of what the committee judges: plan, money, payees, end, aim and reason."""
    return digest_of(
        {
            "plan": version.plan,
            "payees": version.payees,
            "change_cents": version.change_cents,
            "ends_on": version.ends_on.isoformat() if version.ends_on else None,
            "wish": version.wish,
            "reason": version.reason,
        }
    )


def standing(version: Agreement) -> Standing:
    """Tell what the committee, or two managers for it, said of a version as it is now; one query."""
    digest = laid_before(version)
    ruled = select(
        CommitteeRuling.id, CommitteeRuling.decided_by.label("name"), CommitteeRuling.is_yes,
        CommitteeRuling.decided_on, CommitteeRuling.note,
    ).where(CommitteeRuling.agreement_id == version.id, CommitteeRuling.digest == digest)  # fmt: skip
    approved = (
        select(
            Approval.id, User.name, cast(null(), Boolean).label("is_yes"),
            cast(null(), Date).label("decided_on"), cast(null(), String).label("note"),
        )
        .join(User, Approval.user_id == User.id)
        .where(
            Approval.subject_type == Agreement.__tablename__,
            Approval.subject_id == version.id,
            Approval.digest == digest,
            Approval.answer == "yes",
        )
    )  # fmt: skip
    rows = db.session.execute(union_all(ruled, approved)).all()
    said = sorted((row for row in rows if row.decided_on is not None), key=lambda row: row.id)
    managers = sorted((row for row in rows if row.decided_on is None), key=lambda row: row.id)
    last = said[-1] if said else None
    ruling = Ruling(last.is_yes, last.decided_on, last.name, last.note) if last else None
    return Standing(ruling, [row.name for row in managers])


def meetings(version: Agreement) -> list[Meeting]:
    """List the meetings of the call's panel that were held, the newest first."""
    statement = select(Meeting).where(
        Meeting.round_id == version.award.round_id, Meeting.state == MeetingState.CLOSED
    )
    return list(db.session.scalars(statement.order_by(Meeting.starts_at.desc())))


def record(
    version: Agreement,
    *,
    is_yes: bool,
    decided_on: date,
    decided_by: str,
    meeting_id: int | None,
    note: str,
    shown_digest: str,
    actor: User,
    at: datetime,
) -> CommitteeRuling:
    """Write down what the committee decided of exactly the change that was on the page.

    Raises MoveRefused (not staff, not a draft), ChangedMeanwhile, and Refusal: nobody named, a day to
    come, a meeting of another call.
    """
    _check(version, shown_digest, actor)
    if not decided_by.strip():
        raise Refusal(_("Name who decided."))
    if decided_on > clock.day(at, version.application.fund.zone):
        raise Refusal(_("This day has yet to come."))
    if meeting_id is not None and meeting_id not in {one.id for one in meetings(version)}:
        raise Refusal(_("This is no meeting of this call that was held."))
    made = CommitteeRuling(
        agreement_id=version.id,
        award_id=version.award_id,
        fund_id=version.fund_id,
        digest=shown_digest,
        is_yes=is_yes,
        decided_on=decided_on,
        decided_by=" ".join(decided_by.split())[:LONGEST],
        meeting_id=meeting_id,
        note=note.strip()[:LONGEST],
        recorded_by=actor.id,
        recorded_at=at,
    )
    db.session.add(made)
    detail = {"digest": shown_digest, "yes": is_yes, "decided_on": decided_on.isoformat()}
    audit.record("record_ruling", version, actor=actor, at=at, detail=detail, note=made.note)
    return made


def approve(version: Agreement, shown_digest: str, *, actor: User, at: datetime) -> int:
    """Say yes in the committee's place, as one of two managers; give how many said so.

    Raises MoveRefused for who began the change, and for a second yes of one person.
    """
    _check(version, shown_digest, actor)
    if actor.id == version.opened_by:
        raise MoveRefused(_("You began this change; two other managers say yes to it."))
    if actor.name in standing(version).managers:
        raise MoveRefused(_("You said yes to this already."))
    given = approvals.give(version, shown_digest, user_id=actor.id, at=at)
    detail = {"digest": shown_digest, "given": given}
    audit.record("approve_change", version, actor=actor, at=at, detail=detail)
    return given


def _check(version: Agreement, shown_digest: str, actor: User) -> None:
    if not RUN(actor, version) or version.state is not AgreementState.DRAFT:
        raise MoveRefused(_("This step is not open any more: the page was out of date."))
    if laid_before(version) != shown_digest:
        raise ChangedMeanwhile(_("The change is no longer what you had before you. Read it again."))
