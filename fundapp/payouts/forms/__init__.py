"""What is filled in to ask for a payment, to check it, and to pay it."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, TextAreaField
from wtforms.validators import DataRequired, Length

from fundapp.core.forms import Form

FILL = _l("Fill this in.")


class ReasonForm(Form):
    """A step with a reason that the grantee reads."""

    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Give a reason for this step.")), Length(max=2000)])


class StatementForm(Form):
    """A file of the bank."""

    file = FileField(_l("File of the bank (XML)"), [FileRequired(_l("Choose a file."))])


class PaidForm(Form):
    """The day on which the bank carried payments out."""

    paid_on = DateField(_l("Paid on, as on the statement"), [DataRequired(FILL)])
