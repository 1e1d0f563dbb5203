"""The office checks conditions, asks applicants, and looks at what looks alike."""

from datetime import datetime
from functools import partial

from sqlalchemy import select

from fundapp.applications import (
    conditions,
    drafts,
    knockouts,
    likenesses,
    questions,
    revisions,
)
from fundapp.applications.knockouts import Verdict
from fundapp.applications.models import Likeness, Thread
from fundapp.applications.questions import Question
from fundapp.core.db import db
from fundapp.demo import content
from fundapp.demo.cast import Cast

NOT_EUROPE = "Norway is not in the European Union, and the guide is about the north of Norway."
IN_EUROPE = (
    "Maarten is right: Norway takes part in the European programmes, and schools in Finland, France and the "
    "Netherlands make a guide with this. That is a European dimension."
)
WHO_SPEAKS = Question(
    "Who speaks for a library?",
    "Your proposal says how a change of the protocol is decided, but not who may speak for a library. One of "
    "our reviewers reads it as: whoever has its password. Is that so? If you want to, you can add it to what "
    "you wrote about upkeep and governance.",
    about="stewardship",
    unlocks=("stewardship",),
)
SPEAKS = (
    "It was so in the trial, and it should not be. We wrote down now that a library names two people, and "
    "that its own members can recall them. Thank you for asking before we found out the hard way."
)
ADDED = (
    "A library names two people who speak for it, and tells the others when that changes. Its members can "
    "call them back. A key that only one person has does not count as a voice."
)
NEXT_KEEPER = Question(
    "Who decides about the program in five years?",
    "Your sister and you decide about the program, and the domain is yours. What happens when one of you "
    "stops? A plan in three sentences is enough.",
    about="stewardship",
)
SECOND_PHASE = (
    "The work of 2023 was on the reserve list; this is another plan by the same people, after the trial."
)


def second_round(cast: Cast, slug: str, keys: list[str]) -> None:
    """Check the eight, differ about one, compare one with an earlier call, and ask two of them something."""
    days, plan = cast.calendar.days, cast.calendar.plan
    plan(days(-112, "10:05"), partial(_conditions, cast, slug))
    plan(days(-53, "09:40"), partial(_check, cast, keys, "noor"))
    plan(days(-52, "14:10"), partial(_check, cast, keys, "maarten"))
    plan(days(-51, "11:20"), partial(_settle, cast, "veldgids"))
    plan(days(-54, "12:30"), partial(_compare, cast, "getijdenboek"))
    plan(days(-20, "10:15"), partial(_ask, cast, "zaadwissel", WHO_SPEAKS, days(-8, "23:59")))
    plan(days(-12, "20:50", office=False), partial(_answer, cast, "zaadwissel"))
    plan(days(-4, "15:30"), partial(_ask, cast, "veldgids", NEXT_KEEPER, days(10, "23:59")))


def third_round(cast: Cast, slug: str) -> None:
    """Set the conditions of the open call."""
    cast.calendar.plan(cast.calendar.days(-30, "10:40"), partial(_conditions, cast, slug))


def _conditions(cast: Cast, slug: str, at: datetime) -> None:
    conditions.adopt(
        cast.rounds[slug], conditions.library(), second_look_percent=conditions.SECOND_LOOK_PERCENT,
        actor=cast["noor"], at=at,
    )  # fmt: skip


def _check(cast: Cast, keys: list[str], by: str, at: datetime) -> None:
    for key in keys:
        row = cast.applications[key]
        turn = knockouts.turn(row, cast[by])
        if turn is None or (by == "maarten" and turn == 1):
            continue
        found = {item["key"]: Verdict(True) for item in conditions.library()}
        if key == "veldgids" and by == "noor":
            found["european_dimension"] = Verdict(False, NOT_EUROPE)
        knockouts.look(row, found, expected=turn, actor=cast[by], at=at)


def _settle(cast: Cast, key: str, at: datetime) -> None:
    verdict = Verdict(True, IN_EUROPE)
    knockouts.rule(cast.applications[key], "european_dimension", verdict, actor=cast["noor"], at=at)


def _compare(cast: Cast, key: str, at: datetime) -> None:
    while likenesses.find(at)["compared"]:
        db.session.flush()
    row = cast.applications[key]
    for alike in db.session.scalars(select(Likeness).where(Likeness.other_id == row.id)):
        likenesses.call_different(alike, note=SECOND_PHASE, actor=cast["noor"], at=at)


def _ask(cast: Cast, key: str, question: Question, due_at: datetime, at: datetime) -> None:
    row = cast.applications[key]
    questions.ask(row, [question], due_at=due_at, actor=cast["maarten"], at=at)


def _answer(cast: Cast, key: str, at: datetime) -> None:
    row, who = cast.applications[key], cast[content.proposal(key).applicant]
    thread = db.session.scalars(select(Thread).where(Thread.application_id == row.id)).one()
    before = drafts.answers_of(row.id)["stewardship"]
    longer = f"{before.value['v']}\n\n{ADDED}"
    bases = {"stewardship": before.revision}
    revisions.save(thread, {"stewardship": longer}, bases, actor=who, at=at)
    questions.reply(thread, SPEAKS, actor=who, at=at)
