"""Two made-up applications, one in each shape that is taken in."""

import json
from decimal import Decimal

from fundapp.applications.intake import read

USD = {"USD": Decimal("0.92")}

NLNET = {
    "source": "a public repository: proposal.md",
    "name": "Sluis & “Wachter”",
    "website": "https://sluiswachter.example/",
    "country": "The Netherlands",
    "organisation": "Stichting Sluis",
    "call": "Restack",
    "abstract": "Opening times of locks.\r\n\r\n* one\r\n* two",
    "experience": "Boats.",
    "requested_amount_eur": 8000,
    "amount_as_written": "€ 8.000,-",
    "budget_explanation": "80 hours.\n\nNo other funding.",
    "other_funding": "No other funding.",
    "comparison": "",
    "technical_challenges": "Tides.",
    "ecosystem": None,
    "milestones": [{"title": "Format", "description": "Published", "amount_eur": 8000}],
    "language": "en",
}
WEB3 = {
    "id": "w-1",
    "source": {"repo": "grants/program", "path": "applications/lock.md"},
    "program": "Program",
    "submitted_on": "2024-05-18",
    "title": "Lock pallet",
    "team": "Keepers ([profile-url])",
    "country": "DE",
    "abstract": "Locks.",
    "details_excerpt": "How.",
    "licences": ["Apache-2.0", "MIT"],
    "total_cost_raw": "10,001 USD",
    "total_cost": 99999,
    "currency": "USD",
    "duration_raw": "2 months",
    "fte": 1.5,
    "milestones": [
        {
            "number": 1,
            "title": None,
            "cost_raw": "3,333",
            "deliverables": [{"number": "0a", "title": "Docs", "specification": "A guide."}],
        },
        {"number": 2, "title": "Launch", "cost_raw": "6,668 USD", "deliverables": []},
    ],
}


def lines(*records):
    return [json.dumps(record).encode() for record in records]


def one(record, **options):
    (result,) = read(lines(record), **options)
    return result
