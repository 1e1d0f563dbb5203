"""What is filled in about a grant: its plan, the signatures, the grantee and their account."""

import re
from collections.abc import Iterable
from typing import Any, TypeVar

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms import Form as Part
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from fundapp.accounts.models import PartyKind
from fundapp.core import countries, iban
from fundapp.core.forms import Form, MoneyField, filled, options
from fundapp.grants.accounts import LONGEST_HOLDER
from fundapp.grants.forms.rows import moved
from fundapp.grants.plan import LONGEST_DELIVERABLE, LONGEST_TITLE, MOST_LINES, Line, Written
from fundapp.rounds import licences

FILL = _l("Fill this in.")
KINDS = ((PartyKind.PERSON, _l("A person")), (PartyKind.ORGANISATION, _l("An organisation")))
ROW = re.compile(r"rows-(\d+)-(\w+)")
TYPED = frozenset({"title", "deliverable", "due_on", "amount", "licence"})


class LineForm(Part):
    """One milestone or part."""

    ref = HiddenField()
    title = StringField(
        _l("Result"), [DataRequired(_l("Give this milestone a name.")), Length(max=LONGEST_TITLE)]
    )
    is_part = BooleanField(_l("Part of the milestone above"))
    deliverable = TextAreaField(_l("What will be public"), [Length(max=LONGEST_DELIVERABLE)])
    due_on = DateField(_l("Ready on"), [Optional()])
    amount = MoneyField(_l("Amount"))
    licence = StringField(
        _l("Licence, as an SPDX expression"),
        [Length(max=120)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )

    def validate_licence(self, field: Any) -> None:
        """A licence is written as everyone writes it, so that it can be compared."""
        if (field.data or "").strip() and not licences.is_expression(field.data.strip()):
            raise ValidationError(_l("Write a licence as SPDX does, such as AGPL-3.0-or-later."))

    def validate_due_on(self, field: Any) -> None:
        """A day of a plan lies in this century."""
        if field.data and not 2000 <= field.data.year < 2100:
            raise ValidationError(_l("Look at the year of this day."))


class PlanForm(Form):
    """The whole plan, with the version that the writer saw."""

    version = IntegerField(widget=HiddenInput())
    rows = FieldList(FormField(LineForm), max_entries=MOST_LINES)

    def lines(self) -> list[Written]:
        """Give the rows as they were typed; amounts and days that cannot be read are left out."""
        return [
            {
                "ref": row.ref.data or "",
                "is_part": row.is_part.data,
                "title": row.title.data or "",
                "deliverable": row.deliverable.data or "",
                "amount_cents": row.amount.data,
                "due_on": row.due_on.data,
                "licence": row.licence.data or "",
            }
            for row in self.rows
        ]


P = TypeVar("P", bound=PlanForm)
BESIDE = ("version", "note")
"""What is typed beside the rows, and kept when they change."""


def filled_plan(lines: Iterable[Line], version: int, kind: type[P] = PlanForm) -> P:
    """Give the form with a plan in it; an empty plan begins with three open rows."""
    typed: MultiDict[str, str] = MultiDict({"version": str(version)})
    for place, line in enumerate(lines):
        _put(typed, place, _texts(line))
    if not any(ROW.fullmatch(key) for key in typed):
        for place in range(3):
            _put(typed, place, {"title": ""})
    return kind(typed)


def _texts(line: Line) -> dict[str, str]:
    cents = line["amount_cents"]
    texts = {
        "ref": line["ref"],
        "title": line["title"],
        "deliverable": line["deliverable"],
        "amount": f"{cents / 100:.2f}".removesuffix(".00") if cents else "",
        "due_on": line["due_on"] or "",
        "licence": line.get("licence", ""),
    }
    return texts | ({"is_part": "y"} if line["parent"] else {})


def typed_plan(typed: MultiDict[str, str], kind: type[P] = PlanForm) -> P:
    """Give the form as it was typed, without the rows that were left empty."""
    again: MultiDict[str, str] = MultiDict({name: typed.get(name, "") for name in BESIDE})
    rows = [
        row for row in _typed_rows(typed) if any(text.strip() for name, text in row.items() if name in TYPED)
    ]
    for place, row in enumerate(rows):
        _put(again, place, row)
    return kind(again)


def rearranged(typed: MultiDict[str, str], wish: str, kind: type[P] = PlanForm) -> P:
    """Give the form as it was typed with one row added, moved or taken out, as `moved` does."""
    rows = _typed_rows(typed)
    number = wish.partition("-")[2]
    beside = rows[int(number)] if number.isdecimal() and int(number) < len(rows) else {}
    fresh = {"title": "", **({"is_part": "y"} if "is_part" in beside else {})}
    rows = moved(rows, wish, MOST_LINES, fresh)
    again: MultiDict[str, str] = MultiDict({name: typed.get(name, "") for name in BESIDE})
    for place, row in enumerate(rows):
        _put(again, place, row)
    return kind(again)


def _typed_rows(typed: MultiDict[str, str]) -> list[dict[str, str]]:
    rows: dict[int, dict[str, str]] = {}
    for key, text in typed.items():
        if found := ROW.fullmatch(key):
            rows.setdefault(int(found[1]), {})[found[2]] = text
    return [rows[place] for place in sorted(rows)]


def _put(typed: MultiDict[str, str], place: int, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        typed[f"rows-{place}-{name}"] = text


class TakentaalForm(Form):
    """A plan as text."""

    version = IntegerField(widget=HiddenInput())
    text = TextAreaField(_l("Plan in takentaal"), [DataRequired(FILL), Length(max=100_000)])


class SignForm(Form):
    """A signature under exactly the text that was shown."""

    digest = HiddenField(validators=[DataRequired()])
    agreed = BooleanField(
        _l("I have read the agreement and the plan, and I sign them."),
        [InputRequired(_l("Tick this to sign."))],
    )


class NoteForm(Form):
    """A step with a reason."""

    note = TextAreaField(_l("Reason"), [Length(max=2000)])


class SendBackForm(NoteForm):
    """What should be different before it is signed. digest: of the text that was on the page."""

    note = TextAreaField(
        _l("What should be different"), [DataRequired(_l("Say what should be different.")), Length(max=2000)]
    )
    digest = HiddenField()


class AccountForm(Form):
    """The account a grantee is paid to."""

    holder = StringField(
        _l("Name the account is in"),
        [DataRequired(FILL), Length(max=LONGEST_HOLDER), filled],
        render_kw={"autocomplete": "off"},
    )
    iban = StringField(
        _l("IBAN"),
        [DataRequired(FILL)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"},
    )
    bic = StringField(_l("BIC"), [Length(max=11)], render_kw={"autocomplete": "off", "spellcheck": "false"})

    def validate_iban(self, field: Any) -> None:
        """Refuse what cannot be paid to, with the reason."""
        try:
            iban.read(field.data)
        except iban.UnusableIban as refused:
            raise ValidationError(refused.message) from refused

    def validate_bic(self, field: Any) -> None:
        """Refuse what is not built as a BIC is."""
        text = (field.data or "").replace(" ", "").upper()
        if text and not re.fullmatch(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", text):
            raise ValidationError(_l("A BIC has eight or eleven letters and digits. You may leave it out."))


class ConfirmAccountForm(Form):
    """That the account on the page is the payee's own."""

    account = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class PartyForm(Form):
    """Who the grantee is on paper."""

    kind = SelectField(_l("You sign as"), choices=options(KINDS))
    legal_name = StringField(
        _l("Legal name"), [DataRequired(FILL), Length(max=200), filled], render_kw={"autocomplete": "name"}
    )
    registration = StringField(_l("Register number"), [Length(max=60)])
    street = StringField(_l("Street"), [Length(max=100)], render_kw={"autocomplete": "address-line1"})
    number = StringField(_l("House number"), [Length(max=20)])
    postcode = StringField(_l("Postcode"), [Length(max=20)], render_kw={"autocomplete": "postal-code"})
    town = StringField(_l("Town"), [Length(max=100)], render_kw={"autocomplete": "address-level2"})
    country = SelectField(_l("Country"), render_kw={"autocomplete": "country"})

    def __init__(self, *given: Any, **options_given: Any) -> None:
        super().__init__(*given, **options_given)
        names = countries.names(str(get_locale() or "en").split("_")[0])
        self.country.choices = options([("", ""), *names.items()])
