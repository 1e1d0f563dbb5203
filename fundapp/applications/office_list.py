"""The office's list of applications: narrowed, in any order, page by page, with the columns one wants."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm import aliased

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application, Flag
from fundapp.applications.queries import AWARDED_ONLY, seen
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.funds.queries import OFFICE_ROLES
from fundapp.rounds.models import Round

PAGE = 50
MOST_COUNTED = 1000
FIRST = "-submitted"
"""The order of a list when none is asked: the newest first."""
NOTHING: ColumnElement[bool] = false()
_lead = aliased(User)


def handled(user: User) -> ColumnElement[bool]:
    """Give the condition for what the person sees as one of the office: never by what they review."""
    whole, money = user.funds(RoleName.MANAGER, RoleName.AUDITOR), user.funds(RoleName.FINANCE)
    if not whole and not money:
        return false()
    paid = and_(Application.fund_id.in_(money), Application.state.in_(AWARDED_ONLY))
    return and_(
        or_(Application.fund_id.in_(whole), paid) if money else Application.fund_id.in_(whole), seen(user)
    )


def scope(user: User, round_id: int | None) -> ColumnElement[bool]:
    """Give the condition for one round, or for all rounds of the person's funds, trials left out."""
    if round_id is not None:
        return and_(Application.round_id == round_id, handled(user))
    trials = select(Round.id).where(Round.is_trial, Round.fund_id.in_(user.funds(*OFFICE_ROLES)))
    return and_(handled(user), Application.round_id.not_in(trials))


def of(ids: Sequence[int]) -> ColumnElement[bool]:
    """Give the condition for these applications; says nothing of permission."""
    return Application.id.in_(ids)


# --- order and pages -----------------------------------------------------------------

SORTS: dict[str, Callable[[], Any]] = {
    "submitted": lambda: Application.submitted_at,
    "since": lambda: Application.state_at,
    "code": lambda: func.coalesce(Application.code, ""),
    "title": lambda: func.lower(Application.title),
    "applicant": lambda: func.lower(Application.applicant_name),
    "state": lambda: type_coerce(Application.state, String),
    "amount": lambda: func.coalesce(Application.requested_cents, -1),
    "theme": lambda: func.coalesce(Application.theme, ""),
    "country": lambda: func.coalesce(Application.country, ""),
    "lead": lambda: func.coalesce(func.lower(_lead.name), ""),
    "round": lambda: Application.round_id,
}
"""What a list can be put in order by, never NULL; later features add theirs."""


@dataclass(frozen=True)
class Place:
    """A place in a list: the value it is in order by, and the id. is_back: what comes before it is wanted."""

    value: Any
    id: int
    is_back: bool = False

    def write(self) -> str:
        """Write the place for an address."""
        value = self.value.isoformat() if isinstance(self.value, datetime) else self.value
        raw = json.dumps([value, self.id, int(self.is_back)]).encode()
        return urlsafe_b64encode(raw).decode().rstrip("=")


def read_place(text: str, sort: str) -> Place | None:
    """Read a place from an address; None for what is none of this order."""
    try:
        value, id, is_back = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        found = _read_value(value, sort.lstrip("-"))
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None
    is_whole = isinstance(id, int) and 0 < id < 2**31
    return Place(found, id, bool(is_back)) if is_whole and found is not None else None


def _read_value(value: Any, sort: str) -> Any:
    if sort in NUMBERS:
        return value if isinstance(value, int) and abs(value) < 2**62 else None
    if sort in ("submitted", "since"):
        found = datetime.fromisoformat(value)
        return found if found.tzinfo else None
    value.encode()  # half a letter cannot be asked for
    return value if "\x00" not in value else None


NUMBERS = {"amount", "round"}
"""Orders that go by a whole number; the rest by text, but for instants."""
INSIDE: set[str] = set()
"""Orders that only those see who see how proposals are judged."""


def add_sorts(**sorts: Callable[[], Any]) -> None:
    """Make orders known that go by whole numbers of how proposals are judged."""
    SORTS.update(sorts)
    NUMBERS.update(sorts)
    INSIDE.update(sorts)


