"""What the main applicant fills in about people and organisations."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from fundapp.accounts.forms import FILL, LANGUAGES, mail_address
from fundapp.applications.models import Level
from fundapp.core.forms import Form, OnceForm, filled, options

LEVELS = ((Level.WRITE, _l("Read and write")), (Level.READ, _l("Only read")))


class InviteForm(OnceForm):
    """Ask somebody to join."""

    email = EmailField(_l("E-mail address"), [DataRequired(FILL), Length(max=200), mail_address])
    name = StringField(_l("Name"), [Optional(), Length(max=100)])
    level = RadioField(_l("What may they do?"), [DataRequired(_l("Choose an answer."))], default="write")
    partner = SelectField(_l("For which organisation?"), [Optional()], default="")
    language = SelectField(_l("Language of the mail"), choices=options(LANGUAGES.items()))

    def __init__(self, *args: Any, partners: Any = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.level.choices = options(LEVELS)
        named = [(str(one.id), one.name) for one in partners]
        self.partner.choices = options([("", _l("None: as a co-applicant")), *named])


class LevelForm(Form):
    """Change what somebody may do."""

    level = RadioField(_l("What may they do?"), [DataRequired(_l("Choose an answer."))])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.level.choices = options(LEVELS)


class PartnerForm(OnceForm):
    """Name an organisation that takes part."""

    name = StringField(_l("Name of the organisation"), [DataRequired(FILL), Length(max=200), filled])
    role = TextAreaField(_l("What does it do in the project?"), [Optional(), Length(max=500)])
    country = SelectField(_l("Country"), [Optional()])
    registration = StringField(_l("Registration number"), [Optional(), Length(max=60)])

    def __init__(self, *args: Any, countries: Any = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.country.choices = options([("", _l("Choose a country")), *countries])
