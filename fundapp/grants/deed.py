"""What an agreement says: parties, plan and articles, frozen under one digest when it is offered."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

import yaml

from fundapp.accounts.models import Party, User
from fundapp.core import countries, money
from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.grants.models import Agreement
from fundapp.rounds.reading import digest_of

LIBRARY = Path(__file__).parent / "library" / "agreement.yaml"
"""The articles a fund starts with, in every language."""


class Side(TypedDict):
    """One party as it is named in the agreement; lines: its address."""

    name: str
    register: str
    lines: list[str]
    signs: str


class Deed(TypedDict):
    """The words of an agreement, in its language. articles: (heading, text) in order."""

    code: str
    title: str
    currency: str
    fund: Side
    grantee: Side
    articles: list[tuple[str, str]]


def drawn_up(agreement: Agreement, owner: User | None) -> Deed:
    """Put the words of an agreement together as they are now, in its language."""
    application = agreement.award.application
    fund, lang = application.fund, agreement.language
    return {
        "code": application.code or "",
        "title": application.title,
        "currency": fund.currency,
        "fund": _fund_side(fund, lang),
        "grantee": _party_side(application.party, owner, lang),
        "articles": _articles(agreement, fund, lang),
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
        }
    )


def kept(agreement: Agreement) -> Deed | None:
    """Give the words as they were offered; None for a draft."""
    if not agreement.body:
        return None
    deed: Deed = json.loads(agreement.body)
    return deed


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


def _articles(agreement: Agreement, fund: Fund, lang: str) -> list[tuple[str, str]]:
    values = {
        "fund": pick(fund.name, lang),
        "title": agreement.award.application.title,
        "total": money.show(agreement.total_cents, fund.currency, lang),
    }
    return [
        (pick(article["heading"], lang), pick(article["text"], lang).format_map(values))
        for article in _library()["articles"]
    ]


@cache
def _library() -> dict[str, Any]:
    library: dict[str, Any] = yaml.safe_load(LIBRARY.read_text("utf-8"))
    return library
