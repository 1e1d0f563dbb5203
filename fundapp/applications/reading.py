"""A proposal as one reads it: the same for its writer, the reviewers, the office and the PDF."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from babel.dates import format_date
from babel.numbers import format_decimal
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape

from fundapp.core import countries, markdown, money
from fundapp.core.words import pick
from fundapp.rounds import definitions
from fundapp.rounds.answers import is_empty, is_web_address
from fundapp.rounds.fields import Column, Field, FieldType
from fundapp.rounds.values import day, number


class Item(NamedTuple):
    """One question with its answer. kind: text, html, link or none (not answered, content empty)."""

    label: str
    kind: str
    content: str | Markup
    key: str = ""


class Part(NamedTuple):
    """One section of a proposal."""

    title: str
    items: list[Item]


def sections(
    definition: Mapping[str, Any],
    answers: Mapping[str, Any],
    language: str,
    *,
    currency: str = "EUR",
    is_blind: bool = False,
    without: frozenset[str] = frozenset(),
    file_link: Callable[[int], str] | None = None,
) -> list[Part]:
    """Lay out answers by the sections of their form: [(title, [(label, kind, content, key)])].

    language: of labels and numbers; the answers stay as written. is_blind: leaves out what tells
    who applies. Content of kind html is safe Markup (Markdown, tables); text and link are plain.
    without: keys of questions that the reader may not see. file_link: gives the address of a file by
    its id, for readers who may fetch it.
    """
    with force_locale(language):
        form = definitions.read_form(definition)
        asked = form.shown(answers)
        parts = [
            Part(
                pick(section.title, language),
                [
                    Item(
                        pick(field.label, language),
                        *_drawn(field, answers.get(field.key), language, currency, file_link),
                        field.key,
                    )
                    for field in section.fields
                    if field in asked and not (is_blind and field.identifying) and field.key not in without
                ],
            )
            for section in form.sections
        ]
        rest = [] if is_blind else list(_rest(form, answers))
    return [part for part in (*parts, Part(_("More"), rest)) if part.items]


def left_over(
    definition: Mapping[str, Any], answers: Mapping[str, Any], language: str, *, currency: str = "EUR"
) -> list[Item]:
    """List the answers to questions that an earlier version of the form asked and this one does not."""
    with force_locale(language):
        return [
            Item(
                pick(field.label, language),
                *_shown(field, answers[field.key], language, currency),
                field.key,
            )
            for field in definitions.read_form(definition).retired
            if not is_empty(answers.get(field.key))
        ]


def plain(
    definition: Mapping[str, Any], answers: Mapping[str, Any], language: str, *, currency: str = "EUR"
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give a proposal as text, for mail: [(title, [(label, text)])]; what is not answered is left out."""
    with force_locale(language):
        form = definitions.read_form(definition)
        asked = form.shown(answers)
        parts = [
            (
                pick(section.title, language),
                [
                    (pick(field.label, language), text_of(field, answers[field.key], language, currency))
                    for field in section.fields
                    if field in asked and not is_empty(answers.get(field.key))
                ],
            )
            for section in form.sections
        ]
    return [part for part in parts if part[1]]


def text_of(field: Field, value: Any, language: str, currency: str) -> str:
    """Give one answer as plain text: numbers and choices as the language writes them, a table in lines."""
    if field.type is not FieldType.TABLE or not isinstance(value, list):
        return _text(field, value, language, currency).strip()
    rows = [row for row in value if isinstance(row, Mapping) and not is_empty(row)]
    cells = (
        [_cell(column.type, row.get(column.key), language, currency) for column in field.columns]
        for row in rows
    )
    return "\n".join("- " + "; ".join(cell for cell in row if cell) for row in cells)


def cell_text(column: Column, value: Any, language: str, currency: str) -> str:
    """Give one cell of a table as plain text."""
    return _cell(column.type, value, language, currency)


def _shown(field: Field, value: Any, language: str, currency: str) -> tuple[str, str | Markup]:
    if is_empty(value):
        return "none", ""
    if field.type is FieldType.TABLE and isinstance(value, list):
        return "html", _table(field.columns, value, language, currency)
    if field.type is FieldType.LONG and isinstance(value, str):
        return "html", markdown.render(value)
    if field.type is FieldType.URL and isinstance(value, str) and is_web_address(value):
        return "link", value.strip()
    if isinstance(value, list):
        return "html", _list(_texts(field, value, language))
    return "text", _text(field, value, language, currency)


