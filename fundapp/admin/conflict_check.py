"""The nightly proof: as every tied person, look at every page, and find nothing of what they are tied to.

The application asks itself, in its own process, by GET alone. An address under an application must
answer as if there were no such row; lists, counts and exports must not name it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from flask_babel import gettext as _
from markupsafe import escape
from sqlalchemy import func, or_, select

from fundapp.accounts.models import Role, User
from fundapp.admin.conflict_places import BESIDE, UNDER, Place, places
from fundapp.applications.models import APPLICANTS, Access, Application, Conflict
from fundapp.core.db import Base, db
from fundapp.core.refusals import Refusal
from fundapp.core.rules import PUBLIC

NOBODY = 2_000_000_000
"""An id that no row has: what a tied person may learn is what this one answers."""

SHORTEST_TITLE = 8
BASE = "https://localhost"
MOST = 300
"""Pairs looked at in one night; where there are more, each night takes the next ones."""

OWN_SIDE = ("applications.", "grants.", "payouts.", "decisions.own", "decisions.appeal", "public.home")
"""Where somebody who applies rightly finds their own proposal; /office/ is never among it."""


class LeakFound(Refusal):
    """A tied person could see something."""


@dataclass(frozen=True)
class Leak:
    """One page that gave something away. how: opened, told apart, named."""

    address: str
    endpoint: str
    how: str
    code: str
    user_id: int


@dataclass
class Report:
    """What one night looked at. all_pairs: how many there are; broken: pages that prove nothing."""

    pairs: int = 0
    all_pairs: int = 0
    pages: int = 0
    broken: list[str] = field(default_factory=list)
    leaks: list[Leak] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Pair:
    """A tied person and an application, with every id that belongs to it by table."""

    user: User
    application_id: int
    code: str
    signs: tuple[re.Pattern[str], ...]
    ids: dict[str, list[int]]
    applies: bool


def check(app: Any, *, at: datetime, most: int = MOST) -> Report:
    """Look with the eyes of every tied person; gives what was looked at and what leaked. Writes nothing."""
    report, everywhere = Report(), places(app.url_map, lambda name: is_public(app, name))
    ties = ties_of(at, most, report)
    by_person: dict[int, list[Pair]] = {}
    for tie in ties:
        by_person.setdefault(tie.user_id, []).append(_pair(tie))
    for pairs in by_person.values():
        eyes = Eyes(app, pairs[0].user)
        for place in everywhere:
            report.leaks += _look(eyes, place, pairs)
        report.pages += eyes.pages
        report.broken += [address for address, (status, _text) in eyes.known.items() if status >= 500]
    return report


def is_public(app: Any, endpoint: str) -> bool:
    """Tell whether everybody may see a page: a tie hides nothing of it."""
    return getattr(app.view_functions[endpoint], "rule", PUBLIC) is PUBLIC


def ensure(report: Report) -> None:
    """Raise LeakFound that names each leaking route, when there is one."""
    if report.leaks:
        lines = [f"{leak.endpoint} {leak.address} ({leak.how}: {leak.code})" for leak in report.leaks[:20]]
        raise LeakFound(_("A tied person sees what they must not: %(where)s", where="; ".join(lines)))


# --- who is tied to what ---------------------------------------------------------------


def ties_of(at: datetime, most: int, report: Report) -> Sequence[Conflict]:
    """Give the ties of one night: of people who could look, which takes a role or the administration.

    Where there are more than `most`, each night takes the next ones. Counts them in the report.
    """
    works = select(Role.user_id).where(Role.ended_at.is_(None))
    eligible = (
        select(Conflict)
        .join(User, User.id == Conflict.user_id)
        .join(Application, Application.id == Conflict.application_id)
        .where(
            Conflict.bars, Application.code.is_not(None), User.id.in_(works) | User.is_administrator
        )
    )  # fmt: skip
    report.all_pairs = db.session.scalar(select(func.count()).select_from(eligible.subquery())) or 0
    start = (at.date().toordinal() * most) % report.all_pairs if report.all_pairs > most else 0
    found = db.session.scalars(eligible.order_by(Conflict.id).offset(start).limit(most)).all()
    report.pairs = len(found)
    return found


def _pair(tie: Conflict) -> Pair:
    application = tie.application
    applies = select(Access.id).where(
        Access.application_id == application.id, Access.user_id == tie.user_id,
        Access.ended_at.is_(None), Access.capacity.in_(APPLICANTS),
    )  # fmt: skip
    return Pair(
        tie.user, application.id, application.code or "", _signs(application), rows_under(application),
        db.session.scalar(applies) is not None,
    )  # fmt: skip


def _signs(application: Application) -> tuple[re.Pattern[str], ...]:
    """Give what betrays an application: its code, its address, and its title where no other has it."""
    signs = [
        re.compile(rf"(?<![\w-]){re.escape(application.code or '')}(?!\d)"),
        re.compile(rf"/(?:office/applications|projects)/{application.id}(?!\d)"),
    ]
    others = select(Application.id).where(
        Application.id != application.id,
        func.lower(Application.title).contains(application.title.lower(), autoescape=True),
    )
    if len(application.title) >= SHORTEST_TITLE and db.session.scalar(others.limit(1)) is None:
        forms = {application.title, str(escape(application.title))}
        signs.append(re.compile("|".join(map(re.escape, sorted(forms)))))
    return tuple(signs)


def rows_under(application: Application) -> dict[str, list[int]]:
    """Give the ids of all rows that belong to an application by table, and of what it stands in."""
    ids: dict[str, list[int]] = {
        "application": [application.id], "round": [application.round_id], "fund": [application.fund_id],
        "party": [application.party_id] if application.party_id else [],
    }  # fmt: skip
    for parent in ("application", "award", "claim", "decision", "review"):
        for table in _children(parent, ids):
            columns = [one for one in table.c if any(_leads_to(fk, parent) for fk in one.foreign_keys)]
            found = db.session.scalars(
                select(table.c.id).where(or_(*(column.in_(ids[parent]) for column in columns)))
            )
            ids[table.name] = sorted(found)
    ids["user"] = sorted(
        db.session.scalars(select(Access.user_id).where(Access.application_id == application.id).distinct())
    )
    for table_name in ("snapshot", "batch", "meeting", "scenario"):
        ids.setdefault(table_name, [])
    _wider(ids)
    return ids


def _children(parent: str, ids: dict[str, list[int]]) -> list[Any]:
    """List the tables that stand in addresses, refer to this one and were not read yet."""
    wanted = {*UNDER.values(), *BESIDE.values(), "claim"} - {*ids}
    return [
        table
        for name, table in Base.metadata.tables.items()
        if name in wanted and any(_leads_to(fk, parent) for fk in table.foreign_keys)
    ]


def _leads_to(key: Any, parent: str) -> bool:
    return bool(key.column.table.name == parent and key.column.name == "id")


def _wider(ids: dict[str, list[int]]) -> None:
    """Add what holds several applications: reports, meetings and scenarios of the round, batches."""
    tables = Base.metadata.tables
    for name in ("snapshot", "meeting", "scenario"):
        if name in tables and "round_id" in tables[name].c:
            table = tables[name]
            found = db.session.scalars(select(table.c.id).where(table.c.round_id.in_(ids["round"])))
            ids[name] = sorted({*ids[name], *found})
    payment = tables["payment"]
    if ids.get("payment"):
        found = db.session.scalars(
            select(payment.c.batch_id).where(payment.c.id.in_(ids["payment"])).distinct()
        )
        ids["batch"] = sorted(one for one in found if one)
        if (line := tables.get("statement_line")) is not None and "payment_id" in line.c:
            paid = select(line.c.statement_id).where(line.c.payment_id.in_(ids["payment"]))
            ids["statement"] = sorted(set(db.session.scalars(paid)))


# --- looking -------------------------------------------------------------------------


class Eyes:
    """A browser that is signed in as one person and only reads."""

    def __init__(self, app: Any, user: User) -> None:
        self.app, self.client, self.pages = app, app.test_client(), 0
        self.session_key = user.get_id()
        self.known: dict[str, tuple[int, str]] = {}
        self._in_another_world(self._sign_in)

    def _in_another_world(self, do: Any, *args: Any) -> Any:
        """Do something without the context of the job, which would lend its user to the page."""
        return Context().run(do, *args)

    def _sign_in(self) -> None:
        with self.client.session_transaction(base_url=BASE) as session:
            session["_user_id"], session["_fresh"] = self.session_key, True

    def see(self, address: str) -> tuple[int, str]:
        """Give status and text of a page; each page is asked once."""
        if address not in self.known:
            self.known[address] = self._in_another_world(self._get, address)
            self.pages += 1
        return self.known[address]

    def _get(self, address: str) -> tuple[int, str]:
        answer = self.client.get(address, base_url=BASE, buffered=True)
        try:
            return answer.status_code, _text(answer)
        finally:
            answer.close()


def _text(answer: Any) -> str:
    """Give what can be read in an answer: text as it is, a workbook unpacked; of a PDF nothing."""
    if answer.status_code != 200:
        return ""
    if answer.data.startswith(b"PK"):
        try:
            with ZipFile(BytesIO(answer.data)) as packed:
                return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
        except BadZipFile:
            return ""
    return "" if answer.data.startswith(b"%PDF") else str(answer.data.decode("utf-8", "replace"))


def _look(eyes: Eyes, place: Place, pairs: Iterable[Pair]) -> Iterator[Leak]:
    with eyes.app.test_request_context(base_url=BASE):
        from_place = {pair: _addresses(eyes.app, place, pair) for pair in pairs} if place.slot else {}
        plain = "" if place.slot else _address(eyes.app, place, None)
        nobody = _address(eyes.app, place, NOBODY) if place.slot else ""
    for pair in pairs:
        if pair.applies and _is_own_side(place, plain or nobody):
            continue
        for address in from_place.get(pair, [plain]):
            status, text = eyes.see(address)
            if place.is_under and status != 404 and status != eyes.see(nobody)[0]:
                yield Leak(address, place.endpoint, "opened" if status == 200 else f"told apart, {status}",
                           pair.code, pair.user.id)  # fmt: skip
            elif any(sign.search(text) for sign in pair.signs):
                yield Leak(address, place.endpoint, "named", pair.code, pair.user.id)


def _is_own_side(place: Place, address: str) -> bool:
    return place.endpoint.startswith(OWN_SIDE) and "/office/" not in address


def _addresses(app: Any, place: Place, pair: Pair) -> list[str]:
    return [_address(app, place, id) for id in pair.ids.get(place.table, [])]


def _address(app: Any, place: Place, id: int | None) -> str:
    return str(app.url_for(place.endpoint, _external=False, **place.filled(id)))
