"""All dates of all rounds of a person's funds, and what other features put beside them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import User
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.funds.queries import OFFICE_ROLES
from fundapp.rounds.models import Round, RoundState, Stage

GONE = (RoundState.CANCELLED, RoundState.ARCHIVED)


@dataclass(frozen=True)
class Entry:
    """One date. at: an instant, for what happens at an hour; on: the day in the fund's zone."""

    on: date
    what: str
    about: str
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    zone: str = ""
    is_deadline: bool = False
    note: str = ""

    @property
    def hour(self) -> str:
        """The hour on the clock of the fund, with seconds where there are some; empty for a day."""
        if self.at is None:
            return ""
        wall = clock.local(self.at, self.zone)
        return wall.strftime("%H:%M:%S" if wall.second else "%H:%M")


Source = Callable[[User, date, date, int | None, str], list[Entry]]
SOURCES: list[Source] = []
"""What later features put in the calendar: (person, first day, day after the last, fund or all, language)."""


def entries(user: User, first: date, end: date, *, fund_id: int | None, language: str) -> list[Entry]:
    """List what falls from the first day up to, not including, the end; by day, hour and round."""
    found = [
        one for stage in _stages(user, fund_id) for one in _of_stage(stage, language) if first <= one.on < end
    ]
    found += [one for tell in SOURCES for one in tell(user, first, end, fund_id, language)]
    return sorted(found, key=lambda one: (one.on, one.at is None, one.hour, one.about, one.what))


def _stages(user: User, fund_id: int | None) -> list[Stage]:
    """Load the stages of the rounds that are not over; a fund has tens of them, not thousands."""
    funds = [id for id in user.funds(*OFFICE_ROLES) if fund_id in (None, id)]
    found = (
        select(Stage)
        .join(Stage.round)
        .where(Round.fund_id.in_(funds), Round.state.not_in(GONE))
        .options(joinedload(Stage.round).joinedload(Round.fund))
        .order_by(Stage.opens_at.desc(), Stage.id)
        .limit(400)
    )
    return list(db.session.scalars(found))


def _of_stage(stage: Stage, language: str) -> list[Entry]:
    round = stage.round
    instants = (
        (stage.opens_at, _("The call opens") if stage.number == 1 else _("The stage opens"), False),
        (stage.closes_at, _("The call closes") if stage.number == 1 else _("The stage closes"), True),
        (stage.reviews_due_at, _("Reviews are due"), True),
    )
    found = [_entry(stage, what, language, at=at, is_deadline=late) for at, what, late in instants if at]
    if stage.decide_by_on:
        found.append(_entry(stage, _("Letters of the stage by"), language, on=stage.decide_by_on))
    if round.decide_by_on and stage.number == 1:
        found.append(_entry(stage, _("Letters promised by"), language, on=round.decide_by_on))
    return found


def _entry(
    stage: Stage,
    what: str,
    language: str,
    *,
    at: datetime | None = None,
    on: date | None = None,
    is_deadline: bool = True,
) -> Entry:
    round, zone = stage.round, stage.round.fund.zone
    named = pick(stage.name, language) if stage.number > 1 else ""
    notes = [
        _("being prepared") if round.state is RoundState.DRAFT else "",
        _("trial") if round.is_trial else "",
    ]
    return Entry(
        on=on or clock.day(at or stage.opens_at, zone),
        what=what,
        about=": ".join(part for part in (pick(round.name, language), named) if part),
        endpoint="rounds.show",
        values={"id": round.id},
        at=at,
        zone=zone,
        is_deadline=is_deadline,
        note=", ".join(note for note in notes if note),
    )


def funds(user: User) -> list[Fund]:
    """List the funds whose dates the person may see."""
    ids = user.funds(*OFFICE_ROLES)
    return list(db.session.scalars(select(Fund).where(Fund.id.in_(ids)).order_by(Fund.slug)))
