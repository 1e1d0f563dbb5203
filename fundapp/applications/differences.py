"""What changed between two sets of answers, question by question, for a person to read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from flask_babel import force_locale
from flask_babel import gettext as _

from fundapp.applications import reading
from fundapp.applications.word_changes import Piece, State, folded, pieces
from fundapp.core.words import pick
from fundapp.rounds import definitions
from fundapp.rounds.answers import is_empty
from fundapp.rounds.fields import Column, Field, FieldType

__all__ = ["Change", "Piece", "RowChange", "SectionChanges", "between", "folded", "pieces"]

FILES = "file"
LISTS = frozenset({"several", FILES})
"""Kinds whose answer is a list of things that come and go one by one."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of a table: kept, removed or added as a whole, or changed in some of its cells."""

    state: State | Literal["changed"]
    cells: list[list[Piece]]


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that is not what it was.

    kind: text (pieces are words), value (pieces are the old and the new), list (pieces are things)
    or rows (a table with `columns` and `rows`).
    """

    key: str
    label: str
    kind: Literal["text", "value", "list", "rows"]
    pieces: list[Piece]
    columns: list[str]
    rows: list[RowChange]


@dataclass(frozen=True, slots=True)
class SectionChanges:
    """The answers of one section that changed."""

    title: str
    fields: list[Change]


def between(
    form: definitions.Form | Mapping[str, Any],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    language: str,
    *,
    currency: str = "EUR",
    without: frozenset[str] = frozenset(),
) -> list[SectionChanges]:
    """List what changed from old to new answers by section, in the order of the form; empty: nothing did.

    form: of the newer answers. language: of labels and numbers. without: keys of questions that the
    reader may not see (blind rounds). Questions the form does not ask stand in a last section.
    """
    with force_locale(language):
        asked = definitions.read_form(form) if isinstance(form, Mapping) else form
        found = [
            SectionChanges(
                pick(section.title, language),
                [
                    _change(field, old.get(field.key), new.get(field.key), language, currency)
                    for field in section.fields
                    if field.key not in without and not _same(old.get(field.key), new.get(field.key))
                ],
            )
            for section in asked.sections
        ]
        rest = SectionChanges(_("More"), list(_rest(asked, old, new, without)))
    return [section for section in (*found, rest) if section.fields]


def _same(old: Any, new: Any) -> bool:
    return old == new or (is_empty(old) and is_empty(new))


def _rest(
    form: definitions.Form, old: Mapping[str, Any], new: Mapping[str, Any], without: frozenset[str]
) -> Iterator[Change]:
    known = {field.key for field in form.fields} | without
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key), new.get(key)
        if key not in known and not _same(before, after):
            label = key.replace("_", " ").capitalize()
            yield Change(key, label, "text", pieces(_string(before), _string(after)), [], [])


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _change(field: Field, old: Any, new: Any, language: str, currency: str) -> Change:
    label = pick(field.label, language)
    if field.type is FieldType.TABLE:
        names = [pick(column.label, language) for column in field.columns]
        rows = list(_rows(field.columns, _list(old), _list(new), language, currency))
        return Change(field.key, label, "rows", [], names, rows)
    if field.type in LISTS:
        return Change(field.key, label, "list", _things(field, old, new, language, currency), [], [])
    before, after = _shown(field, old, language, currency), _shown(field, new, language, currency)
    if field.type is FieldType.LONG:
        return Change(field.key, label, "text", pieces(before, after), [], [])
    return Change(field.key, label, "value", _values(before, after), [], [])


def _shown(field: Field, value: Any, language: str, currency: str) -> str:
    return "" if is_empty(value) else reading.text_of(field, value, language, currency)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _values(old: str, new: str) -> list[Piece]:
    if old == new:
        return [Piece("kept", old)] if old else []
    both: list[Piece] = [Piece("removed", old), Piece("added", new)]
    return [piece for piece in both if piece.text]


def _things(field: Field, old: Any, new: Any, language: str, currency: str) -> list[Piece]:
    """Compare lists of choices or files; a file is the same when its content is."""
    before, after = _list(old), _list(new)
    marks = [_mark(thing) for thing in before], [_mark(thing) for thing in after]
    gone = [("removed", one) for one in before if _mark(one) not in marks[1]]
    now = [("kept" if _mark(one) in marks[0] else "added", one) for one in after]
    return [
        Piece(state, _name(field, one, language, currency))  # type: ignore[arg-type]
        for state, one in (*gone, *now)
    ]


def _mark(thing: Any) -> Any:
    return thing.get("sha256") if isinstance(thing, Mapping) else thing


def _name(field: Field, thing: Any, language: str, currency: str) -> str:
    if isinstance(thing, Mapping):
        return str(thing.get("name") or "")
    return reading.text_of(field, [thing], language, currency)


# --- tables ------------------------------------------------------------------------


def _rows(
    columns: tuple[Column, ...], old: list[Any], new: list[Any], language: str, currency: str
) -> Iterator[RowChange]:
    """Pair the rows of two tables by their first cell, and else by their place."""
    before, after = _full(old), _full(new)
    old_names, new_names = ([str(row.get(columns[0].key) or "") for row in rows] for rows in (before, after))
    matcher = SequenceMatcher(None, old_names, new_names, autojunk=False)
    for _tag, start, stop, from_, to in matcher.get_opcodes():
        olds, news = before[start:stop], after[from_:to]
        for place in range(max(len(olds), len(news))):
            yield _row(columns, _at(olds, place), _at(news, place), language, currency)


def _full(rows: list[Any]) -> list[Mapping[str, Any]]:
    return [row for row in rows if isinstance(row, Mapping) and not is_empty(row)]


def _at(rows: list[Mapping[str, Any]], place: int) -> Mapping[str, Any] | None:
    return rows[place] if place < len(rows) else None


def _row(
    columns: tuple[Column, ...],
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
    language: str,
    currency: str,
) -> RowChange:
    state: State | Literal["changed"] = "changed"
    if old is None or new is None:
        state = "added" if old is None else "removed"
    cells = [_cell(column, old or {}, new or {}, language, currency) for column in columns]
    if state == "changed" and all(piece.state == "kept" for cell in cells for piece in cell):
        state = "kept"
    return RowChange(state, cells)


def _cell(
    column: Column, old: Mapping[str, Any], new: Mapping[str, Any], language: str, currency: str
) -> list[Piece]:
    before, after = (reading.cell_text(column, row.get(column.key), language, currency) for row in (old, new))
    is_text = column.type in (FieldType.LONG, FieldType.SHORT)
    return pieces(before, after) if is_text and before and after else _values(before, after)
