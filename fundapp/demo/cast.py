"""The people and the fund of the demo, and the rows by the names the content gives them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from fundapp.accounts import service as accounts
from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application
from fundapp.config import Settings
from fundapp.core.db import db
from fundapp.demo import content
from fundapp.demo.calendar import Calendar, on
from fundapp.funds import service as funds
from fundapp.funds.models import Fund
from fundapp.grants.models import Award
from fundapp.rounds.models import Round

PASSWORD = "samen-dragen-wij-het"  # noqa: S105 printed with the logins: the demo has nothing to hide
FOUNDED = on("2023-08-21", "09:30")


@dataclass
class Cast:
    """What is on the stage, by key: people, rounds, applications."""

    calendar: Calendar
    settings: Settings
    people: dict[str, User] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)
    fund: Fund = field(default=None)  # type: ignore[assignment]  # founded in the first scene

    def __getitem__(self, key: str) -> User:
        return self.people[key]

    def award(self, key: str) -> Award:
        """Give the grant of a proposal."""
        found = db.session.scalars(select(Award).where(Award.application_id == self.applications[key].id))
        return found.one()


def begin(cast: Cast) -> None:
    """Found the fund, let everybody make an account and get their role, and let the gifts come in."""
    cast.calendar.plan(FOUNDED, partial(_found, cast))
    for gift in content.fund()["gifts"]:
        cast.calendar.plan(on(gift["received"], "09:05"), partial(_receive, cast, gift))


def _found(cast: Cast, at: datetime) -> None:
    """The administrator makes the fund and gives the roles; applicants sign up later by themselves."""
    given = content.fund()
    administrator = _add(cast, content.people()["ilse"], at)
    accounts.make_administrator(administrator, actor=None, at=at)
    cast.fund = funds.found(
        given["slug"],
        given["name"],
        actor=administrator,
        at=at,
        iban=given["account"]["iban"],
        holder=given["account"]["holder"],
        summary=given["summary"],
        contact=given["contact"],
        themes=given["themes"],
    )
    for person in content.people().values():
        if person.roles:
            user = _add(cast, person, at)
            for role in person.roles:
                accounts.grant_role(user, cast.fund.id, RoleName(role), actor=administrator, at=at)


def _add(cast: Cast, person: content.Person, at: datetime) -> User:
    user = accounts.add(
        person.email,
        person.name,
        at=at,
        settings=cast.settings,
        password=PASSWORD,
        language=person.language,
        is_confirmed=True,
    )
    db.session.flush()  # roles and proposals refer to its id
    cast.people[person.key] = user
    return user


def join(cast: Cast, key: str, *, at: datetime) -> User:
    """Let an applicant sign up, unless they did so for an earlier proposal; give their row."""
    return cast.people.get(key) or _add(cast, content.people()[key], at)


def _receive(cast: Cast, gift: dict[str, Any], at: datetime) -> None:
    received: date = gift["received"]
    funds.receive(
        cast.fund,
        giver=gift["giver"],
        amount_cents=gift["euros"] * 100,
        received_on=received,
        actor=cast["femke"],
        at=at,
        giver_kind=gift["kind"],
        theme=gift.get("theme"),
        is_anonymous=gift.get("anonymous", False),
    )
