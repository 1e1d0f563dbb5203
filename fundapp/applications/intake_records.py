"""One line of an import: its values read with care, and the application it becomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _

from fundapp.applications.intake_amounts import CannotTake
from fundapp.core import countries
from fundapp.core.legible import legible


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone as it was written; amount_cents in the fund's currency, None when there is none."""

    title: str
    description: str
    amount_cents: int | None

    def as_answer(self) -> dict[str, Any]:
        """Give it as a row of the form's table."""
        return {"title": self.title, "description": self.description, "amount_cents": self.amount_cents}


@dataclass(frozen=True, slots=True)
class Intake:
    """One application from elsewhere, ready to be taken in.

    import_key: the same for the same application, however often and in whatever order it comes.
    answers: text by field key of the proposal form, whole; amount and milestones stand apart.
    requested_cents: in currency, which is the fund's; amount_note says how it was read.
    notes: what else the reader has to know. follow_up: a later stage, which the form does not ask.
    """

    line: int
    import_key: str
    answers: dict[str, str]
    requested_cents: int | None
    currency: str
    amount_note: str
    milestones: tuple[Milestone, ...]
    source: str
    language: str
    submitted_on: date | None
    follow_up: str
    notes: tuple[str, ...]

    @property
    def title(self) -> str:
        """The name of the project."""
        return self.answers["title"]

    @property
    def organisation(self) -> str:
        """The organisation or team; empty when none was named."""
        return self.answers.get("organisation", "")

    @property
    def applicant_name(self) -> str:
        """The person, else the organisation; empty when neither was named."""
        return self.answers.get("contact_name") or self.organisation

    @property
    def country(self) -> str | None:
        """The ISO code, when exactly one country was named."""
        return self.answers.get("country")

    @property
    def email(self) -> str | None:
        """The address, when there is one."""
        return self.answers.get("email")

    @property
    def website(self) -> str:
        """The address of the project as it was written."""
        return self.answers.get("website", "")

    @property
    def abstract(self) -> str:
        """The project in short."""
        return self.answers.get("abstract", "")

    def form_answers(self) -> dict[str, Any]:
        """Give all answers as the form keeps them, amount and milestones included."""
        answers: dict[str, Any] = dict(self.answers)
        if self.requested_cents is not None:
            answers["amount"] = self.requested_cents
        if self.milestones:
            answers["milestones"] = [milestone.as_answer() for milestone in self.milestones]
        return answers


class Record:
    """The values under the keys of one line. Reading raises CannotTake when a value is of another kind."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def text(self, key: str) -> str:
        """Give a text without invisible orders in it; empty when it is missing."""
        value = self.values.get(key)
        if value is None or isinstance(value, bool):
            return ""
        if not isinstance(value, str | int | float):
            raise CannotTake(_("“%(key)s” is not a text.", key=key))
        # a space of no width is kept for line breaks on paper; in what is taken in it only hides
        return legible(str(value)).replace("\u200b", "").strip()

    def line(self, key: str) -> str:
        """Give a text as one line."""
        return " ".join(self.text(key).split())

    def title(self, key: str) -> str:
        """Give the name of the project, which every application has."""
        title = self.line(key)
        if not title:
            raise CannotTake(_("There is no name of a project (“%(key)s”).", key=key))
        return title

    def items(self, key: str) -> list[Any]:
        """Give a list; empty when it is missing."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, list):
            raise CannotTake(_("“%(key)s” is not a list.", key=key))
        return value or []

    def rows(self, key: str) -> "list[Record]":
        """Give a list of records."""
        items = self.items(key)
        if not all(isinstance(item, Mapping) for item in items):
            raise CannotTake(_("“%(key)s” is not a list.", key=key))
        return [Record(item) for item in items]

    def day(self, key: str) -> date | None:
        """Give a date; None when it is missing."""
        written = self.line(key)
        try:
            return date.fromisoformat(written) if written else None
        except ValueError as refused:
            raise CannotTake(_("“%(text)s” is not a date.", text=written)) from refused

    def country(self) -> tuple[str, tuple[str, ...]]:
        """Give the country's code, or none with a note of what was written."""
        written = self.line("country")
        code = countries.code_of(written) or ""
        if written and not code:
            return "", (_("Country as written: %(text)s.", text=written),)
        return code, ()


def key_of(shape: str, parts: Sequence[str]) -> str:
    """Name an application by what does not change when its text is corrected."""
    joined = "\x1f".join(" ".join(part.split()).casefold() for part in parts)
    return f"{shape}:{sha256(joined.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def sum_note(milestones: Sequence[Milestone], cents: int | None) -> tuple[str, ...]:
    """Say so when the milestones come to something else than the amount that is asked."""
    parts = [milestone.amount_cents for milestone in milestones if milestone.amount_cents is not None]
    if cents is None or len(parts) < len(milestones) or not parts or sum(parts) == cents:
        return ()
    return (_("The milestones do not add up to the amount asked."),)


def filled(answers: Mapping[str, str]) -> dict[str, str]:
    """Leave out the questions that were not answered."""
    return {field: text for field, text in answers.items() if text}


def together(*texts: str) -> str:
    """Put answers to questions that are one question here below each other, without repeating any."""
    kept: list[str] = []
    for text in texts:
        if text and not any(text in earlier for earlier in kept):
            kept.append(text)
    return "\n\n".join(kept)
