"""The chapters of an evaluation: what to write about, and the figures that a text may name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _l

from fundapp.core.words import pick
from fundapp.reports.fund_shape import FundReport
from fundapp.reports.shape import Words
from fundapp.reports.wording import Say

LIBRARY = Path(__file__).parent / "library"
LONGEST = 60_000
"""Characters in one chapter: about twenty pages."""

TOKEN = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Chapter:
    """One chapter: its evaluation question, what to write about, and the figures printed under it."""

    key: str
    title: Words
    question: Words
    prompts: tuple[Words, ...]
    figures: tuple[str, ...]


@cache
def chapters() -> tuple[Chapter, ...]:
    """Read the chapters that we ship, in their order."""
    written: list[dict[str, Any]] = yaml.safe_load((LIBRARY / "evaluation.yaml").read_text(encoding="utf-8"))
    return tuple(
        Chapter(one["key"], one["title"], one["question"], tuple(one["prompts"]), tuple(one["figures"]))
        for one in written
    )


def chapter(key: str) -> Chapter | None:
    """Find one chapter."""
    return next((one for one in chapters() if one.key == key), None)


# --- figures in a text ---------------------------------------------------------------

TOKENS: Mapping[str, LazyString] = {
    "received_money": _l("money received"),
    "granted": _l("granted"),
    "paid": _l("paid"),
    "free": _l("not set apart yet"),
    "reserved": _l("set apart for rounds, not granted"),
    "rounds": _l("rounds"),
    "applications": _l("applications received"),
    "applicants": _l("applicants"),
    "first_time": _l("applications of those who asked for the first time"),
    "countries": _l("countries"),
    "eligible": _l("met the conditions"),
    "reviewed": _l("reviewed"),
    "funded": _l("funded"),
    "rate": _l("success rate"),
    "asked": _l("amount asked"),
    "median_award": _l("median grant"),
    "days_to_decision": _l("days to a decision, median"),
    "days_to_payment": _l("days to a payment, median"),
    "reviewers": _l("reviewers"),
    "reviews": _l("reviews handed in"),
    "conflicts": _l("interests declared"),
    "appeals": _l("appeals"),
    "tasks": _l("tasks planned"),
    "delivered": _l("tasks delivered"),
    "dropped": _l("tasks dropped"),
    "scored_again": _l("grants scored again at the end"),
    "alive_after_1": _l("projects alive after one year"),
    "asked_after_1": _l("projects that answered after one year"),
}
"""What may stand in braces in a text, such as {paid}; it is filled in from the frozen figures."""


def values(data: FundReport, say: Say) -> dict[str, str]:
    """Write every figure that a text may name, in the language of `say`."""
    head, money, tasks = data["headline"], data["money"], data["tasks"]
    days = {one["key"]: one["median"] for one in data["times"]}
    parts = {one["key"]: one["number"] for one in tasks["parts"]}
    alive = {one["year"]: one for one in data["alive"]}.get(1)
    with force_locale(say.lang):
        return {
            "received_money": say.money(money["received"]),
            "granted": say.money(money["granted"]),
            "paid": say.money(money["paid"]),
            "free": say.money(money["free"]),
            "reserved": say.money(money["reserved"]),
            "rounds": say.number(head["rounds"]),
            "applications": say.number(head["received"]),
            "applicants": say.number(head["applicants"]),
            "first_time": say.number(head["first_time"]),
            "countries": say.number(head["countries"]),
            "eligible": say.number(head["eligible"]),
            "reviewed": say.number(head["reviewed"]),
            "funded": say.number(head["funded"]),
            "rate": say.percent(head["rate"]),
            "asked": say.money(head["asked_cents"]),
            "median_award": say.money(head["median_award_cents"]),
            "days_to_decision": say.number(days.get("decision")),
            "days_to_payment": say.number(days.get("payment")),
            "reviewers": say.number(data["reviewing"]["reviewers"]),
            "reviews": say.number(data["reviewing"]["done"]),
            "conflicts": say.number(data["conflicts"]["declared"]),
            "appeals": say.number(data["appeals"]["received"]),
            "tasks": say.number(tasks["planned"]),
            "delivered": say.number(parts.get("delivered", 0)),
            "dropped": say.number(parts.get("dropped", 0)),
            "scored_again": say.number(data["scored_again"]),
            "alive_after_1": say.number(alive["alive"] if alive else None),
            "asked_after_1": say.number(alive["answered"] if alive else None),
        }


def filled(text: str, figures: Mapping[str, str]) -> str:
    """Put the figures where a text names them; what is no figure stays as it was typed."""
    return TOKEN.sub(lambda found: figures.get(found[1], found[0]), text)


def unknown(text: str) -> list[str]:
    """List what stands in braces and is no figure."""
    return list(dict.fromkeys(name for name in TOKEN.findall(text) if name not in TOKENS))


def changed(before: FundReport, after: FundReport, say: Say) -> Sequence[tuple[str, str, str]]:
    """List the figures that differ between two snapshots: (what, before, after)."""
    old, new = values(before, say), values(after, say)
    return [(str(words), old[key], new[key]) for key, words in TOKENS.items() if old[key] != new[key]]


def title_of(found: Chapter, lang: str) -> str:
    """Name a chapter."""
    return pick(found.title, lang)
