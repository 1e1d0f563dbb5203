"""What stands at the head of a fund's report: the fund in three sentences, and eight figures."""

from fundapp.reports.fund_shape import FundReport
from fundapp.reports.wording import Say, _, ngettext


def lead(data: FundReport, say: Say) -> str:
    """Tell the fund in three sentences."""
    h, money = data["headline"], data["money"]
    if not h["received"] and not money["received"]:
        return _(
            "No money has come in yet and no application was made. Everything this report can say will "
            "follow from the first of them."
        )
    said = [_("The fund received %(money)s.", money=say.money(money["received"]))]
    if h["received"]:
        said.append(
            ngettext(
                "One application was made, for %(asked)s.",
                "%(num)s applications were made, together for %(asked)s.",
                h["received"],
                asked=say.money(h["asked_cents"]),
            )
        )
    if data["projects"]:
        said.append(
            ngettext(
                "One project was granted %(granted)s, of which %(paid)s has been paid.",
                "%(num)s projects were granted %(granted)s, of which %(paid)s has been paid.",
                len(data["projects"]),
                granted=say.money(money["granted"]),
                paid=say.money(money["paid"]),
            )
        )
    elif h["received"]:
        said.append(_("Nothing has been granted yet."))
    return " ".join(said)


def keys(data: FundReport, say: Say) -> list[tuple[str, str, str]]:
    """List the eight figures at the top: term, value, note."""
    h, money, tasks = data["headline"], data["money"], data["tasks"]
    days = {one["key"]: one for one in data["times"]}
    decision, parts = days.get("decision"), {one["key"]: one["number"] for one in tasks["parts"]}
    delivered = parts.get("delivered", 0)
    paid_share = _("%(share)s of what was granted", share=say.percent(h["paid_of_awarded"]))
    return [
        (_("Received"), say.money(money["received"]), _gifts_note(data)),
        (_("Granted"), say.money(money["granted"]), _projects_note(data)),
        (_("Paid"), say.money(money["paid"]), paid_share if h["paid_of_awarded"] is not None else ""),
        (_("Applications"), say.number(h["received"]), _rounds_note(data)),
        (
            _("Success rate"),
            say.percent(h["rate"]),
            ngettext("one application funded", "%(num)s applications funded", h["funded"]),
        ),
        (
            _("Days to decision"),
            say.number(decision["median"]) if decision else say.number(None),
            _("median; nine in ten within %(days)s", days=decision["p90"]) if decision else "",
        ),
        (
            _("Tasks delivered"),
            say.number(delivered),
            ngettext("of one planned", "of %(num)s planned", tasks["planned"]) if tasks["planned"] else "",
        ),
        (
            _("Interests declared"),
            say.number(data["conflicts"]["declared"]),
            ngettext("one person kept out", "%(num)s times somebody kept out", data["conflicts"]["barred"])
            if data["conflicts"]["barred"]
            else "",
        ),
    ]


def _gifts_note(data: FundReport) -> str:
    number = sum(one["number"] for one in data["gifts"])
    return ngettext("from one gift", "from %(num)s gifts", number) if number else ""


def _projects_note(data: FundReport) -> str:
    return (
        ngettext("to one project", "to %(num)s projects", len(data["projects"])) if data["projects"] else ""
    )


def _rounds_note(data: FundReport) -> str:
    return ngettext("in one round", "in %(num)s rounds", data["headline"]["rounds"])
