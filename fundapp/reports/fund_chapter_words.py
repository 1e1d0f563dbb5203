"""What a fund's figures say in sentences, chapter by chapter."""

from fundapp.reports.fund_shape import FundReport
from fundapp.reports.wording import Say, _, ngettext


def money_words(data: FundReport, say: Say) -> str:
    """Say where the money stands."""
    money = data["money"]
    if not money["received"]:
        return _("No money has come in yet.")
    said = _(
        "Of %(received)s that came in, %(paid)s has been paid to projects, %(owed)s is granted and still to "
        "be paid, %(reserved)s is set apart for rounds and %(free)s is not set apart for anything yet.",
        received=say.money(money["received"]),
        paid=say.money(money["paid"]),
        owed=say.money(money["granted"] - money["paid"]),
        reserved=say.money(money["reserved"]),
        free=say.money(money["free"]),
    )
    costs = _("The bank charged %(costs)s.", costs=say.money(money["costs"])) if money["costs"] else ""
    same = _("These amounts are the balances of the ledger, to the cent.")
    return " ".join(part for part in (said, costs, same) if part)


def rounds_words(data: FundReport, say: Say) -> str:
    """Say how many rounds there were, who asked, and what is left out."""
    h = data["headline"]
    if not h["received"]:
        return _("No application has come in yet.")
    said = [
        ngettext(
            "In one round %(received)s applications came in from %(applicants)s applicants.",
            "In %(num)s rounds %(received)s applications came in from %(applicants)s applicants.",
            h["rounds"],
            received=say.number(h["received"]),
            applicants=say.number(h["applicants"]),
        ),
        _(
            "%(first)s of the applications came from somebody who asked for the first time; they came from "
            "%(countries)s countries.",
            first=say.percent(100 * h["first_time"] / h["received"]),
            countries=say.number(h["countries"]),
        ),
    ]
    if h["rounds_open"]:
        said.append(
            ngettext(
                "One round is still sealed and stands in no figure.",
                "%(num)s rounds are still sealed and stand in no figure.",
                h["rounds_open"],
            )
        )
    return " ".join(said)


def reviewing_words(data: FundReport, say: Say) -> str:
    """Say how much was reviewed, how interests were handled, and what was appealed."""
    done, ties, appeals = data["reviewing"], data["conflicts"], data["appeals"]
    if not done["done"]:
        return _("No review has been handed in yet.")
    said = [
        ngettext(
            "One reviewer handed in %(done)s reviews.",
            "%(num)s reviewers handed in %(done)s reviews.",
            done["reviewers"],
            done=say.number(done["done"]),
        )
    ]
    if done["hours"]:
        said.append(
            _(
                "As far as it was measured, they worked %(hours)s hours on them.",
                hours=say.number(done["hours"]),
            )
        )
    if done["changed"]:
        said.append(
            ngettext(
                "One score was changed after it was handed in, with a reason.",
                "%(num)s scores were changed after they were handed in, each with a reason.",
                done["changed"],
            )
        )
    said.append(
        ngettext("One interest was declared.", "%(num)s interests were declared.", ties["declared"])
        if ties["declared"]
        else _("No interest was declared.")
    )
    said.append(_appeal_words(appeals["received"], appeals["changed"]))
    return " ".join(said)


def _appeal_words(received: int, changed: int) -> str:
    if not received:
        return _("Nobody asked for a second look at a decision.")
    told = ngettext(
        "One decision was looked at again at the applicant’s request.",
        "%(num)s decisions were looked at again at the applicant’s request.",
        received,
    )
    if not changed:
        return f"{told} " + _("None of them was changed.")
    return f"{told} " + ngettext("One was changed.", "%(num)s were changed.", changed)


def times_words(data: FundReport, say: Say) -> str:
    """Say how long a decision and a payment took."""
    steps = {one["key"]: one for one in data["times"]}
    said = []
    if "decision" in steps:
        one = steps["decision"]
        said.append(
            _(
                "Half of all decisions were sent within %(median)s days, nine in ten within %(p90)s.",
                median=say.number(one["median"]),
                p90=one["p90"],
            )
        )
        if one["in_time"] is not None:
            said.append(
                _(
                    "%(share)s of them came by the day that the call had promised.",
                    share=say.percent(one["in_time"]),
                )
            )
    if "payment" in steps:
        one = steps["payment"]
        said.append(
            _(
                "Half of all payments arrived within %(median)s days of the request.",
                median=say.number(one["median"]),
            )
        )
    return " ".join(said) or _("No step has been finished yet, so there is nothing to measure.")


