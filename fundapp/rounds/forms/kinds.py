"""A field on the page for each kind of question: what can't be read stays as it was typed."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    FieldList,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms import Field as PlainField
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from fundapp.core import money
from fundapp.core.forms import options
from fundapp.rounds import licences
from fundapp.rounds.fields import Column, Total
from fundapp.rounds.values import DECIMAL, day, is_empty, product

MARK = "a_"
"""Before the key of each question, so that none can be taken for a field of the page itself."""
MOST_ENTRIES = 1000
"""More rows than any form allows, so that too many are told; and few enough to be read in a second."""
UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef"
    + "".join(chr(plane * 0x10000 + end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
    + "]"
)
"""What no page can show: control characters, and the code points that are none (HTML, 13.2.3.5)."""
TYPED_DAY = re.compile(r"([0-9]{1,2})[-./ ]([0-9]{1,2})[-./ ]([0-9]{4})")


def typed(text: str) -> str | None:
    """Give what was typed with plain line ends and without control characters; None for nothing."""
    return UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")) or None


class _Words:
    """Text as it was typed; data None when the field is empty."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the text as it is."""
        self.data = typed(str(valuelist[0])) if valuelist else None

    def _value(self) -> str:
        return str(self.data or "")


class Line(_Words, StringField):
    """One line of text."""


class Address(_Words, URLField):
    """A web address."""


class MailAddress(_Words, EmailField):
    """A mail address."""


class Licence(_Words, StringField):
    """The SPDX name of a licence; the page offers common ones."""

    common = licences.COMMON

    def __call__(self, **attributes: Any) -> Any:
        """Draw the field; the list of common licences stands beside it under its own id."""
        return super().__call__(
            list=f"{self.id}-list", spellcheck="false", autocapitalize="off", **attributes
        )


class Text(_Words, TextAreaField):
    """Long text, in Markdown."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.type = "TextAreaField"


class Day(_Words, StringField):
    """A day, 2026-11-22; also taken as 22-11-2026, as people write it where no calendar is offered."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day, or keep the text."""
        super().process_formdata(valuelist)
        if self.data and (found := TYPED_DAY.fullmatch(self.data.strip())):
            iso = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
            self.data = iso if day(iso) else self.data

    def __call__(self, **attributes: Any) -> Any:
        """Draw a calendar field; a text field where it holds what is no day, or it would not be shown."""
        kind = "date" if self.data is None or day(self.data) else "text"
        return super().__call__(type=kind, **attributes)


