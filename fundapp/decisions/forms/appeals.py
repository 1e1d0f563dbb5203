"""What is filled in to ask, to object, and to answer."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, TextAreaField
from wtforms.validators import DataRequired, Length

from fundapp.core.forms import Form, OnceForm, options


class AppealForm(OnceForm):
    """What an applicant asks, or does not agree with."""

    grounds = TextAreaField(_l("What do you not agree with, or not understand?"), [Length(max=12000)])
    late_reason = TextAreaField(_l("Why is this late?"), [Length(max=2000)])


class ExtensionForm(Form):
    """Take more time to answer."""

    reason = TextAreaField(
        _l("Reason, as the applicant reads it"), [DataRequired(_l("Fill this in.")), Length(max=2000)]
    )


class HearingForm(Form):
    """When the applicant was heard, and what was said."""

    on = DateField(_l("Heard on"), [DataRequired(_l("Fill this in."))])
    summary = TextAreaField(_l("What was said"), [DataRequired(_l("Fill this in.")), Length(max=8000)])


class ReturnForm(Form):
    """Why another answer is asked."""

    reason = TextAreaField(
        _l("What has to be different?"), [DataRequired(_l("Fill this in.")), Length(max=2000)]
    )


class AnswerForm(OnceForm):
    """What is found after looking again."""

    finding = RadioField(
        _l("What do you find?"),
        [DataRequired(_l("Choose what you find."))],
        choices=options([("uphold", _l("The decision stands")), ("change", _l("The decision changes"))]),
    )
    text = TextAreaField(
        _l("Answer to the applicant"), [DataRequired(_l("Fill this in.")), Length(max=12000)]
    )
    internal = TextAreaField(_l("For the file only"), [Length(max=4000)])
