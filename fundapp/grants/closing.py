"""What a grant still owes before it can be closed; every feature names its own part."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from fundapp.funds.models import PaymentScheme
from fundapp.grants import conditions, report_days
from fundapp.grants.models import Award, MilestoneState, ReportState
from fundapp.grants.report_flow import KINDS


@dataclass(frozen=True)
class Point:
    """One thing that is open, and the page where it is done."""

    text: str
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)


CHECKS: list[Callable[[Award], Iterable[Point]]] = []
"""Filled by every feature whose work must be done before a grant closes."""


def open_points(award: Award) -> list[Point]:
    """List what keeps a grant from being closed as finished; nothing when it can be."""
    return [point for check in CHECKS for point in check(award)]


def _milestones(award: Award) -> Iterator[Point]:
    if award.scheme is PaymentScheme.ADVANCE:
        return  # settled as a whole, by the final account
    for one in award.milestones:
        if one.amount_cents and one.state in (MilestoneState.OPEN, MilestoneState.HELD):
            text = _("%(ref)s %(title)s is not delivered, dropped or closed.", ref=one.ref, title=one.title)
            yield Point(text, "grants.show", {"id": award.id, "_anchor": "milestones"})


def _reports(award: Award) -> Iterator[Point]:
    for one in report_days.reports_of(award):
        if one.state not in (ReportState.ACCEPTED, ReportState.WAIVED):
            text = _("%(report)s %(number)s is not accepted yet.", report=KINDS[one.kind], number=one.number)
            yield Point(text, "grants.report", {"id": one.id})


def _conditions(award: Award) -> Iterator[Point]:
    for one in conditions.unmet_of(award):
        text = _("The condition “%(title)s” is not met.", title=one.title)
        yield Point(text, "grants.show", {"id": award.id, "_anchor": "conditions"})


CHECKS.extend((_milestones, _reports, _conditions))
