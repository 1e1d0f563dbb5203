"""A grant that changes while it runs, and what was agreed where interests and public values clash."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from fundapp.demo import content, granting
from fundapp.demo.calendar import on
from fundapp.demo.cast import Cast
from fundapp.grants import amendments, conditions, offering, rulings
from fundapp.grants import service as grants
from fundapp.grants.models import ConditionKind


def lay(cast: Cast, key: str) -> None:
    """Lay the value agreements of a grant before it is offered; the one who watches them looks in time."""
    given = content.grants()[key]
    laid = on(given["offered"], "09:15")
    for number, one in enumerate(given.get("conditions", [])):
        cast.calendar.plan(laid, partial(_lay, cast, key, one))
        if "met" in one:
            looked = cast.calendar.days(one["met"], "15:05")
            cast.calendar.plan(looked, partial(_meet, cast, key, number, one))


def _lay(cast: Cast, key: str, given: dict[str, Any], at: datetime) -> None:
    wording = conditions.Wording(
        kind=ConditionKind.VALUE,
        title=given["title"],
        text=given["text"],
        interest=given["interest"],
        public_value=given["value"],
        ref=given["at"],
        watcher_id=cast[given["watcher"]].id,
    )
    conditions.add(cast.award(key), wording, actor=cast["noor"], at=at)


def _meet(cast: Cast, key: str, number: int, given: dict[str, Any], at: datetime) -> None:
    one = cast.award(key).conditions[number]
    who = cast[given["watcher"]]
    conditions.judge(one, "meet", base=one.row_version, actor=who, at=at, note=given["seen"])


def amend(cast: Cast, key: str) -> None:
    """Let a grantee ask for a change; the committee agrees, and the fund offers the new version."""
    change = content.grants()[key]["amended"]
    when, plan = cast.calendar.days(change["offered"], "11:20"), cast.calendar.plan
    plan(when - timedelta(days=5), partial(_ask, cast, key, change))
    plan(when - timedelta(hours=2), partial(_rule, cast, key, change))
    plan(when, partial(_offer, cast, key))


def _ask(cast: Cast, key: str, change: dict[str, Any], at: datetime) -> None:
    owner = cast[content.people()[content.proposal(key).applicant].key]
    wish = amendments.Wish(change["reason"])
    version = amendments.begin(cast.award(key), wish, actor=owner, at=at)
    rows = granting.rows(cast, key, version, change["due"], change["titles"])
    grants.save_plan(version, rows, base=version.row_version, actor=owner, at=at)


def _rule(cast: Cast, key: str, change: dict[str, Any], at: datetime) -> None:
    version = granting.newest(cast, key)
    rulings.record(
        version,
        is_yes=True,
        decided_on=at.date(),
        decided_by=change["decided_by"],
        meeting_id=None,
        note=change["ruling"],
        shown_digest=rulings.laid_before(version),
        actor=cast["noor"],
        at=at,
    )


def _offer(cast: Cast, key: str, at: datetime) -> None:
    offering.offer(granting.newest(cast, key), actor=cast["noor"], at=at)
