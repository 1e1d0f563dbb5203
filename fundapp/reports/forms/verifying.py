"""The form with a file that is to be verified."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class VerifyForm(FlaskForm):
    """One file."""

    file = FileField(_l("The file"), validators=[FileRequired(_l("Choose a file."))])
