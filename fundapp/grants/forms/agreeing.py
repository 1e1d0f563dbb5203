"""What is filled in about an agreement: another plan, shares, conditions, a change and what follows."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms import Form as Part
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from fundapp.core import money
from fundapp.core.forms import Form, MoneyField, OnceForm, filled, options
from fundapp.core.shares import MILLION
from fundapp.grants import shares
from fundapp.grants.amendments import LONGEST_REASON, Wish
from fundapp.grants.conditions import LONGEST_TEXT, LONGEST_TITLE, Wording
from fundapp.grants.forms import FILL, PlanForm
from fundapp.grants.models import Award, Condition, ConditionKind

KINDS = (
    (ConditionKind.VALUE, _l("Value agreement: an interest and a public value clash")),
    (ConditionKind.OPEN_SOURCE, _l("Open source: how and where results are published")),
    (ConditionKind.OTHER, _l("Another condition")),
)
MODES = (("percent", _l("In percent")), ("amount", _l("As amounts")))


class ProposalForm(PlanForm):
    """Another plan, and what is proposed in words."""

    note = TextAreaField(_l("What you propose, and why"), [Length(max=2000)])


class ShareRow(Part):
    """The share of one person of the project; empty: no payee."""

    user_id = HiddenField()
    share = StringField(_l("Share"), [Length(max=30)])


class SharesForm(Form):
    """Who is paid which part, all in percent or all in amounts."""

    version = IntegerField(widget=HiddenInput())
    mode = RadioField(_l("How the shares are given"), choices=options(MODES), default="percent")
    rows = FieldList(FormField(ShareRow), max_entries=shares.MOST)

    def parts(self, currency: str) -> list[shares.Part]:
        """Give the shares as they were typed. Raises ValidationError for what is no share."""
        found = []
        for row in self.rows:
            text = (row.share.data or "").strip()
            if not text or not str(row.user_id.data).isdecimal():
                continue
            try:
                found.append(self._part(int(row.user_id.data), text, currency))
            except ValueError as fault:
                row.share.errors = [str(fault)]
        if any(row.share.errors for row in self.rows):
            raise ValidationError(_l("One of the shares cannot be read."))
        return found

    def _part(self, user_id: int, text: str, currency: str) -> shares.Part:
        if self.mode.data == "amount":
            amount = money.read(text)
            if amount.currency not in (None, currency):
                raise ValueError(str(_l("This is an amount in another currency.")))
            return shares.Part(user_id, cents=amount.cents)
        return shares.Part(user_id, ppm=percent(text))


def percent(text: str) -> int:
    """Read a percentage with at most four decimals as millionths. Raises ValueError saying what is wrong."""
    plain = text.replace("%", "").replace(",", ".").strip()
    whole, _point, rest = plain.partition(".")
    if not (whole.isascii() and whole.isdigit() and (not rest or (rest.isascii() and rest.isdigit()))):
        raise ValueError(str(_l("Write a percentage as 33.5 or 33,5.")))
    if len(rest) > 4 or len(whole) > 3:
        raise ValueError(str(_l("A percentage has at most four decimals, and is at most 100.")))
    found = int(whole) * 10_000 + int(rest.ljust(4, "0"))
    if not 0 < found <= MILLION:
        raise ValueError(str(_l("A share is more than 0 and at most 100 percent.")))
    return found


class ShareForm(Form):
    """A yes to one's own share."""

    digest = HiddenField(validators=[DataRequired()])
    agreed = BooleanField(
        _l("I agree to this share of the grant."), [InputRequired(_l("Tick this to agree."))]
    )


