"""What is asked to give a role."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, SelectField
from wtforms.validators import DataRequired

from fundapp.accounts.forms import mail_address
from fundapp.accounts.models import RoleName
from fundapp.admin.words import ROLES
from fundapp.core.forms import Form, options

AT_FUND = [(name, word) for name, word in ROLES.items() if name is not RoleName.PANEL]
"""A seat in a panel belongs to a round: it is given with the meeting."""


class RoleForm(Form):
    """Give a role at a fund."""

    fund = SelectField(_l("Fund"), [DataRequired(_l("Choose a fund."))])
    role = RadioField(_l("Role"), [DataRequired(_l("Choose a role."))], choices=options(AT_FUND))


class ReviewerForm(Form):
    """Let somebody review for the fund."""

    email = EmailField(
        _l("E-mail address of their account"),
        [DataRequired(_l("Fill this in.")), mail_address],
        render_kw={"autocomplete": "off"},
    )
