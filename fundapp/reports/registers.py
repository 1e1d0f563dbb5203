"""Registers of a fund: ties, decisions, payments by recipient and year, money passed on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import extract, func, select
from sqlalchemy.orm import aliased

from fundapp.accounts.models import Party, RoleName, User
from fundapp.applications.models import Application, Conflict
from fundapp.applications.queries import seen
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.words import pick
from fundapp.decisions.models import Decision
from fundapp.funds.models import Fund
from fundapp.grants.models import Award
from fundapp.payouts.models import Claim, Payment, PaymentState
from fundapp.reports import cascade, freezing
from fundapp.reports.columns import Column
from fundapp.reports.covering import settled
from fundapp.reports.kinds import Kind, add
from fundapp.reports.models import Snapshot
from fundapp.reports.register_columns import CASCADE, DECISIONS, PAYMENTS, TIES
from fundapp.reports.register_words import spoken
from fundapp.reports.sources import fund_card
from fundapp.reports.tables import Table
from fundapp.reports.wording import Say
from fundapp.rounds.models import Round

M, F, A = RoleName.MANAGER, RoleName.FINANCE, RoleName.AUDITOR
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Register:
    """One register. roles: who sees it at the fund. read(fund, user, at): its rows, with `day` or `year`."""

    key: str
    words: LazyString
    about: LazyString
    columns: Sequence[Column]
    roles: tuple[RoleName, ...]
    read: Callable[[Fund, User, datetime], Rows]
    dated: str


def _ties(fund: Fund, user: User, at: datetime) -> Rows:
    person, settler = aliased(User), aliased(User)
    rows = db.session.execute(
        select(Conflict, Application.code, Round.slug, person.name, settler.name)
        .join(Application, Application.id == Conflict.application_id)
        .join(Round, Round.id == Application.round_id)
        .join(person, person.id == Conflict.user_id)
        .outerjoin(settler, settler.id == Conflict.settled_by)
        .where(
            Conflict.fund_id == fund.id, Conflict.is_pinned.is_(False), seen(user), Round.is_trial.is_(False)
        )
        .order_by(Conflict.state_at, Conflict.id)
    )
    return [
        {
            "round": slug, "code": code, "person": name, "state": tie.state.value,
            "kind": tie.kind.value if tie.kind else "", "source": tie.source.value,
            "since": clock.day(tie.state_at, fund.zone).isoformat(), "settled_by": settled_by or "",
        }
        for tie, code, slug, name, settled_by in rows
    ]  # fmt: skip


def _decisions(fund: Fund, user: User, at: datetime) -> Rows:
    hands = [aliased(User) for _hand in range(3)]
    found = (
        select(Decision, Application.code, Application.title, Round.slug, *(hand.name for hand in hands))
        .join(Application, Application.id == Decision.application_id)
        .join(Round, Round.id == Application.round_id)
    )
    columns = (Decision.proposed_by, Decision.approved_by, Decision.released_by)
    for hand, column in zip(hands, columns, strict=True):
        found = found.outerjoin(hand, hand.id == column)
    rows = db.session.execute(
        found.where(
            Decision.fund_id == fund.id,
            Decision.released_at.is_not(None),
            seen(user),
            Round.is_trial.is_(False),
        ).order_by(Decision.released_at, Decision.id)
    )
    return [
        {
            "round": slug, "code": code, "title": settled(title), "number": one.number,
            "outcome": one.outcome.value, "amount_cents": one.amount_cents,
            "state": one.state.value, "released_on": clock.day(one.released_at, fund.zone).isoformat(),
            "proposed_by": proposed or "", "approved_by": approved or "", "released_by": released or "",
        }
        for one, code, title, slug, proposed, approved, released in (tuple(row) for row in rows)
    ]  # fmt: skip


def _payments(fund: Fund, user: User, at: datetime) -> Rows:
    year = extract("year", Payment.paid_on)
    rows = db.session.execute(
        select(
            year.label("year"), Party.id, Party.legal_name, Party.country, Party.kind,
            func.count(Payment.id).label("number"), func.sum(Payment.amount_cents).label("cents"),
        )
        .join(Claim, Claim.id == Payment.claim_id)
        .join(Award, Award.id == Claim.award_id)
        .join(Application, Application.id == Award.application_id)
        .join(Party, Party.id == Claim.party_id)
        .where(Payment.fund_id == fund.id, Payment.state == PaymentState.PAID, seen(user))
        .group_by(year, Party.id, Party.legal_name, Party.country, Party.kind)
        .order_by(year, Party.legal_name, Party.id)
    )  # fmt: skip
    return [
        {
            "year": int(row.year), "party": settled(row.legal_name), "country": row.country or "",
            "is_person": int(row.kind.value == "person"), "payments": row.number,
            "amount_cents": int(row.cents),
        }
        for row in rows
    ]  # fmt: skip


def paid_codes(fund: Fund, *, user: User, year: int | None) -> list[str]:
    """List the applications whose payments a person sees in the register: who may read it hangs on them."""
    found = (
        select(Application.code)
        .join(Award, Award.application_id == Application.id)
        .join(Claim, Claim.award_id == Award.id)
        .join(Payment, Payment.claim_id == Claim.id)
        .where(Payment.fund_id == fund.id, Payment.state == PaymentState.PAID, seen(user))
    )
    if year is not None:
        found = found.where(extract("year", Payment.paid_on) == year)
    return sorted({code for code in db.session.scalars(found) if code})


def freeze(register: str, fund: Fund, *, year: int | None, actor: User, at: datetime) -> Snapshot:
    """Freeze a register as one person sees it now, and remember of which applications it tells."""
    data = gather(fund, at=at, register=register, user=actor, year=year)
    settings: dict[str, Any] = {"register": register, "year": year}
    if register == "payments":
        settings["codes"] = paid_codes(fund, user=actor, year=year)
    return freezing.freeze(data["kind"], data, fund_id=fund.id, actor=actor, at=at, settings=settings)


def _cascade(fund: Fund, user: User, at: datetime) -> Rows:
    mine = set(db.session.scalars(select(Application.code).where(Application.fund_id == fund.id, seen(user))))
    return [
        {
            "code": one.code, "name": one.name or "", "is_person": int(one.is_person),
            "country": one.country or "", "title": one.title, "round": one.round_slug,
            "amount_cents": one.amount_cents, "paid_cents": one.paid_cents,
            "decided_on": one.decided_on.isoformat(),
            "ends_on": one.ends_on.isoformat() if one.ends_on else None,
        }
        for one in cascade.passed_on(fund, at=at)
        if one.code in mine
    ]  # fmt: skip


LIST = (
    Register(
        "ties",
        _l("Ties"),
        _l("Who declared what, who was found to be tied, who settled it."),
        TIES,
        (M, A),
        _ties,
        "since",
    ),
    Register(
        "decisions",
        _l("Decisions"),
        _l("What was decided and announced, and through whose hands it went."),
        DECISIONS,
        (M, A),
        _decisions,
        "released_on",
    ),
    Register(
        "payments",
        _l("Payments by recipient and year"),
        _l("What each recipient was paid in each year."),
        PAYMENTS,
        (M, F, A),
        _payments,
        "year",
    ),
    Register(
        "cascade",
        _l("Money passed on to third parties"),
        _l("Legal name, country, amount and date, as European rules ask."),
        CASCADE,
        (M, F, A),
        _cascade,
        "decided_on",
    ),
)
REGISTERS = {one.key: one for one in LIST}


def open_to(user: User, fund: Fund) -> list[Register]:
    """List the registers of a fund that somebody may see."""
    return [one for one in REGISTERS.values() if fund.id in user.funds(*one.roles)]


def rows_of(register: Register, fund: Fund, *, user: User, at: datetime) -> Rows:
    """Read a register, without what a tie bars the reader from."""
    return register.read(fund, user, at)


def round_names(fund: Fund) -> dict[str, Any]:
    """Give the names of a fund's rounds, by slug."""
    rows = db.session.execute(select(Round.slug, Round.name).where(Round.fund_id == fund.id))
    return {row.slug: row.name for row in rows}


