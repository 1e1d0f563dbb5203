"""What a 360Giving package is made of: published awards, money moved, milestones, who must not be named."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, func, select

from fundapp.accounts.models import Party, User
from fundapp.applications.models import APPLICANTS, Access, Application, ApplicationVersion
from fundapp.core.db import db
from fundapp.decisions.models import Decision
from fundapp.funds.models import Account, Fund, Posting
from fundapp.grants.models import Agreement, Award, Milestone
from fundapp.reports.published import SHOWN_NAME, free_of_embargo, published
from fundapp.rounds.models import Round


@dataclass(frozen=True)
class Rows:
    """What a package is made of, read once: by the number of the award."""

    moved: Mapping[int, Sequence[Any]]
    milestones: Mapping[int, Sequence[Any]]
    begun: Mapping[int, datetime]
    people: Mapping[int, Sequence[str]]


def awards(fund: Fund, *, at: datetime, round_id: int | None) -> list[Row[Any]]:
    """List what is published of a fund, or of one of its rounds, by code."""
    version = (ApplicationVersion.application_id == Application.id) & (
        ApplicationVersion.number == Application.version_number
    )
    found = (
        published(
            Award.id, Award.application_id, Award.state, Award.state_at, Award.amount_cents, Award.ends_on,
            Application.code, Application.title, Application.country, Application.theme,
            Application.requested_cents, ApplicationVersion.answers, Decision.released_at, Party,
            SHOWN_NAME.label("name"), Round.slug.label("round_slug"), Round.name.label("round_name"),
        )
        .outerjoin(ApplicationVersion, version)
        .where(Award.fund_id == fund.id, free_of_embargo(at))
        .order_by(Application.code)
    )  # fmt: skip
    return list(db.session.execute(found.where(Award.round_id == round_id) if round_id else found))


def rows_of(fund: Fund, ids: Sequence[int]) -> Rows:
    """Read what the packages say of these awards; a handful of queries, however many they are."""
    way = case((Posting.credit == Account.BANK, Posting.amount_cents), else_=-Posting.amount_cents)
    moved = (
        select(
            Posting.award_id,
            Posting.booked_on,
            func.sum(way).label("cents"),
            func.max(Posting.at).label("at"),
        )
        .where(
            Posting.fund_id == fund.id,
            Posting.award_id.in_(ids),
            (Posting.debit == Account.BANK) | (Posting.credit == Account.BANK),
        )
        .group_by(Posting.award_id, Posting.booked_on)
        .order_by(Posting.award_id, Posting.booked_on)
    )
    steps = (
        select(
            Milestone.award_id, Milestone.ref, Milestone.title, Milestone.due_on, Milestone.state,
            Milestone.state_at, Milestone.place, Milestone.licence,
        )
        .where(Milestone.award_id.in_(ids))
        .order_by(Milestone.award_id, Milestone.position)
    )  # fmt: skip
    begun = (
        select(Agreement.award_id, func.min(Agreement.in_force_at))
        .where(Agreement.award_id.in_(ids), Agreement.in_force_at.is_not(None))
        .group_by(Agreement.award_id)
    )
    return Rows(
        _by_first(db.session.execute(moved)),
        _by_first(db.session.execute(steps)),
        {id: day for id, day in db.session.execute(begun) if day},
        _people(ids),
    )


def _people(ids: Sequence[int]) -> dict[int, list[str]]:
    """Collect the names of those who applied, so that no description gives them away."""
    named = (
        select(Award.id, User.name, User.email)
        .join(Access, Access.application_id == Award.application_id)
        .join(User, User.id == Access.user_id)
        .where(Award.id.in_(ids), Access.capacity.in_(APPLICANTS))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for id, name, email in db.session.execute(named):
        found[id] += [name, email]
    return found


def _by_first(rows: Iterable[Row[Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found
