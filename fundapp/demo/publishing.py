"""Scenes of openness: under which identifiers the fund publishes its grants."""

from datetime import datetime
from functools import partial

from fundapp.demo.calendar import on
from fundapp.demo.cast import Cast
from fundapp.reports import publishing


def open_up(cast: Cast) -> None:
    """Say how the fund publishes, after its first round was decided."""
    cast.calendar.plan(on("2024-01-16", "10:05"), partial(settle, cast))


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
