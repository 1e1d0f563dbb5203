"""Countries that make a payment worth a second look: lists with their source and date, and the fund's own."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from fundapp.funds.models import Fund

LIBRARY = Path(__file__).parent / "library" / "countries.yaml"


@dataclass(frozen=True, slots=True)
class CountryList:
    """One list, with what it follows and when it was written."""

    source: str
    written_on: date
    countries: frozenset[str]


@cache
def lists() -> dict[str, CountryList]:
    """Read the lists: sanctioned, high_risk, sepa."""
    kept = yaml.safe_load(LIBRARY.read_text("utf-8"))
    return {
        name: CountryList(one["source"], one["written_on"], frozenset(one["countries"]))
        for name, one in kept.items()
    }


def watched(code: str, fund: Fund) -> tuple[str, CountryList | None] | None:
    """Tell which list a country stands on: sanctioned, high_risk, or "own", the fund's, without a source."""
    for name in ("sanctioned", "high_risk"):
        if code in lists()[name].countries:
            return name, lists()[name]
    return ("own", None) if code in (fund.watched_countries or ()) else None


def in_sepa(code: str) -> bool:
    """Tell whether a country belongs to SEPA."""
    return code in lists()["sepa"].countries
