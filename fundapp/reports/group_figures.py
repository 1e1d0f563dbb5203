"""Applications divided by one trait: theme, country, legal form, layer, licence, first time."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from fundapp.applications.models import ApplicationState as State
from fundapp.core import countries
from fundapp.core.words import LANGUAGES
from fundapp.funds.models import Fund
from fundapp.reports.measures import percent
from fundapp.reports.round_shape import GroupFigures
from fundapp.reports.shape import Words
from fundapp.reports.sources import said
from fundapp.reports.wording import FIRST_TIME, LAYERS, LEGAL_FORMS, NOT_STATED

TRAITS = ("themes", "countries", "forms", "licences", "layers", "first")
"""The breakdowns of every report, in their order."""


def breakdowns(applications: Sequence[Any], fund: Fund) -> dict[str, list[GroupFigures]]:
    """Divide applications by each trait; a trait that no form asked about gives an empty list."""
    found: dict[str, list[GroupFigures]] = {
        "themes": divide(applications, lambda row: row.theme, lambda key: theme_words(fund, key) or {}),
        "countries": divide(applications, lambda row: row.country, place),
        "forms": divide(applications, lambda row: row.party_kind, lambda key: said(LEGAL_FORMS[str(key)])),
        "licences": divide(applications, lambda row: one_of(row.licence), said),
        "layers": divide(applications, lambda row: one_of(row.layer), _layer),
        "first": divide(applications, first_time, lambda key: said(FIRST_TIME[key])),
    }
    return {key: rows if any(one["key"] for one in rows) else [] for key, rows in found.items()}


def divide(
    applications: Sequence[Any], key: Callable[[Any], Any], name: Callable[[Any], Words]
) -> list[GroupFigures]:
    """Divide applications by one trait, most applications first; without the trait they come last."""
    awarded = sum(row.awarded_cents or 0 for row in applications if row.state is State.AWARDED)
    parts: dict[Any, list[Any]] = {}
    for row in applications:
        parts.setdefault(key(row), []).append(row)
    found = [_group(one, part, name(one) if one else {}, awarded) for one, part in parts.items()]
    return sorted(found, key=lambda one: (not one["key"], -one["received"], -one["asked_cents"], one["key"]))


def _group(key: Any, part: Sequence[Any], name: Words, awarded: int) -> GroupFigures:
    given = [row.awarded_cents or 0 for row in part if row.state is State.AWARDED]
    return {
        "key": str(key or ""),
        "name": name or said(NOT_STATED),
        "received": len(part),
        "funded": len(given),
        "rate": percent(len(given), len(part)),
        "asked_cents": sum(row.requested_cents or 0 for row in part),
        "awarded_cents": sum(given),
        "share": percent(sum(given), awarded),
    }


def one_of(answer: str | None) -> str:
    """Read one answer; of several that were ticked, all in one, in their order."""
    text = (answer or "").strip()
    if not text.startswith("["):
        return text
    try:
        return " + ".join(sorted(str(one) for one in json.loads(text)))
    except ValueError:
        return text


def first_time(row: Any) -> str:
    """Say whether an applicant asks for the first time; empty when nobody knows who it is."""
    return "" if row.party_id is None else "again" if row.is_known else "first"


def _layer(key: str) -> Words:
    known = [said(LAYERS[one]) if one in LAYERS else said(one) for one in key.split(" + ")]
    return {lang: " + ".join(words[lang] for words in known) for lang in LANGUAGES}


def place(country: str | None) -> Words:
    """Name a country in both languages; empty when unknown."""
    return {lang: countries.names(lang).get(country, country) for lang in LANGUAGES} if country else {}


def theme_words(fund: Fund, theme: str | None) -> Words | None:
    """Name a theme of the fund in both languages; its key when the fund no longer has it."""
    if theme is None:
        return None
    found = next((one for one in fund.themes if one.get("key") == theme), None)
    return {lang: str((found or {}).get(lang) or theme) for lang in LANGUAGES}
