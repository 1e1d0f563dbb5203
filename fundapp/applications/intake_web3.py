"""Applications in the shape of the Web3 Foundation's grant programmes."""

import re

from fundapp.applications import intake_amounts as amounts
from fundapp.applications.intake_amounts import Asked, CannotTake, Exchange
from fundapp.applications.intake_records import Intake, Milestone, Record, filled, key_of, sum_note, together

KEYS = frozenset({"program", "team", "total_cost_raw", "total_cost", "details_excerpt", "milestone_sum"})
MASKED = re.compile(r"\s*\(?\[profile-url\]\)?")
"""A link that was taken out of the name of a team before the data were shared."""


def intake(record: Record, line: int, exchange: Exchange) -> Intake:
    """Turn one application into the fields of our form. Raises CannotTake."""
    country, notes = record.country()
    rows = record.rows("milestones")
    asked, parts = _asked(record, rows)
    cents, note = exchange.asked_cents(asked)
    part_cents = exchange.part_cents(parts, asked, cents)
    milestones = tuple(_milestone(row, part) for row, part in zip(rows, part_cents, strict=True))
    answers = _answers(record) | {"country": country}
    source = _source(record)
    named = [source, record.line("program"), answers["organisation"], answers["title"]]
    return Intake(
        line=line,
        import_key=f"web3:{record.line('id')}" if record.line("id") else key_of("web3", named),
        answers=filled(answers),
        requested_cents=cents,
        currency=exchange.currency,
        amount_note=note,
        milestones=milestones,
        source=source,
        language="en",
        submitted_on=record.day("submitted_on"),
        follow_up="",
        notes=notes + sum_note(milestones, cents),
    )


def _answers(record: Record) -> dict[str, str]:
    facts = {"Total cost": "total_cost_raw", "Duration": "duration_raw", "Full-time equivalents": "fte"}
    licences = ", ".join(str(licence) for licence in record.items("licences"))
    return {
        "organisation": MASKED.sub("", record.line("team")).strip(),
        "title": record.title("title"),
        "abstract": record.text("abstract"),
        "challenges": record.text("details_excerpt"),
        "stewardship": f"Licences: {licences}" if licences else "",
        "budget": together(
            *(f"{name}: {record.line(key)}" for name, key in facts.items() if record.line(key))
        ),
    }


def _asked(record: Record, rows: list[Record]) -> tuple[Asked, list[Asked]]:
    """Read the total and its parts from the words; figures beside them are guesses of a machine."""
    words, parts = record.line("total_cost_raw"), [_part(row) for row in rows]
    if words:
        whole = _named(amounts.from_text(words, amounts.UNNAMED), words, parts)
    elif record.values.get("total_cost") is not None:
        whole = amounts.from_value(record.values["total_cost"], record.line("currency"))
        whole = _named(whole, str(record.values["total_cost"]), parts)
    else:
        whole = Asked(note=amounts.only_parts(parts))
    return whole, [_in_currency(part, whole.currency) for part in parts]


def _named(whole: Asked, words: str, parts: list[Asked]) -> Asked:
    """Give a total without a currency the one that its parts name, if they add up to it."""
    if whole.currency != amounts.UNNAMED:
        return whole
    named = {part.currency for part in parts}
    adds_up = sum(part.value or 0 for part in parts) == whole.value
    if len(named) != 1 or not adds_up or named <= {None, amounts.UNNAMED}:
        raise CannotTake(amounts.no_currency(words))
    return Asked(whole.value, named.pop(), amounts.currency_of_parts(words))


def _part(row: Record) -> Asked:
    """Read the amount of a milestone; one that leaves a doubt stays open, its words in the description."""
    try:
        return amounts.from_text(row.line("cost_raw"), amounts.UNNAMED)
    except CannotTake:
        return Asked()


def _in_currency(part: Asked, currency: str | None) -> Asked:
    return Asked(part.value, currency) if part.currency == amounts.UNNAMED else part


def _milestone(row: Record, cents: int | None) -> Milestone:
    facts = {"Cost": "cost_raw", "Duration": "duration_raw", "Full-time equivalents": "fte"}
    said = ". ".join(f"{name}: {row.line(key)}" for name, key in facts.items() if row.line(key))
    deliverables = [
        f"- **{' '.join((item.line('number'), item.line('title'))).strip()}**: {item.line('specification')}"
        for item in row.rows("deliverables")
    ]
    title = row.line("title") or f"Milestone {row.line('number')}".strip()
    return Milestone(title, together(said, "\n".join(deliverables)), cents)


def _source(record: Record) -> str:
    """Name the repository and path an application was published under."""
    if not isinstance(record.values.get("source"), dict):
        return record.line("source")
    place = Record(record.values["source"])
    return ": ".join(part for part in (place.line("repo"), place.line("path")) if part)
