"""What a manager fills in about a round."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from fundapp.core.forms import Form, MoneyField, OnceForm, ZonedField, filled

FILL = _l("Fill this in.")
SLUG = Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$", message=_l("Small letters, digits and hyphens only."))
TEXT = [Length(max=20000)]
PROMISED = (
    "slug", "budget", "lowest", "highest", "opens_at", "grace_minutes", "form", "rubric",
    "is_sealed", "is_trial", "is_blind", "shows_disclosure",
)  # fmt: skip
"""What stays as it is once a round is published."""


class RoundForm(OnceForm):
    """A round with its one stage. Times are on the wall clock of the fund."""

    name_en = StringField(_l("Name in English"), [DataRequired(FILL), Length(max=120), filled])
    name_nl = StringField(_l("Name in Dutch"), [DataRequired(FILL), Length(max=120), filled])
    slug = StringField(
        _l("Address"), [DataRequired(FILL), Length(max=60), SLUG],
        description=_l("The last part of the address of the call. Once published it stays the same."),
    )  # fmt: skip
    summary_en = TextAreaField(_l("What the call is about, in English"), [Length(max=1000)])
    summary_nl = TextAreaField(_l("What the call is about, in Dutch"), [Length(max=1000)])
    conditions_en = TextAreaField(
        _l("Conditions, in English"), TEXT, description=_l("Markdown. One condition a line, with a hyphen.")
    )
    conditions_nl = TextAreaField(_l("Conditions, in Dutch"), TEXT)
    budget = MoneyField(_l("Budget of the round"), [InputRequired(FILL)])
    lowest = MoneyField(_l("Lowest amount one can ask"), [InputRequired(FILL)])
    highest = MoneyField(_l("Highest amount one can ask"), [InputRequired(FILL)])
    opens_at = ZonedField(_l("Opens"), [InputRequired(FILL)])
    closes_at = ZonedField(
        _l("Closes"),
        [Optional()],
        closing=True,
        description=_l("Leave it empty for a call that is always open."),
    )
    grace_minutes = IntegerField(
        _l("Minutes of grace"), [InputRequired(FILL), NumberRange(0, 1440)], default=0,
        description=_l("Proposals that arrive this much later still count. It is not announced."),
    )  # fmt: skip
    reviews_due_at = ZonedField(_l("Reviews are due"), [Optional()], closing=True)
    reviews_wanted = IntegerField(
        _l("Reviews for each proposal"), [InputRequired(FILL), NumberRange(1, 12)], default=3
    )
    decide_by_on = DateField(
        _l("Letters go out by"), [Optional()], description=_l("This date is promised to applicants.")
    )
    form = SelectField(_l("Form"), [DataRequired(FILL)])
    rubric = SelectField(_l("Rubric"), [DataRequired(FILL)])
    is_blind = BooleanField(
        _l("Reviewers judge without knowing who applies"),
        description=_l("Names, organisations and all that the form marks as identifying are left out."),
    )
    shows_disclosure = BooleanField(
        _l("Reviewers read how generative AI was used"),
        default=True,
        description=_l("Otherwise only the office reads what applicants tell about it."),
    )
    is_sealed = BooleanField(
        _l("Sealed until the call closes"),
        description=_l(
            "Nobody in the office reads a proposal before, managers neither; only numbers are shown."
        ),
    )
    is_trial = BooleanField(
        _l("This is a trial"),
        description=_l("To try it out: marked on every page, with no money, never in lists or figures."),
    )
    reason = TextAreaField(
        _l("Reason for the change"), [Length(max=2000)],
        description=_l("The call is published: this goes into the log."),
    )  # fmt: skip

    def in_zone(self, zone: str) -> "RoundForm":
        """Read and show all times on the wall clock of a zone."""
        for field in (self.opens_at, self.closes_at, self.reviews_due_at):
            field.zone = zone
        return self

    def in_currency(self, currency: str) -> "RoundForm":
        """Take amounts in this currency only."""
        for field in (self.budget, self.lowest, self.highest):
            field.currency = currency
        return self

    def validate_highest(self, field: Any) -> None:
        """The highest amount is not below the lowest."""
        if self.lowest.data and field.data and field.data < self.lowest.data:
            raise ValidationError(_l("This is less than the lowest amount."))

    def keep_promises(self) -> None:
        """Take away what can't be changed any more once a round is published."""
        for name in PROMISED:
            del self[name]

    def values(self) -> dict[str, Any]:
        """Give what was filled in as rounds.service takes it; form and rubric left out."""
        given = {
            "name": {"en": self.name_en.data.strip(), "nl": self.name_nl.data.strip()},
            "summary": _texts(self.summary_en, self.summary_nl),
            "conditions": _texts(self.conditions_en, self.conditions_nl),
            "closes_at": self.closes_at.instant,
            "reviews_due_at": self.reviews_due_at.instant,
            "reviews_wanted": self.reviews_wanted.data,
            "decide_by_on": self.decide_by_on.data,
        }
        return given | (self._promised() if "slug" in self else {})

    def _promised(self) -> dict[str, Any]:
        return {
            "slug": self.slug.data,
            "budget_cents": self.budget.data,
            "lowest_cents": self.lowest.data,
            "highest_cents": self.highest.data,
            "opens_at": self.opens_at.instant,
            "grace_minutes": self.grace_minutes.data,
            "is_sealed": self.is_sealed.data,
            "is_trial": self.is_trial.data,
            "is_blind": self.is_blind.data,
            "shows_disclosure": self.shows_disclosure.data,
        }


def _texts(english: Any, dutch: Any) -> dict[str, str]:
    texts = {"en": english.data, "nl": dutch.data}
    return {language: text.replace("\r\n", "\n").strip() for language, text in texts.items() if text}


class MoveForm(Form):
    """A step of a round, with its reason where one is wanted, and a new closing when it opens again."""

    note = TextAreaField(_l("Reason"), [Length(max=2000)])
    closes_at = ZonedField(_l("New closing"), [Optional()], closing=True)
