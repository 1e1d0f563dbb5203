# ruff: noqa: E501 - rows of sample data are easier to compare when each stays on its line
"""A made-up but consistent round report: every sum is computed from its ranking."""

from random import Random
from statistics import median
from typing import Any

from fundapp.reports.round_shape import RoundReport
from fundapp.reports.shape import Words
from tests.reports.samples import FUND, PRINCIPLES, ROUND, both

THEMES = (
    ("identity", "Identity and trust", "Identiteit en vertrouwen"), ("networks", "Networks and open data", "Netwerken en open data"),
    ("archives", "Archives and publishing", "Archieven en publiceren"), ("access", "Accessibility", "Toegankelijkheid"),
    ("tools", "Everyday and developer tools", "Dagelijks gereedschap en ontwikkeltools"),
)  # fmt: skip
COUNTRIES = (
    ("NL", "Netherlands", "Nederland"), ("DE", "Germany", "Duitsland"), ("BE", "Belgium", "België"), ("FR", "France", "Frankrijk"),
    ("GB", "United Kingdom", "Verenigd Koninkrijk"), ("BA", "Bosnia and Herzegovina", "Bosnië en Herzegovina"),
)  # fmt: skip
FORMS = (
    ("foundation", "Foundation", "Stichting"), ("person", "Private person", "Natuurlijke persoon"), ("company", "Company", "Bedrijf"),
)  # fmt: skip
TITLES = (
    "Sealed mailing lists without a central key", "Live captions with a model that stays on the laptop", "A resolver that a village can run",
    "Issue trackers that federate", "Verifiable counts for members’ votes", "Scheduling without being followed",
    "Timetable data for open route planners", "Plain-text ledgers for associations", "Tactile maps from open geodata",
)  # fmt: skip


