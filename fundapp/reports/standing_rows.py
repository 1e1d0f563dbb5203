"""The ranking as a report prints it: every application of a round in its place."""

from collections.abc import Sequence
from typing import Any

from fundapp.applications.models import ApplicationState as State
from fundapp.applications.workflow import WORDS
from fundapp.reports.measures import tidy
from fundapp.reports.round_reviews import Reviewed
from fundapp.reports.round_shape import Ranked
from fundapp.reports.sources import on, said
from fundapp.reviews import scoring
from fundapp.reviews.stability import Candidate, stability
from fundapp.rounds.models import Round

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


def with_stability(listed: list[Ranked], found: Reviewed, applications: Sequence[Any], call: Round) -> None:
    """Write beside each application in how many of the draws it would be within the funding line.

    The seed is the call's name, so that a report made again from the same rows says the same.
    """
    threshold = call.decided_stage.rubric.threshold_ppm
    candidates = {
        row.code or f"#{row.id}": Candidate(totals, row.requested_cents or 0)
        for row in applications
        if (totals := found.totals(row.id))
    }
    shares = stability(
        candidates, budget_cents=call.budget_cents, seed=call.slug,
        above=None if threshold is None else on(found.scale, threshold),
    )  # fmt: skip
    for one in listed:
        share = shares.get(one["code"])
        one["stability"] = None if share is None else tidy(100 * share)


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
        "stability": None,
    }


def _name(row: Any) -> str:
    is_organisation = str(row.party_kind or "") == "organisation"
    return str((row.public_name if is_organisation else row.applicant_name) or row.public_name or "")
