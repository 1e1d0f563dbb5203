"""People and funds, and the cast at one fund."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app

from fundapp.accounts import passwords
from fundapp.accounts import service as accounts
from fundapp.accounts.models import Role, RoleName, User
from fundapp.core.db import db
from fundapp.funds import service as funds
from fundapp.funds.models import Fund
from tests.factories.ground import NOW, next_number


def make_user(
    name: str = "Ana Alders",
    *,
    language: str = "en",
    roles: dict[Fund, list[RoleName]] | None = None,
    is_administrator: bool = False,
    password: str | None = None,
) -> User:
    """Make a confirmed person, with roles at funds when given; a password only where one is used."""
    number = next_number()
    user = User(
        email=f"{name.split(maxsplit=1)[0].lower()}.{number}@example.org",
        name=name,
        language=language,
        is_administrator=is_administrator,
        confirmed_at=NOW,
        created_at=NOW,
    )
    db.session.add(user)
    db.session.flush()
    if password:
        user.password_digest = passwords.digest(password, current_app.config["SETTINGS"])
    for fund, names in (roles or {}).items():
        for role in names:
            give_role(user, fund, role)
    return user


def give_role(user: User, fund: Fund, name: RoleName) -> Role:
    """Give a role at a fund, through the service."""
    role = accounts.grant_role(user, fund.id, name, actor=None, at=NOW)
    db.session.flush()
    db.session.expire(user, ["roles"])
    return role


def _iban(number: int) -> str:
    """Give a valid account number: two check digits before bank and account (ISO 13616)."""
    check = 98 - int(f"11201120{number:010d}232100") % 97
    return f"NL{check:02d}BKBK{number:010d}"


def make_fund(slug: str = "", *, received_cents: int = 10_000_000, **settings: Any) -> Fund:
    """Make a fund with a bank account of its own and money in it (EUR 100,000)."""
    number = next_number()
    fund = funds.found(
        slug or f"fund-{number}",
        {"en": f"Fund {number}", "nl": f"Fonds {number}"},
        actor=None,
        at=NOW,
        iban=_iban(number),
        holder=f"Stichting Fonds {number}",
        **{"themes": [{"key": "web", "en": "Open web", "nl": "Open web"}], **settings},
    )
    if received_cents:
        funds.receive(
            fund,
            giver="Ministry",
            amount_cents=received_cents,
            received_on=date(2026, 1, 5),
            actor=None,
            at=NOW,
        )
    db.session.flush()
    return fund


@dataclass(frozen=True)
class Cast:
    """Everybody at one fund."""

    fund: Fund
    ana: User
    ben: User
    rhea: User
    sol: User
    max: User
    fin: User
    aud: User


def make_cast(fund: Fund | None = None) -> Cast:
    """Make the whole cast at one fund."""
    fund = fund or make_fund()
    return Cast(
        fund=fund,
        ana=make_user("Ana Alders"),
        ben=make_user("Ben Bosch", language="nl"),
        rhea=make_user("Rhea Rood", roles={fund: [RoleName.REVIEWER]}),
        sol=make_user("Sol Smit", roles={fund: [RoleName.MANAGER]}),
        max=make_user("Max Maas", roles={fund: [RoleName.MANAGER]}),
        fin=make_user("Fin Faber", roles={fund: [RoleName.FINANCE]}),
        aud=make_user("Aud Appel", roles={fund: [RoleName.AUDITOR]}),
    )
