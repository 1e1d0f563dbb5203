"""What is filled in about reports: their days, and what the reviewer writes."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from fundapp.core.forms import Form, OnceForm, options
from fundapp.grants.models import ReportBlock, ReportKind, ReportPolicy, ReportRule
from fundapp.grants.report_flow import KINDS

FILL = _l("Fill this in.")
RULES = (
    (ReportRule.NONE, _l("No progress reports")),
    (ReportRule.MONTHS, _l("Every so many months")),
    (ReportRule.MILESTONES, _l("With each milestone")),
)
BLOCKS = (
    (ReportBlock.NONE, _l("None: payments go on")),
    (ReportBlock.FINAL, _l("A late final report; and nothing is settled before it is accepted")),
    (ReportBlock.ALL, _l("Any late report; and nothing is settled before the final one is accepted")),
)


class PolicyForm(Form):
    """What a fund asks of its grants."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    rule = RadioField(_l("Progress reports"), [DataRequired(_l("Choose an answer."))], choices=options(RULES))
    every_months = IntegerField(_l("Months between two of them"), [InputRequired(FILL), NumberRange(1, 24)])
    has_final = BooleanField(_l("A final report at the end"))
    final_weeks = IntegerField(
        _l("Weeks after the planned end in which it is due"), [Optional(), NumberRange(0, 52)]
    )
    blocks = RadioField(
        _l("Which reports hold up a payment"),
        [DataRequired(_l("Choose an answer."))],
        choices=options(BLOCKS),
    )

    @classmethod
    def showing(cls, policy: ReportPolicy) -> "PolicyForm":
        """Give the form as things are."""
        return cls(
            formdata=None,
            version=policy.row_version,
            rule=policy.rule.value,
            every_months=policy.every_months,
            has_final=policy.final_weeks is not None,
            final_weeks=6 if policy.final_weeks is None else policy.final_weeks,
            blocks=policy.blocks.value,
        )


class AddReportForm(OnceForm):
    """One more report."""

    kind = SelectField(_l("Kind"), choices=options((kind.value, KINDS[kind]) for kind in ReportKind))
    due_on = DateField(_l("Due on"), [InputRequired(FILL)])


class DayForm(Form):
    """Another day."""

    due_on = DateField(_l("Due on"), [InputRequired(FILL)])


class ReviewForm(Form):
    """What the reviewer writes; the questions beside answers come as q_<key>."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    note = TextAreaField(_l("To the grantee"), [Length(max=5000)])
    internal = TextAreaField(_l("For the office only"), [Length(max=5000)])