def _drawn(
    field: Field, value: Any, language: str, currency: str, file_link: Callable[[int], str] | None
) -> tuple[str, str | Markup]:
    """Draw an answer for a page: what stands there, and files as links for who may fetch them."""
    if field.type is not FieldType.FILE or file_link is None or not isinstance(value, list):
        return _shown(field, value, language, currency)
    files = [one for one in value if isinstance(one, Mapping) and isinstance(one.get("id"), int)]
    links = [Markup('<a href="{}">{}</a>').format(file_link(one["id"]), _file(one)) for one in files]
    return ("html", _list(links)) if links else ("none", "")


def _list(texts: Sequence[str]) -> Markup:
    items = Markup().join(Markup("<li>{}</li>").format(text) for text in texts)
    return Markup("<ul>{}</ul>").format(items)


def _texts(field: Field, values: list[Any], language: str) -> list[str]:
    """Name what was chosen, or the files that were added."""
    if field.type is FieldType.FILE:
        return [_file(one) for one in values if isinstance(one, Mapping)]
    return [_choice(field, one, language) for one in values]


def _file(file: Mapping[str, Any]) -> str:
    size = file.get("size")
    kb = format_decimal(-(-size // 1000), locale=_language()) if isinstance(size, int) else ""
    return f"{file.get('name', '')} ({kb} KB)" if kb else str(file.get("name", ""))


def _language() -> str:
    return str(get_locale() or "en")[:2]


def _choice(field: Field, value: Any, language: str) -> str:
    return next((pick(one.label, language) for one in field.choices if one.value == value), str(value))


def _text(field: Field, value: Any, language: str, currency: str) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        return "; ".join(_texts(field, value, language))
    if field.type is FieldType.CHOICE:
        return _choice(field, value, language)
    if field.type is FieldType.COUNTRY:
        return countries.names(language).get(str(value), str(value))
    return _cell(field.type, value, language, currency)


def _cell(kind: FieldType, value: Any, language: str, currency: str) -> str:
    if kind is FieldType.DATE and (on := day(value)):
        return str(format_date(on, "d MMMM y", locale=language))
    figure = number(value) if kind is FieldType.NUMBER or isinstance(value, int) else None
    if kind is FieldType.AMOUNT and isinstance(value, int) and not isinstance(value, bool):
        return money.show(value, currency, language)
    return str(format_decimal(figure, locale=language)) if figure is not None else str(value or "")


def _table(columns: tuple[Column, ...], rows: list[Any], language: str, currency: str) -> Markup:
    """Draw a table of answers; columns of numbers to the right, amounts added up below."""
    head = Markup().join(
        Markup('<th scope="col"{}>{}</th>').format(_num(column), pick(column.label, language))
        for column in columns
    )
    body = Markup().join(
        Markup("<tr>{}</tr>").format(Markup().join(_cells(columns, row, language, currency)))
        for row in rows
        if isinstance(row, Mapping) and not is_empty(row)
    )
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody>{}</table>").format(
        head, body, _sums(columns, rows, language, currency)
    )


def _cells(
    columns: tuple[Column, ...], row: Mapping[str, Any], language: str, currency: str
) -> Iterator[Markup]:
    for column in columns:
        value = row.get(column.key)
        text = _cell(column.type, value, language, currency)
        shown = markdown.render(text) if column.type is FieldType.LONG else escape(text)
        if column.type is FieldType.URL and is_web_address(text):
            shown = Markup('<a href="{0}" rel="nofollow noopener">{0}</a>').format(text.strip())
        yield Markup("<td{}>{}</td>").format(_num(column), shown)


def _sums(columns: tuple[Column, ...], rows: list[Any], language: str, currency: str) -> Markup:
    amounts = [place for place, column in enumerate(columns) if column.type is FieldType.AMOUNT and place]
    if not amounts:
        return Markup()
    cells = Markup().join(
        Markup('<td class="num">{}</td>').format(money.show(_sum(columns[place], rows), currency, language))
        if place in amounts
        else Markup("<td></td>")
        for place in range(amounts[0], len(columns))
    )
    label = Markup('<th scope="row" colspan="{}">{}</th>').format(amounts[0], _("Together"))
    return Markup("<tfoot><tr>{}{}</tr></tfoot>").format(label, cells)


def _sum(column: Column, rows: list[Any]) -> int:
    cells = (row.get(column.key) for row in rows if isinstance(row, Mapping))
    return sum(cell for cell in cells if isinstance(cell, int) and not isinstance(cell, bool))


def _num(column: Column) -> Markup:
    return Markup(' class="num"') if column.type in (FieldType.AMOUNT, FieldType.NUMBER) else Markup()


def _rest(form: definitions.Form, answers: Mapping[str, Any]) -> Iterator[Item]:
    """Show what an import brought that the form does not ask."""
    known = {field.key for field in (*form.fields, *form.retired)}
    for key, value in answers.items():
        if key not in known and isinstance(value, str) and not is_empty(value):
            yield Item(key.replace("_", " ").capitalize(), "html", markdown.render(value), key)
