"""Planning the work on milestones: on hold, moved, who looks after them, until when they can be claimed."""

from datetime import date, datetime, timedelta

from flask_babel import format_date
from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core import clock
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.grants import windows
from fundapp.grants.hold import hold
from fundapp.grants.models import Award, Milestone
from fundapp.grants.queries import grantees
from fundapp.grants.telling import tell
from fundapp.grants.workflow import milestones as moves

FURTHEST = timedelta(days=3660)


class BeyondPolicy(Refusal):
    """The new date needs another agreement: both sides sign it."""


def put_on_hold(milestone: Milestone, *, actor: User, at: datetime, note: str) -> None:
    """Keep a milestone from being claimed for a while; the other side hears why. Its last day stays."""
    moves.make("hold", milestone, actor=actor, at=at, note=note)
    tell("hold", milestone, note, actor=actor, at=at)


def resume(milestone: Milestone, *, actor: User, at: datetime, note: str) -> None:
    """Let a milestone that was on hold be claimed again."""
    moves.make("resume", milestone, actor=actor, at=at, note=note)
    tell("resume", milestone, note, actor=actor, at=at)


def signed_day(milestone: Milestone) -> date | None:
    """Give the day on which a milestone is due by the agreement in force."""
    in_force = milestone.award.agreement_in_force
    for line in in_force.plan if in_force else ():
        if line["ref"] == milestone.ref:
            return date.fromisoformat(line["due_on"]) if line["due_on"] else None
    return None


def latest_day(milestone: Milestone) -> date | None:
    """Give the last day a milestone may be moved to without another agreement; None without any limit.

    The fund's number of days after the signed day, and never beyond the day the fund itself ends.
    """
    fund, signed = milestone.award.application.fund, signed_day(milestone)
    limits = [signed + timedelta(days=fund.move_days)] if signed else []
    limits += [fund.ends_on] if fund.ends_on else []
    return min(limits, default=None)


def move(milestone: Milestone, to: date, *, base: int, actor: User, at: datetime, note: str) -> None:
    """Move the day on which a milestone is due, within what the fund allows without another agreement.

    base: the row_version that was read. Raises ChangedMeanwhile, Refusal for a day gone by, BeyondPolicy.
    """
    _same(milestone, base)
    today = clock.day(at, milestone.award.application.fund.zone)
    if to < today or to > today + FURTHEST:
        raise Refusal(_("Choose a day from today on."))
    if (latest := latest_day(milestone)) is not None and to > latest:
        raise BeyondPolicy(
            _(
                "Without another agreement it can be moved to %(day)s at most.",
                day=format_date(latest, "long"),
            )
        )
    before = milestone.due_on
    detail = {"from": before.isoformat() if before else None, "to": to.isoformat()}
    moves.make("move", milestone, actor=actor, at=at, note=note, detail=detail)
    milestone.due_on = to
    tell("move", milestone, note, actor=actor, at=at)


def candidates(award: Award) -> list[User]:
    """List the people of the grantee who may look after a milestone."""
    return grantees(award.application)


def entrust(milestone: Milestone, user_id: int | None, *, base: int, actor: User, at: datetime) -> None:
    """Say which person of the grantee looks after a milestone, or that nobody in particular does."""
    _same(milestone, base)
    chosen = next((one for one in candidates(milestone.award) if one.id == user_id), None)
    if user_id is not None and chosen is None:
        raise Refusal(_("Choose somebody who works on this project."))
    if milestone.responsible_id == user_id:
        return
    moves.make("entrust", milestone, actor=actor, at=at, detail={"user": user_id})
    milestone.responsible_id = user_id
    if chosen is not None and chosen.id != actor.id:
        tell("entrust", milestone, "", actor=actor, at=at, to=[chosen])


def extend(milestone: Milestone, until: date, *, base: int, actor: User, at: datetime, note: str) -> None:
    """Let a milestone be claimed until a later day than the fund's term brings."""
    _same(milestone, base)
    _check_later(milestone, until, at)
    detail = {"to": until.isoformat()}
    moves.make("extend", milestone, actor=actor, at=at, note=note, detail=detail)
    milestone.claim_until = until
    tell("extend", milestone, note, actor=actor, at=at)


def extend_all(award: Award, until: date, *, actor: User, at: datetime, note: str) -> int:
    """Extend every open milestone of a grant that ends sooner; give how many."""
    hold(award)
    sooner = [
        one
        for one in award.milestones
        if one.state in windows.CLAIMABLE and (windows.last_day(one) or until) < until
    ]
    if not sooner:
        raise Refusal(_("Choose a later day than it is now."))
    for one in sooner:
        extend(one, until, base=one.row_version, actor=actor, at=at, note=note)
    return len(sooner)


def keep_back(milestone: Milestone, reason: str, *, base: int, actor: User, at: datetime) -> None:
    """Agree that nothing of a milestone has to be public, with the reason; an empty one takes it back."""
    _same(milestone, base)
    moves.make("keep_back", milestone, actor=actor, at=at, note=reason)
    milestone.unpublished = " ".join(reason.split())


def keep_back_all(award: Award, reason: str, *, actor: User, at: datetime) -> int:
    """Agree that nothing of a whole grant has to be public, with the reason; give how many milestones."""
    hold(award)
    open_ones = [one for one in award.milestones if one.state in windows.CLAIMABLE]
    for one in open_ones:
        keep_back(one, reason, base=one.row_version, actor=actor, at=at)
    return len(open_ones)


def _check_later(milestone: Milestone, until: date, at: datetime) -> None:
    today = clock.day(at, milestone.award.application.fund.zone)
    last = windows.last_day(milestone)
    if until < today or (last is not None and until <= last) or until > today + FURTHEST:
        raise Refusal(_("Choose a later day than it is now."))


def _same(milestone: Milestone, base: int) -> None:
    if milestone.row_version != base:
        raise ChangedMeanwhile(_("Somebody else changed this milestone while you had it open."))
