"""The scene of the permission matrix: the played demo, with one person of each kind beside every row."""

from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask, g
from flask_login import AnonymousUserMixin
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from fundapp.accounts.models import Role, RoleName, User
from fundapp.admin.conflict_places import BESIDE, UNDER
from fundapp.applications import service as applications
from fundapp.applications.models import (
    Access,
    Application,
    ApplicationState,
    Capacity,
    Conflict,
    ConflictKind,
    ConflictState,
    Level,
)
from fundapp.core.db import Base, db
from fundapp.core.rules import PUBLIC
from fundapp.funds import corrections, gifts
from fundapp.funds import service as funds
from fundapp.funds.models import Fund, Posting
from fundapp.reports import long_reports
from fundapp.reports import service as reports
from fundapp.reports.models import BuiltReport, TransparencyPack
from fundapp.reviews import invitations
from fundapp.reviews.models import Review, ReviewState
from tests.factories import NOW, make_fund, make_review, make_user

NOBODY = 2_000_000_000

PEOPLE = {
    "P": "the public",
    "O": "who applies (owner)",
    "C": "who applies along (co-applicant)",
    "N": "another applicant",
    "R": "a reviewer who was asked",
    "U": "a reviewer who was not asked",
    "B": "a reviewer with a tie",
    "M": "a manager",
    "T": "a manager with a tie",
    "X": "a manager of another fund",
    "F": "a finance officer",
    "A": "an auditor",
    "I": "an administrator",
    "V": "a panel member",
}
"""Columns of the matrix."""

IN, GONE, REFUSED, SIGN_IN = "+", "-", "x", ">"
"""Cells: let in; 404; 403; to sign in."""

MORE = {
    "/office/reports/evaluations/": "evaluation",
    "/admin/roles/": "role",
    "/office/forms/": "form",
    "/office/invitations/": "pool_invitation",
    "/office/refunds/": "refund",
    "/office/parties/": "party",
    "/office/reasons/": "reason",
    "/office/reports/applications/": "application",
    "/office/reports/packs/": "transparency_pack",
    "/office/rubrics/": "rubric",
    "/office/steps/": "step",
    "/office/tags/": "tag",
    "/proposals/invitations/": "invitation",
    "/questions/autosave/": "thread",
    "/questions/files/": "file",
    "/office/views/": "saved_view",
}
"""Whose id stands in addresses that say nothing of one application."""

VALUES: dict[str, Any] = {
    "format": "csv", "fund_slug": "none", "round_slug": "none", "key": "P1", "kind": "remind", "lang": "en",
    "name": "pause", "number": 1, "outcome": "declined", "ref": "M1", "section": "project", "slug": "none",
    "stage": 1, "subject": "applications", "secret": "none", "token": "none", "what": "remove",
    "code": "none", "filename": "fundapp.css", "move": "publish", "mail": "review-invited",
}  # fmt: skip
"""What stands for other parts of an address; numbers not named here are 1."""


def kind_of(rule: Rule) -> str:
    """Name the table whose id stands in an address; a dash for none."""
    begin = rule.rule.partition("<")[0]
    if not {"id", "fund_id"} & rule.arguments:
        return "-"
    return UNDER.get(begin) or BESIDE.get(begin) or MORE.get(begin) or "?"


