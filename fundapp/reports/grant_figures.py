"""The drawings and sentences of one grant's evaluation: a snapshot in, finished SVG and words out."""

from collections.abc import Sequence
from typing import Any

from fundapp.core import charts
from fundapp.reports.figures import Drawn
from fundapp.reports.fund_figures import shift_words
from fundapp.reports.grant_shape import CriterionChange, GrantReport
from fundapp.reports.wording import EVENTS, PARTS, Say, _, ngettext


def grant_report(data: GrantReport, say: Say) -> dict[str, Any]:
    """Give everything templates/pdf/grant.html prints beside the snapshot itself.

    Call it with the language of `say` in force.
    """
    profile = [one for one in data["criteria"] if one["is_profile"]]
    others = [one for one in data["criteria"] if not one["is_profile"] and one["after"]]
    shown = [one for one in [*profile, *others] if one["reached"] is not None or one["baseline"] is not None]
    drawn = _drawn(profile, say) if data["assessors"] and profile else None
    return {
        "lead": lead(data, say),
        "key_figures": keys(data, say),
        "money": _money(data, say),
        "parts": {line["ref"]: PARTS[line["part"]] for line in data["tasks"]},
        "plan_words": plan_words(data, say),
        "results": [line for line in data["tasks"] if line["licence"] or line["place"]],
        "criteria": shown if data["assessors"] else [],
        "reasons": [one for one in data["criteria"] if one["reasons"]],
        "shift": drawn,
        "governance_words": governance_words(data, say),
        "alive_words": alive_words(data, say),
        "events": [{**event, "words": EVENTS[event["key"]]} for event in data["events"]],
        "is_scale": (profile[0]["low"], profile[0]["high"]) if profile else None,
    }


def lead(data: GrantReport, say: Say) -> str:
    """Tell the grant in three sentences."""
    money, totals = data["money"], data["totals"]
    said = [
        _("%(grantee)s was granted %(amount)s.", grantee=data["grantee"], amount=say.money(money["decided"]))
    ]
    if totals["planned"]:
        done = next(part["number"] for part in totals["parts"] if part["key"] == "delivered")
        said.append(
            ngettext(
                "Of one planned task %(done)s is delivered.",
                "Of %(num)s planned tasks %(done)s are delivered.",
                totals["planned"],
                done=say.number(done),
            )
        )
    if money["paid"]:
        said.append(_("%(paid)s has been paid.", paid=say.money(money["paid"])))
    else:
        said.append(_("Nothing has been paid yet."))
    if money["back"] > 0:
        said.append(_("%(back)s went back to the round.", back=say.money(money["back"])))
    return " ".join(said)


def keys(data: GrantReport, say: Say) -> list[tuple[str, str, str]]:
    """List the figures at the top: term, value, note."""
    money, totals = data["money"], data["totals"]
    done = next((part["number"] for part in totals["parts"] if part["key"] == "delivered"), 0)
    late = totals["late"]
    asked = "" if money["asked"] is None else _("asked %(amount)s", amount=say.money(money["asked"]))
    return [
        (_("Granted"), say.money(money["decided"]), asked),
        (_("Paid"), say.money(money["paid"]), _share(money["paid"], money["decided"], say)),
        (
            _("Tasks delivered"),
            say.number(done),
            ngettext("of one planned", "of %(num)s planned", totals["planned"]) if totals["planned"] else "",
        ),
        (_("Days late"), say.signed(late, 0), _("median of the tasks delivered") if late is not None else ""),
    ]


def _share(part: int, whole: int, say: Say) -> str:
    return _("%(share)s of what was granted", share=say.percent(100 * part / whole)) if whole else ""


def _money(data: GrantReport, say: Say) -> Drawn:
    money = data["money"]
    parts = [
        charts.Part(_("Paid"), money["paid"]),
        charts.Part(_("On its way"), money["approved"] + money["ordered"]),
        charts.Part(_("Not claimed"), money["committed"]),
        charts.Part(_("Back to the round"), max(money["back"], 0)),
    ]
    caption = _("Where the money of the grant stands")
    listed = ", ".join(f"{part.name} {say.money(part.amount)}" for part in parts)
    title = _("Where the money of the grant stands: %(parts)s.", parts=listed)
    return Drawn(
        charts.split_bar(parts, title, _("One bar, divided in the parts named below it."), say.money), caption
    )


