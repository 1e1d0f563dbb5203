"""What an agreement says: parties, plan and articles, frozen under one digest when it is offered."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from babel.dates import format_date

from fundapp.accounts.models import Party, User
from fundapp.core import countries, money
from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.grants import plan, texts
from fundapp.grants.models import UNDER_WAY, Agreement, ConditionState
from fundapp.rounds.reading import digest_of


class Side(TypedDict):
    """One party as it is named in the agreement; lines: its address."""

    name: str
    register: str
    lines: list[str]
    signs: str


class PayeeShare(TypedDict):
    """A payee as the agreement names it. percent: as it was agreed, "" where it was an amount."""

    party_id: int
    name: str
    percent: str
    cents: int


class Promise(TypedDict):
    """A condition as the agreement states it."""

    number: int
    kind: str
    title: str
    text: str
    interest: str
    public_value: str
    ref: str
    watcher: str


class Deed(TypedDict):
    """The words of an agreement, in its language. articles: (heading, text) in order.

    change: what this version changes and why, empty for the first one. ends_on: "2027-12-31" or None.
    """

    code: str
    title: str
    currency: str
    fund: Side
    grantee: Side
    articles: list[tuple[str, str]]
    payees: list[PayeeShare]
    conditions: list[Promise]
    change: str
    ends_on: str | None


def drawn_up(agreement: Agreement, owner: User | None) -> Deed:
    """Put the words of an agreement together as they are now, in its language."""
    application = agreement.award.application
    fund, lang = application.fund, agreement.language
    grantee = _party_side(application.party, owner, lang)
    ends_on = plan.last_day(agreement.plan, agreement.ends_on)
    return {
        "code": application.code or "",
        "title": application.title,
        "currency": fund.currency,
        "fund": _fund_side(fund, lang),
        "grantee": grantee,
        "articles": _articles(agreement, fund, grantee["name"], lang),
        "payees": [_share(one) for one in agreement.payees],
        "conditions": promises(agreement),
        "change": agreement.reason if agreement.number > 1 else "",
        "ends_on": ends_on.isoformat() if ends_on else None,
    }


def digest(agreement: Agreement, deed: Deed) -> str:
    """Give the SHA-256 of all that is agreed: who, what, the plan, the sum, the articles, the version."""
    return digest_of(
        {
            "deed": deed,
            "number": agreement.number,
            "language": agreement.language,
            "plan": agreement.plan,
            "total_cents": agreement.total_cents,
            "change_cents": agreement.change_cents,
        }
    )


def kept(agreement: Agreement) -> Deed | None:
    """Give the words as they were offered; None for a draft. Words of long ago lack what came later."""
    if not agreement.body:
        return None
    words: Deed = {"payees": [], "conditions": [], "change": "", "ends_on": None} | json.loads(agreement.body)
    return words


def frozen(deed: Deed) -> str:
    """Write the words down as they are kept."""
    return json.dumps(deed, ensure_ascii=False, sort_keys=True)


def address_lines(address: Mapping[str, Any], country: str | None, lang: str) -> list[str]:
    """Write an address line by line: street and number, postcode and town, country."""
    street = f"{address.get('street', '')} {address.get('number', '')}".strip()
    town = f"{address.get('postcode', '')} {address.get('town', '')}".strip()
    land = countries.names(lang).get(country or "", "")
    return [line for line in (street, town, land) if line]


def _fund_side(fund: Fund, lang: str) -> Side:
    contact = fund.contact or {}
    written = contact.get("address", [])
    lines = address_lines(written, None, lang) if isinstance(written, Mapping) else _lines(written)
    register = str(contact.get("register") or contact.get("registration") or "")
    return {"name": pick(fund.name, lang), "register": register, "lines": lines, "signs": ""}


def _lines(written: Any) -> list[str]:
    lines = written if isinstance(written, list) else str(written or "").splitlines()
    return [str(line).strip() for line in lines if str(line).strip()]


def _party_side(party: Party | None, owner: User | None, lang: str) -> Side:
    signs = owner.name if owner else ""
    if party is None:
        return {"name": signs, "register": "", "lines": [], "signs": signs}
    return {
        "name": party.legal_name,
        "register": party.registration or "",
        "lines": address_lines(party.address, party.country, lang),
        "signs": signs,
    }


def _articles(agreement: Agreement, fund: Fund, grantee: str, lang: str) -> list[tuple[str, str]]:
    values = _values(agreement, fund, grantee, lang)
    return filled_articles(texts.articles_of(texts.newest(fund.id)), values, lang)


def filled_articles(
    articles: Sequence[texts.Article], values: Mapping[str, str], lang: str
) -> list[tuple[str, str]]:
    """Give (heading, text) of each article in one language, with every place filled in."""
    return [
        (texts.filled(pick(one["heading"], lang), values), texts.filled(pick(one["text"], lang), values))
        for one in articles
    ]


def _values(agreement: Agreement, fund: Fund, grantee: str, lang: str) -> dict[str, str]:
    application = agreement.award.application
    ends_on = plan.last_day(agreement.plan, agreement.ends_on)
    granted = agreement.award.amount_cents
    if agreement.state in UNDER_WAY:
        granted += agreement.change_cents
    return {
        "fund": pick(fund.name, lang),
        "title": application.title,
        "code": application.code or "",
        "round": pick(application.round.name, lang),
        "grantee": grantee,
        "total": money.show(agreement.total_cents, fund.currency, lang),
        "grant": money.show(granted, fund.currency, lang),
        "ends": format_date(ends_on, "d MMMM y", locale=lang) if ends_on else "–",
    }


def _share(given: Mapping[str, Any]) -> PayeeShare:
    ppm = given["ppm"]
    percent = "" if ppm is None else f"{ppm / 10_000:.4f}".rstrip("0").rstrip(".")
    return {
        "party_id": given["party_id"],
        "name": given["name"],
        "percent": percent,
        "cents": given["cents"],
    }


def promises(agreement: Agreement) -> list[Promise]:
    """State the conditions that hold or held; what was lifted is left out."""
    return [
        {
            "number": one.number,
            "kind": one.kind.value,
            "title": one.title,
            "text": one.text,
            "interest": one.interest,
            "public_value": one.public_value,
            "ref": one.ref,
            "watcher": one.watcher or "",
        }
        for one in agreement.award.conditions
        if one.state is not ConditionState.LIFTED
    ]
