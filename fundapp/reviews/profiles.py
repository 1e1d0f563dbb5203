"""What reviewers say of themselves: what they know, read and have time for, and when they are away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import Absence, RoleName, User
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.funds.models import Fund
from fundapp.reviews.models import Reviewer

HOURS_A_REVIEW = 2
"""What one review is thought to take where nobody measured it: reading, scoring, giving reasons."""

Days = tuple[date, date]
"""First and last day away."""


@dataclass(frozen=True)
class Profile:
    """What a reviewer says of themselves. capacity_hours: for one round; None is not said."""

    themes: list[str] = field(default_factory=list)
    expertise: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    organisation: str = ""
    collaborators: list[str] = field(default_factory=list)
    capacity_hours: int | None = None


def profile_of(fund: Fund, user: User) -> Reviewer | None:
    """Find what a reviewer of a fund said of themselves."""
    return db.session.scalar(select(Reviewer).where(Reviewer.fund_id == fund.id, Reviewer.user_id == user.id))


def save_profile(
    fund: Fund, user: User, profile: Profile, away: Iterable[Days], *, actor: User, at: datetime
) -> Reviewer:
    """Keep a reviewer's profile at one fund, and the days they are away, which hold for every fund.

    Days that are over stay as they were. Raises Refusal for somebody who does not review there, for
    an unknown theme, and for days in the wrong order.
    """
    if not user.holds(RoleName.REVIEWER, fund.id):
        raise Refusal(_("%(name)s is not a reviewer of this fund.", name=user.name))
    if not {*profile.themes} <= {theme["key"] for theme in fund.themes}:
        raise Refusal(_("This fund has no such theme."))
    row = profile_of(fund, user)
    if row is None:
        row = Reviewer(fund_id=fund.id, user_id=user.id, saved_at=at)
        db.session.add(row)
    row.themes, row.languages = [*profile.themes], [*profile.languages]
    row.expertise, row.collaborators = once_each(profile.expertise), once_each(profile.collaborators)
    row.organisation, row.capacity_hours = profile.organisation.strip(), profile.capacity_hours
    row.saved_at = at
    audit.record("save_profile", row, actor=actor, at=at, detail={"user": user.id})
    _set_away(user, away, on=at.date())
    return row


def _set_away(user: User, away: Iterable[Days], *, on: date) -> None:
    """Write down the days to come; what is over is history and stays."""
    wanted = {days for days in away if days[1] >= on}
    if any(first > last for first, last in wanted):
        raise Refusal(_("The first day away comes before the last."))
    for row in away_from(user.id, on=on):
        days = (row.from_on, row.until_on)
        if days in wanted:
            wanted.remove(days)
        else:
            db.session.delete(row)
    db.session.add_all(
        Absence(user_id=user.id, from_on=first, until_on=last) for first, last in sorted(wanted)
    )


def away_from(user_id: int, *, on: date) -> list[Absence]:
    """List a person's absences that are not over on a day, the first to come first."""
    return list(
        db.session.scalars(
            select(Absence)
            .where(Absence.user_id == user_id, Absence.until_on >= on)
            .order_by(Absence.from_on, Absence.id)
        )
    )


def once_each(texts: Iterable[str]) -> list[str]:
    """Tidy a list of words: white space off, nothing empty, nothing twice whatever the case."""
    kept: dict[str, str] = {}
    for text in texts:
        tidy = " ".join(text.split())
        if tidy:
            kept.setdefault(tidy.casefold(), tidy)
    return [*kept.values()]


def own_profiles(user: User) -> Sequence[Fund]:
    """List the funds a person reviews for."""
    return db.session.scalars(
        select(Fund).where(Fund.id.in_(user.funds(RoleName.REVIEWER))).order_by(Fund.slug)
    ).all()


def reviewing_fund(user: User, id: int) -> Fund | None:
    """Load a fund the person reviews for."""
    return db.session.scalar(select(Fund).where(Fund.id == id, Fund.id.in_(user.funds(RoleName.REVIEWER))))


@dataclass(frozen=True)
class Member:
    """A reviewer of a fund, as the office opens them."""

    fund: Fund
    user: User

    @property
    def fund_id(self) -> int:
        """The fund a rule asks for."""
        return self.fund.id


def office_member(user: User, id: int, user_id: int) -> Member | None:
    """Load a reviewer of a fund where the person is manager or auditor."""
    if id not in user.funds(RoleName.MANAGER, RoleName.AUDITOR):
        return None
    fund = db.session.get(Fund, id)
    found = db.session.scalar(select(User).where(User.id == user_id).options(joinedload(User.party)))
    if fund is None or found is None or not found.holds(RoleName.REVIEWER, id):
        return None
    return Member(fund, found)