def plan_words(data: GrantReport, say: Say) -> str:
    """Say what of the plan was changed, late and dropped."""
    if not data["tasks"]:
        return _("No plan has been agreed yet, so there is nothing to set against it.")
    changes = max(len(data["agreements"]) - 1, 0)
    said = [
        ngettext("The plan was amended once.", "The plan was amended %(num)s times.", changes)
        if changes
        else _("The plan was never amended.")
    ]
    totals = data["totals"]
    if totals["late"] is not None:
        said.append(
            _(
                "%(share)s of the tasks with a planned day came in time.",
                share=say.percent(totals["in_time"]),
            )
        )
    dropped = [part["number"] for part in totals["parts"] if part["key"] in ("dropped", "expired")]
    if sum(dropped):
        said.append(
            ngettext("One task was not carried out.", "%(num)s tasks were not carried out.", sum(dropped))
        )
    return " ".join(said)


def _drawn(rows: Sequence[CriterionChange], say: Say) -> Drawn:
    caption = _finding(rows, say)
    drawn = charts.shifts(
        [
            charts.Shift(say.words(one["name"]), one["baseline"], one["reached"], one["expected"], one["key"])
            for one in rows
        ],
        shift_words(caption),
        low=min(one["low"] for one in rows),
        high=max(one["high"] for one in rows),
    )
    return Drawn(drawn, caption)


def _finding(rows: Sequence[CriterionChange], say: Say) -> str:
    known = [
        (one["reached"] - one["baseline"], one)
        for one in rows
        if one["reached"] is not None and one["baseline"] is not None
    ]
    rose = [one for step, one in known if step > 0]
    if not known:
        return _("Nothing was scored at both ends")
    if not rose:
        return _("No principle stands higher at the end than at the start")
    most, best = max(known, key=lambda pair: pair[0])
    return _(
        "%(rose)s of %(whole)s principles rose, “%(name)s” most: from %(low)s to %(high)s",
        rose=len(rose), whole=len(known), name=say.words(best["name"]), low=say.plain(best["baseline"]),
        high=say.plain((best["baseline"] or 0) + most),
    )  # fmt: skip


def governance_words(data: GrantReport, say: Say) -> str:
    """Say who scored again, and how that is to be read."""
    if not data["asked_again"]:
        return _("Nobody has been asked to score this project again at its end yet.")
    if not data["assessors"]:
        return ngettext(
            "One assessor was asked to score the project again and has not handed in yet.",
            "%(num)s assessors were asked to score the project again and have not handed in yet.",
            data["asked_again"],
        )
    said = ngettext(
        "One assessor scored the project again with the same rubric, without seeing the earlier scores.",
        "%(num)s assessors scored the project again with the same rubric, without seeing the earlier scores.",
        data["assessors"],
    )
    met = [one for one in data["criteria"] if one["expected"] is not None and one["reached"] is not None]
    if not met:
        return said
    reached = sum((one["reached"] or 0) >= (one["expected"] or 0) for one in met)
    return f"{said} " + _(
        "On %(reached)s of %(whole)s principles the project reached what the reviewers expected at first.",
        reached=reached,
        whole=len(met),
    )


def alive_words(data: GrantReport, say: Say) -> str:
    """Say whether the project lives on."""
    answered = [one for one in data["alive"] if one["answered_on"]]
    if not data["alive"]:
        return _("One year and three years after the grant ends, the project is asked whether it lives on.")
    if not answered:
        return _("The project has not told yet whether it lives on.")
    last = answered[-1]
    years = ngettext("one year", "%(num)s years", last["year"])
    if last["is_alive"]:
        return _("%(years)s after the grant the project is maintained.", years=years).capitalize()
    return _("%(years)s after the grant the project is no longer maintained.", years=years).capitalize()