class Number(StringField):
    """A number; what can't be read as one stays as it was typed."""

    def __init__(self, *args: Any, decimals: int = 0, **options: Any) -> None:
        super().__init__(*args, **options)
        self.decimals = decimals

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number, or keep the text."""
        text = typed(str(valuelist[0])) if valuelist else None
        self.data = self.read(text.strip()) if text and text.strip() else None

    def read(self, text: str) -> int | str:
        """Give the number, as text where it has decimals, or what was typed."""
        if re.fullmatch(r"-?[0-9]{1,15}", text):
            return int(text)
        point = text.replace(",", ".")
        if not (self.decimals and DECIMAL.fullmatch(point)):
            return text
        short = point.rstrip("0").rstrip(".")
        return int(short) if "." not in short else short

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)

    def __call__(self, **attributes: Any) -> Any:
        """Draw a text field that opens the keys for figures on a phone."""
        given = {"inputmode": "decimal" if self.decimals else "numeric", "autocomplete": "off"} | attributes
        return super().__call__(**given)


class Sum(Number):
    """An amount of money: cents, or the text when it can't be read as one amount of the currency."""

    def __init__(self, *args: Any, currency: str = "EUR", **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency = currency

    def read(self, text: str) -> int | str:
        """Give cents, or the text."""
        try:
            amount = money.read(text)
        except money.UnreadableAmount:
            return text
        return amount.cents if amount.currency in (None, self.currency) else text

    def _value(self) -> str:
        if isinstance(self.data, int) and not isinstance(self.data, bool):
            return f"{self.data / 100:.2f}".removesuffix(".00")
        return str(self.data or "")


class Product(Sum):
    """An amount that is worked out of two other cells; nothing is typed into it.

    factors: the keys of those cells.
    """

    def __init__(self, *args: Any, factors: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.factors = factors

    def __call__(self, **attributes: Any) -> Any:
        """Draw what was worked out."""
        return super().__call__(readonly=True, tabindex="-1", **attributes)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take nothing: Table.answer works it out."""
        self.data = None


class Promise(BooleanField):
    """An agreement: a tick, which says the same whatever a forged request put into it."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.type = "BooleanField"

    def _value(self) -> str:
        return "y"


class YesNo(RadioField):
    """Yes, no, or not answered yet."""

    def __init__(self, *args: Any, **given: Any) -> None:
        both = options([("yes", _l("Yes")), ("no", _l("No"))])
        super().__init__(*args, choices=both, validate_choice=False, **given)
        self.type = "RadioField"

    def process_data(self, value: Any) -> None:
        """Show an answer."""
        self.data = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else None

    def answer(self) -> bool | None:
        """Give what was chosen."""
        return {"yes": True, "no": False}.get(self.data or "")


class Ticks(SelectMultipleField):
    """Several of a list of answers, as boxes to tick; kept in the order of the list."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, validate_choice=False, **given)
        self.type = "MultiCheckboxField"

    def process_data(self, value: Any) -> None:
        """Show an answer; another kind of answer, from an older form, leaves the boxes empty."""
        super().process_data(value if isinstance(value, list) else None)

    def answer(self) -> list[str]:
        """Give what was ticked."""
        known = [value for value, _label, *_rest in self.iter_choices()]
        ticked = [typed(str(one)) or "" for one in self.data or []]
        return sorted(dict.fromkeys(ticked), key=lambda one: known.index(one) if one in known else len(known))


class Files(PlainField):
    """The files of an answer; they come and go through pages of their own, not with the section."""

    widget = TextInput()

    def process_data(self, value: Any) -> None:
        """Show what was added."""
        self.data = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take nothing."""


class Table(FieldList):
    """Rows of answers; empty rows are not kept, and one more is offered."""

    def __init__(
        self, *args: Any, columns: tuple[Column, ...] = (), total_of: Total | None = None, **given: Any
    ) -> None:
        super().__init__(*args, max_entries=MOST_ENTRIES, **given)
        self.columns, self.total_of = columns, total_of

    @property
    def total_name(self) -> str:
        """The name on the page of the amount this adds up to."""
        return f"{MARK}{self.total_of.field}" if self.total_of else ""

    def process(self, formdata: Any, data: Any = None, *args: Any, **given: Any) -> None:
        """Show rows; another kind of answer, from an older form, leaves the table empty."""
        rows = [row for row in data if isinstance(row, dict)] if isinstance(data, list) else ()
        super().process(formdata, rows, *args, **given)

    def answer(self) -> list[dict[str, Any]]:
        """Give the rows that hold something, with the amounts that follow from their other cells."""
        rows = [{cell.short_name: cell.data for cell in entry.form} for entry in self.entries]
        for row in rows:
            row |= {one.key: product(one, row) for one in self.columns if one.product}
        return [row for row in rows if not is_empty(row)]

    def sums(self) -> dict[str, int]:
        """Add up the columns of amounts, in cents by key, as far as they can be read."""
        rows = self.answer()
        return {
            column.key: sum(cell for row in rows if isinstance(cell := row.get(column.key), int))
            for column in self.columns
            if column.type == "amount" and not any(column.key in one.product for one in self.columns)
        }

    def work_out(self) -> None:
        """Fill the cells that follow from others, for the page."""
        for entry in self.entries:
            row = {cell.short_name: cell.data for cell in entry.form}
            for one in self.columns:
                if one.product:
                    entry.form[one.key].data = product(one, row)