def _share(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None


def ranked(applications: int, funded: int, reserve: int) -> list[Any]:
    """Make a ranking: totals fall evenly, three reviews each, the last tenth without a review."""
    random = Random(11)
    reviewed = applications - applications // 10
    rows = []
    for i in range(applications):
        total = round(82 - 50 * i / max(applications, 1) + random.random(), 2) if i < reviewed else None
        spread = random.uniform(2, 24)
        asked = random.randrange(5, 15) * 100_000 + 50_000
        group = (
            "funded"
            if i < funded
            else "reserve"
            if i < funded + reserve
            else "declined"
            if i < reviewed
            else "unranked"
        )
        state = {
            "funded": both("Awarded", "Toegekend"),
            "reserve": both("On the reserve list", "Op de reservelijst"),
            "declined": both("Not awarded", "Niet toegekend"),
            "unranked": both("Withdrawn", "Ingetrokken"),
        }[group]
        rows.append({
            "rank": i + 1 if total is not None else None, "code": f"2026-11-{(i * 7) % applications + 1:03d}",
            "title": TITLES[i % len(TITLES)], "applicant": f"Collective {i + 1}", "country": COUNTRIES[i % len(COUNTRIES)][0],
            "group": group, "state": state, "reviews": 3 if total is not None else 0, "mean": total,
            "median": total, "lowest": total and max(total - spread / 2, 0), "highest": total and min(total + spread / 2, 100),
            "spread": spread if total is not None else None, "asked_cents": asked,
            "awarded_cents": asked if group == "funded" else None, "stability": 97.5 if group == "funded" else 12.0,
        })  # fmt: skip
    return rows


def _group(key: str, name: Words, rows: list[Any], awarded: int) -> Any:
    won = [row for row in rows if row["awarded_cents"]]
    given = sum(row["awarded_cents"] for row in won)
    return {
        "key": key, "name": name, "received": len(rows), "funded": len(won), "rate": _share(len(won), len(rows)),
        "asked_cents": sum(row["asked_cents"] for row in rows), "awarded_cents": given, "share": _share(given, awarded),
    }  # fmt: skip


def groups(kinds: Any, rows: list[Any], awarded: int) -> list[Any]:
    """Divide the rows over kinds, most received first."""
    found = [
        _group(key, both(en, nl), rows[i :: len(kinds)], awarded)
        for i, (key, en, nl) in enumerate(kinds)
        if rows[i :: len(kinds)]
    ]
    return sorted(found, key=lambda row: -row["received"])


def steps(counts: dict[str, int], rows: list[Any]) -> list[Any]:
    """Make the steps of the procedure from their counts."""
    before = top = counts["received"]
    found = []
    for key, count in counts.items():
        found.append({
            "key": key, "count": count, "left": before - count, "of_received": _share(count, top),
            "of_previous": _share(count, before), "asked_cents": sum(row["asked_cents"] for row in rows[:count]),
        })  # fmt: skip
        before = count
    return found


def round_report(applications: int = 24, funded: int = 8, reserve: int = 5, **changes: Any) -> RoundReport:
    """Make the report of a round of so many applications."""
    rows = ranked(applications, funded, reserve)
    reviewed = sum(row["mean"] is not None for row in rows)
    asked, awards = (
        sum(row["asked_cents"] for row in rows),
        [row["awarded_cents"] for row in rows if row["awarded_cents"]],
    )
    awarded, is_done = sum(awards), bool(funded)
    budget = max(awarded + 80_000, 9_200_000) if applications else 9_200_000
    paid, ordered, approved = awarded // 4, awarded // 20, awarded // 10
    times = [
        ("receipt", 24, 0, 0.0, 1, 3, None, None), ("review", 20, 14, 31.0, 44, 47, None, None), ("decision", 20, 71, 81.0, 96, 98, 91, 85.0),
        ("agreement", 8, 9, 18.5, 31, 52, None, None), ("payment", 9, 4, 11.0, 19, 23, None, None),
    ]  # fmt: skip
    names = ("key", "cases", "least", "median", "p90", "most", "promised", "in_time")
    side: Any = {"median": None, "lowest": None, "highest": None, "applications": 0}
    data: Any = {
        "kind": "round", "made_at": "2027-02-12T14:05", "fund": FUND, "round": {**ROUND, "budget_cents": budget},
        "headline": {
            "received": applications, "applicants": max(applications - 2, 0), "eligible": reviewed, "reviewed": reviewed,
            "decided": reviewed if is_done else 0, "funded": funded, "reserve": reserve, "rate": _share(funded, applications),
            "asked_cents": asked, "awarded_cents": awarded, "awarded_of_asked": _share(awarded, asked),
            "times_asked": asked / budget if applications else None, "awarded_of_budget": _share(awarded, budget) if is_done else None,
            "left_cents": budget - awarded, "median_award_cents": int(median(awards)) if awards else None,
            "lowest_award_cents": min(awards, default=None), "highest_award_cents": max(awards, default=None),
            "days_median": 81.0 if is_done else None, "days_p90": 96 if is_done else None, "alpha": 0.83 if reviewed else None,
            "reviewers": 6 if reviewed else 0, "reviews_wanted": 3 * reviewed, "reviews_done": 3 * reviewed, "far_apart": reviewed // 4,
        },
        "steps": steps({"received": applications, "eligible": reviewed, "reviewed": reviewed, "funded": funded}, rows),
        "themes": groups(THEMES, rows, awarded), "countries": groups(COUNTRIES, rows, awarded), "forms": groups(FORMS, rows, awarded),
        "licences": [], "layers": [], "first": [],
        "appeals": {"received": 2, "upheld": 1, "changed": 0, "withdrawn": 0, "open": 1},
        "movement": {"scores": 3, "reviews": 2, "up": 2, "down": 1},
        "scale": {"low": 0, "high": 100}, "ranking": rows,
        "times": [dict(zip(names, row, strict=True)) for row in times] if is_done else [],
        "reviewers": [
            {"reviewer": f"R{i}", "assigned": 10, "done": 10, "mean": 55 + i * 1.3, "lean": (i - 3.5) * 1.1, "days": 20.0 + i}
            for i in range(1, 7)
        ] if reviewed else [],
        "agreement": [
            {"key": key, "name": both(en, nl), "alpha": None if key == "P7" else 0.4 + 0.05 * i, "scored": 58, "na": 2}
            for i, (key, en, nl) in enumerate(PRINCIPLES)
        ] if reviewed else [],
        "conflicts": {"declared": 5, "barred": 3, "unsure": 1, "clear": 1, "applications": 4} if reviewed else
                     {"declared": 0, "barred": 0, "unsure": 0, "clear": 0, "applications": 0},
        "money": {
            "budget": budget, "granted": awarded, "reserved": budget - awarded, "committed": awarded - paid - ordered - approved,
            "approved": approved, "ordered": ordered, "paid": paid,
        },
        "profile": [
            {"key": key, "name": both(en, nl), "low": 0, "high": 4,
             "funded": {"median": 2 + i % 3 / 2, "lowest": 1.0, "highest": 4.0, "applications": funded} if is_done else side,
             "others": {"median": 1.5 + i % 2 / 2, "lowest": 0.0, "highest": 3.0, "applications": reviewed - funded} if is_done else side}
            for i, (key, en, nl) in enumerate(PRINCIPLES)
        ] if reviewed else [],
        **changes,
    }  # fmt: skip
    return data
