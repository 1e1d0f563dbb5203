"""Money that came in, held against what it says it is for: money claimed back, or a promised gift."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.core import clock
from fundapp.core.db import db
from fundapp.funds import gifts
from fundapp.funds.models import Contribution, Fund, Gift
from fundapp.payouts import recoveries
from fundapp.payouts.bank_answers import Entry
from fundapp.payouts.models import LineState, Recovery, RecoveryState, StatementLine
from fundapp.payouts.rules import PAY

WORD = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
SHORTEST = 8
"""A reference shorter than this is not looked for inside other words."""

About = Recovery | Contribution


@dataclass(frozen=True, slots=True)
class Share:
    """A part of one movement: how much of it, what became of it, what it is about, and why."""

    cents: int
    state: LineState
    about: About | None = None
    why: str = ""


class Known:
    """Every reference of a fund that a payer may name, by how a bank writes it."""

    def __init__(self, fund: Fund) -> None:
        owed = select(Recovery.id, Recovery.reference, Recovery.code).where(Recovery.fund_id == fund.id)
        given = select(Contribution).where(Contribution.fund_id == fund.id)
        self._named: dict[str, tuple[type[About], int]] = {}
        for row in db.session.execute(owed):
            for name in (row.reference, row.code):
                self._named[_squeezed(name)] = (Recovery, row.id)
        for gift in db.session.scalars(given):
            for name in (gift.bank_reference, gift.reference):
                self._named[_squeezed(name)] = (Contribution, gift.id)
        self._inside = [name for name in self._named if name.startswith("RF") and len(name) >= SHORTEST]

    def about(self, entry: Entry) -> About | None:
        """Find the one thing a movement names; None for nothing, and for two different things."""
        written = [entry.reference, entry.end_to_end_id, entry.text]
        words = {_squeezed(word) for text in written for word in WORD.findall(text.upper())}
        found = {self._named[word] for word in words if word in self._named}
        for text in map(_squeezed, written):  # a reference may be printed in groups of four
            inside = [name for name in self._inside if name in text] if "RF" in text else []
            found |= {self._named[name] for name in _longest(inside)}
        if len(found) != 1:
            return None
        kind, id = found.pop()
        about: About = (
            db.session.get_one(Recovery, id) if kind is Recovery else db.session.get_one(Contribution, id)
        )
        return _latest(about)


def _squeezed(text: str) -> str:
    return "".join(character for character in text.upper() if character.isalnum())


def _longest(names: list[str]) -> list[str]:
    """Leave out a reference that is the beginning of another that stands there."""
    return [name for name in names if not any(name != other and name in other for other in names)]


def _latest(about: About) -> About:
    """Give what is still promised of a gift that came in in part: its giver goes on with the first name."""
    while isinstance(about, Contribution) and about.state is Gift.RECEIVED:
        rest = db.session.scalar(select(Contribution).where(Contribution.split_from_id == about.id))
        if rest is None:
            break
        about = rest
    return about


def parts(entry: Entry, about: About, fund: Fund, at: datetime) -> Iterator[Share]:
    """Say what becomes of a movement that names one thing; what is too much of it is for people."""
    if entry.booked_on > clock.day(at, fund.zone):
        yield Share(entry.cents, LineState.UNMATCHED, about, _("booked on a day that has not come yet"))
    elif isinstance(about, Contribution):
        yield _of_gift(entry, about)
    elif about.state is not RecoveryState.OPEN:
        why = _("%(code)s is not open any more", code=about.code)
        yield Share(entry.cents, LineState.UNMATCHED, about, why)
    else:
        rest = about.rest_cents
        yield Share(min(entry.cents, rest), LineState.MATCHED, about)
        if entry.cents > rest:
            why = _("more than was owed for %(code)s", code=about.code)
            yield Share(entry.cents - rest, LineState.UNMATCHED, about, why)


def _of_gift(entry: Entry, gift: Contribution) -> Share:
    if gift.state is Gift.PLEDGED:
        return Share(entry.cents, LineState.MATCHED, gift)
    why = _("%(gift)s is not promised any more: it came in, or was cancelled", gift=gift.reference)
    return Share(entry.cents, LineState.UNMATCHED, gift, why)


def book(line: StatementLine, *, actor: Any, at: datetime) -> None:
    """Book a line that was matched: what was claimed back came in, or a gift did, whole or in part."""
    cents, day = line.amount_cents or 0, line.booked_on
    assert day is not None  # noqa: S101 - every movement of a statement has its day
    if line.recovery_id is not None:
        owed = db.session.get_one(Recovery, line.recovery_id)
        by = (
            actor if actor is not None and PAY(actor, owed) else None
        )  # the bank says so, whoever gave the file
        recoveries.receive(owed, cents, day, actor=by, at=at, line=line)
    elif line.contribution_id is not None:
        gift = db.session.get_one(Contribution, line.contribution_id)
        is_part = cents < gift.amount_cents
        gifts.come_in(
            gift, received_on=day, actor=actor, at=at, amount_cents=cents, expects_rest=is_part,
            statement_line_id=line.id,
        )  # fmt: skip
