"""What is filled in to ask for reviews: by hand, by a plan, by a file."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FileField, HiddenField, IntegerField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from fundapp.core.forms import Form, OnceForm, ZonedField, filled, options
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.reviews.assign_page import Assigning
from fundapp.rounds.models import Round

BETWEEN = _l("Between %(min)d and %(max)d.")


class AssignForm(OnceForm):
    """Ask one reviewer for the ticked proposals."""

    reviewer = SelectField(_l("Reviewer"), [DataRequired(_l("Choose a reviewer."))])
    due = ZonedField(_l("Ready by"), [Optional()], closing=True)
    applications = SelectMultipleField(
        _l("Proposals"), [DataRequired(_l("Tick at least one proposal."))], coerce=int
    )

    def offer(self, page: Assigning, round: Round) -> None:
        """Fill in who and what can be chosen."""
        self.due.zone = round.fund.zone
        people = [(row.id, _load(page, row, round)) for row in page.readers]
        self.reviewer.choices = options([("", _("Choose")), *people])
        self.applications.choices = options((row.id, row.code) for row in page.rows)


def _load(page: Assigning, row: Any, round: Round) -> str:
    """Say in the list who somebody is: load, themes, and whether they are away."""
    said = [_("%(to_do)d to do, %(done)d done", to_do=row.to_do, done=row.done)]
    known = page.known.get(row.id)
    themes = set(known.themes or []) if known is not None else set()
    said += [pick(theme, language()) for theme in round.fund.themes if theme["key"] in themes]
    away = page.away_word(row)
    if away is not None and away.from_on <= page.today:
        said.append(_("away"))
    if page.is_full(row):
        said.append(_("no hours left"))
    return f"{row.name} ({'; '.join(said)})"


class ReassignForm(Form):
    """Give a review to somebody else, with a reason for taking it off its first reviewer."""

    reviewer = SelectField(_l("Who reviews it instead?"), [DataRequired(_l("Choose a reviewer."))])
    due = ZonedField(_l("Ready by"), [Optional()], closing=True)
    note = TextAreaField(_l("Reason"), [DataRequired(_l("Fill this in.")), filled, Length(max=500)])

    def offer(self, people: Any, zone: str) -> None:
        """Fill in who can be chosen, with their load."""
        self.due.zone = zone
        load = [
            (row.id, f"{row.name} ({_('%(to_do)d to do, %(done)d done', to_do=row.to_do, done=row.done)})")
            for row in people
        ]
        self.reviewer.choices = options([("", _("Choose")), *load])


class PlanForm(Form):
    """What a plan should reach; reads only."""

    class Meta(Form.Meta):
        csrf = False  # making a plan changes nothing

    wanted = IntegerField(
        _l("Reviews for each proposal"), [InputRequired(BETWEEN), NumberRange(1, 10, message=BETWEEN)]
    )
    most = IntegerField(
        _l("At most for one person"), [InputRequired(BETWEEN), NumberRange(1, 100, message=BETWEEN)]
    )


class ApplyForm(Form):
    """Carry out the plan that was shown. digest: what it rested on."""

    wanted = IntegerField(validators=[InputRequired(), NumberRange(1, 10)])
    most = IntegerField(validators=[InputRequired(), NumberRange(1, 100)])
    digest = HiddenField(validators=[DataRequired()])


class CsvForm(Form):
    """Assignments as lines: code of the proposal, mail address of the reviewer, and by when."""

    file = FileField(_l("A file"))
    lines = TextAreaField(_l("Or paste the lines"), [Length(max=200_000)])
    digest = HiddenField()

    @property
    def text(self) -> str:
        """The lines that were sent, from the file where there is one."""
        sent = self.file.data.read() if getattr(self.file.data, "filename", "") else b""
        if sent:
            self.lines.data = sent.decode("utf-8-sig", "replace")
        return self.lines.data or ""
