"""What is filled in about advances, final accounts and money that comes back."""

import re
from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Part
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from fundapp.core.forms import Form, MoneyField, OnceForm, filled, options
from fundapp.payouts.account_writing import MOST_LINES, Around, Written
from fundapp.payouts.models import CostLine, FinalAccount
from fundapp.payouts.recoveries import BY_HAND, MOST_PARTS
from fundapp.payouts.recoveries import Part as Instalment
from fundapp.payouts.settling import REASONS

FILL = _l("Fill this in.")
ROW = re.compile(r"rows-(\d+)-(\w+)")
AMOUNTS = ("budget", "net", "vat")


class AdvanceForm(OnceForm):
    """Asking for the advance."""

    note = TextAreaField(_l("A note to the fund"), [Length(max=2000)])


class CostForm(Part):
    """One line of a final account."""

    line = HiddenField()
    title = StringField(_l("For what"), [Length(max=200)])
    budget = MoneyField(_l("Planned"), [Optional()])
    net = MoneyField(_l("Cost without VAT"), [Optional()])
    vat = MoneyField(_l("VAT on it"), [Optional()])
    evidence = TextAreaField(_l("Addresses of evidence, one a line"), [Length(max=5000)])
    note = TextAreaField(_l("Why it differs from the plan"), [Length(max=2000)])


class AccountForm(Form):
    """A final account, with the version that the writer saw."""

    version = IntegerField(widget=HiddenInput())
    rows = FieldList(FormField(CostForm), max_entries=MOST_LINES)
    reclaims_vat = BooleanField(_l("We get VAT back from the tax office"))
    own = MoneyField(_l("What you put in yourselves"), [Optional()])
    other = MoneyField(_l("What others put in"), [Optional()])
    note = TextAreaField(_l("A word to the one who checks it"), [Length(max=5000)])

    def places(self, with_files: Collection[int] = ()) -> list[int]:
        """List the rows that hold something, or bring a file, by their place on the page."""
        return [place for place, row in enumerate(self.rows) if place in with_files or _holds(row)]

    def lines(self, with_files: Collection[int] = ()) -> list[Written]:
        """Give the rows of `places`."""
        return [_written(self.rows[place]) for place in self.places(with_files)]

    def around(self) -> Around:
        """Give what stands around the lines."""
        return Around(
            reclaims_vat=self.reclaims_vat.data,
            own_cents=self.own.data or 0,
            other_cents=self.other.data or 0,
            note=self.note.data or "",
        )


def _written(row: Any) -> Written:
    number = str(row.line.data or "")
    return Written(
        id=int(number) if number.isdecimal() and len(number) < 12 else None,
        title=row.title.data or "",
        budget_cents=row.budget.data or 0,
        net_cents=row.net.data or 0,
        vat_cents=row.vat.data or 0,
        evidence=(row.evidence.data or "").split(),
        note=row.note.data or "",
    )


def _holds(row: Any) -> bool:
    texts = (row.title.data, row.evidence.data, row.note.data)
    return any((text or "").strip() for text in texts) or any(row[name].data for name in AMOUNTS)


def filled_account(account: FinalAccount) -> AccountForm:
    """Give the form with an account in it, and one more line to fill in."""
    typed: MultiDict[str, str] = MultiDict({"version": str(account.row_version), "note": account.note})
    typed["own"], typed["other"] = _money(account.own_cents), _money(account.other_cents)
    if account.reclaims_vat:
        typed["reclaims_vat"] = "y"
    for place, line in enumerate([*account.lines, None]):
        for name, text in _texts(line).items():
            typed[f"rows-{place}-{name}"] = text
    return AccountForm(typed)


def _texts(line: CostLine | None) -> dict[str, str]:
    if line is None:
        return {"title": ""}
    return {
        "line": str(line.id),
        "title": line.title,
        "budget": _money(line.budget_cents),
        "net": _money(line.net_cents),
        "vat": _money(line.vat_cents),
        "evidence": "\n".join(line.evidence),
        "note": line.note,
    }


def _money(cents: int) -> str:
    return f"{cents / 100:.2f}".removesuffix(".00") if cents else ""


class CheckAccountForm(Form):
    """That exactly the account on the page is approved."""

    digest = HiddenField(validators=[DataRequired()])
    is_evidenced = BooleanField(
        _l("I looked at the evidence of every line."), [InputRequired(_l("Tick this first."))]
    )
    is_agreed = BooleanField(
        _l("The costs are for what was agreed, and fall within the time of the grant."),
        [InputRequired(_l("Tick this first."))],
    )
    note = TextAreaField(_l("A word to the grantee"), [Length(max=2000)])


class WhyForm(Form):
    """A reason."""

    reason = TextAreaField(_l("Reason"), [DataRequired(FILL), Length(max=2000), filled])


class PartForm(Part):
    """One part of what is paid back."""

    due_on = DateField(_l("At the latest on"), [Optional()])
    amount = MoneyField(_l("Amount"), [Optional()])


class PartsForm(Form):
    """In which parts something is paid back."""

    parts = FieldList(FormField(PartForm), min_entries=3, max_entries=MOST_PARTS)

    def given(self) -> list[Instalment]:
        """Give the parts that are whole."""
        return [
            Instalment(row.due_on.data, row.amount.data)
            for row in self.parts
            if row.due_on.data is not None and row.amount.data is not None
        ]

    def half(self) -> bool:
        """Tell whether a part has a day without an amount, or the other way round; it is blamed then."""
        found = False
        for row in self.parts:
            if (row.due_on.data is None) != (row.amount.data is None):
                missing = row.due_on if row.due_on.data is None else row.amount
                missing.errors = [*missing.errors, FILL]
                found = True
        return found


class RecoveryForm(OnceForm, PartsForm):
    """Claiming money back."""

    reason = RadioField(
        _l("Why does it have to come back?"),
        [DataRequired(_l("Choose an answer."))],
        choices=options((one.value, REASONS[one]) for one in REASONS if one in BY_HAND),
    )
    amount = MoneyField(_l("How much"), [InputRequired(FILL)])
    why = TextAreaField(_l("What the grantee reads"), [DataRequired(FILL), Length(max=2000), filled])


class ReceiptForm(OnceForm):
    """Money that came in."""

    amount = MoneyField(_l("Amount"), [InputRequired(FILL)])
    received_on = DateField(_l("Day on the statement"), [InputRequired(FILL)])


class WriteOffForm(Form):
    """Writing off what is still owed, as it was on the page."""

    cents = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
