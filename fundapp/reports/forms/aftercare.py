"""What is filled in at and after the end of a grant: who scores again, the sheet, whether it lives on."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField, URLField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from fundapp.core.forms import Form, OnceForm, options
from fundapp.reviews.sheet import NA, Entry
from fundapp.rounds.models import Criterion

FILL = _l("Fill this in.")


class AskClosingForm(OnceForm):
    """Who scores the project again, and until when."""

    reviewer = SelectField(_l("Reviewer"), [InputRequired(FILL)], coerce=int, choices=[])
    due_on = DateField(_l("Wanted by"), [InputRequired(FILL)])


class DeclineForm(Form):
    """Why somebody does not score a project again."""

    reason = StringField(_l("Reason"), [InputRequired(FILL), Length(max=500)])


class AliveForm(OnceForm):
    """Whether a project lives on."""

    is_alive = RadioField(
        _l("Is the result still maintained?"),
        [InputRequired(_l("Choose one."))],
        choices=options((("yes", _l("Yes")), ("no", _l("No")))),
    )
    released_on = DateField(_l("Day of the last release"), [Optional()])
    contributors = IntegerField(
        _l("People who contributed in the last year"), [Optional(), NumberRange(0, 1_000_000)]
    )
    users = StringField(_l("Who uses it, and how many"), [Optional(), Length(max=500)])
    funding = StringField(_l("What pays for the upkeep"), [Optional(), Length(max=500)])
    link = URLField(_l("Where this can be seen"), [Optional(), Length(max=500)])
    note = TextAreaField(_l("Anything else"), [Optional(), Length(max=3000)])

    def details(self) -> dict[str, Any]:
        """Give all that was told beside yes or no."""
        kept = ("released_on", "contributors", "users", "funding", "link", "note")
        return {name: self[name].data for name in kept}


class DiversityForm(OnceForm):
    """Questions that nobody has to answer; the choices come from the page."""

    def answers(self) -> Mapping[str, str]:
        """Give what was chosen, by question."""
        return {key: value for key, value in request.form.items() if key not in ("once", "csrf_token")}


def typed_sheet(criteria: Sequence[Criterion]) -> dict[int, Entry]:
    """Read the score sheet that was sent, by criterion id; what is no score counts as none."""
    return {one.id: _entry(one) for one in criteria}


def _entry(criterion: Criterion) -> Entry:
    choice = request.form.get(f"score-{criterion.id}", "")
    is_na = choice == NA and criterion.allows_na
    return Entry(
        value=int(choice) if choice.isdecimal() and len(choice) < 4 else None,
        is_na=is_na,
        reason=request.form.get(f"reason-{criterion.id}", "").strip()[:10_000],
        link=request.form.get(f"link-{criterion.id}", "").strip()[:500],
    )
