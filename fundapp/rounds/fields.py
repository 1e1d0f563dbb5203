"""The questions of a form: their kinds, limits and conditions."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fundapp.rounds.reading import Texts


class FieldType(StrEnum):
    """What kind of answer a question takes. In parentheses: how the answer is kept."""

    SHORT = "short"  # (text of one line)
    LONG = "long"  # (text, Markdown)
    NUMBER = "number"  # (whole number; with decimals: text such as "37.5")
    AMOUNT = "amount"  # (whole cents in the fund's currency)
    DATE = "date"  # (text: 2026-11-22)
    COUNTRY = "country"  # (ISO code of two letters)
    URL = "url"  # (text)
    EMAIL = "email"  # (text)
    SPDX = "spdx"  # (text: an SPDX licence expression)
    CHOICE = "choice"  # (the value of one choice)
    SEVERAL = "several"  # (a list of values of choices, in the order of the form)
    YES_NO = "yes_no"  # (true or false)
    CONSENT = "consent"  # (true)
    FILE = "file"  # (a list of {id, name, size in bytes, sha256})
    TABLE = "table"  # (a list of rows: answer by column key)


class Is(StrEnum):
    """How a condition compares the other answer."""

    IS = "is"
    IS_NOT = "is_not"
    INCLUDES = "includes"  # one of several choices
    ABOVE = "above"  # a number, or an amount in cents
    BELOW = "below"
    FILLED = "filled"  # value true: answered; false: left open


class Gate(StrEnum):
    """What a section of checks does when an answer is not the one that is wanted."""

    STOP = "stop"  # the proposal can't be sent
    WARN = "warn"  # the reason is told, and one may go on


TEXTS = frozenset({FieldType.SHORT, FieldType.LONG, FieldType.URL, FieldType.EMAIL, FieldType.SPDX})
NUMBERS = frozenset({FieldType.NUMBER, FieldType.AMOUNT})
CHOSEN = frozenset({FieldType.CHOICE, FieldType.SEVERAL})
COLUMNS = frozenset(
    {FieldType.SHORT, FieldType.LONG, FieldType.NUMBER, FieldType.AMOUNT, FieldType.DATE, FieldType.URL}
)
MOST_ROWS = 100
MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose."""

    value: str
    label: Texts


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. hard: the most characters a cell may hold.

    product: the two columns that are multiplied to fill this amount: a quantity and a rate.
    """

    key: str
    type: FieldType
    label: Texts
    required: bool
    hard: int | None
    decimals: int = 0
    product: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """What a column of a table has to add up to: the amount in another field."""

    column: str
    field: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Ask something only when another field has this answer."""

    field: str
    value: str | bool | int
    how: Is = Is.IS

    def holds(self, answer: Any) -> bool:
        """Tell whether the other answer, None for an open one, makes this question needed."""
        if self.how is Is.FILLED:
            return (answer is not None and answer not in ("", [], False)) == bool(self.value)
        if self.how is Is.INCLUDES:
            return isinstance(answer, list) and self.value in answer
        if self.how in (Is.ABOVE, Is.BELOW):
            if isinstance(answer, bool) or not isinstance(answer, int):
                return False
            return answer > int(self.value) if self.how is Is.ABOVE else answer < int(self.value)
        same = type(answer) is type(self.value) and answer == self.value
        return same if self.how is Is.IS else answer is not None and not same


@dataclass(frozen=True, slots=True)
class Field:
    """One question. hard stops and advised only counts, both in characters.

    lowest, highest: of a number, or how many of several choices. earliest, latest: of a date, ISO.
    wanted, unwanted: in a section of checks the answer that lets one through, and what is said
    to whom gives another.
    """

    key: str
    type: FieldType
    label: Texts
    help: Texts
    required: bool
    hard: int | None
    advised: int | None
    choices: tuple[Choice, ...]
    columns: tuple[Column, ...]
    rows: int
    default: str | bool | None
    shown_if: Condition | None
    feeds: tuple[str, ...]
    identifying: bool
    lowest: int | None = None
    highest: int | None = None
    earliest: str = ""
    latest: str = ""
    decimals: int = 0
    max_files: int = 1
    total: Total | None = None
    wanted: bool | None = None
    unwanted: Texts | None = None

    def is_shown(self, answers: Mapping[str, Any]) -> bool:
        """Tell whether the question is asked, given the other answers; Form.shown knows of chains."""
        return self.shown_if is None or self.shown_if.holds(answers.get(self.shown_if.field))

    def column(self, key: str) -> Column | None:
        """Find one column of a table."""
        return next((column for column in self.columns if column.key == key), None)


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the form. gate: a section of checks that comes before all else."""

    key: str
    title: Texts
    intro: Texts
    fields: tuple[Field, ...]
    gate: Gate | None = None

    def has(self, key: str) -> bool:
        """Tell whether a question stands in this section."""
        return any(field.key == key for field in self.fields)

    def is_passed(self, answers: Mapping[str, Any]) -> bool:
        """Tell whether the other sections are open: every check is answered, and as it has to be."""
        checks = [field for field in self.fields if field.wanted is not None]
        if any(answers.get(field.key) is None for field in checks if field.is_shown(answers)):
            return False
        return self.gate is not Gate.STOP or not self.unfit(answers)

    def unfit(self, answers: Mapping[str, Any]) -> list[Field]:
        """List the checks that were answered otherwise than the call wants."""
        return [
            field
            for field in self.fields
            if field.wanted is not None
            and isinstance(answers.get(field.key), bool)
            and answers[field.key] is not field.wanted
            and field.is_shown(answers)
        ]
