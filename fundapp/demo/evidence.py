"""What makes a score explainable: pinned passages, time that was spent, and a talk among reviewers."""

import re
from datetime import datetime, timedelta

from fundapp.applications import threads
from fundapp.demo.cast import Cast
from fundapp.reviews import effort, pins, together
from fundapp.reviews.models import Review
from fundapp.rounds import definitions

SENTENCE = re.compile(r"[^.!?\n]{30,200}[.!?]")


def pin(review: Review, place: int, at: datetime) -> None:
    """Pin a sentence of the answer that feeds a criterion, for some of the criteria."""
    version = review.application.current
    if version is None:
        return
    form = definitions.read_form(version.form.definition)
    for number, criterion in enumerate(review.rubric.criteria):
        if (number + place) % 3:
            continue
        for field in form.feeding(criterion.key):
            found = SENTENCE.findall(pins.quotable(version.answers.get(field.key)))
            if found:
                quote = found[(number + place) % len(found)]
                pins.pin(review, criterion, field=field.key, quote=quote, actor=review.reviewer, at=at)
                break


def spend(review: Review, minutes: int, until: datetime) -> None:
    """Let the desk have been in view for some minutes."""
    for half in range(2 * minutes):
        at = until - timedelta(minutes=minutes) + timedelta(seconds=effort.BEAT * half)
        effort.beat(review, actor=review.reviewer, at=at)


def talk(cast: Cast, key: str, first: str, second: str, at: datetime) -> None:
    """Let two who judged the same proposal talk about one criterion, with the office."""
    application = cast.applications[key]
    made = together.discuss(
        application,
        subject="Who may merge when one of them is ill?",
        body="The text names two keepers and no third. I gave a 1 for P5; what did you see that I did not?",
        about="P5",
        actor=cast[first],
        at=at,
    )
    threads.say(
        made,
        "Nothing is written, but they know it and ask for advice. I left it open (N/A): no incident yet.",
        actor=cast[second],
        at=at + timedelta(hours=3),
    )
    threads.say(
        made,
        "Good to know. I take a line into the letter: one page of conduct, and a name outside the family.",
        actor=cast["noor"],
        at=at + timedelta(hours=20),
    )
