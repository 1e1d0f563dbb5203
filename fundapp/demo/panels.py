"""The panel of round 1: standing reasons, a meeting with minutes, letters read over, a request to explain."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from fundapp.core.db import db
from fundapp.decisions import appeals, letters, meetings, minutes, reasons, voting
from fundapp.decisions.models import (
    AgendaItem,
    Appeal,
    Choice,
    Decision,
    Finding,
    Letter,
    Meeting,
    Outcome,
)
from fundapp.demo import content
from fundapp.demo.calendar import on
from fundapp.demo.cast import Cast

MEMBERS = ("saskia", "jonas", "lieke")
REASONS = (
    ("no-licence", "No free licence", "Geen vrije licentie",
     "The results would not all be public under a recognised free licence.",
     "De resultaten worden niet allemaal onder een erkende vrije licentie openbaar.",
     (Outcome.INELIGIBLE, Outcome.DECLINED)),
    ("one-owner", "One owner decides", "Eén eigenaar beslist",
     "Decisions about what is shared would stay with one organisation.",
     "De beslissingen over wat gedeeld wordt, zouden bij één organisatie blijven.",
     (Outcome.DECLINED, Outcome.RESERVE)),
    ("no-say-yet", "No say for those concerned yet", "Betrokkenen hebben nog geen stem",
     "Those whose work or data it is have no say in it yet.",
     "Wie het werk of de gegevens aangaan, hebben er nog geen stem in.",
     (Outcome.DECLINED, Outcome.RESERVE)),
)  # fmt: skip
GIVEN = {
    "schoolbel": ["one-owner"], "trekvogel": ["no-say-yet"], "getijdenboek-2023": ["no-say-yet"],
}  # fmt: skip
"""Which standing reasons the panel gave to whom."""
ASKED = (
    "You write that three groups should write the first rules. We have two that want to, and a third that is "
    "thinking it over. Would two have been enough, or did the open choice of a format decide by itself?"
)
ANSWERED = (
    "I was not part of the panel and read the file again. Two groups would have been enough for that point. "
    "What decided was the other one: without a choice of how counts travel, nobody could say what the money "
    "would have built. The decision stands. A proposal that tries one way between your two groups would be "
    "read gladly in the next round."
)


def hold(cast: Cast, slug: str, keys: list[str], day: str) -> None:
    """Let the panel of a round meet on a day, and the secretary propose what it came to the day after."""
    plan = cast.calendar.plan
    plan(on("2023-11-13", "09:20"), partial(_give_reasons, cast))
    plan(on("2023-12-04", "10:15"), partial(_invite, cast, slug, on(day, "13:00")))
    plan(on(day, "13:02"), partial(_open, cast, slug))
    begin = on(day, "13:10")
    for number, key in enumerate(keys):
        plan(begin + timedelta(minutes=14 * number), partial(_speak, cast, slug, key))
    end = begin + timedelta(minutes=14 * len(keys))
    plan(end, partial(_close, cast, slug))
    plan(end + timedelta(hours=19), partial(_propose, cast, slug))
    for number, key in enumerate(("noor", "maarten", "saskia", "jonas")):
        plan(end + timedelta(hours=20 + 3 * number), partial(_sign, cast, slug, key))


def read_over(cast: Cast, slug: str, at: datetime) -> None:
    """Let the first manager read the letters that the second approved in numbers."""
    rows = db.session.scalars(
        select(Letter)
        .join(Decision, Decision.id == Letter.decision_id)
        .where(Decision.round_id == cast.rounds[slug].id, Letter.read_by.is_(None))
        .order_by(Letter.id)
    ).all()
    letters.read_over([(row, row.row_version) for row in rows], actor=cast["noor"], at=at)


def explain(cast: Cast, key: str) -> None:
    """Let an applicant ask for an explanation, and somebody outside of the decision answer it."""
    plan = cast.calendar.plan
    plan(on("2024-01-09", "20:40"), partial(_ask, cast, key))
    plan(on("2024-01-11", "09:35"), partial(_take, cast, key))
    plan(on("2024-01-23", "16:10"), partial(_answer, cast, key))
    plan(on("2024-01-24", "09:20"), partial(_agree, cast, key))


# --- the scenes --------------------------------------------------------------------------


def _give_reasons(cast: Cast, at: datetime) -> None:
    for code, english, dutch, text, tekst, outcomes in REASONS:
        reasons.add_reason(
            cast.fund.id, code, name={"en": english, "nl": dutch}, text={"en": text, "nl": tekst},
            outcomes=outcomes, actor=cast["noor"], at=at,
        )  # fmt: skip


def _meeting(cast: Cast, slug: str) -> Meeting:
    return db.session.scalars(select(Meeting).where(Meeting.round_id == cast.rounds[slug].id)).one()


def _item(cast: Cast, slug: str, key: str) -> AgendaItem:
    wanted = cast.applications[key].id
    return next(one for one in _meeting(cast, slug).items if one.application_id == wanted)


def _invite(cast: Cast, slug: str, starts_at: datetime, at: datetime) -> None:
    meetings.plan(
        cast.rounds[slug], starts_at=starts_at, place="Oudegracht 999, Utrecht", chair=cast["noor"],
        secretary=cast["maarten"], members=[cast[key] for key in MEMBERS], quorum=3,
        actor=cast["maarten"], at=at,
    )  # fmt: skip


def _open(cast: Cast, slug: str, at: datetime) -> None:
    meeting = _meeting(cast, slug)
    meetings.open_meeting(meeting, actor=cast["noor"], at=at)
    for key in ("maarten", *MEMBERS):
        meetings.attend(meeting, cast[key], is_there=True, actor=cast[key], at=at)


def _speak(cast: Cast, slug: str, key: str, at: datetime) -> None:
    """Call an item, vote, and write down what the content says was decided."""
    verdict = content.proposal(key).decision
    assert verdict is not None  # noqa: S101 - only what was decided is on the agenda
    item, outcome = _item(cast, slug, key), Outcome(verdict.outcome)
    meetings.call(item, actor=cast["noor"], at=at)
    voting.open_votes(item, actor=cast["noor"], at=at + timedelta(minutes=9))
    for place, voter in enumerate(voting.entitled(item.meeting, item)):
        person = next(one for one in cast.people.values() if one.id == voter)
        choice = Choice.YES if outcome is Outcome.AWARDED else Choice.NO
        choice = Choice.ABSTAIN if (place + len(key)) % 5 == 0 else choice
        voting.vote(item, choice, actor=person, at=at + timedelta(minutes=10, seconds=7 * place))
    voting.close_votes(item, actor=cast["noor"], at=at + timedelta(minutes=11))
    db.session.flush()  # what is captured names the version that the votes left
    voting.capture(
        item, outcome=outcome, amount_cents=verdict.euros * 100 if verdict.euros else None,
        codes=GIVEN.get(key, []), to_applicant=verdict.to_applicant, internal=verdict.internal,
        shown=item.row_version, actor=cast["maarten"], at=at + timedelta(minutes=13),
    )  # fmt: skip


def _close(cast: Cast, slug: str, at: datetime) -> None:
    meetings.close_meeting(_meeting(cast, slug), actor=cast["noor"], at=at)


def _propose(cast: Cast, slug: str, at: datetime) -> None:
    voting.propose_captured(_meeting(cast, slug), actor=cast["noor"], at=at)


def _sign(cast: Cast, slug: str, key: str, at: datetime) -> None:
    meeting = _meeting(cast, slug)
    shown = minutes.digest(minutes.minutes(cast[key], meeting))
    minutes.sign(meeting, shown=shown, actor=cast[key], at=at)


def _decision(cast: Cast, key: str) -> Decision:
    wanted = Decision.application_id == cast.applications[key].id
    return db.session.scalars(select(Decision).where(wanted)).one()


def _appeal(cast: Cast, key: str) -> Appeal:
    wanted = Appeal.application_id == cast.applications[key].id
    return db.session.scalars(select(Appeal).where(wanted)).one()


def _ask(cast: Cast, key: str, at: datetime) -> None:
    applicant = cast[content.proposal(key).applicant]
    appeals.send_in(_decision(cast, key), grounds=ASKED, actor=applicant, at=at)


def _take(cast: Cast, key: str, at: datetime) -> None:
    appeals.take(_appeal(cast, key), actor=cast["hedda"], at=at)


def _answer(cast: Cast, key: str, at: datetime) -> None:
    appeals.propose_answer(
        _appeal(cast, key), finding=Finding.UPHOLD, text=ANSWERED, actor=cast["hedda"], at=at
    )


def _agree(cast: Cast, key: str, at: datetime) -> None:
    """Somebody who took part agrees: the house has three managers, and one may not agree with themselves."""
    appeal = _appeal(cast, key)
    appeals.agree(appeal, actor=appeals.who_agrees(appeal)[0], at=at)


__all__ = ["explain", "hold", "read_over"]
