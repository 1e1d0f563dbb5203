"""The questions of a form as data: their kinds, limits and conditions."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from fundapp.rounds.reading import Node, Texts


class FieldType(StrEnum):
    """What kind of answer a question takes. In parentheses: how the answer is kept."""

    SHORT = "short"  # (text of one line)
    LONG = "long"  # (text, Markdown)
    NUMBER = "number"  # (whole number)
    AMOUNT = "amount"  # (whole cents in the fund's currency)
    COUNTRY = "country"  # (ISO code of two letters)
    URL = "url"  # (text)
    EMAIL = "email"  # (text)
    CHOICE = "choice"  # (the value of one choice)
    YES_NO = "yes_no"  # (true or false)
    CONSENT = "consent"  # (true)
    TABLE = "table"  # (a list of rows: answer by column key)


TEXTS = frozenset({FieldType.SHORT, FieldType.LONG, FieldType.URL, FieldType.EMAIL})
COLUMNS = frozenset({FieldType.SHORT, FieldType.LONG, FieldType.NUMBER, FieldType.AMOUNT})
MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose."""

    value: str
    label: Texts


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. hard: the most characters a cell may hold."""

    key: str
    type: FieldType
    label: Texts
    required: bool
    hard: int | None


@dataclass(frozen=True, slots=True)
class Condition:
    """Ask something only when another field has this answer."""

    field: str
    value: str | bool


@dataclass(frozen=True, slots=True)
class Field:
    """One question. hard stops and advised only counts, both in characters."""

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

    def is_shown(self, answers: Mapping[str, Any]) -> bool:
        """Tell whether the question is asked, given the other answers."""
        return self.shown_if is None or answers.get(self.shown_if.field) == self.shown_if.value


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the form."""

    key: str
    title: Texts
    intro: Texts
    fields: tuple[Field, ...]


def read_section(node: Node) -> Section:
    """Read one section with its fields; mistakes are noted on the node."""
    section = Section(
        key=node.key("key"),
        title=node.texts("title"),
        intro=node.texts("intro", required=False),
        fields=tuple(read_field(child) for child in node.nodes("fields", required=True)),
    )
    node.close()
    return section


def read_field(node: Node) -> Field:
    """Read one field; mistakes are noted on the node."""
    field = Field(
        key=node.key("key"),
        type=node.choice("type", FieldType, FieldType.SHORT),
        label=node.texts("label"),
        help=node.texts("help", required=False),
        required=node.flag("required"),
        hard=node.integer("hard"),
        advised=node.integer("advised"),
        choices=tuple(_choice(child) for child in node.nodes("choices")),
        columns=tuple(_column(child) for child in node.nodes("columns")),
        rows=node.integer("rows") or MOST_ROWS,
        default=node.take("default", object),
        shown_if=_condition(node.node("shown_if")),
        feeds=node.strings("feeds"),
        identifying=node.flag("identifying"),
    )
    node.close()
    _check_field(field, node)
    return field


def _choice(node: Node) -> Choice:
    choice = Choice(node.string("value"), node.texts("label"))
    node.close()
    return choice


def _column(node: Node) -> Column:
    column = Column(
        key=node.key("key"),
        type=node.choice("type", FieldType, FieldType.SHORT),
        label=node.texts("label"),
        required=node.flag("required"),
        hard=node.integer("hard"),
    )
    node.close()
    if column.type not in COLUMNS:
        node.problem(_("A column holds text, a number or an amount."))
    return column


def _condition(node: Node | None) -> Condition | None:
    if node is None:
        return None
    condition = Condition(node.key("field"), node.take("is", object, required=True))
    node.close()
    return condition


def _check_field(field: Field, node: Node) -> None:
    for limit in (field.hard, field.advised):
        if limit is not None and limit < 1:
            node.problem(_("A limit is at least one character."))
    if field.hard and field.advised and field.advised > field.hard:
        node.problem(_("The advised length is larger than the limit."))
    if (field.type is FieldType.CHOICE) != bool(field.choices):
        node.problem(_("A choice, and nothing else, has choices."))
    if (field.type is FieldType.TABLE) != bool(field.columns):
        node.problem(_("A table, and nothing else, has columns."))
