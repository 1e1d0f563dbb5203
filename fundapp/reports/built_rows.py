"""The rows of a report of one's own: read as the asking person may see them, grouped and added up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from fractions import Fraction
from statistics import median
from typing import Any

from flask_babel import get_locale
from sqlalchemy import ColumnElement, Select, literal, nulls_last, select

from fundapp.accounts.models import User
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.words import LANGUAGES
from fundapp.funds.models import Fund
from fundapp.reports import built_plans
from fundapp.reports.built_plans import SUMS, Plan
from fundapp.reports.columns import Column
from fundapp.reports.measures import tidy
from fundapp.reports.subjects import Subject, Trait
from fundapp.reports.suppression import withheld
from fundapp.reports.wording import _

AT_ONCE = 500
SHOWN = 100
"""So many rows stand on a page; files hold all of them."""

Row = list[Any]


@dataclass(frozen=True)
class Preview:
    """The first rows of a report, and whether there are more. total: of how many rows it speaks."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    has_more: bool
    hidden: int = 0


def columns(subject: Subject, plan: Plan) -> list[Column]:
    """Give the columns a report shows, in order."""
    if not plan.groups:
        return [_column(_trait(subject, key)) for key in plan.columns]
    counted = Column("count", _("Number"), "count", _("How many there are."))
    return [
        *(_column(_trait(subject, key)) for key in plan.groups),
        counted,
        *(_summed(do, _trait(subject, key)) for do, key in plan.sums),
    ]


def _column(trait: Trait) -> Column:
    return Column(trait.key, trait.head, trait.kind, trait.meaning)


def _summed(do: str, trait: Trait) -> Column:
    kind = "figure" if trait.kind == "count" and do in {"mean", "median"} else trait.kind
    head = _("%(head)s (%(sum)s)", head=str(trait.head), sum=str(SUMS[do]).lower())
    return Column(f"{do}_{trait.key}", head, kind, trait.meaning)


def _trait(subject: Subject, key: str) -> Trait:
    found = subject.trait(key)
    if found is None:
        raise KeyError(key)
    return found


# --- reading -----------------------------------------------------------------------


def statement(subject: Subject, plan: Plan, *, user: User, fund: Fund, keys: Sequence[str]) -> Select[Any]:
    """Select these columns of what the person may see, then the id of the application the row is about."""
    about = subject.about if subject.about is not None else literal(None)
    chosen = [_trait(subject, key).source.label(f"c{place}") for place, key in enumerate(keys)]
    rows = subject.rows(select(*chosen, about.label("about")), user, fund.id)
    return rows.where(*(built_plans.condition(subject, one, fund) for one in plan.filters))


def lines(subject: Subject, plan: Plan, *, user: User, fund: Fund, seen_ids: set[int]) -> Iterator[Row]:
    """Read a report row by row. seen_ids: takes up the applications that went into it."""
    if plan.groups:
        yield from _grouped(subject, plan, user=user, fund=fund, seen_ids=seen_ids)
        return
    asked = statement(subject, plan, user=user, fund=fund, keys=plan.columns).order_by(*_order(subject, plan))
    show = [_shower(_trait(subject, key), fund) for key in plan.columns]
    for row in _read(asked, seen_ids):
        yield [turn(value) for turn, value in zip(show, row, strict=False)]


def _order(subject: Subject, plan: Plan) -> list[ColumnElement[Any]]:
    trait = subject.trait(plan.sort)
    first = [] if trait is None else [nulls_last(trait.source.desc() if plan.is_down else trait.source.asc())]
    return [*first, *subject.order]


def _read(asked: Select[Any], seen_ids: set[int]) -> Iterator[Sequence[Any]]:
    for row in db.session.execute(asked.execution_options(yield_per=AT_ONCE)):
        if row.about is not None:
            seen_ids.add(row.about)
        yield row


def _shower(trait: Trait, fund: Fund) -> Any:
    """Give what turns a kept value into one to show: names for keys, the fund's clock for a moment."""
    [words] = trait.names(fund, str(get_locale() or LANGUAGES[0])[:2])

    def show(value: Any) -> Any:
        plain = value.value if isinstance(value, Enum) else value
        if isinstance(plain, datetime):
            return clock.local(plain, fund.zone)
        if trait.kind in {"percent", "figure"} and plain is not None:
            return tidy(float(plain))
        return words.get(plain, plain) if isinstance(plain, str) else plain

    return show


# --- groups ------------------------------------------------------------------------


def _grouped(subject: Subject, plan: Plan, *, user: User, fund: Fund, seen_ids: set[int]) -> Iterator[Row]:
    """Put rows together by their groups; medians need every value, so numbers alone are held."""
    keys = [*plan.groups, *(key for _do, key in plan.sums)]
    show = [_shower(_trait(subject, key), fund) for key in plan.groups]
    asked = statement(subject, plan, user=user, fund=fund, keys=keys)
    found: dict[tuple[Any, ...], tuple[list[int], list[list[Any]]]] = {}
    for row in _read(asked, seen_ids):
        name = tuple(turn(value) for turn, value in zip(show, row, strict=False))
        counted, values = found.setdefault(name, ([0], [[] for _one in plan.sums]))
        counted[0] += 1
        for kept, value in zip(values, row[len(show) :], strict=False):
            if value is not None:
                kept.append(value)
    rows = [[*name, count[0], *_summed_up(plan, values)] for name, (count, values) in found.items()]
    yield from _sorted(subject, plan, _published(plan, rows))


def _summed_up(plan: Plan, values: Sequence[Sequence[Any]]) -> list[Any]:
    return [_sum(do, kept) for (do, _key), kept in zip(plan.sums, values, strict=True)]


def _sum(do: str, values: Sequence[Any]) -> Any:
    if not values:
        return None
    if do == "sum":
        return tidy(sum(values)) if isinstance(values[0], float) else sum(values)
    if do in {"least", "most"}:
        return min(values) if do == "least" else max(values)
    exact = median(values) if do == "median" else Fraction(sum(map(Fraction, values)), len(values))
    return tidy(float(exact))


def _published(plan: Plan, rows: list[Row]) -> list[Row]:
    """Leave the small groups out of what is published, and one more when the total would tell them."""
    if not plan.is_public:
        return rows
    place = len(plan.groups)
    hidden = withheld([row[place] for row in rows])
    return [row for number, row in enumerate(rows) if number not in hidden]


def _sorted(subject: Subject, plan: Plan, rows: list[Row]) -> Iterable[Row]:
    keys = [column.key for column in columns(subject, plan)]
    place = keys.index(plan.sort) if plan.sort in keys else 0
    some = sorted((row for row in rows if row[place] is not None), key=lambda row: _rank(row, place))
    if plan.is_down:
        some.reverse()
    return [*some, *(row for row in rows if row[place] is None)]


def _rank(row: Row, place: int) -> Any:
    first = row[place]
    return (first.casefold() if isinstance(first, str) else first, [str(value) for value in row])


def preview(subject: Subject, plan: Plan, *, user: User, fund: Fund) -> Preview:
    """Give the first rows of a report for a page."""
    rows: list[Row] = []
    limited = lines(subject, plan, user=user, fund=fund, seen_ids=set())
    for row in limited:
        if len(rows) == SHOWN:
            limited.close()  # type: ignore[attr-defined]
            return Preview(columns(subject, plan), rows, has_more=True)
        rows.append(row)
    return Preview(columns(subject, plan), rows, has_more=False)
