"""The evaluation of one grant, as a kind of report."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.applications.queries import seen
from fundapp.core.db import db
from fundapp.core.words import pick
from fundapp.funds.queries import OFFICE_ROLES
from fundapp.grants.models import Award
from fundapp.reports import grant_data, grant_figures
from fundapp.reports.columns import CODE, KEY, NAME, TASK, Column
from fundapp.reports.grant_shape import GrantReport
from fundapp.reports.kinds import Kind, add
from fundapp.reports.models import Snapshot
from fundapp.reports.tables import Table
from fundapp.reports.wording import _

PLAN = (
    *TASK[:3],
    Column("first_due_on", _l("First planned"), "day", _l("Day on which it was due in the first agreement.")),
    Column("due_on", _l("Planned"), "day", _l("Day on which it is due.")),
    Column("handed_in_on", _l("Handed in"), "day", _l("Day of the last request for payment for it.")),
    Column("late", _l("Days late"), "count", _l("Days from planned to handed in; negative is early.")),
    Column("part", _l("Stands at"), "text", _l("delivered, partial, open, held, expired or dropped.")),
    Column("first_cents", _l("First agreed"), "money", _l("What it was to pay in the first agreement.")),
    *TASK[4:],
    Column("licence", _l("Licence"), "text", _l("SPDX expression.")),
    Column("place", _l("Place"), "text", _l("Where it stands in public.")),
)
SCORES = (
    KEY,
    NAME,
    Column("low", _l("Lowest"), "count", _l("Lowest score of the scale.")),
    Column("high", _l("Highest"), "count", _l("Highest score of the scale.")),
    Column("baseline", _l("At the start"), "figure", _l("Median of the scores at selection.")),
    Column("expected", _l("Expected"), "figure", _l("Median of what reviewers expected then.")),
    Column("reached", _l("At the end"), "figure", _l("Median of the scores at closing.")),
    Column("before", _l("Scores at the start"), "count", _l("Scored so often at selection.")),
    Column("after", _l("Scores at the end"), "count", _l("Scored so often at closing.")),
)
PAYMENT = (
    CODE,
    Column("on", _l("Paid on"), "day", _l("Day on which the money left the bank.")),
    Column("cents", _l("Amount"), "money", _l("What was paid.")),
)
LIFE = (
    Column("year", _l("Years after"), "count", _l("So many years after the grant ended.")),
    Column("due_on", _l("Asked for"), "day", _l("Day on which the answer was due.")),
    Column("answered_on", _l("Answered on"), "day", _l("Day of the answer.")),
    Column(
        "is_alive", _l("Still maintained"), "count", _l("1 when it is, 0 when it is not; empty: no answer.")
    ),
    Column("released_on", _l("Last release"), "day", _l("Day of the last release.")),
    Column("contributors", _l("Contributors"), "count", _l("People who contributed in the last year.")),
    Column("users", _l("Users"), "text", _l("Who uses it.")),
    Column("funding", _l("Paid for by"), "text", _l("What pays for the upkeep.")),
    Column("link", _l("Link"), "text", _l("Where this can be seen.")),
)
MONEY = (KEY, Column("cents", _l("Amount"), "money", _l("Balance in the ledger.")))


def of_grant(data: GrantReport, lang: str) -> list[Table]:
    """Give the tables of a grant's evaluation, the plan first; call it with `lang` in force."""
    money = [{"key": key, "cents": cents} for key, cents in data["money"].items()]
    scores = [{**one, "name": pick(one["name"], lang)} for one in data["criteria"]]
    life = [
        {**one, "is_alive": None if one["is_alive"] is None else int(one["is_alive"])}
        for one in data["alive"]
    ]
    return [
        Table("tasks", _("Tasks"), PLAN, list(data["tasks"])),
        Table("money", _("Money"), MONEY, list(money)),
        Table("payments", _("Payments"), PAYMENT, list(data["payments"])),
        Table("governance", _("Governance"), SCORES, list(scores)),
        Table("alive", _("Afterwards"), LIFE, list(life)),
    ]


def _sees(user: User, snapshot: Snapshot) -> bool:
    """Let people of the office read it who see the application; tied people never do."""
    allowed = (
        select(Application.id)
        .join(Award, Award.application_id == Application.id)
        .where(Award.id == snapshot.award_id, seen(user), Award.fund_id.in_(user.funds(*OFFICE_ROLES)))
    )
    return db.session.scalar(allowed) is not None


def _name(data: Any) -> str:
    return f"grant-{data['code']}"


GRANT = add(
    Kind(
        key="grant",
        words=_l("Evaluation of a grant"),
        gather=grant_data.gather,
        template="grant.html",
        figures=grant_figures.grant_report,
        tables=of_grant,
        name=_name,
        may_read=_sees,
    )
)