def allowed(sort: str, user: User) -> str:
    """Give the order that was asked, or the usual one where it is none or not for this person to see."""
    key = sort.lstrip("-")
    judged = set(user.funds(RoleName.MANAGER, RoleName.AUDITOR)) >= set(user.funds(*OFFICE_ROLES))
    return sort if key in SORTS and (judged or key not in INSIDE) else FIRST


@dataclass(frozen=True)
class Page:
    """One page of a list. before, after: the places of its neighbours, where there are some."""

    rows: list[Row[Any]]
    before: Place | None
    after: Place | None


def page(wanted: ColumnElement[bool], *, sort: str = FIRST, place: Place | None = None) -> Page:
    """Give one page of the applications that are wanted.

    wanted: with its `scope`, so with permission. sort: a key of SORTS, "-" before it for downwards.
    """
    by = SORTS.get(sort.lstrip("-"), SORTS["submitted"])()
    down = sort.startswith("-") or sort.lstrip("-") not in SORTS
    back = place is not None and place.is_back
    chosen = _rows(by).where(wanted)
    if place is not None:
        beyond = tuple_(literal(place.value, by.type), literal(place.id))
        here = tuple_(by, Application.id)
        chosen = chosen.where(here < beyond if down != back else here > beyond)
    order = [column.desc() if down != back else column.asc() for column in (by, Application.id)]
    found: Sequence[Row[Any]] = db.session.execute(chosen.order_by(*order).limit(PAGE + 1)).all()
    rows = list(reversed(found[:PAGE])) if back else list(found[:PAGE])
    more = len(found) > PAGE
    first = Place(rows[0].sorted_by, rows[0].id, True) if rows else None
    last = Place(rows[-1].sorted_by, rows[-1].id) if rows else None
    if back:
        return Page(rows, first if more else None, last)
    return Page(rows, first if place is not None else None, last if more else None)


def _rows(by: Any) -> Any:
    return (
        select(
            Application.id, Application.code, Application.title, Application.applicant_name,
            Application.country, Application.state, Application.state_at, Application.theme,
            Application.requested_cents, Application.submitted_at, Application.fund_id,
            Application.round_id, Application.version_number, _lead.name.label("lead_name"),
            Round.name.label("round_name"), by.label("sorted_by"),
            exists().where(Flag.application_id == Application.id).label("is_flagged"),
        )
        .join(Round, Round.id == Application.round_id)
        .outerjoin(_lead, _lead.id == Application.lead_id)
    )  # fmt: skip


def every_row(wanted: ColumnElement[bool], *, sort: str, most: int) -> list[Row[Any]]:
    """List the rows of a whole list in its order, up to a number: for a file."""
    by = SORTS.get(sort.lstrip("-"), SORTS["submitted"])()
    down = sort.startswith("-") or sort.lstrip("-") not in SORTS
    order = [column.desc() if down else column.asc() for column in (by, Application.id)]
    return list(db.session.execute(_rows(by).where(wanted).order_by(*order).limit(most)))


def ids(wanted: ColumnElement[bool], most: int) -> list[int]:
    """List the ids of what is wanted, the newest first, up to a number."""
    chosen = (
        select(Application.id).where(wanted).order_by(Application.submitted_at.desc(), Application.id.desc())
    )
    return list(db.session.scalars(chosen.limit(most)))


def counted(wanted: ColumnElement[bool]) -> int:
    """Count what is wanted, up to one more than MOST_COUNTED."""
    some = select(Application.id).where(wanted).limit(MOST_COUNTED + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def which_are_empty(everything: ColumnElement[bool], parts: Sequence[ColumnElement[bool]]) -> list[int]:
    """Say which of the parts, left out, would let something be found: their places; in one question."""
    looks = [
        exists()
        .where(everything, *(other for at, other in enumerate(parts) if at != place))
        .label(f"p{place}")
        for place in range(len(parts))
    ]
    row = db.session.execute(select(*looks)).one()
    return [place for place, is_there in enumerate(row) if is_there]


def funds_of(user: User) -> list[Fund]:
    """List the funds whose applications the person sees in the office."""
    return list(
        db.session.scalars(select(Fund).where(Fund.id.in_(user.funds(*OFFICE_ROLES))).order_by(Fund.slug))
    )
