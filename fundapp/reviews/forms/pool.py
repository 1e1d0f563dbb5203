"""What is filled in about the reviewers of a fund: a profile, an invitation, the answer to it."""

from datetime import date
from typing import Any

from babel import Locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    EmailField,
    FieldList,
    FormField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from fundapp.accounts.forms import LANGUAGES, LONG_ENOUGH, mail_address
from fundapp.accounts.models import Absence
from fundapp.core.forms import Form, filled, options
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.reviews.forms.sheets import FILL
from fundapp.reviews.models import Reviewer
from fundapp.reviews.profiles import Days, Profile

TONGUES = ("nl", "en", "de", "fr", "es", "it", "pl", "pt")
"""Languages a reviewer may say they read."""

DATE = "%Y-%m-%d"


class Ticks(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DaysForm(PlainForm):
    """One absence: first and last day."""

    first = DateField(_l("First day"), [Optional()], format=DATE)
    last = DateField(_l("Last day"), [Optional()], format=DATE)

    def validate(self, extra_validators: Any = None) -> bool:
        """Want both days or none, in order."""
        fine, first, last = super().validate(extra_validators), self.first.data, self.last.data
        if fine and bool(first) != bool(last):
            self.last.errors = [_("Give the first and the last day.")]
        elif fine and first and last < first:
            self.last.errors = [_("The first day away comes before the last.")]
        return fine and not self.last.errors


class ProfileForm(Form):
    """What a reviewer says of themselves."""

    themes = Ticks(_l("Themes of this fund you can judge"), [Optional()])
    expertise = TextAreaField(_l("What you know about"), [Length(max=1000)])
    languages = Ticks(_l("Languages you read"), [Optional()])
    organisation = StringField(_l("Where you work"), [Length(max=200)])
    collaborators = TextAreaField(_l("Who you work with"), [Length(max=2000)])
    capacity_hours = IntegerField(
        _l("Hours you have for one round"),
        [Optional(), NumberRange(0, 500, message=_l("Between 0 and 500 hours."))],
    )
    away = FieldList(FormField(DaysForm), label=_l("Days you are away"), max_entries=20)

    def offer(self, fund: Fund) -> None:
        """Fill in what can be chosen."""
        self.themes.choices = options((theme["key"], pick(theme, language())) for theme in fund.themes)
        names = Locale.parse(language()).languages
        self.languages.choices = options((code, names[code]) for code in TONGUES)

    @property
    def profile(self) -> Profile:
        """What was filled in, without the absences."""
        return Profile(
            themes=list(self.themes.data or []),
            expertise=_listed(self.expertise.data),
            languages=list(self.languages.data or []),
            organisation=self.organisation.data or "",
            collaborators=_lines(self.collaborators.data),
            capacity_hours=self.capacity_hours.data,
        )

    @property
    def days(self) -> list[Days]:
        """The absences that were filled in."""
        rows = [(row.form.first.data, row.form.last.data) for row in self.away]
        return [(first, last) for first, last in rows if first and last]


def _lines(text: str | None) -> list[str]:
    return (text or "").splitlines()


def _listed(text: str | None) -> list[str]:
    """Read words parted by commas or line ends."""
    return (text or "").replace("\n", ",").replace(";", ",").split(",")


def profile_form(fund: Fund, row: Reviewer | None, away: list[Absence]) -> ProfileForm:
    """Give the form filled with what is known; two empty lines for absences to come."""
    days: list[dict[str, date | None]] = [{"first": one.from_on, "last": one.until_on} for one in away]
    data: dict[str, Any] = {"away": [*days, *({"first": None, "last": None} for _more in range(2))][:20]}
    if row is not None:
        data |= {
            "themes": row.themes, "expertise": ", ".join(row.expertise), "languages": row.languages,
            "organisation": row.organisation, "collaborators": "\n".join(row.collaborators),
            "capacity_hours": row.capacity_hours,
        }  # fmt: skip
    form = ProfileForm(data=data)
    form.offer(fund)
    return form


class InviteForm(Form):
    """Ask somebody to review for a fund."""

    name = StringField(_l("Name"), [DataRequired(FILL), filled, Length(max=100)])
    email = EmailField(_l("E-mail address"), [DataRequired(FILL), Length(max=200), mail_address])
    language = SelectField(_l("Language of the mail"), choices=options(LANGUAGES.items()))
    message = TextAreaField(_l("A few words of your own"), [Length(max=1000)])


class JoinForm(Form):
    """Say yes with an account there is already, or by being signed in."""


class NewcomerForm(JoinForm):
    """Say yes, and make an account on the way."""

    name = StringField(
        _l("Your name"), [DataRequired(FILL), Length(max=100), filled], render_kw={"autocomplete": "name"}
    )
    password = PasswordField(
        _l("Choose a password"), [DataRequired(FILL), LONG_ENOUGH], render_kw={"autocomplete": "new-password"}
    )


class NoForm(Form):
    """Say no."""

    reason = TextAreaField(_l("Why not, if you want to say"), [Length(max=500)])
