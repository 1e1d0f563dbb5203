"""A small file of applications to begin with."""

import json
from typing import Any

from fundapp.rounds.models import Round

SAMPLES: tuple[dict[str, Any], ...] = (
    {
        "name": "Lock Times",
        "applicant": "Robin Sample",
        "email": "robin@example.org",
        "organisation": "Stichting Sluistijden",
        "country": "Netherlands",
        "website": "https://sluistijden.example",
        "abstract": "Opening times of locks and bridges, as open data.",
        "requested_amount_eur": 24000,
        "budget_explanation": "400 hours at EUR 60.",
        "milestones": [
            {"title": "Format", "description": "A published specification.", "amount_eur": 9000},
            {"title": "Server", "description": "A reference server, packaged.", "amount_eur": 15000},
        ],
    },
    {
        "name": "Quiet Mesh",
        "applicant": "Kim Voorbeeld",
        "country": "BE",
        "abstract": "A mesh network that sleeps when nobody talks.",
        "amount_as_written": "EUR 8,000",
    },
)


def applications(round: Round) -> tuple[str, str]:
    """Give the sample's name and its text, one application on a line."""
    return "applications-sample.jsonl", "".join(json.dumps(one) + "\n" for one in SAMPLES)
