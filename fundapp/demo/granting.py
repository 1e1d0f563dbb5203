"""The agreements of the awards: plan, offer, two signatures, the account to pay to."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from fundapp.accounts.models import PartyKind
from fundapp.demo import content
from fundapp.demo.calendar import on
from fundapp.demo.cast import Cast
from fundapp.grants import accounts, awards, offering, parties
from fundapp.grants import service as grants
from fundapp.grants.models import Agreement
from fundapp.grants.plan import Written


def agree(cast: Cast, key: str) -> None:
    """Let an award come to an agreement in force, and its grantee to a confirmed account."""
    given, plan = content.grants()[key], cast.calendar.plan
    offered = on(given["offered"], "10:40")
    plan(offered - timedelta(days=5), partial(_describe, cast, key))
    plan(offered, partial(_offer, cast, key, given["due"]))
    plan(offered + timedelta(days=3, hours=9), partial(_accept, cast, key))
    plan(offered + timedelta(days=8, hours=4), partial(_countersign, cast, key))
    entered = on(given["account"], "19:25")
    plan(entered, partial(_enter, cast, key))
    plan(entered + timedelta(days=2, hours=15), partial(_confirm, cast, key))
    if "completed" in given:
        plan(on(given["completed"], "16:10"), partial(_complete, cast, key))


def _day(cast: Cast, given: date | int) -> date:
    return cast.calendar.day(given) if isinstance(given, int) else given


def newest(cast: Cast, key: str) -> Agreement:
    """Give the newest version of an agreement."""
    return cast.award(key).agreements[-1]


def _offer(cast: Cast, key: str, due: list[date | int], at: datetime) -> None:
    """Write the plan with its amounts and days, and offer it."""
    version = newest(cast, key)
    lines = rows(cast, key, version, due, {})
    grants.save_plan(version, lines, base=version.row_version, actor=cast["noor"], at=at)
    offering.offer(version, actor=cast["noor"], at=at)


def rows(
    cast: Cast, key: str, version: Agreement, due: list[date | int], titles: dict[int, str]
) -> list[Written]:
    """Give the plan of a grant with its amounts and days. titles: new ones, by number."""
    lines = zip(version.plan, content.grants()[key]["amounts"], due, strict=True)
    return [
        {
            "ref": line["ref"],
            "is_part": False,
            "title": titles.get(number, line["title"]),
            "deliverable": line["deliverable"],
            "amount_cents": euros * 100,
            "due_on": _day(cast, day),
        }
        for number, (line, euros, day) in enumerate(lines, 1)
    ]


def _describe(cast: Cast, key: str, at: datetime) -> None:
    """Let the grantee say who they are on paper: the organisation, where there is one."""
    text, owner = content.proposal(key), _owner(key)
    kind = PartyKind.ORGANISATION if text.organisation else PartyKind.PERSON
    street, number, postcode, town = content.grants()[key]["address"]
    parties.describe(
        cast.award(key),
        kind=kind,
        legal_name=text.organisation or owner.name,
        registration="",
        country=text.country,
        address={"street": street, "number": number, "postcode": postcode, "town": town},
        actor=cast[owner.key],
        at=at,
    )


def _owner(key: str) -> content.Person:
    return content.people()[content.proposal(key).applicant]


def _accept(cast: Cast, key: str, at: datetime) -> None:
    version = newest(cast, key)
    offering.accept(version, str(version.digest), actor=cast[_owner(key).key], at=at)


def _countersign(cast: Cast, key: str, at: datetime) -> None:
    version = newest(cast, key)
    offering.countersign(version, str(version.digest), actor=cast["maarten"], at=at)


def _enter(cast: Cast, key: str, at: datetime) -> None:
    owner, holder = _owner(key), content.proposal(key).organisation
    who: dict[str, Any] = {"settings": cast.settings, "actor": cast[owner.key], "at": at}
    accounts.enter_account(cast.award(key), holder or owner.name, owner.iban, **who)


def _confirm(cast: Cast, key: str, at: datetime) -> None:
    award = cast.award(key)
    account = accounts.live_account(award.payees[0].party_id)
    if account is None:
        raise ValueError(f"{key} has no account to confirm")
    accounts.confirm_account(award, account.id, actor=cast["femke"], at=at)


def _complete(cast: Cast, key: str, at: datetime) -> None:
    awards.complete(cast.award(key), actor=cast["maarten"], at=at)