def tasks_words(data: FundReport, say: Say) -> str:
    """Say what was delivered of what was planned."""
    tasks = data["tasks"]
    if not tasks["planned"]:
        return _("No task has been agreed yet.")
    parts = {one["key"]: one["number"] for one in tasks["parts"]}
    said = [
        ngettext(
            "One task was agreed; %(done)s is delivered.",
            "%(num)s tasks were agreed; %(done)s of them are delivered.",
            tasks["planned"],
            done=say.number(parts["delivered"]),
        )
    ]
    if parts["dropped"] or parts["expired"]:
        said.append(
            _(
                "%(dropped)s were dropped, and for %(expired)s the time to claim ran out.",
                dropped=say.number(parts["dropped"]),
                expired=say.number(parts["expired"]),
            )
        )
    if tasks["late"] is not None:
        said.append(_late_words(tasks["late"], tasks["in_time"], say))
    return " ".join(said)


def _late_words(late: float, in_time: float | None, say: Say) -> str:
    share = say.percent(in_time)
    if late > 0:
        return _(
            "In the middle case a task came %(days)s days after its planned day; %(share)s came in time.",
            days=say.number(late),
            share=share,
        )
    return _(
        "In the middle case a task came on its planned day or before; %(share)s came in time.", share=share
    )


def governance_words(data: FundReport, say: Say) -> str:
    """Say how far governance moved, and upon how few grants that rests."""
    number = data["scored_again"]
    if not number:
        return _(
            "No grant has been scored again at its end yet, so nothing can be said about what changed in the "
            "way these commons are run."
        )
    rose = sum((one["reached"] or 0) > (one["baseline"] or 0) for one in data["governance"])
    said = ngettext(
        "One grant was scored again at its end, with the same rubric.",
        "%(num)s grants were scored again at their end, with the same rubric.",
        number,
    )
    moved = ngettext(
        "One of %(whole)s principles stands higher than at the start.",
        "%(num)s of %(whole)s principles stand higher than at the start.",
        rose,
        whole=len(data["governance"]),
    )
    few = _("So few grants say what happened to them, not what grants do in general.") if number < 10 else ""
    return " ".join(part for part in (said, moved, few) if part)


def alive_words(data: FundReport, say: Say) -> str:
    """Say how many projects live on."""
    if not data["alive"]:
        return _(
            "No grant ended a year ago or longer, so nobody has been asked yet whether the project lives on."
        )
    return " ".join(
        ngettext(
            "One project was asked %(years)s after its grant; %(answered)s answered and %(alive)s is alive.",
            "%(num)s projects were asked %(years)s after their grant; %(answered)s answered and %(alive)s "
            "are alive.",
            one["due"],
            years=ngettext("one year", "%(num)s years", one["year"]),
            answered=say.number(one["answered"]),
            alive=say.number(one["alive"]),
        )
        for one in data["alive"]
    )


def efficiency_words(data: FundReport, say: Say) -> str:
    """Say what can be said of the cost from these records, and what cannot."""
    h, hours = data["headline"], data["reviewing"]["hours"]
    if not h["received"]:
        return _("There are no applications to set costs against yet.")
    said = []
    if hours:
        said.append(
            _(
                "Reviewing took %(each)s measured hours for each application, and %(granted)s hours for each "
                "grant.",
                each=say.number(hours / h["received"], 1),
                granted=say.number(hours / h["funded"], 1) if h["funded"] else say.number(None),
            )
        )
    if data["projects"]:
        said.append(
            _(
                "For each euro granted, %(asked)s was asked.",
                asked=say.money(round(100 * h["asked_cents"] / max(h["awarded_cents"], 1))),
            )
        )
    said.append(
        _(
            "The ledger holds money for grants and the bank’s charges; salaries and other running costs are "
            "paid elsewhere and have to be added by the evaluators."
        )
    )
    return " ".join(said)
