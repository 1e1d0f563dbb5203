"""Checking what an applicant answered against the form, in words they can act on."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from fundapp.core import money
from fundapp.core.words import pick
from fundapp.rounds.checks import (
    CHECKS,
    Ask,
    Fault,
    language,
    missing,
    most,
    shown,
)
from fundapp.rounds.fields import TEXTS, Field, FieldType, Total
from fundapp.rounds.values import is_empty, is_web_address, length

AMOUNT = "amount"
MILESTONES = "milestones"
"""The table of the plan; it carries its money in the column amount_cents and adds up to the amount."""
PLAN = Total("amount_cents", AMOUNT)

__all__ = [
    "AMOUNT", "MILESTONES", "Ask", "Fault", "faults", "is_empty", "is_web_address", "language", "length",
    "over_limit", "total_of",
]  # fmt: skip


def faults(fields: Iterable[Field], answers: Mapping[str, Any], ask: Ask) -> Iterator[Fault]:
    """Check the answers to the questions that are asked, in the order of the form."""
    asked = list(fields)
    for field in asked:
        value = answers.get(field.key)
        if is_empty(value) or (field.type is FieldType.CONSENT and value is False):
            if field.required:
                yield missing(field)
            continue
        yield from CHECKS[field.type](field, value, ask)
    for field in asked:
        yield from _sum_faults(field, asked, answers, ask)


def over_limit(fields: Iterable[Field], answers: Mapping[str, Any]) -> list[str]:
    """List the fields whose text is longer than the form allows; imports are kept whole and marked."""
    return [
        field.key
        for field in fields
        if field.type in TEXTS and field.hard and length(str(answers.get(field.key) or "")) > most(field)
    ]


def total_of(field: Field) -> Total | None:
    """Say what a table adds up to; the plan of milestones to the amount, also where no form says so."""
    if field.total is None and field.key == MILESTONES and field.column(PLAN.column):
        return PLAN
    return field.total


def _sum_faults(field: Field, asked: list[Field], answers: Mapping[str, Any], ask: Ask) -> Iterator[Fault]:
    """Compare a table with an amount; nothing is said while one of the two is missing or beyond all money."""
    total = total_of(field)
    if total is None:
        return
    rows, wanted = answers.get(field.key), answers.get(total.field)
    if not isinstance(wanted, int) or isinstance(wanted, bool) or not isinstance(rows, list):
        return
    cells = [row.get(total.column) for row in rows if isinstance(row, Mapping)]
    added = sum(cell for cell in cells if isinstance(cell, int))
    if added and added != wanted and max(abs(added), abs(wanted)) <= money.MOST_CENTS:
        yield Fault(field.key, "sum", _unequal(field, added, wanted, ask))


def _unequal(field: Field, added: int, wanted: int, ask: Ask) -> str:
    asked, total = shown(wanted, ask), shown(added, ask)
    if field.key == MILESTONES:
        words = _("You ask %(asked)s; the milestones add up to %(total)s. Change one of the two.")
    else:
        words = _("You ask %(asked)s; “%(table)s” adds up to %(total)s. Change one of the two.")
    return str(words) % {"asked": asked, "total": total, "table": pick(field.label, language())}
