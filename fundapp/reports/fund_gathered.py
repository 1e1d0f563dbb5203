"""The rows of a fund, read once, for everything that is counted about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select

from fundapp.applications.models import ApplicationState as State
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.reports import fund_rows, rows
from fundapp.reports.round_data import OUT
from fundapp.reports.round_reviews import Reviewed, reviewed
from fundapp.rounds.models import Round


@dataclass(frozen=True)
class Gathered:
    """The rows of a fund, read once."""

    fund: Fund
    at: datetime

    @cached_property
    def every_round(self) -> list[Any]:
        """All published rounds, the sealed ones too."""
        return fund_rows.rounds_of(self.fund.id)

    @cached_property
    def rounds(self) -> list[Any]:
        """The rounds that figures may be made of."""
        return [row for row in self.every_round if not row.is_sealed]

    @property
    def ids(self) -> list[int]:
        """The keys of those rounds."""
        return [row.id for row in self.rounds]

    @cached_property
    def applications(self) -> list[Any]:
        """What was sent in to those rounds."""
        return rows.applications_of(*self.ids)

    @cached_property
    def reviews(self) -> dict[int, Reviewed]:
        """The reviews of each round; three queries a round."""
        found = db.session.scalars(select(Round).where(Round.id.in_(self.ids)).order_by(Round.id))
        return {round.id: reviewed(round) for round in found}

    @property
    def last_reviews(self) -> dict[int, datetime]:
        """When the last review of each application was handed in."""
        return {key: at for one in self.reviews.values() for key, at in one.last_in.items()}

    @cached_property
    def awards(self) -> list[Any]:
        """The grants, oldest first."""
        return fund_rows.awards_of(self.fund.id)

    @cached_property
    def paid(self) -> dict[int, int]:
        """What left the bank for each grant, in cents."""
        return fund_rows.paid_by_award(self.fund.id)

    @cached_property
    def tasks(self) -> list[Any]:
        """The tasks of all grants."""
        return fund_rows.tasks_of([row.id for row in self.awards])

    @cached_property
    def paid_tasks(self) -> dict[int, int]:
        """What was paid for each task, in cents."""
        return fund_rows.paid_lines([row.id for row in self.awards])

    def taking_part(self, round_id: int | None = None) -> list[Any]:
        """The applications that were not turned away or taken back."""
        return [row for row in self.of(round_id) if row.state not in OUT]

    def of(self, round_id: int | None) -> list[Any]:
        """The applications of one round, or of all."""
        return [row for row in self.applications if round_id in (None, row.round_id)]

    def is_decided(self, round_id: int) -> bool:
        """Tell whether a round chose already: before, a success rate would mean nothing."""
        return any(row.state in (State.AWARDED, State.DECLINED) for row in self.of(round_id))

    def is_reviewed(self, row: Any) -> bool:
        """Tell whether reviews gave an application a total."""
        found = self.reviews.get(row.round_id)
        return found is not None and row.id in found.means


def won(found: Sequence[Any]) -> list[Any]:
    """Give the applications that were awarded a grant."""
    return [row for row in found if row.state is State.AWARDED]
