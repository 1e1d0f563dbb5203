"""What a round report says in sentences, from the figures of its snapshot."""

from fundapp.reports.round_shape import RoundReport
from fundapp.reports.wording import Say, _, ngettext


def lead(data: RoundReport, say: Say) -> str:
    """Tell the round in three sentences."""
    h = data["headline"]
    if not h["received"]:
        return _(
            "No application has come in yet. Everything this report can say will follow from the first one."
        )
    said = [
        ngettext(
            "One application asked for %(asked)s.",
            "%(num)s applications asked for %(asked)s together.",
            h["received"],
            asked=say.money(h["asked_cents"]),
        )
    ]
    if not h["decided"]:
        return " ".join([*said, _("Nothing has been decided yet.")])
    said.append(
        ngettext(
            "One of them receives %(awarded)s.",
            "%(num)s of them receive %(awarded)s together.",
            h["funded"],
            awarded=say.money(h["awarded_cents"]),
        )
        if h["funded"]
        else _("None of them was awarded a grant.")
    )
    if h["reserve"]:
        more = ngettext(
            "One more stands on the reserve list.", "%(num)s more stand on the reserve list.", h["reserve"]
        )
        said.append(more)
    return " ".join(said)


def keys(data: RoundReport, say: Say) -> list[tuple[str, str, str]]:
    """List the eight figures at the top: term, value, note."""
    return [*_asked_keys(data, say), *_work_keys(data, say)]


def _asked_keys(data: RoundReport, say: Say) -> list[tuple[str, str, str]]:
    h = data["headline"]
    applicants = ngettext("from one applicant", "from %(num)s applicants", h["applicants"])
    funded = _("%(rate)s of applications", rate=say.percent(h["rate"]))
    funded = funded if h["decided"] else _("nothing decided yet")
    times, of_budget = h["times_asked"], h["awarded_of_budget"]
    return [
        (_("Applications"), say.number(h["received"]), applicants),
        (
            _("Asked"),
            say.money(h["asked_cents"]),
            "" if times is None else _("%(times)s times the money there was", times=say.number(times, 1)),
        ),
        (_("Funded"), say.number(h["funded"]), funded),
        (
            _("Awarded"),
            say.money(h["awarded_cents"]),
            "" if of_budget is None else _("%(share)s of the money there was", share=say.percent(of_budget)),
        ),
    ]


def _work_keys(data: RoundReport, say: Say) -> list[tuple[str, str, str]]:
    h, conflicts = data["headline"], data["conflicts"]
    award = ""
    if h["median_award_cents"] is not None:
        lowest, highest = say.money(h["lowest_award_cents"]), say.money(h["highest_award_cents"])
        award = _("from %(low)s to %(high)s", low=lowest, high=highest)
    days = "" if h["days_p90"] is None else _("median; nine in ten within %(days)s", days=h["days_p90"])
    alpha = _("Krippendorff’s alpha, at most 1") if h["alpha"] is not None else _("not enough reviews yet")
    about = ngettext("on one application", "on %(num)s applications", conflicts["applications"])
    return [
        (_("Median award"), say.money(h["median_award_cents"]), award),
        (_("Days to decision"), say.number(h["days_median"]), days),
        (_("Reviewer agreement"), say.number(h["alpha"], 2), alpha),
        (_("Interests declared"), say.number(conflicts["declared"]), about if conflicts["declared"] else ""),
    ]


def money_words(data: RoundReport, say: Say) -> str:
    """Say what the ledger holds for this round."""
    money = data["money"]
    if not money["budget"]:
        return _("No money has been set apart for this round yet.")
    return _(
        "The fund set %(budget)s apart for this round. Of that, %(granted)s is granted and %(paid)s has "
        "been paid.",
        budget=say.money(money["budget"]),
        granted=say.money(money["granted"]),
        paid=say.money(money["paid"]),
    )


def ranking_words(data: RoundReport, say: Say) -> str:
    """Say how many were reviewed and how the order came about."""
    h = data["headline"]
    if not h["reviewed"]:
        return _("No application has been reviewed yet, so there is no order.")
    said = ngettext("One application was reviewed.", "%(num)s applications were reviewed.", h["reviewed"])
    order = _("They stand in the order of their mean total; equal totals share a place.")
    threshold = data["round"]["threshold"]
    if threshold is None:
        return f"{said} {order}"
    bar = _("Only a total above %(threshold)s can be funded.", threshold=say.plain(threshold))
    return f"{said} {order} {bar}"


def line_words(data: RoundReport, say: Say) -> str:
    """Say where the funding line lies."""
    h = data["headline"]
    if data["round"]["budget_cents"] is None or h["left_cents"] is None:
        return _("Funding line: %(awarded)s awarded", awarded=say.money(h["awarded_cents"]))
    return _(
        "Funding line: %(awarded)s of %(budget)s awarded, %(left)s left",
        awarded=say.money(h["awarded_cents"]), budget=say.money(data["round"]["budget_cents"]),
        left=say.money(h["left_cents"]),
    )  # fmt: skip


