"""What the page about one grant's evaluation shows."""

from dataclasses import dataclass
from typing import Any, cast

from flask_babel import force_locale
from markupsafe import Markup
from sqlalchemy import select

from fundapp.core.db import db
from fundapp.grants.models import Award
from fundapp.reports import aftercare_queries, grant_figures
from fundapp.reports.grant_shape import GrantReport
from fundapp.reports.models import AliveCheck, Snapshot
from fundapp.reports.wording import Say
from fundapp.reviews.workflow import WORDS

MARKS = ("baseline", "expected", "reached")


@dataclass(frozen=True)
class GrantPage:
    """The newest evaluation in words, who was asked to score again, and the questions afterwards."""

    newest: Snapshot | None
    lead: str
    keys: list[tuple[str, str, str]]
    shift: Markup | None
    caption: str
    criteria: list[Any]
    closing: list[Any]
    states: Any
    checks: list[AliveCheck]


def grant_page(award: Award, lang: str) -> GrantPage:
    """Gather the page; three queries."""
    newest = db.session.scalar(
        select(Snapshot)
        .where(Snapshot.award_id == award.id, Snapshot.kind == "grant")
        .order_by(Snapshot.id.desc())
        .limit(1)
    )
    say = Say(lang, award.application.fund.currency)
    found: dict[str, Any] = {}
    if newest is not None:
        with force_locale(lang):
            found = grant_figures.grant_report(cast(GrantReport, newest.data), say)
    shift = found.get("shift")
    return GrantPage(
        newest=newest,
        lead=found.get("lead", ""),
        keys=found.get("key_figures", []),
        shift=shift.svg if shift else None,
        caption=shift.caption if shift else "",
        criteria=[
            (one["key"], say.words(one["name"]), *(say.plain(one[key]) for key in MARKS))
            for one in found.get("criteria", [])
        ],
        closing=aftercare_queries.closing_of(award.application_id),
        states=WORDS,
        checks=aftercare_queries.own_alive_checks(award.id),
    )
