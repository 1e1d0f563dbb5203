"""A fund's figures as tables: what workbook and data file hold, with a codebook."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from fundapp.core.words import pick
from fundapp.reports.columns import ASKED, AWARDED, CODE, GROUP, KEY, MONEY, NAME, TIME, Column
from fundapp.reports.evaluation_words import BREAKDOWNS
from fundapp.reports.fund_figures import pot_names
from fundapp.reports.fund_shape import FundReport
from fundapp.reports.tables import Table
from fundapp.reports.wording import PARTS, TIMES, _

PAID = Column("paid_cents", _l("Paid"), "money", _l("What left the bank, less what came back."))
RECEIVED = Column("received", _l("Applications"), "count", _l("Applications received."))
ROUND = (
    Column("slug", _l("Key"), "text", _l("Fixed name of the row, the same in every language.")),
    NAME,
    Column("state", _l("State"), "text", _l("Where the round stands, in words.")),
    Column("opened_on", _l("Opened"), "day", _l("Day on which the call opened.")),
    Column("closed_on", _l("Closed"), "day", _l("Day of the deadline; empty when rolling.")),
    RECEIVED,
    Column("eligible", _l("Eligible"), "count", _l("Not turned away, taken back or passed on.")),
    Column("reviewed", _l("Reviewed"), "count", _l("Eligible and with a total from reviews.")),
    Column("funded", _l("Funded"), "count", _l("Applications that were granted money.")),
    Column("rate", _l("Success rate"), "percent", _l("Funded as a share of received, once decided.")),
    ASKED,
    AWARDED,
    PAID,
    Column("alpha", _l("Alpha"), "figure", _l("Krippendorff’s alpha over the totals; empty when undefined.")),
    Column("days", _l("Days to decision"), "figure", _l("Median days from the deadline to the letter.")),
)
PROJECT = (
    CODE,
    Column("title", _l("Project"), "text", _l("Name of the project.")),
    Column("name", _l("Grantee"), "text", _l("The name under which the fund publishes.")),
    Column("country", _l("Country"), "text", _l("ISO 3166 code of the applicant’s country.")),
    Column("round", _l("Round"), "text", _l("The round it was chosen in.")),
    Column("state", _l("State"), "text", _l("Where the grant stands, in words.")),
    AWARDED,
    PAID,
    Column("planned", _l("Tasks planned"), "count", _l("Tasks of the plan in force.")),
    Column("delivered", _l("Tasks delivered"), "count", _l("Tasks delivered and accepted.")),
    Column("late", _l("Days late"), "figure", _l("Mean days from planned to handed in; negative is early.")),
)
TASKS = (
    KEY,
    NAME,
    Column("number", _l("Tasks"), "count", _l("How many tasks stand so.")),
    Column("cents", _l("Amount"), "money", _l("What they were to pay.")),
)
GIFT = (
    KEY,
    NAME,
    Column("number", _l("Gifts"), "count", _l("How many gifts were received.")),
    Column("cents", _l("Amount"), "money", _l("What came in, as booked in the ledger.")),
    Column("share", _l("Share"), "percent", _l("Share of all that came in.")),
)
MONTH = (
    Column("month", _l("Month"), "text", _l("Year and month.")),
    Column("granted", _l("Granted"), "money", _l("Granted by the end of the month, all together.")),
    Column("paid", _l("Paid"), "money", _l("Paid by the end of the month, all together.")),
)
CHANGE = (
    KEY,
    NAME,
    Column("grants", _l("Grants"), "count", _l("Grants scored at both ends.")),
    Column("baseline", _l("At the start"), "figure", _l("Median of the medians at selection.")),
    Column("expected", _l("Expected"), "figure", _l("Median of what reviewers expected then.")),
    Column("reached", _l("At the end"), "figure", _l("Median of the medians at closing.")),
    Column("rose", _l("Rose"), "count", _l("Grants that stand higher than at the start.")),
    Column("same", _l("Same"), "count", _l("Grants that stand where they stood.")),
    Column("fell", _l("Fell"), "count", _l("Grants that stand lower than at the start.")),
)
ALIVE = (
    Column("year", _l("Years after"), "count", _l("So many years after the grant ended.")),
    Column("due", _l("Asked"), "count", _l("Projects that were asked by then.")),
    Column("answered", _l("Answered"), "count", _l("Projects that answered.")),
    Column("alive", _l("Alive"), "count", _l("Projects that are still maintained.")),
)
RESULT = (
    CODE,
    Column("project", _l("Project"), "text", _l("Name of the project.")),
    Column("ref", _l("No."), "text", _l("Number of the milestone in the plan.")),
    Column("title", _l("Result"), "text", _l("What was delivered.")),
    Column("licence", _l("Licence"), "text", _l("SPDX expression.")),
    Column("place", _l("Place"), "text", _l("Where it stands in public.")),
)
DIVERSITY = (
    Column("question", _l("Question"), "text", _l("What was asked, as a fixed name.")),
    Column("choice", _l("Answer"), "text", _l("What was answered, as a fixed name.")),
    Column("number", _l("Times"), "count", _l("How often; empty when from one to four.")),
)


def of_fund(data: FundReport, lang: str) -> list[Table]:
    """Give the tables of a fund's figures, the projects first; call it with `lang` in force."""
    pots = [{"key": key, "name": name, "cents": data["money"][key]} for key, name in pot_names().items()]  # type: ignore[literal-required]
    return [
        Table("projects", _("Projects"), PROJECT, _said(data["projects"], lang)),
        Table("rounds", _("Rounds"), ROUND, _said(data["rounds"], lang)),
        Table("money", _("Money"), MONEY, list(pots)),
        Table("gifts", _("Gifts"), GIFT, _said(data["gifts"], lang)),
        Table("months", _("Months"), MONTH, list(data["months"])),
        *(
            Table(key, str(head), GROUP, _said(data[key], lang))  # type: ignore[literal-required]
            for key, (head, _title) in BREAKDOWNS.items()
        ),
        Table("times", _("Days per step"), TIME, _named(data["times"], TIMES)),
        Table("tasks", _("Tasks"), TASKS, _named(data["tasks"]["parts"], PARTS)),
        Table("results", _("Results"), RESULT, list(data["results"])),
        Table("governance", _("Governance"), CHANGE, _said(data["governance"], lang)),
        Table("alive", _("Afterwards"), ALIVE, list(data["alive"])),
        Table("diversity", _("Diversity"), DIVERSITY, list(data["diversity"])),
    ]


def _said(rows: Sequence[Mapping[str, Any]], lang: str) -> list[Mapping[str, Any]]:
    """Write out the words of rows in one language."""
    return [
        {key: pick(value, lang) if isinstance(value, dict) else value for key, value in row.items()}
        for row in rows
    ]


def _named(rows: Sequence[Mapping[str, Any]], names: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [{**row, "name": str(names[row["key"]])} for row in rows]
