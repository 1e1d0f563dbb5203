"""What is filled in to release a batch, and to answer what it warns of."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, PasswordField
from wtforms.validators import DataRequired, InputRequired

from fundapp.core.forms import Form

PREFIX = "why-"


class ReleaseForm(Form):
    """The release of exactly the payments that were on the page, with the password once more."""

    digest = HiddenField(validators=[DataRequired()])
    pay_on = DateField(_l("Carried out on"), [DataRequired(_l("Fill this in."))])
    compared = BooleanField(
        _l("I compared these payments with the requests."), [InputRequired(_l("Compare them first."))]
    )
    password = PasswordField(_l("Your password, once more"), render_kw={"autocomplete": "current-password"})


def reasons(typed: Mapping[str, Any]) -> dict[str, str]:
    """Give the reasons that were typed, by the warnings they answer."""
    return {name: str(text) for name, text in typed.items() if name.startswith(PREFIX)}