def times_words(data: RoundReport, say: Say) -> str:
    """Say how long applicants waited for a decision."""
    step = next((one for one in data["times"] if one["key"] == "decision"), None)
    if step is None:
        return _("No decision has been sent yet.")
    said = _(
        "Half of all decisions were sent within %(median)s days, nine in ten within %(p90)s.",
        median=say.number(step["median"]), p90=step["p90"],
    )  # fmt: skip
    if step["promised"] is None:
        return said
    kept = _(
        "The fund had promised %(days)s days; it kept that promise in %(share)s of cases.",
        days=step["promised"], share=say.percent(step["in_time"]),
    )  # fmt: skip
    return f"{said} {kept}"


def agreement_words(data: RoundReport, say: Say) -> str:
    """Say how much reviewing was done and how far reviewers agree."""
    h = data["headline"]
    said = ngettext(
        "One reviewer handed in %(done)s of %(wanted)s reviews.",
        "%(num)s reviewers handed in %(done)s of %(wanted)s reviews.",
        h["reviewers"],
        done=h["reviews_done"],
        wanted=h["reviews_wanted"],
    )
    if h["alpha"] is None:
        return f"{said} " + _("Too few applications have two reviews to say how far reviewers agree.")
    alpha = _("Krippendorff’s alpha over the totals is %(alpha)s.", alpha=say.number(h["alpha"], 2))
    if not h["far_apart"]:
        near = _("On no application do two reviews lie a fifth of the scale or more apart.")
        return f"{said} {alpha} {near}"
    apart = ngettext(
        "On one application two reviews lie a fifth of the scale or more apart.",
        "On %(num)s applications two reviews lie a fifth of the scale or more apart.",
        h["far_apart"],
    )
    return f"{said} {alpha} {apart}"


def conflict_words(data: RoundReport) -> str:
    """Say how interests were handled."""
    c = data["conflicts"]
    rule = _(
        "Everybody who reads or decides says beforehand whether there is a tie with the applicant. "
        "Who has one sees nothing of that application."
    )
    if not c["declared"]:
        return f"{rule} " + _("In this round nobody had a tie to declare.")
    counts = ngettext(
        "In this round one tie was declared.", "In this round %(num)s ties were declared.", c["declared"]
    )
    barred = ngettext(
        "One person was kept out of an application.",
        "%(num)s times somebody was kept out of an application.",
        c["barred"],
    )
    unsure = ngettext("One doubt is still open.", "%(num)s doubts are still open.", c["unsure"])
    return " ".join([rule, counts, *([barred] if c["barred"] else []), *([unsure] if c["unsure"] else [])])


def appeal_words(data: RoundReport) -> str:
    """Say what applicants had against decisions, and what came of it."""
    told = data["appeals"]
    if not told["received"]:
        return _("Nobody asked for a second look at a decision.")
    said = [
        ngettext(
            "One applicant asked for a second look at a decision.",
            "%(num)s applicants asked for a second look at a decision.",
            told["received"],
        )
    ]
    if told["changed"]:
        said.append(ngettext("One decision was changed.", "%(num)s decisions were changed.", told["changed"]))
    if told["upheld"]:
        said.append(ngettext("One stands as it was.", "%(num)s stand as they were.", told["upheld"]))
    if told["open"]:
        said.append(ngettext("One is not answered yet.", "%(num)s are not answered yet.", told["open"]))
    return " ".join(said)


def movement_words(data: RoundReport) -> str:
    """Say how many scores were changed after they were handed in."""
    moved = data["movement"]
    if not moved["scores"]:
        return _("No score was changed after it was handed in.")
    said = ngettext(
        "One score was changed after it was handed in, with a reason:",
        "%(num)s scores were changed after they were handed in, each with a reason:",
        moved["scores"],
    )
    return f"{said} " + _("%(up)s up, %(down)s down.", up=moved["up"], down=moved["down"])


def stability_words(data: RoundReport, say: Say) -> str:
    """Say how sure the funding line is."""
    known = [one["stability"] for one in data["ranking"] if one["stability"] is not None]
    if len(known) < 2:
        return ""
    unsure = sum(10 < share < 90 for share in known)
    rule = _(
        "“Within the line” tells in how many of 400 draws of the reviewers’ differences an application would "
        "be funded."
    )
    if not unsure:
        return f"{rule} " + _("Everywhere the outcome is the same in at least nine in ten draws.")
    return f"{rule} " + ngettext(
        "For one application the outcome hangs on chance: between one and nine in ten.",
        "For %(num)s applications the outcome hangs on chance: between one and nine in ten.",
        unsure,
    )


def profile_finding(data: RoundReport, say: Say) -> str:
    """Say where the funded applications differ most from the others."""
    gaps = [
        (one["funded"]["median"] - one["others"]["median"], one)
        for one in data["profile"]
        if one["funded"]["median"] is not None and one["others"]["median"] is not None
    ]
    if not gaps:
        return _("The governance profile of the applications in this round")
    gap, one = max(gaps, key=lambda pair: pair[0])
    if gap <= 0:
        return _("The funded applications do not score higher than the others on any principle")
    return _(
        "The funded applications stand out most on “%(name)s”: a median of %(high)s against %(low)s",
        name=say.words(one["name"]),
        high=say.plain(one["funded"]["median"]),
        low=say.plain(one["others"]["median"]),
    )
