"""What people fill in about their account."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length

from fundapp.accounts.passwords import SHORTEST
from fundapp.core.forms import Form, filled, options

LANGUAGES = {"en": "English", "nl": "Nederlands"}
FILL = _l("Fill this in.")
LONG_ENOUGH = Length(SHORTEST, 200, _l("A password has at least %(min)d characters."))


def mail_address(form: Any, field: Any) -> None:
    """Refuse what cannot be a mail address; keeps it in lower case."""
    try:
        field.data = validate_email(
            (field.data or "").strip(), check_deliverability=False, test_environment=True
        ).normalized.lower()
    except EmailNotValidError as fault:
        raise ValidationError(_l("This is not a mail address. It looks like name@example.org.")) from fault


class SignInForm(Form):
    """Sign in."""

    email = EmailField(_l("E-mail address"), [DataRequired(FILL)], render_kw={"autocomplete": "username"})
    password = PasswordField(
        _l("Password"), [DataRequired(FILL)], render_kw={"autocomplete": "current-password"}
    )
    next = HiddenField()


class RegisterForm(Form):
    """Make an account."""

    name = StringField(
        _l("Your name"), [DataRequired(FILL), Length(max=100), filled], render_kw={"autocomplete": "name"}
    )
    email = EmailField(
        _l("E-mail address"),
        [DataRequired(FILL), Length(max=200), mail_address],
        render_kw={"autocomplete": "email"},
    )
    password = PasswordField(
        _l("Choose a password"), [DataRequired(FILL), LONG_ENOUGH], render_kw={"autocomplete": "new-password"}
    )


class ForgotForm(Form):
    """Ask for a link to choose a new password."""

    email = EmailField(
        _l("E-mail address"), [DataRequired(FILL), mail_address], render_kw={"autocomplete": "email"}
    )


class ResetForm(Form):
    """Choose a new password."""

    password = PasswordField(
        _l("New password"), [DataRequired(FILL), LONG_ENOUGH], render_kw={"autocomplete": "new-password"}
    )


class DetailsForm(Form):
    """Change name and language."""

    name = StringField(
        _l("Your name"), [DataRequired(FILL), Length(max=100), filled], render_kw={"autocomplete": "name"}
    )
    language = SelectField(_l("Language of pages and mail"), choices=options(LANGUAGES.items()))


class KeyForm(Form):
    """Give one's OpenPGP public key."""

    armored = TextAreaField(
        _l("OpenPGP public key"), [DataRequired(FILL), Length(max=200_000)],
        description=_l("From its BEGIN line to its END line. Never your private key."),
    )  # fmt: skip


class PasswordForm(Form):
    """Change one's password."""

    old = PasswordField(
        _l("Present password"), [DataRequired(FILL)], render_kw={"autocomplete": "current-password"}
    )
    password = PasswordField(
        _l("New password"), [DataRequired(FILL), LONG_ENOUGH], render_kw={"autocomplete": "new-password"}
    )
