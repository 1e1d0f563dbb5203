"""The plan of a report of one's own: columns, filters, groups and sums, checked before anything is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, cast, func, or_
from sqlalchemy import String as Text

from fundapp.core import money
from fundapp.core.refusals import Refusal
from fundapp.core.words import LANGUAGES
from fundapp.funds.models import Fund
from fundapp.reports.subjects import Subject, Trait
from fundapp.reports.wording import _

OPERATORS = {
    "is": _l("is"), "not": _l("is not"), "has": _l("contains"),
    "least": _l("is at least, or from"), "most": _l("is at most, or until"),
    "empty": _l("is empty"),
}  # fmt: skip
SUMS = {
    "sum": _l("Sum"), "mean": _l("Mean"), "median": _l("Median"),
    "least": _l("Lowest"), "most": _l("Highest"),
}  # fmt: skip


@dataclass(frozen=True)
class Filter:
    """One condition; value as it was typed."""

    key: str
    op: str
    value: str = ""


@dataclass(frozen=True)
class Plan:
    """What a report shows.

    groups: by which columns it is put together; then `sums` (do, key) stand beside the count, and columns do
    not. is_public: groups of fewer than five are left out.
    """

    columns: Sequence[str] = ()
    filters: Sequence[Filter] = ()
    groups: Sequence[str] = ()
    sums: Sequence[tuple[str, str]] = ()
    sort: str = ""
    is_down: bool = False
    is_public: bool = False

    def as_data(self) -> dict[str, Any]:
        """Give the plan as it is kept."""
        return {**asdict(self), "sums": [list(one) for one in self.sums]}


def read(data: Mapping[str, Any]) -> Plan:
    """Read a plan as it was kept."""
    return Plan(
        columns=tuple(data.get("columns", ())),
        filters=tuple(Filter(**one) for one in data.get("filters", ())),
        groups=tuple(data.get("groups", ())),
        sums=tuple((one[0], one[1]) for one in data.get("sums", ())),
        sort=data.get("sort", ""),
        is_down=bool(data.get("is_down")),
        is_public=bool(data.get("is_public")),
    )


def fitting(subject: Subject, plan: Plan) -> tuple[Plan, list[str]]:
    """Give a kept plan without what its subject does not know any more, and the names of that.

    A plan of which no column is left shows the usual ones.
    """
    known = {one.key for one in subject.traits}
    named = [
        *plan.columns,
        *plan.groups,
        *(one.key for one in plan.filters),
        *(key for _do, key in plan.sums),
    ]
    gone = sorted(set(named) - known)
    if not gone:
        return plan, []
    groups = tuple(key for key in plan.groups if key in known)
    columns = tuple(key for key in plan.columns if key in known)
    left = replace(
        plan,
        groups=groups,
        columns=columns or (() if groups else subject.usual),
        filters=tuple(one for one in plan.filters if one.key in known),
        sums=tuple(one for one in plan.sums if one[1] in known),
        is_public=plan.is_public and bool(groups),
    )
    return left, gone


def checked(subject: Subject, plan: Plan) -> Plan:
    """Give the plan back when its subject can answer it. Raises Refusal that names what it cannot."""
    known = {one.key for one in subject.traits}
    named = {
        *plan.columns,
        *plan.groups,
        *(one.key for one in plan.filters),
        *(key for _do, key in plan.sums),
    }
    if strangers := sorted(named - known):
        raise Refusal(_("There is no column “%(name)s”.", name=strangers[0]))
    if not plan.columns and not plan.groups:
        raise Refusal(_("Choose at least one column."))
    if any(do not in SUMS for do, _key in plan.sums) or any(one.op not in OPERATORS for one in plan.filters):
        raise Refusal(_("This cannot be asked of a column."))
    if plan.is_public:
        _check_published(plan)
    for key in (key for _do, key in plan.sums):
        if not _trait(subject, key).is_measure:
            raise Refusal(_("“%(name)s” has no sum.", name=str(_trait(subject, key).head)))
    for one in plan.filters:
        condition(subject, one)
    return plan


def _check_published(plan: Plan) -> None:
    if not plan.groups:
        raise Refusal(_("What is published is put together in groups: choose what to group by."))
    if any(do in {"least", "most"} for do, _key in plan.sums):
        raise Refusal(
            _("The lowest or highest of a group is about one of them: leave it out of what is published.")
        )


def condition(subject: Subject, one: Filter, fund: Fund | None = None) -> ColumnElement[bool]:
    """Turn a filter into SQL. fund: whose own names count, too. Raises Refusal for an unreadable value."""
    trait = _trait(subject, one.key)
    column: ColumnElement[Any] = trait.source
    if one.op == "empty":
        return or_(column.is_(None), cast(column, Text) == "")
    if one.op == "has":
        part = one.value.strip().lower()
        holds = func.lower(cast(column, Text)).contains(part, autoescape=True)
        meant = [key.lower() for key, name in _named(trait, fund) if part and part in name]
        return or_(holds, func.lower(cast(column, Text)).in_(meant)) if meant else holds
    if one.op in {"least", "most"}:
        return _bounded(trait, one)
    value = _value(trait, one.value, fund)
    text = func.lower(cast(column, Text)) if trait.kind == "text" else column
    same = text == (str(value).lower() if trait.kind == "text" else value)
    return same if one.op == "is" else or_(column.is_(None), ~same)


def _bounded(trait: Trait, one: Filter) -> ColumnElement[bool]:
    value, column = _value(trait, one.value), trait.source
    if one.op == "least":
        bound: ColumnElement[bool] = column >= value
    elif trait.kind == "moment":
        bound = column < value + timedelta(days=1)  # until a day: that day counts
    else:
        bound = column <= value
    return bound


def _value(trait: Trait, typed: str, fund: Fund | None = None) -> Any:
    """Read what was typed as the column keeps it."""
    typed = typed.strip()
    try:
        if trait.kind == "money":
            return money.read(typed).cents
        if trait.kind in {"count", "figure", "percent"}:
            return float(typed.replace(",", "."))
        if trait.kind == "day":
            return date.fromisoformat(typed)
        if trait.kind == "moment":
            return _midnight(typed)
    except (ValueError, InvalidOperation, OverflowError, money.UnreadableAmount) as fault:
        raise Refusal(
            _("“%(typed)s” can't be read for “%(name)s”.", typed=typed[:40], name=str(trait.head))
        ) from fault
    meant = {name: key for key, name in _named(trait, fund)}
    return meant.get(typed.lower(), typed)


def _named(trait: Trait, fund: Fund | None) -> list[tuple[str, str]]:
    """List (key, name in small letters) of its values in every language: a colleague may read another one."""
    if fund is None:
        return []
    return [(key, name.lower()) for names in trait.names(fund, *LANGUAGES) for key, name in names.items()]


def _midnight(typed: str) -> datetime:
    return datetime.combine(date.fromisoformat(typed), time(), UTC)


def _trait(subject: Subject, key: str) -> Trait:
    found = subject.trait(key)
    if found is None:
        raise Refusal(_("There is no column “%(name)s”.", name=key[:40]))
    return found
