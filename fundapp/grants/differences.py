"""What is different between two versions of a plan or an agreement: row by row, word by word, in money."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from flask_babel import format_date
from flask_babel import gettext as _

from fundapp.applications.word_changes import Piece, pieces
from fundapp.core import money
from fundapp.grants import plan

State = Literal["kept", "changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two versions, in words that a page can compare.

    lines: the plan. payees: (name, share). articles and conditions: (name, text), in order; None where
    a version has no words of its own (a plan that was only saved).
    """

    name: str
    lines: Sequence[Mapping[str, Any]]
    change_cents: int = 0
    ends_on: date | None = None
    payees: Sequence[tuple[str, str]] = ()
    articles: Sequence[tuple[str, str]] | None = None
    conditions: Sequence[tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class RowChange:
    """One milestone: what it was called and what it is. cents: by how much its amount grew, or shrank."""

    state: State
    ref: str
    level: int
    title: list[Piece]
    deliverable: list[Piece]
    due: list[Piece]
    amount: list[Piece]
    licence: list[Piece]
    cents: int


@dataclass(frozen=True, slots=True)
class TextChange:
    """One article, condition or payee."""

    state: State
    name: list[Piece]
    text: list[Piece]


@dataclass(frozen=True, slots=True)
class Differences:
    """All that is different. money_in and money_out: what milestones gained and lost, in cents."""

    rows: list[RowChange]
    money_in: int
    money_out: int
    total: tuple[int, int]
    grant: list[Piece]
    ends: list[Piece]
    payees: list[TextChange]
    conditions: list[TextChange]
    articles: list[TextChange]

    @property
    def is_none(self) -> bool:
        """Tell whether the two say the same."""
        states = [row.state for row in self.rows]
        states += [one.state for one in (*self.payees, *self.conditions, *self.articles)]
        return all(state == "kept" for state in (*states, *(one.state for one in (*self.grant, *self.ends))))


def between(
    old: Side, new: Side, *, currency: str, language: str, fixed: Collection[str] = ()
) -> Differences:
    """Compare two versions, the older one first, in the reader's language.

    fixed: references that mean the same milestone in both; others are paired by name first, since a
    plan that nobody saw yet may number its lines anew.
    """

    def shown(cents: int) -> str:
        return money.show(cents, currency, language)

    rows = [_row(a, b, shown) for a, b in _paired(plan.shown(old.lines), plan.shown(new.lines), set(fixed))]
    leaves = [row for row in rows if row.cents]
    return Differences(
        rows=rows,
        money_in=sum(row.cents for row in leaves if row.cents > 0),
        money_out=-sum(row.cents for row in leaves if row.cents < 0),
        total=(plan.total(old.lines), plan.total(new.lines)),
        grant=_value(_added(old.change_cents, shown), _added(new.change_cents, shown)),
        ends=_value(_day(plan.last_day(old.lines, old.ends_on)), _day(plan.last_day(new.lines, new.ends_on))),
        payees=texts_between(old.payees, new.payees),
        conditions=texts_between(old.conditions or (), new.conditions or ()) if _both(old, new) else [],
        articles=texts_between(old.articles or (), new.articles or ()) if _both(old, new) else [],
    )


def _both(old: Side, new: Side) -> bool:
    return old.articles is not None and new.articles is not None


def _added(cents: int, shown: Callable[[int], str]) -> str:
    return shown(cents) if cents else str(_("unchanged"))


def _day(day: date | None) -> str:
    return format_date(day, "d MMMM y") if day else ""


Pair = tuple[plan.Shown | None, plan.Shown | None]


def _paired(old: list[plan.Shown], new: list[plan.Shown], fixed: set[str]) -> list[Pair]:
    """Pair the lines of two plans: by a fixed reference, by name, by reference; in the order of the new.

    What is gone stands where it was: after the line that came before it.
    """
    left = {line["ref"]: line for line in old}
    partner: dict[str, plan.Shown] = {}
    for same in (_by_ref(fixed), _by_name, _by_ref(None)):
        for line in new:
            if line["ref"] in partner:
                continue
            found = next((one for one in left.values() if same(one, line)), None)
            if found is not None:
                partner[line["ref"]] = left.pop(found["ref"])
    pairs: list[Pair] = [(partner.get(line["ref"]), line) for line in new]
    order = [line["ref"] for line in old]
    for gone in (line for line in old if line["ref"] in left):
        before = order[: order.index(gone["ref"])]
        at = max((n for n, (a, _b) in enumerate(pairs, 1) if a is not None and a["ref"] in before), default=0)
        pairs.insert(at, (gone, None))
    return pairs


def _by_ref(fixed: set[str] | None) -> Any:
    return lambda a, b: a["ref"] == b["ref"] and (fixed is None or a["ref"] in fixed)


def _by_name(a: plan.Shown, b: plan.Shown) -> bool:
    return bool(a["title"]) and (a["title"], a["level"]) == (b["title"], b["level"])


def _row(old: plan.Shown | None, new: plan.Shown | None, shown: Callable[[int], str]) -> RowChange:
    line = new or old
    assert line is not None  # noqa: S101 - a pair has one side at least
    a, b = _cells(old, shown), _cells(new, shown)
    cells = {name: _value(a[name], b[name]) for name in ("due", "amount", "licence")}
    cells |= {name: pieces(a[name], b[name]) for name in ("title", "deliverable")}
    state: State = "added" if old is None else "removed" if new is None else "changed"
    if state == "changed" and all(piece.state == "kept" for cell in cells.values() for piece in cell):
        state = "kept"
    return RowChange(state, line["ref"], line["level"], cents=_leaf(new) - _leaf(old), **cells)


def _leaf(line: plan.Shown | None) -> int:
    return 0 if line is None or line["has_parts"] else line["amount_cents"]


def _cells(line: plan.Shown | None, shown: Callable[[int], str]) -> dict[str, str]:
    if line is None:
        return dict.fromkeys(("title", "deliverable", "due", "amount", "licence"), "")
    return {
        "title": line["title"],
        "deliverable": line["deliverable"],
        "due": _day(line["due_on"]),
        "amount": shown(line["amount_cents"]),
        "licence": line["licence"],
    }


def _value(old: str, new: str) -> list[Piece]:
    if old == new:
        return [Piece("kept", old)] if old else []
    both = [Piece("removed", old), Piece("kept", " " if old and new else ""), Piece("added", new)]
    return [piece for piece in both if piece.text]


def texts_between(old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> list[TextChange]:
    """Pair (name, text) by name and compare word by word; those without a partner are new or gone."""
    left = dict(old)
    found: list[TextChange] = []
    for name, text in new:
        before = left.pop(name, None)
        if before is None:
            found.append(TextChange("added", _value("", name), _value("", text)))
        else:
            state: State = "kept" if before == text else "changed"
            found.append(TextChange(state, _value(name, name), pieces(before, text)))
    found += [TextChange("removed", _value(name, ""), _value(text, "")) for name, text in left.items()]
    return found
