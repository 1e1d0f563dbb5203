"""What is filled in to ask for a payment, to check it, and to pay it."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    TextAreaField,
    ValidationError,
)
from wtforms import Form as Part
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from fundapp.core.forms import Form, MoneyField, OnceForm
from fundapp.grants.models import Milestone
from fundapp.payouts.asking import LONGEST_LINK, MOST_LINKS, Asked
from fundapp.payouts.models import Claim
from fundapp.rounds.answers import is_web_address

FILL = _l("Fill this in.")


class ClaimLineForm(Part):
    """One milestone that may be asked for."""

    milestone = IntegerField(widget=HiddenInput())
    wanted = BooleanField(_l("Ask for this"))
    amount = MoneyField(_l("Amount"))
    evidence = TextAreaField(
        _l("Where can anyone see it?"),
        description=_l("One address on each line: a release, a merged change, a report, a recording."),
    )

    def links(self) -> list[str]:
        """Give the addresses that were written, one a line."""
        return [line.strip() for line in (self.evidence.data or "").splitlines() if line.strip()]

    def validate_amount(self, field: Any) -> None:
        """Want an amount above zero for what is asked."""
        if self.wanted.data and not field.data:
            raise ValidationError(_l("Write the amount you ask for."))

    def validate_evidence(self, field: Any) -> None:
        """Want addresses that a browser can open; the first that is none is named."""
        if not self.wanted.data:
            return
        if not self.links():
            raise ValidationError(_l("Give at least one address."))
        if len(self.links()) > MOST_LINKS:
            raise ValidationError(
                _l("Give the addresses that matter most, at most %(most)s.") % {"most": MOST_LINKS}
            )
        for link in self.links():
            if len(link) > LONGEST_LINK or not is_web_address(link):
                raise ValidationError(
                    _l("This is not an http or https address: %(link)s") % {"link": link[:80]}
                )


class ClaimForm(OnceForm):
    """A request for payment."""

    rows = FieldList(FormField(ClaimLineForm))
    note = TextAreaField(_l("Anything we should know"), [Length(max=5000)])
    licensed = BooleanField(
        _l("The licence is stated with each result."),
        [InputRequired(_l("Each result carries its licence; tick this when it does."))],
    )

    def asked(self) -> list[Asked]:
        """Give what is asked for."""
        return [
            Asked(row.milestone.data, row.amount.data, row.form.links())
            for row in self.rows
            if row.wanted.data and row.amount.data
        ]


def claim_rows(
    milestones: Iterable[Milestone], rest: dict[int, int], claim: Claim | None
) -> list[dict[str, Any]]:
    """Give the rows to fill in: each open milestone with what is left of it, or what was asked before."""
    before = {line.milestone_id: line for line in claim.lines} if claim is not None else {}
    rows = []
    for milestone in milestones:
        line = before.get(milestone.id)
        rows.append(
            {
                "milestone": milestone.id,
                "wanted": line is not None,
                "amount": line.amount_cents if line else rest[milestone.id],
                "evidence": "\n".join(line.evidence) if line else "",
            }
        )
    return rows


class ApproveForm(Form):
    """The check of a request, bound to what was on the page."""

    digest = HiddenField(validators=[DataRequired()])
    is_public = BooleanField(
        _l("I opened every address, and anyone can see the result."), [InputRequired(_l("Check this first."))]
    )
    is_agreed = BooleanField(
        _l("It is what was agreed for this milestone, or as much of it as is asked."),
        [InputRequired(_l("Check this first."))],
    )
    is_free = BooleanField(
        _l("Its licence is stated and is a free or open one."), [InputRequired(_l("Check this first."))]
    )
    note = TextAreaField(_l("A word to the grantee"), [Length(max=2000)])


class ReasonForm(Form):
    """A step with a reason that the grantee reads."""

    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Give a reason for this step.")), Length(max=2000)])


class StatementForm(Form):
    """A file of the bank."""

    file = FileField(_l("File of the bank (XML)"), [FileRequired(_l("Choose a file."))])


class PaidForm(Form):
    """The day on which the bank carried payments out."""

    paid_on = DateField(_l("Paid on, as on the statement"), [DataRequired(FILL)])
