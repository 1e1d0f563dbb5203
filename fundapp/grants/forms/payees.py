"""What is filled in to ask somebody to be a payee."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, SelectField, StringField
from wtforms.validators import DataRequired, Email, Length

from fundapp.core.forms import Form, filled, options

FILL = _l("Fill this in.")


class InvitePayeeForm(Form):
    """Who is to be paid a share."""

    email = EmailField(_l("Their e-mail address"), [DataRequired(FILL), Email(), Length(max=320)])
    name = StringField(_l("Their name"), [DataRequired(FILL), Length(max=100), filled])
    language = SelectField(
        _l("Language of the mail"), choices=options([("en", "English"), ("nl", "Nederlands")])
    )
