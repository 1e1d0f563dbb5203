"""What is filled in to try a funding line, and to keep a try."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from fundapp.core.forms import Form, MoneyField, OnceForm, options
from fundapp.core.words import pick
from fundapp.decisions.simulator import Basis, Rules
from fundapp.rounds.models import Round

BASES = {
    Basis.MEAN: _l("Mean of the reviews"),
    Basis.MEDIAN: _l("Median of the reviews"),
    Basis.EQUAL: _l("Mean with equal weights"),
}

SHORT = {Basis.MEAN: _l("Mean"), Basis.MEDIAN: _l("Median"), Basis.EQUAL: _l("Equal weights")}
"""What stands above a column."""


class SimulatorForm(Form):
    """The rules of one try; changes nothing. build() adds the least and most of each theme."""

    class Meta(Form.Meta):
        csrf = False  # it only reads

    budget = MoneyField(_l("Money to give"))
    basis = SelectField(
        _l("Order by"), [Optional()], choices=options((one.value, label) for one, label in BASES.items()),
        default=Basis.MEAN.value,
    )  # fmt: skip
    party_cap = MoneyField(_l("Most for one party, with what it got before"))
    least_percent = IntegerField(
        _l("Smallest part award"), [Optional(), NumberRange(1, 100)], default=100,
        description=_l("In percent of what is asked; 100 is all or nothing."),
    )  # fmt: skip
    reserve = IntegerField(_l("Places on the reserve list"), [Optional(), NumberRange(0, 100)], default=0)
    seed = StringField(
        _l("Seed for drawing lots"), [Optional(), Length(max=120)],
        description=_l("Draws lots inside the tie band only. Use something public that nobody could choose."),
    )  # fmt: skip
    below = BooleanField(_l("Also below the threshold of the rubric"))
    themes: tuple[tuple[str, str], ...] = ()

    def bounds(self) -> list[tuple[str, Any, Any]]:
        """List the themes with their two fields."""
        return [(label, self[f"least_{key}"], self[f"most_{key}"]) for key, label in self.themes]

    def rules(self, round: Round, above: float | None) -> Rules:
        """Give the rules that were filled in. above: the threshold on the scale, if the rubric has one."""
        keys = [key for key, _label in self.themes]
        budget = self.budget.data
        return Rules(
            budget_cents=round.budget_cents if budget is None else budget,
            basis=Basis(self.basis.data or Basis.MEAN),
            least={key: self[f"least_{key}"].data for key in keys if self[f"least_{key}"].data},
            most={key: cents for key in keys if (cents := self[f"most_{key}"].data) is not None},
            party_cap_cents=self.party_cap.data,
            least_percent=self.least_percent.data or 100,
            reserve=self.reserve.data or 0,
            above=None if self.below.data else above,
            seed=(self.seed.data or "").strip(),
        )


def build(round: Round, language: str, **options: Any) -> SimulatorForm:
    """Make the form for a round: with a least and a most for each theme of its fund."""
    themes = tuple((theme["key"], pick(theme, language)) for theme in round.fund.themes)
    fields = {
        f"{side}_{key}": MoneyField(label, currency=round.fund.currency)
        for key, _name in themes
        for side, label in (("least", _l("At least")), ("most", _l("At most")))
    }
    kind = type("SimulatorForm", (SimulatorForm,), {**fields, "themes": themes})
    form: SimulatorForm = kind(**options)
    for field in (form.budget, form.party_cap):
        field.currency = round.fund.currency
    return form


class KeepForm(OnceForm):
    """Keep a try under a name."""

    name = StringField(_l("Name"), [DataRequired(_l("Give it a name.")), Length(max=120)])
    note = TextAreaField(_l("Why this one"), [Optional(), Length(max=2000)])
