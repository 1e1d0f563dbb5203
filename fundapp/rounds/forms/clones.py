"""What is asked to clone a round."""

import re
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from fundapp.core.forms import OnceForm, ZonedField, filled
from fundapp.rounds import dates
from fundapp.rounds.forms.calls import FILL, SLUG
from fundapp.rounds.models import Round

NUMBER = re.compile(r"\d+(?=\D*$)")


def next_in_line(text: str) -> str:
    """Give a text with the last number in it one higher: Round 4 → Round 5."""
    return NUMBER.sub(lambda found: str(int(found[0]) + 1), text, count=1)


class CloneForm(OnceForm):
    """The address, name and dates of the new round. Times are on the wall clock of the fund."""

    name_en = StringField(_l("Name in English"), [DataRequired(FILL), Length(max=120), filled])
    name_nl = StringField(_l("Name in Dutch"), [DataRequired(FILL), Length(max=120), filled])
    slug = StringField(
        _l("Address"), [DataRequired(FILL), Length(max=60), SLUG],
        description=_l("The last part of the address of the call. Once published it stays the same."),
    )  # fmt: skip
    opens_at = ZonedField(_l("Opens"), [InputRequired(FILL)])
    closes_at = ZonedField(_l("Closes"), [Optional()], closing=True)
    is_trial = BooleanField(_l("This is a trial"))

    def for_round(self, round: Round, *, at: datetime, fresh: bool) -> "CloneForm":
        """Read times on the clock of the fund; a fresh form proposes what comes next in line."""
        zone, stage = round.fund.zone, round.stage
        self.opens_at.zone = self.closes_at.zone = zone
        if fresh:
            days = dates.weeks_on(stage.opens_at, at, zone)
            self.name_en.data = next_in_line(round.name.get("en", ""))
            self.name_nl.data = next_in_line(round.name.get("nl", ""))
            self.slug.data = next_in_line(round.slug)
            self.opens_at.show(dates.shifted(stage.opens_at, days, zone, closing=False), zone)
            self.closes_at.show(dates.shifted(stage.closes_at, days, zone, closing=True), zone)
        return self

    def values(self) -> dict[str, Any]:
        """Give what was filled in as rounds.clones takes it."""
        return {
            "slug": self.slug.data,
            "name": {"en": self.name_en.data.strip(), "nl": self.name_nl.data.strip()},
            "opens_at": self.opens_at.instant,
            "closes_at": self.closes_at.instant,
            "is_trial": self.is_trial.data,
        }
