"""The rounds of the demo and the proposals that are sent to them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from fundapp.applications import service as applications
from fundapp.applications.models import Application
from fundapp.core import clock
from fundapp.demo import content
from fundapp.demo.calendar import ZONE, on
from fundapp.demo.cast import Cast, join
from fundapp.rounds import service as rounds


@dataclass(frozen=True)
class Dates:
    """The instants of one round."""

    made_at: datetime
    published_at: datetime
    opens_at: datetime
    closes_at: datetime
    reviews_due_at: datetime
    decide_by_on: date


def call(cast: Cast, slug: str, dates: Dates) -> None:
    """Prepare a round and publish it; the clock closes it when its time has come."""
    plan = cast.calendar.plan
    plan(dates.made_at, partial(_create, cast, slug, dates))
    plan(dates.published_at, lambda at: rounds.publish(cast.rounds[slug], actor=cast["maarten"], at=at))
    closing = dates.closes_at + timedelta(minutes=1)
    if closing < cast.calendar.at:
        plan(closing, lambda at: rounds.close(cast.rounds[slug], actor=None, at=at))


def _create(cast: Cast, slug: str, dates: Dates, at: datetime) -> None:
    given = content.rounds()[slug]
    cast.rounds[slug] = rounds.create(
        cast.fund,
        slug=slug,
        name=given["name"],
        summary=given["summary"],
        conditions=given["conditions"],
        budget_cents=given["budget"] * 100,
        lowest_cents=given["lowest"] * 100,
        highest_cents=given["highest"] * 100,
        opens_at=dates.opens_at,
        closes_at=dates.closes_at,
        reviews_due_at=dates.reviews_due_at,
        reviews_wanted=3,
        decide_by_on=dates.decide_by_on,
        form=rounds.install_form("proposal_form", at=at),
        rubric=rounds.install_rubric("digital_commons", at=at),
        actor=cast["noor"],
        at=at,
    )


def propose(cast: Cast, slug: str, key: str, begun: datetime, sent: datetime | None) -> None:
    """Let an applicant begin a proposal, write it in two sittings, and send it in; sent None: a draft."""
    plan = cast.calendar.plan
    plan(begun, partial(_begin, cast, slug, key))
    if sent is None:
        return
    middle = clock.day(begun + (sent - begun) / 2, ZONE)
    plan(on(middle, "20:25"), partial(_write, cast, key, content.proposal(key).answers))
    plan(sent, partial(_send, cast, key))


def _begin(cast: Cast, slug: str, key: str, at: datetime) -> None:
    text = content.proposal(key)
    owner = join(cast, text.applicant, at=at)
    cast.applications[key] = applications.start(cast.rounds[slug], actor=owner, at=at)
    first = {
        "contact_name": owner.name,
        "email": owner.email,
        "organisation": text.organisation or None,
        "country": text.country,
        "title": text.title,
        "website": text.website or None,
    }
    _write(cast, key, first | (text.answers if text.is_draft else {}), at)


def _send(cast: Cast, key: str, at: datetime) -> None:
    text = content.proposal(key)
    last: dict[str, Any] = {
        "amount": text.amount * 100,
        "milestones": [
            {"title": title, "description": words, "amount_cents": euros * 100}
            for title, words, euros in text.milestones
        ],
        "uses_genai": False,
        "privacy": True,
        "send_copy": True,
    }
    _write(cast, key, last, at)
    applications.submit(cast.applications[key], actor=cast[text.applicant], at=at)


def send_again(cast: Cast, key: str, at: datetime) -> None:
    """Let an applicant better something and send it again before the deadline: a second version."""
    text = content.proposal(key)
    _write(cast, key, text.second_version, at)
    applications.submit(cast.applications[key], actor=cast[text.applicant], at=at)


def _write(cast: Cast, key: str, answers: dict[str, Any], at: datetime) -> None:
    row = cast.applications[key]
    bases = {answer.field: answer.revision for answer in row.answers}
    applications.save(row, _trimmed(answers), bases, actor=cast[content.proposal(key).applicant], at=at)


def _trimmed(answers: dict[str, Any]) -> dict[str, Any]:
    return {key: value.strip() if isinstance(value, str) else value for key, value in answers.items()}


def admit(cast: Cast, keys: list[str], lead: str, at: datetime) -> None:
    """Take proposals into review, each with its theme and the member of staff who looks after it."""
    for key in keys:
        row: Application = cast.applications[key]
        theme = content.proposal(key).theme
        applications.file_under(row, theme=theme, lead=cast[lead], actor=cast["noor"], at=at)
        applications.admit(row, actor=cast["noor"], at=at)
