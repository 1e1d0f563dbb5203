"""What a fund writes around the reasons of a decision: its own words, or those of the house."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from babel.dates import format_date
from flask_babel import LazyString, force_locale, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fundapp.accounts.models import User
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.words import LANGUAGES, pick
from fundapp.decisions.models import Decision, LetterText, Outcome
from fundapp.funds.models import Fund, Regime

PLACES = ("title", "round", "code", "amount", "asked")
"""What a fund's own text may hold in curly brackets."""
_PLACE = re.compile(r"\{(\w+)\}")


class Around(NamedTuple):
    """The paragraphs before and after the reasons."""

    opening: str
    closing: str


OPENINGS: dict[Outcome, LazyString] = {
    Outcome.AWARDED: _l("Good news: we award your proposal “%(title)s” in %(round)s a grant of %(amount)s."),
    Outcome.RESERVE: _l(
        "Your proposal “%(title)s” in %(round)s is good enough for a grant, but there is no money left for "
        "it now. We put it on the reserve list."
    ),
    Outcome.DECLINED: _l(
        "We do not award your proposal “%(title)s” in %(round)s a grant. We know that this is not what you "
        "hoped for."
    ),
    Outcome.INELIGIBLE: _l(
        "We can’t take your proposal “%(title)s” into %(round)s: it does not meet the conditions of the call."
    ),
    Outcome.INVITED: _l(
        "Good news: your proposal “%(title)s” in %(round)s goes on to the next stage. We invite you to write "
        "the full proposal."
    ),
}
THANKS = _l("We know how much work goes into a proposal. Thank you for trusting us with it.")
CLOSINGS: dict[Outcome, LazyString] = {
    Outcome.AWARDED: _l(
        "What happens next: together with you we write a plan with milestones. You sign it, we sign it, and "
        "each milestone you finish is paid."
    ),
    Outcome.RESERVE: _l(
        "What happens next: nothing is asked of you. If money becomes free, we write to you at once."
    ),
    Outcome.DECLINED: THANKS,
    Outcome.INELIGIBLE: THANKS,
    Outcome.INVITED: _l(
        "What happens next: on the page of your proposal you find the questions of the next stage."
    ),
}


def usual(outcome: Outcome) -> Around:
    """Give the house's words for an outcome, in the language of the page at hand, places unfilled."""
    unfilled = {place: "{" + place + "}" for place in PLACES}
    return Around(str(OPENINGS[outcome]) % unfilled, str(CLOSINGS[outcome]))


# --- a fund's own -----------------------------------------------------------------


def text_of(fund: Fund, outcome: Outcome) -> LetterText | None:
    """Find the fund's own words for an outcome, the newest; none means those of the house."""
    return db.session.scalar(
        select(LetterText)
        .where(LetterText.fund_id == fund.id, LetterText.outcome == outcome)
        .order_by(LetterText.number.desc())
        .limit(1)
    )


def texts_of(fund: Fund) -> dict[Outcome, LetterText]:
    """Give the fund's own words by outcome, the newest of each, in one query."""
    newest = (
        select(LetterText.outcome, func.max(LetterText.number).label("number"))
        .where(LetterText.fund_id == fund.id)
        .group_by(LetterText.outcome)
        .subquery()
    )
    rows = db.session.scalars(
        select(LetterText)
        .join(newest, (newest.c.outcome == LetterText.outcome) & (newest.c.number == LetterText.number))
        .where(LetterText.fund_id == fund.id)
    )
    return {row.outcome: row for row in rows}


def in_both(outcome: Outcome) -> dict[str, dict[str, str]]:
    """Give the house's words for an outcome in both languages: {opening: {en, nl}, closing: {en, nl}}."""
    found: dict[str, dict[str, str]] = {"opening": {}, "closing": {}}
    for language in LANGUAGES:
        with force_locale(language):
            around = usual(outcome)
        found["opening"][language], found["closing"][language] = around
    return found


def rewrite(
    fund: Fund,
    outcome: Outcome,
    *,
    opening: Mapping[str, str],
    closing: Mapping[str, str],
    actor: User,
    at: datetime,
) -> LetterText:
    """Keep new words of the fund for an outcome; letters drawn up before stay as they are."""
    last = text_of(fund, outcome)
    made = LetterText(
        fund_id=fund.id,
        outcome=outcome,
        number=(last.number if last else 0) + 1,
        opening=dict(opening),
        closing=dict(closing),
        made_by=actor.id,
        made_at=at,
    )
    db.session.add(made)
    audit.record("rewrite_letters", made, actor=actor, at=at, detail={"outcome": outcome.value})
    return made


def around(own: LetterText | None, decision: Decision, language: str, values: Mapping[str, str]) -> Around:
    """Give the paragraphs around the reasons with everything filled in; own: the fund's own words."""
    if own is not None:
        opening, closing = pick(own.opening, language), pick(own.closing, language)
    else:
        opening, closing = usual(decision.outcome)
    return Around(_filled(opening, values), _filled(closing, values))


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text).strip()


# --- if you disagree ----------------------------------------------------------------


def clause(fund: Fund, decision: Decision, until: date | None) -> list[str]:
    """Say what an applicant can do who does not agree, in the language of the page at hand, by paragraph.

    until: the last day, once the letter is sent. A full award under private law leaves nothing to ask.
    """
    if fund.legal_regime is Regime.AWB:
        return _objection(until)
    if decision.outcome is Outcome.AWARDED and not is_partial(decision):
        return []
    return _explanation(until)


def is_partial(decision: Decision) -> bool:
    """Tell whether an award is lower than what was asked."""
    asked = decision.application.requested_cents
    return bool(decision.amount_cents and asked and decision.amount_cents < asked)


def _objection(until: date | None) -> list[str]:
    term = (
        _("If you do not agree, you can object to this decision until %(day)s.", day=_day(until))
        if until
        else _(
            "If you do not agree, you can object to this decision within six weeks after the day of this "
            "letter."
        )
    )
    return [
        term,
        _(
            "You do so on the page of your proposal, or by letter. Say which decision it is about and why "
            "you do not agree, and put your name, your address and the date under it. People who took no "
            "part in the decision look again and, where needed, hear you first."
        ),
    ]


def _explanation(until: date | None) -> list[str]:
    term = (
        _(
            "If you do not understand this decision, or think that we overlooked something, ask us until "
            "%(day)s.",
            day=_day(until),
        )
        if until
        else _(
            "If you do not understand this decision, or think that we overlooked something, ask us within "
            "six weeks after the day of this letter."
        )
    )
    return [
        term,
        _("You do so on the page of your proposal. Somebody who took no part in the decision answers."),
    ]


def _day(on: date) -> str:
    return format_date(on, "EEEE d MMMM y", locale=str(get_locale() or "en"))
