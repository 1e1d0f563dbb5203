"""Reading sections and questions that somebody wrote as data."""

from datetime import date

from flask_babel import gettext as _

from fundapp.rounds.fields import (
    CHOSEN,
    COLUMNS,
    MOST_FILES,
    MOST_ROWS,
    Choice,
    Column,
    Condition,
    Field,
    FieldType,
    Gate,
    Is,
    Section,
    Total,
)
from fundapp.rounds.reading import Node

LONGEST = 100_000
"""No limit of a text may be higher, whatever its form says."""


def read_section(node: Node) -> Section:
    """Read one section with its fields; mistakes are noted on the node."""
    section = Section(
        key=node.key("key"),
        title=node.texts("title"),
        intro=node.texts("intro", required=False),
        fields=tuple(read_field(child) for child in node.nodes("fields", required=True)),
        gate=_word(node, "gate", Gate),
    )
    node.close()
    if section.gate and not any(field.wanted is not None for field in section.fields):
        node.problem(_("A section of checks has yes/no questions that say which answer is wanted."))
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
        default=_default(node),
        shown_if=_condition(node.node("shown_if")),
        feeds=node.strings("feeds"),
        identifying=node.flag("identifying"),
        lowest=node.integer("lowest"),
        highest=node.integer("highest"),
        earliest=_day(node, "earliest"),
        latest=_day(node, "latest"),
        decimals=node.integer("decimals") or 0,
        max_files=node.integer("max_files") or 1,
        total=_total(node.node("total")),
        wanted=node.take("wanted", bool),
        unwanted=node.texts("unwanted", required=False) if "unwanted" in node.value else None,
    )
    node.close()
    _check_limits(field, node)
    _check_kind(field, node)
    if field.columns:
        _check_columns(field, node)
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
        decimals=node.integer("decimals") or 0,
        product=node.strings("product"),
    )
    node.close()
    if column.type not in COLUMNS:
        node.problem(_("A column holds text, a number, an amount, a date or a web address."))
    _check_decimals(column, node)
    return column


def _condition(node: Node | None) -> Condition | None:
    if node is None:
        return None
    field = node.key("field")
    given = [how for how in Is if how.value in node.value]
    how = given[0] if given else Is.IS
    value = node.take(how.value, object, required=True)
    node.close()
    if len(given) > 1:
        node.problem(_("A condition compares in one way."))
    kinds = {Is.ABOVE: int, Is.BELOW: int, Is.FILLED: bool, Is.INCLUDES: str}
    kind = kinds.get(how, (str, bool, int))
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        if value is not None:
            node.problem(_("“%(key)s” is missing or not of the right kind.", key=how.value))
        value, how = True, Is.FILLED
    return Condition(field, value, how)


def _total(node: Node | None) -> Total | None:
    if node is None:
        return None
    total = Total(node.key("column"), node.key("field"))
    node.close()
    return total


def _default(node: Node) -> str | bool | None:
    found = node.take("default", object)
    if isinstance(found, str | bool | None):
        return found
    node.problem(_("“%(key)s” is missing or not of the right kind.", key="default"))
    return None


def _word(node: Node, key: str, kinds: type[Gate]) -> Gate | None:
    word = node.string(key, required=False)
    if word and word not in set(kinds):
        node.problem(_("“%(word)s” is not one of: %(words)s.", word=word, words=", ".join(kinds)))
    return kinds(word) if word in set(kinds) else None


def _day(node: Node, key: str) -> str:
    found = node.take(key, object)
    try:
        return date.fromisoformat(str(found)).isoformat() if found else ""
    except ValueError:
        node.problem(_("“%(key)s” is a day such as 2026-11-22.", key=key))
        return ""


def _check_limits(field: Field, node: Node) -> None:
    for limit in (field.hard, field.advised):
        if limit is not None and limit < 1:
            node.problem(_("A limit is at least one character."))
        if limit is not None and limit > LONGEST:
            node.problem(_("A limit is at most %(most)d characters.", most=LONGEST))
    if field.hard and field.advised and field.advised > field.hard:
        node.problem(_("The advised length is larger than the limit."))
    _check_bounds(field, node)
    _check_decimals(field, node)


def _check_bounds(field: Field, node: Node) -> None:
    if field.lowest is not None and field.highest is not None and field.lowest > field.highest:
        node.problem(_("The lowest is larger than the highest."))
    if field.earliest and field.latest and field.earliest > field.latest:
        node.problem(_("The first day is after the last."))
    if not 1 <= field.rows <= MOST_ROWS:
        node.problem(_("A table has from 1 to %(most)d rows.", most=MOST_ROWS))
    if not 1 <= field.max_files <= MOST_FILES:
        node.problem(_("A question takes from 1 to %(most)d files.", most=MOST_FILES))


def _check_decimals(one: Field | Column, node: Node) -> None:
    if not 0 <= one.decimals <= 3 or (one.decimals and one.type is not FieldType.NUMBER):
        node.problem(_("Only a number has decimals, and at most three."))


def _check_kind(field: Field, node: Node) -> None:
    if (field.type in CHOSEN) != bool(field.choices):
        node.problem(_("A choice, and nothing else, has choices."))
    values = [choice.value for choice in field.choices]
    if len(set(values)) < len(values):
        node.problem(_("Two choices have the same value."))
    if (field.type is FieldType.TABLE) != bool(field.columns):
        node.problem(_("A table, and nothing else, has columns."))
    if field.wanted is not None and field.type is not FieldType.YES_NO:
        node.problem(_("Only a yes/no question can want one of the two."))


def _check_columns(field: Field, node: Node) -> None:
    keys = [column.key for column in field.columns]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        node.problem(_("There is more than one “%(key)s”.", key=key))
    for column in field.columns:
        if column.product and not _multiplies(field, column):
            node.problem(_("“%(key)s” multiplies a number and an amount of the same row.", key=column.key))
    sums = field.column(field.total.column) if field.total else None
    if field.total and (sums is None or sums.type is not FieldType.AMOUNT):
        node.problem(_("What has to add up is a column of amounts."))


def _multiplies(field: Field, column: Column) -> bool:
    kinds = [one.type for key in column.product if (one := field.column(key)) and not one.product]
    return column.type is FieldType.AMOUNT and sorted(kinds) == sorted([FieldType.NUMBER, FieldType.AMOUNT])
