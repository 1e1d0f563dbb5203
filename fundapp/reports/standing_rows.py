"""The ranking as a report prints it: every application of a round in its place."""

from collections.abc import Sequence
from typing import Any

from fundapp.applications.models import ApplicationState as State
from fundapp.applications.workflow import WORDS
from fundapp.reports.round_reviews import Reviewed
from fundapp.reports.round_shape import Ranked
from fundapp.reports.sources import said
from fundapp.reviews import scoring

GROUP_OF = {State.AWARDED: "funded", State.RESERVE: "reserve", State.DECLINED: "declined"}
ORDER = ("funded", "reserve", "declined", "open", "unranked")


def ranking(applications: Sequence[Any], found: Reviewed) -> list[Ranked]:
    """List the applications by group and place; without a total they have no place."""
    places = scoring.ranks({row.id: found.means.get(row.id) for row in applications})
    words = {state: said(WORDS[state][1]) for state in {row.state for row in applications}}
    listed = [_ranked(row, places[row.id], found, words[row.state]) for row in applications]
    return sorted(
        listed, key=lambda one: (ORDER.index(one["group"]), one["rank"] or len(listed) + 1, one["code"])
    )


def _ranked(row: Any, rank: int | None, found: Reviewed, state: dict[str, str]) -> Ranked:
    totals = found.totals(row.id)
    return {
        "rank": rank,
        "code": row.code or f"#{row.id}",
        "title": row.title,
        "applicant": _name(row),
        "country": row.country or "",
        "group": GROUP_OF.get(row.state, "unranked" if rank is None else "open"),
        "state": state,
        "reviews": len(totals),
        "mean": found.mean(row.id),
        "median": found.median(row.id),
        "lowest": min(totals, default=None),
        "highest": max(totals, default=None),
        "spread": round(max(totals) - min(totals), 6) if totals else None,
        "asked_cents": row.requested_cents,
        "awarded_cents": row.awarded_cents if row.state is State.AWARDED else None,
    }


def _name(row: Any) -> str:
    is_organisation = str(row.party_kind or "") == "organisation"
    return str((row.public_name if is_organisation else row.applicant_name) or row.public_name or "")
