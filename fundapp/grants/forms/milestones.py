"""What is filled in on the page of one milestone."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from fundapp.core.forms import Form, options
from fundapp.grants.models import Milestone

FILL = _l("Fill this in.")
REASON = _l("Give a reason for this step.")


class StepForm(Form):
    """A step of one milestone, bound to what was on the page."""

    version = HiddenField(validators=[InputRequired()])

    def base(self) -> int:
        """Give the version that was read; 0, which none is, when it was tampered with."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0


class MoveForm(StepForm):
    """Another day."""

    due_on = DateField(_l("New date"), [DataRequired(FILL)])
    note = TextAreaField(_l("Why?"), [DataRequired(REASON), Length(max=2000)])


class ExtendForm(StepForm):
    """A later last day for claims."""

    until = DateField(_l("Can be claimed until"), [DataRequired(FILL)])
    why = TextAreaField(_l("Why?"), [DataRequired(REASON), Length(max=2000)])
    everywhere = BooleanField(_l("For every open milestone of this grant"))


class OwnerForm(StepForm):
    """Who of the grantee looks after it."""

    person = SelectField(_l("Who looks after it?"))

    def for_people(self, people: list[Any], milestone: Milestone, *, fresh: bool) -> "OwnerForm":
        """Offer the people of the project; a fresh form shows who it is now."""
        self.person.choices = options([("", _l("nobody in particular")), *((p.id, p.name) for p in people)])
        if fresh:
            self.person.data = str(milestone.responsible_id or "")
        return self


class KeepBackForm(StepForm):
    """Nothing of it has to be public."""

    reason = TextAreaField(
        _l("Nothing to publish, because"),
        [Length(max=500)],
        description=_l("Such as an audit or a meeting. Empty: its result is public, under a free licence."),
    )
    whole_grant = BooleanField(_l("For every open milestone of this grant"))


class ReviveForm(Form):
    """Open a closed milestone again."""

    until = DateField(_l("Can be claimed until"), [DataRequired(FILL)])
    note = TextAreaField(_l("Reason"), [DataRequired(REASON), Length(max=2000)])
