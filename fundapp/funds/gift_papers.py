"""The confirmation of a gift on paper, in the giver's language."""

from datetime import UTC, datetime, time
from typing import Any

from fundapp.core.iban import grouped
from fundapp.core.papers import paper
from fundapp.core.words import pick
from fundapp.funds.models import Contribution, Fund, Gift


def confirmation(gift: Contribution) -> bytes:
    """Set what was promised or received; the same gift gives the same bytes."""
    fund, lang = gift.fund, gift.language
    account = next(iter(fund.accounts), None)
    theme = next((pick(one, lang) for one in fund.themes if one["key"] == gift.theme), gift.theme)
    shape = {
        "head": head(fund, lang),
        "giver": gift.giver,
        "reference": gift.reference,
        "bank_reference": grouped(gift.bank_reference),
        "amount_cents": gift.amount_cents,
        "is_in": gift.state in (Gift.RECEIVED, Gift.REFUNDED),
        "received_on": gift.received_on.isoformat() if gift.received_on else None,
        "pledged_on": gift.pledged_on.isoformat() if gift.pledged_on else None,
        "expected_on": gift.expected_on.isoformat() if gift.expected_on else None,
        "theme": theme,
        "iban": grouped(account.iban) if account else "",
        "holder": account.holder if account else pick(fund.name, lang),
        "back_cents": sum(one.amount_cents for one in gift.refunds if one.state == "paid"),
        "is_anonymous": gift.is_anonymous,
    }
    on = gift.received_on or gift.pledged_on or fund.created_at.date()
    made_at = datetime.combine(on, time(12), UTC)
    return paper("gift.html", lang=lang, made_at=made_at, d=shape, currency=fund.currency)


def head(fund: Fund, lang: str) -> dict[str, Any]:
    """Give the letterhead of a fund: its name, its address lines, where to reach it."""
    contact = fund.contact or {}
    written = contact.get("address") or []
    if isinstance(written, dict):
        street = f"{written.get('street', '')} {written.get('number', '')}".strip()
        town = f"{written.get('postcode', '')} {written.get('town', '')}".strip()
        lines = [street, town]
    else:
        lines = written if isinstance(written, list) else str(written).splitlines()
    reach = " · ".join(str(contact[key]) for key in ("email", "website") if contact.get(key))
    return {"name": pick(fund.name, lang), "lines": [str(line) for line in lines if line], "reach": reach}
