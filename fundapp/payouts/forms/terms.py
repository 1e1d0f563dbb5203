"""What a fund sets about claims: its terms, the licences it accepts, the list of its approvers."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms import Form as Part
from wtforms.validators import InputRequired, Length, NumberRange

from fundapp.core.forms import Form
from fundapp.funds.models import Fund
from fundapp.payouts import checklist
from fundapp.rounds.free_licences import Standing, judge

FILL = _l("Fill this in.")
SPARE = 3
"""Empty lines beside those there are."""


class TermsForm(Form):
    """Terms in days and months, and licences that are accepted though they are not free."""

    version = IntegerField(_l("Version"), [InputRequired()])
    claim_window_months = IntegerField(
        _l("Months to claim after the planned end"), [InputRequired(FILL), NumberRange(0, 60)],
        description=_l("What is not claimed by then goes back to the round."),
    )  # fmt: skip
    idle_days = IntegerField(
        _l("Days of silence before the lead hears of it"), [InputRequired(FILL), NumberRange(7, 1000)],
        description=_l("No request, no report and no message from either side."),
    )  # fmt: skip
    move_days = IntegerField(
        _l("Days a milestone may be moved by without another agreement"),
        [InputRequired(FILL), NumberRange(0, 1000)],
        description=_l("Counted from the date that was signed."),
    )  # fmt: skip
    licence_exceptions = TextAreaField(
        _l("Licences you accept though they are not free"), [Length(max=2000)],
        description=_l("One SPDX name on each line, such as CC-BY-ND-4.0. Usually none."),
    )  # fmt: skip

    def names(self) -> list[str]:
        """Give the licences, one for each line."""
        return [line.strip() for line in (self.licence_exceptions.data or "").splitlines() if line.strip()]

    def validate_licence_exceptions(self, field: Any) -> None:
        """Want one name on each line, and none that is free anyway."""
        for name in self.names():
            standing = judge(name)
            if standing is Standing.UNREADABLE or " " in name:
                raise ValidationError(
                    _("“%(text)s” is not the name of a licence as SPDX writes it.", text=name[:80])
                )
            if standing is Standing.FREE:
                raise ValidationError(_("%(name)s is free: it is accepted without an exception.", name=name))

    def values(self) -> dict[str, Any]:
        """Give what was filled in as funds.settings takes it."""
        plain = {name: self[name].data for name in ("claim_window_months", "idle_days", "move_days")}
        return plain | {"licence_exceptions": self.names()}


def terms_form(fund: Fund) -> TermsForm:
    """Fill the form with the terms of a fund."""
    plain = {name: getattr(fund, name) for name in ("claim_window_months", "idle_days", "move_days")}
    return TermsForm(
        formdata=None,
        version=fund.row_version,
        licence_exceptions="\n".join(fund.licence_exceptions),
        **plain,
    )


class ItemForm(Part):
    """One thing to look at, in both languages."""

    en = StringField(_l("In English"), [Length(max=checklist.LONGEST)])
    nl = StringField(_l("In Dutch"), [Length(max=checklist.LONGEST)])


class ChecklistForm(Form):
    """The list of the approvers; an empty one brings that of the house back."""

    fund_version = HiddenField()
    items = FieldList(FormField(ItemForm), max_entries=checklist.MOST + SPARE)

    def texts(self) -> list[tuple[str, str]]:
        """Give the lines, in order."""
        return [(row.en.data or "", row.nl.data or "") for row in self.items]

    def base(self) -> int:
        """Give the version that was read."""
        text = str(self.fund_version.data or "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0


def checklist_form(fund: Fund) -> ChecklistForm:
    """Fill the form with the list of a fund, and some empty lines."""
    rows = [{"en": one["en"], "nl": one["nl"]} for one in checklist.of(fund)]
    return ChecklistForm(
        formdata=None, fund_version=str(fund.row_version), items=[*rows, *({} for _spare in range(SPARE))]
    )
