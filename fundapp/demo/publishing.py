"""Scenes of openness: under which identifiers the fund publishes its grants."""

from datetime import datetime
from functools import partial

from fundapp.core.db import db
from fundapp.demo.calendar import on
from fundapp.demo.cast import Cast
from fundapp.reports import disclosing, publishing
from fundapp.reports.models import Ground

THIRD_PERSON = "Rikste Noordhof"
"""Somebody named in the proposal whom no row of the file knows."""


def open_up(cast: Cast) -> None:
    """Say how the fund publishes, after its first round was decided."""
    cast.calendar.plan(on("2024-01-16", "10:05"), partial(settle, cast))
    cast.calendar.plan(cast.calendar.days(-6, "13:20"), partial(disclose, cast, "wadlopen", "noor"))


def settle(cast: Cast, at: datetime) -> None:
    """Fill in identifiers, licence and the list of money passed on. The numbers belong to nobody."""
    publishing.change(
        cast.fund,
        org_id="NL-KVK-00000000",
        org_name="Stichting Fonds Digitale Gemeenschapsgoederen",
        prefix="360G-gemeenschapsgoederen",
        licence="CC-BY-4.0",
        shows_cascade=True,
        eu_grant="",
        actor=cast["noor"],
        at=at,
    )


def disclose(cast: Cast, key: str, who: str, at: datetime) -> None:
    """Begin to answer a request under the Woo, as far as the second person's check."""
    application = cast.applications[key]
    row = disclosing.begin(
        application, language="nl", reference="Woo 2026-03", asked_on=at.date(), actor=cast[who], at=at
    )
    db.session.flush()
    disclosing.cover(row, THIRD_PERSON, Ground.PRIVACY, actor=cast[who], at=at)
