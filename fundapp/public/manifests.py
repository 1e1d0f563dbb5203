"""funding.json of a fund (1.1, fundingjson.org): how one gives to it, and what it did with gifts."""

import json
from typing import Any

from sqlalchemy import case, extract, func, select

from fundapp.core.db import db
from fundapp.core.legible import legible
from fundapp.core.words import pick
from fundapp.funds.models import Account, Fund, Posting
from fundapp.public.addresses import Site
from fundapp.reports.giving import number

VERSION = "v1.1.0"
LEAST, MOST = 5, 2000
"""How long a description is after the rules of the format."""


def is_complete(fund: Fund) -> bool:
    """Tell whether a fund has what the format asks for: an address for mail."""
    return bool((fund.contact or {}).get("email"))


def manifest(fund: Fund, site: Site) -> dict[str, Any]:
    """Describe how one gives to a fund. No account number: who wants to give is led to the fund."""
    contact = fund.contact or {}
    about = legible(pick(fund.summary, "en"))[:MOST]
    where = contact.get("website") or site.base
    return {
        "version": VERSION,
        "entity": {
            "type": "organisation",
            "role": "steward",
            "name": legible(pick(fund.name, "en")),
            "email": contact["email"],
            "description": about if len(about) >= LEAST else f"{pick(fund.name, 'en')}: grants for commons.",
            "webpageUrl": _where(where, site),
        },
        "funding": {
            "channels": [
                {
                    "guid": "gift",
                    "type": "bank",
                    "address": f"{site.base}/money",
                    "description": "Write to the fund to give by bank transfer; every gift is shown.",
                }
            ],
            "plans": [
                {
                    "guid": "any-gift",
                    "status": "active",
                    "name": "A gift of any size",
                    "description": "Passed on as grants; it may be earmarked for a theme.",
                    "amount": 0,
                    "currency": fund.currency,
                    "frequency": "one-time",
                    "channels": ["gift"],
                }
            ],
            "history": _history(fund),
        },
    }


def text(made: dict[str, Any]) -> str:
    """Write it as JSON: the same records give the same bytes."""
    return json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _where(address: str, site: Site) -> dict[str, str]:
    if address.startswith(site.base):
        return {"url": address}
    # Another host has to say itself that this description is its own.
    return {"url": address, "wellKnown": f"{address.rstrip('/')}/.well-known/funding-manifest-urls"}


def _history(fund: Fund) -> list[dict[str, Any]]:
    """List by year what came in from givers and went out to grantees, from the ledger."""
    year = extract("year", Posting.booked_on)
    bank_in, bank_out = Posting.debit == Account.BANK, Posting.credit == Account.BANK
    signed = case((bank_in, Posting.amount_cents), else_=-Posting.amount_cents)
    given = case((Posting.award_id.is_(None), signed), else_=0)
    spent = case((Posting.award_id.is_not(None), -signed), else_=0)
    rows = db.session.execute(
        select(year.label("year"), func.sum(given), func.sum(spent))
        .where(Posting.fund_id == fund.id, bank_in | bank_out)
        .group_by(year)
        .order_by(year)
    )
    return [
        {
            "year": int(when),
            "income": number(int(income)),
            "expenses": number(int(expenses)),
            "taxes": 0,
            "currency": fund.currency,
        }
        for when, income, expenses in rows
    ]
