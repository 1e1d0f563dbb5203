"""The budget as tables: rounds, themes, and the payments to come."""

from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _

from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.payouts import budget
from fundapp.payouts.forecast import Forecast, delay, forecast
from fundapp.payouts.sheets import Column, Sheet


def sheets(fund: Fund, today: date, lang: str) -> list[Sheet]:
    """Make the three tables from the ledger as it stands."""
    steps = budget.open_steps(fund)
    lines = budget.rounds(fund, today, steps)
    promised = sum(line.figures.promised for line in lines)
    way = sum(line.figures.approved + line.figures.ordered for line in lines)
    seen = forecast(today, seen=delay(fund), promised=promised, under_way=way, steps=steps)
    with force_locale(lang):
        return [_rounds(lines, lang), _themes(fund, lang), _months(seen)]


def _rounds(lines: list[budget.Line], lang: str) -> Sheet:
    columns = [
        Column("round", _("Round"), meaning=_("Name of the call")),
        Column("grants", _("Grants"), "count", _("How many grants were given in it")),
        Column("in_round", _("Set apart in all"), "money", _("Given or not: all money of the round")),
        Column("left", _("Left"), "money", _("Set apart and not given")),
        Column("promised", _("Promised"), "money", _("Given and not paid, approved or not")),
        Column("approved", _("Approved"), "money", _("Of what is promised: the work was approved")),
        Column("ordered", _("Sent to the bank"), "money", _("Of what is promised: in a file for the bank")),
        Column("paid", _("Paid"), "money", _("Left the bank, less what came back")),
        Column("returned", _("Came back"), "money", _("Payments that came back from the bank, in all")),
        Column("released", _("Given back"), "money", _("What grants gave back to the round, in all")),
        Column("late", _("Late"), "money", _("Planned before today and not asked for")),
    ]
    rows = [
        (
            pick(line.name, lang), line.awards, _whole(line),
            line.figures.reserved, line.figures.promised, line.figures.approved, line.figures.ordered,
            line.figures.paid, line.returned, line.released, line.late,
        )
        for line in lines
    ]  # fmt: skip
    return Sheet("rounds", _("Rounds"), columns, rows)


def _whole(line: budget.Line) -> int:
    """All money of a round, given or not."""
    return line.figures.reserved + line.figures.promised + line.figures.paid


def _themes(fund: Fund, lang: str) -> Sheet:
    columns = [
        Column("theme", _("Theme"), meaning=_("Empty: for everything")),
        Column("received", _("Received for it"), "money", _("Gifts that are earmarked for the theme")),
        Column("left", _("Left of that"), "money", _("What no grant holds yet")),
        Column("granted", _("Given to its projects"), "money", _("From any gift")),
        Column("paid", _("Paid to its projects"), "money", _("From any gift")),
    ]
    rows = [
        (pick(row.name, lang) if row.name else "", row.received, row.left, row.granted, row.paid)
        for row in budget.themes(fund)
    ]
    return Sheet("themes", _("Themes"), columns, rows)


def _months(seen: Forecast) -> Sheet:
    columns = [
        Column(
            "month",
            _("Month"),
            meaning=_("The first is this month; late work and what is on its way stand in it"),
        ),
        Column("planned", _("As planned"), "money", _("By the days of the plans")),
        Column("experienced", _("As experienced"), "money", delay_words(seen)),
    ]
    rows: list[tuple[str, int, int | None]] = [
        (one.first.strftime("%Y-%m"), one.planned, one.experienced if seen.delay.is_enough else None)
        for one in seen.months
    ]
    if seen.later:
        rows.append(
            (_("later"), seen.later.planned, seen.later.experienced if seen.delay.is_enough else None)
        )
    rows.append((_("without a day"), seen.undated, seen.undated if seen.delay.is_enough else None))
    return Sheet("forecast", _("Forecast"), columns, rows)


def delay_words(seen: Forecast) -> str:
    """Say out loud what the second scenario rests on."""
    if not seen.delay.n:
        return str(_("No milestone with a day was paid yet, so experience says nothing."))
    if not seen.delay.is_enough:
        return str(
            _("Only %(n)d milestones were paid: too few to say how late they usually are.", n=seen.delay.n)
        )
    if seen.delay.days < 0:
        return str(
            _(
                "Milestones were paid %(days)d days early (median of %(n)d).",
                days=-seen.delay.days,
                n=seen.delay.n,
            )
        )
    return str(
        _(
            "Milestones were paid %(days)d days after their planned day (median of %(n)d).",
            days=seen.delay.days,
            n=seen.delay.n,
        )
    )
