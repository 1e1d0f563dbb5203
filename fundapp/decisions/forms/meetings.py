"""What is filled in to plan and hold a meeting of a panel."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from fundapp.core.forms import Form, MoneyField, OnceForm, ZonedField, options
from fundapp.decisions.forms.deciding import TickField, reason_choices
from fundapp.decisions.models import Choice, Outcome, Reason
from fundapp.decisions.workflow import CHOICE_WORDS, OUTCOME_WORDS
from fundapp.rounds.answers import is_web_address


class MembersForm(Form):
    """Who sits in a meeting. Chair and secretary are managers of the fund."""

    chair = SelectField(_l("Chair"), [DataRequired(_l("Choose who is in the chair."))])
    secretary = SelectField(_l("Secretary"), [DataRequired(_l("Choose who keeps the minutes."))])
    members = TickField(_l("Members"), [DataRequired(_l("Tick at least one member."))])

    def offer(self, managers: Sequence[Any], others: Sequence[Any]) -> None:
        """Fill in who can sit where."""
        named = options((one.id, one.name) for one in managers)
        self.chair.choices = self.secretary.choices = named
        self.members.choices = options((one.id, one.name) for one in others)

    def validate_secretary(self, field: Any) -> None:
        """The chair leads, the secretary writes: two people."""
        if field.data and field.data == self.chair.data:
            raise ValidationError(_l("The chair and the secretary are two people."))

    def validate_members(self, field: Any) -> None:
        """Nobody sits twice."""
        if {self.chair.data, self.secretary.data} & set(field.data or []):
            raise ValidationError(_l("The chair and the secretary are no members beside that."))


class MeetingForm(MembersForm, OnceForm):
    """A meeting of a panel: when, where, who, and how they vote."""

    starts = ZonedField(_l("Begins"), [DataRequired(_l("Fill this in."))])
    ends = ZonedField(_l("Ends"), [Optional()])
    place = StringField(_l("Place"), [Length(max=300)])
    link = StringField(_l("Link to take part"), [Length(max=500)])
    is_secret = BooleanField(_l("Votes stay secret until the voting is closed"), default=True)
    quorum = IntegerField(
        _l("Quorum"), [InputRequired(_l("Fill this in.")), NumberRange(min=1, max=50)], default=2
    )

    def validate_ends(self, field: Any) -> None:
        """It ends after it begins."""
        if field.instant and self.starts.instant and field.instant <= self.starts.instant:
            raise ValidationError(_l("The meeting ends after it begins."))

    def validate_link(self, field: Any) -> None:
        """A link that can be followed."""
        if (field.data or "").strip() and not is_web_address(field.data.strip()):
            raise ValidationError(_l("A link begins with https:// or http://."))

    def in_zone(self, zone: str) -> None:
        """Read and show both times on the wall clock of a zone."""
        self.starts.zone = self.ends.zone = zone


class MeetingChangeForm(MeetingForm):
    """A planned meeting, changed."""

    reason = TextAreaField(
        _l("Reason, as those who sit there read it"), [DataRequired(_l("Fill this in.")), Length(max=2000)]
    )


class CancelForm(Form):
    """Why a meeting does not take place."""

    reason = TextAreaField(
        _l("Reason, as those who sit there read it"), [DataRequired(_l("Fill this in.")), Length(max=2000)]
    )


class VoteForm(Form):
    """One vote."""

    choice = RadioField(
        _l("Your vote"),
        [DataRequired(_l("Choose how you vote."))],
        choices=options((one.value, CHOICE_WORDS[one][1]) for one in Choice),
    )
    amount = MoneyField(_l("Amount you would give"))


class CaptureForm(Form):
    """What a panel came to about one application."""

    outcome = SelectField(_l("Decision"), [Optional()])
    amount = MoneyField(_l("Amount"))
    codes = TickField(_l("Standing reasons"), [Optional()])
    to_applicant = TextAreaField(_l("To the applicant"), [Length(max=8000)])
    internal = TextAreaField(_l("For the office only"), [Length(max=4000)])
    shown = IntegerField(validators=[InputRequired()])

    def offer(self, outcomes: Sequence[Outcome], currency: str, reasons: Sequence[Reason]) -> None:
        """Fill in which outcomes and standing reasons are open."""
        self.amount.currency = currency
        self.outcome.choices = [
            *options([("", _l("No decision yet"))]),
            *options((one.value, OUTCOME_WORDS[one][1]) for one in outcomes),
        ]
        self.codes.choices = reason_choices(reasons)

    def validate_amount(self, field: Any) -> None:
        """An award has an amount."""
        if self.outcome.data == Outcome.AWARDED and not field.data and not field.errors:
            raise ValidationError(_l("Fill in how much is awarded."))


class RemarksForm(Form):
    """What the minutes say beside the items."""

    remarks = TextAreaField(_l("Remarks"), [Length(max=8000)])