class ConditionForm(OnceForm):
    """What a condition says, who watches it, at which milestone it is checked."""

    version = IntegerField(widget=HiddenInput())
    kind = RadioField(_l("Kind"), choices=options(KINDS), default=ConditionKind.VALUE.value)
    title = StringField(_l("In short"), [DataRequired(FILL), Length(max=LONGEST_TITLE), filled])
    interest = StringField(
        _l("Whose interest"), [Length(max=LONGEST_TITLE)], description=_l("Of a value agreement.")
    )
    public_value = StringField(
        _l("Which public value it clashes with"), [Length(max=LONGEST_TITLE)],
        description=_l("Such as privacy, openness, autonomy, access for all."),
    )  # fmt: skip
    text = TextAreaField(_l("What is agreed"), [DataRequired(FILL), Length(max=LONGEST_TEXT), filled])
    ref = SelectField(_l("Checked at"))
    watcher = SelectField(_l("Who watches it"))

    def for_award(self, award: Award, refs: dict[str, str], people: list[tuple[int, str]]) -> "ConditionForm":
        """Offer the milestones of the newest plan, and the people who may watch."""
        steps = [(ref, f"{ref} {title}") for ref, title in refs.items()]
        at = [("", _l("Before the grant is closed")), *steps]
        if self.ref.data and self.ref.data not in {ref for ref, _title in at}:
            at.append((self.ref.data, self.ref.data))
        self.ref.choices = options(at)
        self.watcher.choices = options([("", _l("Nobody yet: the managers")), *people])
        return self

    def validate_interest(self, field: Any) -> None:
        """A value agreement names both sides of the tension."""
        both = (field.data or "").strip() and (self.public_value.data or "").strip()
        if self.kind.data == ConditionKind.VALUE.value and not both:
            raise ValidationError(_l("Say whose interest clashes with which public value."))

    def wording(self) -> Wording:
        """Give what was filled in as the service takes it."""
        return Wording(
            kind=ConditionKind(self.kind.data),
            title=self.title.data or "",
            text=self.text.data or "",
            interest=self.interest.data or "",
            public_value=self.public_value.data or "",
            ref=self.ref.data or "",
            watcher_id=int(self.watcher.data) if self.watcher.data else None,
        )


def condition_values(one: Condition) -> dict[str, Any]:
    """Give the fields of a condition as its form shows them."""
    names = ("title", "text", "interest", "public_value", "ref")
    kept = {name: getattr(one, name) for name in names}
    watcher = str(one.watcher_id or "")
    return kept | {"kind": one.kind.value, "watcher": watcher, "version": one.row_version}


class JudgeForm(Form):
    """What the one who watches found."""

    version = IntegerField(widget=HiddenInput())
    note = TextAreaField(_l("What you saw, and where"), [Length(max=2000)])


class AmendmentForm(OnceForm):
    """What changes, and why."""

    version = IntegerField(widget=HiddenInput())
    reason = TextAreaField(
        _l("Why the agreement changes"), [DataRequired(FILL), Length(max=LONGEST_REASON), filled]
    )
    amount = MoneyField(_l("The grant becomes"), [Optional()], description=_l("Empty: it stays as it is."))
    ends_on = DateField(
        _l("The plan ends on"), [Optional()], description=_l("Empty: with its last milestone.")
    )
    aim = StringField(
        _l("The new aim of the project"), [Length(max=500)], description=_l("Only where the aim changes.")
    )
    licence = BooleanField(_l("Something appears under another licence than was agreed"))

    def wish(self) -> Wish:
        """Give what was filled in as the service takes it."""
        return Wish(
            reason=self.reason.data or "",
            amount_cents=self.amount.data,
            ends_on=self.ends_on.data,
            aim=self.aim.data or "",
            is_licence=self.licence.data,
        )


class RulingForm(OnceForm):
    """What the committee decided."""

    digest = HiddenField(validators=[DataRequired()])
    is_yes = RadioField(
        _l("The committee said"),
        [InputRequired(FILL)],
        choices=options([("yes", _l("yes")), ("no", _l("no"))]),
    )
    decided_on = DateField(_l("On"), [InputRequired(FILL)])
    decided_by = StringField(_l("Who decided"), [DataRequired(FILL), Length(max=500), filled])
    meeting = SelectField(_l("In the meeting of"))
    note = TextAreaField(_l("What was said"), [Length(max=2000)])


class DigestForm(Form):
    """A yes to exactly what was on the page."""

    digest = HiddenField(validators=[DataRequired()])