def year_of(register: Register, row: Mapping[str, Any]) -> int:
    """Tell the year a row of a register belongs to."""
    told = row[register.dated]
    return told if isinstance(told, int) else date.fromisoformat(str(told)).year


def gather(fund: Fund, *, at: datetime, register: str, user: User, year: int | None = None) -> dict[str, Any]:
    """Gather one register as one person sees it, of one year or of all."""
    which = REGISTERS[register]
    rows = rows_of(which, fund, user=user, at=at)
    return {
        "kind": f"register-{register}",
        "made_at": clock.local(at, fund.zone).isoformat(timespec="minutes"),
        "fund": fund_card(fund),
        "register": register,
        "year": year,
        "rounds": round_names(fund),
        "rows": [row for row in rows if year in (None, year_of(which, row))],
    }


def tables(data: Mapping[str, Any], lang: str) -> list[Table]:
    """Give the one table of a register; call it with `lang` in force."""
    which = REGISTERS[data["register"]]
    return [Table(which.key, str(which.words), which.columns, list(data["rows"]))]


def _drawn(data: Mapping[str, Any], say: Say) -> dict[str, Any]:
    which, table = REGISTERS[data["register"]], tables(data, say.lang)[0]
    names = {slug: pick(name, say.lang) for slug, name in data.get("rounds", {}).items()}
    sums = [column for column in which.columns if column.kind == "money"]
    return {
        "table": table._replace(rows=[spoken(which.key, row, names) for row in table.rows]),
        "about": str(which.about),
        "totals": {one.key: sum(row[one.key] or 0 for row in data["rows"]) for one in sums},
    }


def _name(data: Mapping[str, Any]) -> str:
    return f"register-{data['register']}-{data['fund']['slug']}" + (
        f"-{data['year']}" if data["year"] else ""
    )


def may_read(user: User, snapshot: Snapshot) -> bool:
    """Tell whether somebody may read a frozen register: by role, and seeing every application in it."""
    which = REGISTERS[snapshot.data["register"]]
    if snapshot.fund_id not in user.funds(*which.roles):
        return False
    codes = snapshot.settings.get("codes")
    if which.key == "payments" and codes is None:
        return snapshot.made_by == user.id  # an old one, of which nobody knows what is in it
    codes = codes or sorted({row["code"] for row in snapshot.data["rows"] if "code" in row})
    visible = select(func.count(Application.id)).where(Application.code.in_(codes), seen(user))
    return db.session.scalar(visible) == len(codes)


KINDS = [
    add(
        Kind(
            key=f"register-{one.key}",
            words=one.words,
            gather=gather,
            template="register.html",
            figures=_drawn,
            tables=tables,
            name=_name,
            may_read=may_read,
        )
    )
    for one in REGISTERS.values()
]
