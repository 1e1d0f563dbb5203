"""What people fill in about reminders: their own habits, and a manager's rules."""

from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from fundapp.accounts.models import RoleName
from fundapp.core.forms import Form, OnceForm, options
from fundapp.funds.forms.funds import FILL, ZONES
from fundapp.reminders.changing import FARTHEST, TOLD_LATE, Wish
from fundapp.reminders.models import Channel, Habit, Rhythm
from fundapp.reminders.rulebook import Rule

RHYTHMS = (
    (Rhythm.AT_ONCE, _l("When it is due, at most one mail a day")),
    (Rhythm.DAILY, _l("Every day at a fixed hour, if there is anything")),
    (Rhythm.WEEKLY, _l("Once a week; what is urgent at once")),
)
WEEKDAYS = (
    (0, _l("Monday")), (1, _l("Tuesday")), (2, _l("Wednesday")), (3, _l("Thursday")),
    (4, _l("Friday")), (5, _l("Saturday")), (6, _l("Sunday")),
)  # fmt: skip
CHANNELS = (
    (Channel.MAIL, _l("By mail, and on the list of what is to be done")),
    (Channel.LIST, _l("Only on the list of what is to be done")),
)
ROLES = {
    RoleName.MANAGER: _l("the fund managers"),
    RoleName.FINANCE: _l("the finance officers"),
    RoleName.AUDITOR: _l("the auditors"),
}
HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]


class HabitForm(Form):
    """How one person wishes to be told."""

    rhythm = RadioField(_l("How often"), choices=options(RHYTHMS))
    hour = SelectField(
        _l("At what hour"),
        choices=options([("", _l("The hour each fund has chosen")), *HOURS]),
    )
    weekday = SelectField(_l("On which day, if once a week"), choices=options(WEEKDAYS))
    zone = SelectField(_l("Time zone"), choices=[])
    wanted = SelectMultipleField(
        _l("Remind me of"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        choices=[],
    )

    def for_habit(self, habit: Habit, kinds: list[Any], muted: set[str], *, fresh: bool) -> "HabitForm":
        """Offer zones and kinds; a fresh form shows the habit as it is."""
        zones = [*ZONES, *([habit.zone] if habit.zone and habit.zone not in ZONES else [])]
        self.zone.choices = options([("", _l("That of each fund")), *((zone, zone) for zone in zones)])
        self.wanted.choices = options((kind.key, kind.words) for kind in kinds)
        if fresh:
            self.rhythm.data, self.weekday.data = habit.rhythm.value, str(habit.weekday)
            self.hour.data = "" if habit.hour is None else str(habit.hour)
            self.zone.data = habit.zone or ""
            self.wanted.data = [kind.key for kind in kinds if kind.key not in muted]
        return self

    def validate_zone(self, field: Any) -> None:
        """A zone is one the machine knows."""
        if field.data and field.data not in available_timezones():
            raise ValidationError(_l("There is no such time zone."))


class SnoozeForm(Form):
    """Until when one thing is put off."""

    until = DateField(_l("Until"), [InputRequired(FILL)])


class AbsenceForm(OnceForm):
    """Days away, and who stands in where somebody can."""

    first = DateField(_l("First day away"), [InputRequired(FILL)])
    last = DateField(_l("Last day away"), [InputRequired(FILL)])
    stand_in = SelectField(_l("Who stands in"), choices=[])

    def offer(self, colleagues: list[Any]) -> "AbsenceForm":
        """Offer those who can stand in; without any the question goes."""
        if colleagues:
            named = [(str(one.id), one.name) for one in colleagues]
            self.stand_in.choices = options([("", _l("Nobody")), *named])
        else:
            del self.stand_in
        return self


class RuleForm(Form):
    """One rule. before and after: days, with commas."""

    is_on = BooleanField(_l("Remind of this"))
    before = StringField(
        _l("Days before"), [Length(max=60)], description=_l("With commas, such as 14, 7, 1. Empty: none.")
    )
    on_the_day = BooleanField(_l("On the day itself"))
    after = StringField(
        _l("Days after, while it is still not done"),
        [Length(max=60)],
        description=_l("With commas, such as 1, 7. Empty: none."),
    )
    in_working_days = BooleanField(
        _l("Count working days"),
        description=_l("Weekends, Dutch holidays and days on which European banks rest are left out."),
    )
    hour = SelectField(_l("At what hour"), choices=options(HOURS))
    channel = RadioField(_l("How"), choices=options(CHANNELS))
    is_urgent = BooleanField(
        _l("Urgent"), description=_l("Goes at once, also to who gets mail once a week or is away.")
    )
    also_to = SelectField(
        _l("Who hears of it as well, on the same days"),
        choices=options([("", _l("Nobody else")), *((role.value, ROLES[role]) for role in TOLD_LATE)]),
        default="",
    )
    escalate_to = SelectField(
        _l("Who hears of it when it is late"),
        choices=options([("", _l("Nobody")), *((role.value, ROLES[role]) for role in TOLD_LATE)]),
    )
    escalate_after_days = IntegerField(_l("After how many days"), [Optional(), NumberRange(1, 365)])
    version = IntegerField(_l("Version"), [InputRequired()])

    def show(self, rule: Rule) -> None:
        """Fill a fresh form with a rule."""
        self.is_on.data, self.in_working_days.data = rule.is_on, rule.in_working_days
        self.before.data = ", ".join(str(-days) for days in sorted(rule.offsets) if days < 0)
        self.after.data = ", ".join(str(days) for days in sorted(rule.offsets) if days > 0)
        self.on_the_day.data = 0 in rule.offsets
        self.hour.data, self.channel.data = str(rule.hour), rule.channel.value
        self.is_urgent.data = rule.is_urgent
        self.also_to.data = rule.also_to or ""
        self.escalate_to.data = rule.escalate_to or ""
        self.escalate_after_days.data = rule.escalate_after_days

    def validate_before(self, field: Any) -> None:
        """Days are whole numbers."""
        _days(field.data)

    def validate_after(self, field: Any) -> None:
        """Days are whole numbers."""
        _days(field.data)

    def validate_escalate_to(self, field: Any) -> None:
        """Who is told needs a day on which."""
        if field.data and self.escalate_after_days.data is None and not self.escalate_after_days.errors:
            raise ValidationError(_l("Say after how many days somebody else is told."))

    def wish(self) -> Wish:
        """Give what was filled in, once it is valid."""
        offsets = [-days for days in _days(self.before.data)] + _days(self.after.data)
        return Wish(
            is_on=self.is_on.data,
            offsets=offsets + ([0] if self.on_the_day.data else []),
            in_working_days=self.in_working_days.data,
            hour=int(self.hour.data),
            channel=Channel(self.channel.data),
            is_urgent=self.is_urgent.data,
            escalate_to=RoleName(self.escalate_to.data) if self.escalate_to.data else None,
            escalate_after_days=self.escalate_after_days.data,
            also_to=RoleName(self.also_to.data) if self.also_to.data else None,
        )


def _days(text: str | None) -> list[int]:
    """Read days with commas. Raises ValidationError, shown beside the field."""
    parts = [part.strip() for part in (text or "").replace(";", ",").split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() and 1 <= int(part) <= FARTHEST for part in parts):
        raise ValidationError(_("Write whole days from 1 to %(most)s, with commas.", most=FARTHEST))
    return [int(part) for part in parts]
