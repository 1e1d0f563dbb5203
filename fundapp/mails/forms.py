"""The form of a mail's text."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from fundapp.core.forms import Form
from fundapp.mails.placeholders import Fault


class TextForm(Form):
    """Subject and text, with the version that was shown."""

    subject = StringField(_l("Subject"), render_kw={"maxlength": 400})
    body = TextAreaField(_l("Text"))
    version = IntegerField(widget=HiddenInput(), validators=[Optional()], default=0)

    def blame(self, faults: list[Fault]) -> None:
        """Show what is wrong beside its field."""
        for fault in faults:
            field = self[fault.field]
            field.errors = [*field.errors, fault.message]


class StepForm(Form):
    """A button that goes for one version."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()], default=0)
