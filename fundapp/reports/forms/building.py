"""The forms with which a report of one's own is put together, shared and sent."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, widgets

from fundapp.accounts.models import RoleName
from fundapp.core.forms import Form, OnceForm, options
from fundapp.reports.built_plans import OPERATORS, SUMS, Filter, Plan
from fundapp.reports.models import BuiltReport, Every
from fundapp.reports.subjects import Subject

FILTERS, GROUPS, TOTALS = 4, 2, 3
ROLES = {
    RoleName.MANAGER: _l("Managers"),
    RoleName.FINANCE: _l("Finance officers"),
    RoleName.AUDITOR: _l("Auditors"),
}
EVERY = {Every.DAY: _l("Every day"), Every.WEEK: _l("Every week"), Every.MONTH: _l("Every month")}


class Ticks(SelectMultipleField):
    """Several choices, each with a box to tick."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class BuilderForm(OnceForm):
    """Columns, conditions, groups and sums of one report; everything works without scripts."""

    name = StringField(_l("Name"))
    columns = Ticks(_l("Columns"))
    sort = SelectField(_l("In order of"))
    is_down = BooleanField(_l("The highest first"))
    is_public = BooleanField(_l("For publication: leave out groups of fewer than five"))

    def __init__(self, subject: Subject, known: Iterable[str] = (), **given: Any) -> None:
        super().__init__(**given)
        self.known = list(known)
        every = [(one.key, one.head) for one in subject.traits]
        measures = [(one.key, one.head) for one in subject.traits if one.is_measure]
        self.columns.choices = options(every)
        self.sort.choices = options([("", _("as usual")), *every])
        for number in range(FILTERS):
            self[f"filter{number}"].choices = _or_none(every)
            self[f"op{number}"].choices = options(OPERATORS.items())
            self[f"value{number}"].render_kw = {"list": "known-values"}
        for number in range(GROUPS):
            self[f"group{number}"].choices = _or_none(every)
        for number in range(TOTALS):
            self[f"do{number}"].choices = options(SUMS.items())
            self[f"total{number}"].choices = _or_none(measures)

    def show(self, plan: Plan) -> None:
        """Fill the form with a plan."""
        self.columns.data, self.sort.data = list(plan.columns), plan.sort
        self.is_down.data, self.is_public.data = plan.is_down, plan.is_public
        for number, one in enumerate(plan.filters[:FILTERS]):
            self._put(number, filter=one.key, op=one.op, value=one.value)
        for number, key in enumerate(plan.groups[:GROUPS]):
            self._put(number, group=key)
        for number, (do, key) in enumerate(plan.sums[:TOTALS]):
            self._put(number, do=do, total=key)

    def _put(self, number: int, **values: str) -> None:
        for name, value in values.items():
            self[f"{name}{number}"].data = value

    def plan(self) -> Plan:
        """Give the plan that the form describes."""
        return Plan(
            columns=tuple(self.columns.data or ()),
            filters=tuple(self._filters()),
            groups=tuple(self._chosen("group", GROUPS)),
            sums=tuple(
                (self[f"do{number}"].data, self[f"total{number}"].data)
                for number in range(TOTALS)
                if self[f"total{number}"].data
            ),
            sort=self.sort.data or "",
            is_down=bool(self.is_down.data),
            is_public=bool(self.is_public.data),
        )

    def _filters(self) -> Iterable[Filter]:
        for number in range(FILTERS):
            key, op = self[f"filter{number}"].data, self[f"op{number}"].data
            if key:
                yield Filter(key, op, (self[f"value{number}"].data or "").strip())

    def _chosen(self, name: str, most: int) -> Iterable[str]:
        found = [self[f"{name}{number}"].data for number in range(most)]
        return dict.fromkeys(key for key in found if key)


def _or_none(pairs: Iterable[tuple[Any, Any]]) -> list[Any]:
    return options([("", _("none")), *pairs])


for _number in range(FILTERS):
    setattr(BuilderForm, f"filter{_number}", SelectField(_l("Column")))
    setattr(BuilderForm, f"op{_number}", SelectField(_l("Condition")))
    setattr(BuilderForm, f"value{_number}", StringField(_l("Value")))
for _number in range(GROUPS):
    setattr(BuilderForm, f"group{_number}", SelectField(_l("Group by")))
for _number in range(TOTALS):
    setattr(BuilderForm, f"do{_number}", SelectField(_l("What")))
    setattr(BuilderForm, f"total{_number}", SelectField(_l("Of")))


class ShareForm(Form):
    """Who else may open a report, and whom a mail tells of it."""

    role = SelectField(_l("Everybody with this role at the fund"))
    people = Ticks(_l("Single colleagues"), coerce=int)
    every = SelectField(_l("Send a link by mail"))
    mail_role = SelectField(_l("To everybody with this role"))

    def __init__(
        self, report: BuiltReport, roles: Iterable[RoleName], people: Iterable[Any], **given: Any
    ) -> None:
        super().__init__(**given)
        named = [(one.value, ROLES[one]) for one in roles]
        self.role.choices = options([("", _("nobody")), *named])
        self.mail_role.choices = options([("", _("nobody")), *named])
        self.every.choices = options([("", _("never")), *((one.value, word) for one, word in EVERY.items())])
        self.people.choices = [(one.id, one.name) for one in people]
        if not self.is_submitted():
            self.role.data, self.mail_role.data = report.shared_role or "", report.mail_role or ""
            self.every.data = report.every or ""
            self.people.data = [one.user_id for one in report.shares]
