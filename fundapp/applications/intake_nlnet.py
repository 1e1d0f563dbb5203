"""Applications in the shape of NLnet's proposal form."""

from fundapp.applications import intake_amounts as amounts
from fundapp.applications.intake_amounts import Asked, Exchange
from fundapp.applications.intake_records import Intake, Milestone, Record, filled, key_of, sum_note, together

KEYS = frozenset({"name", "call", "amount_as_written", "requested_amount_eur", "budget_explanation"})
CURRENCY = "EUR"
"""The form asks for an amount in euro."""


def intake(record: Record, line: int, exchange: Exchange) -> Intake:
    """Turn one application into the fields of our form. Raises CannotTake."""
    answers, notes = _answers(record)
    asked = _asked(record)
    cents, note = exchange.asked_cents(asked)
    milestones = _milestones(record, exchange, asked, cents)
    named = ("source", "call", "code", "organisation", "applicant", "name")
    return Intake(
        line=line,
        import_key=key_of("nlnet", [record.line(key) for key in named]),
        answers=filled(answers),
        requested_cents=cents,
        currency=exchange.currency,
        amount_note=note,
        milestones=milestones,
        source=record.line("source"),
        language=record.line("language").lower()[:2] or "en",
        submitted_on=record.day("submitted_on"),
        follow_up=record.text("follow_up"),
        notes=notes + sum_note(milestones, cents),
    )


def _answers(record: Record) -> tuple[dict[str, str], tuple[str, ...]]:
    country, notes = record.country()
    answers = {
        "contact_name": record.line("applicant"),
        "email": record.line("email"),
        "organisation": record.line("organisation"),
        "country": country,
        "title": record.title("name"),
        "website": record.line("website"),
        "abstract": record.text("abstract"),
        "experience": record.text("experience"),
        "comparison": record.text("comparison"),
        "challenges": record.text("technical_challenges"),
        "ecosystem": record.text("ecosystem"),
        "budget": together(record.text("budget_explanation"), record.text("other_funding")),
        "genai_details": record.text("generative_ai"),
    }
    return answers, notes


def _asked(record: Record) -> Asked:
    """Take the figure when there is one, and hold it against the words it came from."""
    figure, words = record.values.get("requested_amount_eur"), record.text("amount_as_written")
    if isinstance(figure, int | float) and not isinstance(figure, bool):
        return amounts.beside_text(amounts.from_value(figure, CURRENCY), words)
    return amounts.from_text(record.text("requested_amount_eur") or words, CURRENCY)


def _milestones(record: Record, exchange: Exchange, asked: Asked, cents: int | None) -> tuple[Milestone, ...]:
    rows = record.rows("milestones")
    parts = [amounts.from_value(row.values.get("amount_eur"), CURRENCY) for row in rows]
    return tuple(
        Milestone(row.line("title"), row.text("description"), part)
        for row, part in zip(rows, exchange.part_cents(parts, asked, cents), strict=True)
    )
