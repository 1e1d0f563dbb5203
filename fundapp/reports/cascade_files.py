"""The list of money passed on, as files."""

import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fundapp.core.spreadsheet import harmless
from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.reports.cascade import Passed
from fundapp.reports.giving import number
from fundapp.reports.models import Publishing

HEADINGS = (
    "code", "legal_name", "is_person", "country", "title", "call", "currency", "amount", "paid", "decided_on",
    "ends_on",
)  # fmt: skip


def cascade_csv(rows: Sequence[Passed], fund: Fund) -> str:
    """Write the list as CSV; amounts as 12400.00."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for one in rows:
        texts = [harmless(text or "") for text in (one.code, one.name)]
        rest = [harmless(text or "") for text in (one.country, one.title, pick(one.round_name, "en"))]
        sums = [f"{Decimal(cents).scaleb(-2):.2f}" for cents in (one.amount_cents, one.paid_cents)]
        days = [day.isoformat() if day else "" for day in (one.decided_on, one.ends_on)]
        writer.writerow([*texts, int(one.is_person), *rest, fund.currency, *sums, *days])
    return out.getvalue()


def cascade_json(rows: Sequence[Passed], fund: Fund, how: Publishing | None) -> str:
    """Write the list as JSON: keys in order, the same records give the same bytes."""
    made: dict[str, Any] = {
        "fund": fund.slug,
        "publisher": (how.org_name if how else "") or pick(fund.name, "en"),
        "grantAgreement": how.eu_grant if how else "",
        "currency": fund.currency,
        "recipients": [_record(one) for one in rows],
    }
    return json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _record(one: Passed) -> dict[str, Any]:
    return {
        "code": one.code,
        "legalName": one.name,
        "isNaturalPerson": one.is_person,
        "country": one.country,
        "title": one.title,
        "call": one.round_slug,
        "amount": number(one.amount_cents),
        "paid": number(one.paid_cents),
        "decidedOn": one.decided_on.isoformat(),
        "endsOn": one.ends_on.isoformat() if one.ends_on else None,
    }