class Scene:
    """The demo with its cast, and the answer to who may pass which door."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.fund = db.session.scalars(select(Fund).order_by(Fund.id)).first()
        self.reviewed = db.session.scalars(
            select(Application)
            .where(Application.state == ApplicationState.IN_REVIEW)
            .order_by(Application.id)
        ).first()
        self._seat_everybody()
        self.involved: set[int] = set()
        self.rows = cache(self._row)
        self._lay_out()

    def _lay_out(self) -> None:
        """Add rows of which the demo has none."""
        invitations.invite(
            self.fund, "nia@example.org", "Nia Nieuw", language="nl", actor=self.people["M"], at=NOW
        )
        reports.take_application(self.reviewed, actor=None, at=NOW)
        long_reports.ask_dossiers(self.reviewed.round, lang="en", actor=self.people["M"], at=NOW)
        for built in db.session.scalars(select(BuiltReport)):
            built.owner_id = self.people["M"].id
        self._ask_for_money_back()
        record = reports.take_round(self.reviewed.round, actor=None, at=NOW)
        db.session.flush()
        where = {"round_id": record.round_id, "fund_id": record.fund_id, "snapshot_id": record.id}
        db.session.add(TransparencyPack(**where, number=1, made_at=NOW))
        db.session.flush()
        seat = select(Role.id).where(Role.user_id == self.people["U"].id)
        for kind in sorted({kind_of(rule) for rule in self.app.url_map.iter_rules()} - {"-", "?"}):
            self.rows(kind)  # beforehand, so that no answer depends on what was asked before
        self.others = {"user_id": self.people["U"].id, "role_id": db.session.scalar(seat)}

    def _ask_for_money_back(self) -> None:
        given = {"giver": "City", "amount_cents": 500, "received_on": NOW.date()}
        gift = funds.receive(self.fund, actor=None, at=NOW, **given)
        db.session.flush()
        gifts.ask_refund(gift, 100, reason="Too much.", actor=self.people["M"], at=NOW)
        posting = db.session.scalars(select(Posting).where(Posting.contribution_id == gift.id)).one()
        corrections.ask(posting, reason="Wrong.", actor=self.people["M"], at=NOW)

    def _seat_everybody(self) -> None:
        fund, roles = self.fund, RoleName
        named = {
            "C": ("Coen Claes", ()), "N": ("Nel Noord", ()), "R": ("Rhea Rood", (roles.REVIEWER,)),
            "U": ("Una Uil", (roles.REVIEWER,)), "B": ("Bart Blok", (roles.REVIEWER,)),
            "M": ("Mona Maan", (roles.MANAGER,)), "T": ("Tom Tak", (roles.MANAGER,)),
            "F": ("Fin Faber", (roles.FINANCE,)), "A": ("Aud Appel", (roles.AUDITOR,)),
        }  # fmt: skip
        self.people: dict[str, Any] = {"P": AnonymousUserMixin()}
        for letter, (name, given) in named.items():
            self.people[letter] = make_user(name, roles={fund: list(given)} if given else None)
        self.people["X"] = make_user("Mia Maas", roles={make_fund(): [roles.MANAGER]})
        self.people["I"] = make_user("Ilse Instel", is_administrator=True)
        self.people["V"] = make_user("Vera Vos")
        db.session.add(
            Role(
                user_id=self.people["V"].id, fund_id=fund.id, name=roles.PANEL, granted_at=NOW,
                round_id=self.reviewed.round_id,
            )
        )  # fmt: skip
        db.session.flush()
        db.session.expire(self.people["V"], ["roles"])

    def person(self, letter: str, application_id: int | None) -> Any:
        """Give the person of a column, for rows of one application."""
        if letter == "O":
            owner = select(Access.user_id).where(
                Access.application_id == (application_id or self.reviewed.id),
                Access.capacity == Capacity.OWNER, Access.ended_at.is_(None),
            )  # fmt: skip
            return db.session.get(User, db.session.scalar(owner) or 0) or self.people["N"]
        return self.people[letter]

    def _involve(self, application_id: int) -> None:
        """Put the co-applicant, the reviewer and the tied people beside one application."""
        if application_id in self.involved:
            return
        self.involved.add(application_id)
        application = db.session.get(Application, application_id)
        assert application is not None
        applications.let_in(
            application, self.people["C"], Capacity.CO_APPLICANT, Level.WRITE, actor=None, at=NOW
        )
        is_open = application.state is ApplicationState.IN_REVIEW
        if application.code:
            make_review(
                application,
                self.people["R"],
                state=ReviewState.ACCEPTED if is_open else ReviewState.SUBMITTED,
            )
        for letter in "BT":
            applications.declare_conflict(
                application, self.people[letter], ConflictState.BARRED, kind=ConflictKind.FAMILY,
                actor=self.people[letter], at=NOW,
            )  # fmt: skip
        db.session.flush()
        db.session.expire(application)

    def _row(self, kind: str) -> tuple[int, int | None]:
        """Give the id of a row of a table, and the application it belongs to."""
        if kind == "application":
            chosen: tuple[int, int | None] = (self.reviewed.id, self.reviewed.id)
        elif kind == "fund":
            chosen = (self.fund.id, None)
        elif kind == "round":
            chosen = (self.reviewed.round_id, None)
        elif kind == "user":
            chosen = (self.people["U"].id, None)
        else:
            chosen = self._any(kind)
        if chosen[1] is not None:
            self._involve(chosen[1])
        if kind in ("review", "conflict"):
            return self._own(kind, chosen[1] or self.reviewed.id)
        return chosen

    def _own(self, kind: str, application_id: int) -> tuple[int, int | None]:
        """Give the review of the one who was asked, or the tie of the one who has it."""
        table, column, letter = (
            (Review, Review.reviewer_id, "R") if kind == "review" else (Conflict, Conflict.user_id, "B")
        )
        found = select(table.id).where(
            table.application_id == application_id, column == self.people[letter].id
        )
        return db.session.scalar(found) or NOBODY, application_id

    def _any(self, kind: str) -> tuple[int, int | None]:
        """Give a row of a table: of the application in review where there is one, else the first."""
        table = Base.metadata.tables.get(kind)
        if table is None or "id" not in table.c:
            return NOBODY, None
        if "application_id" in table.c:
            first = table.c.application_id == self.reviewed.id
            found = db.session.execute(
                select(table.c.id, table.c.application_id).order_by(
                    table.c.application_id.is_(None), first.desc(), table.c.id
                )
            ).first()
            return (found[0], found[1]) if found else (NOBODY, None)
        parent = next((name for name in ("award", "claim", "decision") if f"{name}_id" in table.c), None)
        if parent is None:
            # What the clock asked for is nobody's: rows of people first.
            asked = [table.c.asked_by.is_(None)] if "asked_by" in table.c else []
            return db.session.scalar(select(table.c.id).order_by(*asked, table.c.id)) or NOBODY, None
        row = db.session.execute(select(table.c.id, table.c[f"{parent}_id"]).order_by(table.c.id)).first()
        return (row[0], self._of(parent, row[1])) if row else (NOBODY, None)

    def _of(self, kind: str, id: int | None) -> int | None:
        """Give the application of a row."""
        table = Base.metadata.tables[kind]
        if id is None:
            return None
        if "application_id" in table.c:
            return db.session.scalar(select(table.c.application_id).where(table.c.id == id))
        award = db.session.scalar(select(table.c.award_id).where(table.c.id == id))
        return self._of("award", award)

    def values(self, rule: Rule, kind: str) -> tuple[dict[str, Any], int | None]:
        """Give what fills an address, and the application it is about."""
        filled = {slot: self.others.get(slot, VALUES.get(slot, 1)) for slot in rule.arguments}
        filled |= {slot: 1 for slot in _numbered(rule) if not isinstance(filled[slot], int)}
        filled |= {slot: one for slot, one in _listed(rule).items() if filled[slot] not in one}
        filled = {slot: value[0] if isinstance(value, tuple) else value for slot, value in filled.items()}
        if kind == "-":
            return filled, None
        key, application_id = self.rows(kind)
        filled["id" if "id" in rule.arguments else "fund_id"] = key
        return filled, application_id

    def cell(self, rule: Rule, kind: str, letter: str) -> str:
        """Ask the door of a page whether somebody may pass."""
        values, application_id = self.values(rule, kind)
        view: Any = self.app.view_functions[rule.endpoint]
        user = self.person(letter, application_id)
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        with self.app.test_request_context(
            self.app.url_map.bind("").build(rule.endpoint, values), method=method
        ):
            g._login_user, g.arrived_at, g.zone = user, NOW, None
            return _ask(view.rule, view.load, user, values)


def _numbered(rule: Rule) -> list[str]:
    """Name the parts of an address that are whole numbers."""
    return [slot for slot, kind in rule._converters.items() if isinstance(kind, IntegerConverter)]


def _listed(rule: Rule) -> dict[str, tuple[str, ...]]:
    """Give the parts of an address that may be one of a few words, with these words."""
    ways = rule._converters.items()
    return {slot: tuple(sorted(kind.items)) for slot, kind in ways if isinstance(kind, AnyConverter)}


def _ask(rule: Any, load: Callable[..., Any] | None, user: Any, values: dict[str, Any]) -> str:
    """Do what core.guard does before a view runs."""
    if rule is not PUBLIC and not user.is_authenticated:
        return SIGN_IN
    try:
        row = load(user, **values) if load is not None else None
    except HTTPException as fault:
        return GONE if fault.code == 404 else REFUSED
    if load is not None and row is None:
        return GONE
    return IN if rule(user, row) else REFUSED
