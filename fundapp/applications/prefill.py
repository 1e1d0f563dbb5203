"""Filling in a proposal from a project description: what fits which question, and what would be replaced."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fundapp.applications import reading
from fundapp.applications.manifests import Description, Found
from fundapp.core.words import pick
from fundapp.rounds.answers import is_empty
from fundapp.rounds.definitions import Form
from fundapp.rounds.fields import Field, FieldType

FITS = {
    "website": ("website", "video"), "repository": ("repository",), "licence": ("licence", "license"),
    "other_money_details": ("other_money_details",),
}  # fmt: skip
"""Field keys that take what a description says; everything else goes to the field of its own name."""
TEXTS = (FieldType.SHORT, FieldType.LONG, FieldType.URL, FieldType.EMAIL, FieldType.SPDX)


@dataclass(frozen=True, slots=True)
class Option:
    """One value that may be taken over. number: its place among those of the question."""

    number: int
    value: str | int
    shown: str
    source: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What a description offers for one question. present: what stands there now, as text."""

    field: Field
    label: str
    present: str
    options: list[Option]


def offers(
    description: Description, form: Form, answers: Mapping[str, Any], language: str, currency: str
) -> list[Offer]:
    """List what could be filled in, in the order of the form; what stands there already is left out."""
    made = []
    for field in form.fields:
        found = _found(description, field)
        now = answers.get(field.key)
        present = "" if is_empty(now) else reading.text_of(field, now, language, currency)
        options = [
            Option(number, value, reading.text_of(field, value, language, currency), one.source)
            for number, (one, value) in enumerate((one, _fit(field, one)) for one in found)
            if value != now
        ]
        if options:
            made.append(Offer(field, pick(field.label, language), present, options))
    return made


def _found(description: Description, field: Field) -> list[Found]:
    is_sum = field.type is FieldType.AMOUNT
    if field.type not in TEXTS and not is_sum:
        return []
    names = [name for name, keys in FITS.items() if field.key in keys] or [field.key]
    found = [one for name in names for one in description.found.get(name, [])]
    return [one for one in found if isinstance(one.value, int) == is_sum]


def _fit(field: Field, found: Found) -> str | int:
    """Bring a value into the shape of the question: one line for a line."""
    if isinstance(found.value, int) or field.type is FieldType.LONG:
        return found.value
    return " ".join(found.value.split())


def chosen(made: list[Offer], picks: Mapping[str, str]) -> dict[str, Any]:
    """Give the answers that were chosen: picks hold the number of an option by field, or nothing."""
    return {
        offer.field.key: option.value
        for offer in made
        for option in offer.options
        if picks.get(offer.field.key) == str(option.number)
    }
