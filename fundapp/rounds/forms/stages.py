"""What a manager fills in about one stage of a round."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from fundapp.core.forms import OnceForm, ZonedField, filled
from fundapp.rounds.forms.calls import FILL
from fundapp.rounds.models import Round, Stage

PROMISED = ("opens_at", "grace_minutes", "form", "rubric", "is_blind")
"""What stays as it is once the round is published."""
TIMES = ("opens_at", "closes_at", "reviews_due_at")
PLAIN = ("grace_minutes", "reviews_wanted", "decide_by_on", "is_blind")


class StageForm(OnceForm):
    """One stage: what it is called, when it is open, what it asks. Times are on the clock of the fund."""

    name_en = StringField(_l("Name in English"), [DataRequired(FILL), Length(max=60), filled])
    name_nl = StringField(_l("Name in Dutch"), [DataRequired(FILL), Length(max=60), filled])
    opens_at = ZonedField(_l("Opens"), [InputRequired(FILL)])
    closes_at = ZonedField(_l("Closes"), [Optional()], closing=True)
    grace_minutes = IntegerField(
        _l("Minutes of grace"), [InputRequired(FILL), NumberRange(0, 1440)], default=0,
        description=_l("Proposals that arrive this much later still count. It is not announced."),
    )  # fmt: skip
    reviews_due_at = ZonedField(_l("Reviews are due"), [Optional()], closing=True)
    reviews_wanted = IntegerField(
        _l("Reviews for each proposal"), [InputRequired(FILL), NumberRange(1, 12)], default=3
    )
    decide_by_on = DateField(
        _l("Letters of this stage go out by"), [Optional()],
        description=_l("Those who are invited, and those who are not, hear it by this day."),
    )  # fmt: skip
    form = SelectField(_l("Form"), [DataRequired(FILL)])
    rubric = SelectField(_l("Rubric"), [DataRequired(FILL)])
    is_blind = BooleanField(
        _l("Reviewers judge without knowing who applies"),
        description=_l("Names, organisations and all that the form marks as identifying are left out."),
    )
    reason = TextAreaField(
        _l("Reason for the change"), [Length(max=2000)],
        description=_l("The call is published: this goes into the log."),
    )  # fmt: skip

    def for_stage(self, round: Round, stage: Stage | None, *, fresh: bool) -> "StageForm":
        """Read times on the clock of the fund; a fresh form shows the stage as it is."""
        for name in TIMES:
            self[name].zone = round.fund.zone
        if fresh and stage is not None:
            self._show(round, stage)
        return self

    def _show(self, round: Round, stage: Stage) -> None:
        for name in TIMES:
            self[name].show(getattr(stage, name), round.fund.zone)
        for name in PLAIN:
            self[name].data = getattr(stage, name)
        self.name_en.data, self.name_nl.data = stage.name.get("en", ""), stage.name.get("nl", "")
        self.form.data, self.rubric.data = f"row:{stage.form_id}", f"row:{stage.rubric_id}"

    def keep_promises(self) -> None:
        """Take away what can't be changed any more once a round is published."""
        for name in PROMISED:
            del self[name]

    def values(self) -> dict[str, Any]:
        """Give what was filled in as rounds.stages takes it; form and rubric left out."""
        given: dict[str, Any] = {"name": {"en": self.name_en.data.strip(), "nl": self.name_nl.data.strip()}}
        given |= {name: self[name].instant for name in TIMES if name in self}
        return given | {name: self[name].data for name in PLAIN if name in self}
