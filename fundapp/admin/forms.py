"""What is asked to give a role."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, SelectField
from wtforms.validators import DataRequired

from fundapp.accounts.forms import mail_address
from fundapp.admin.words import ROLES
from fundapp.core.forms import Form, options


class RoleForm(Form):
    """Give a role at a fund."""

    fund = SelectField(_l("Fund"), [DataRequired(_l("Choose a fund."))])
    role = RadioField(_l("Role"), [DataRequired(_l("Choose a role."))], choices=options(ROLES.items()))


class ReviewerForm(Form):
    """Let somebody review for the fund."""

    email = EmailField(
        _l("E-mail address of their account"),
        [DataRequired(_l("Fill this in.")), mail_address],
        render_kw={"autocomplete": "off"},
    )
