"""Scenes of reports: one of each kind, made when a fund would make it, and what is kept of them."""

from datetime import datetime
from functools import partial

from sqlalchemy import select

from fundapp.accounts.models import RoleName
from fundapp.core.db import db
from fundapp.demo import content
from fundapp.demo.calendar import on
from fundapp.demo.cast import Cast
from fundapp.reports import building, own_dossier, registers, service, transparency_pack
from fundapp.reports.built_plans import Plan
from fundapp.reports.models import Every
from fundapp.reports.subjects import APPLICATIONS
from fundapp.rounds.models import Round

PROJECT = "wadlopen"
SITE = "https://fonds.example.org"
"""Stands in the pack as the address of the site; it is nobody's."""


def keep_records(cast: Cast, slug: str) -> None:
    """Plan the reports of the first round, the applicant's own dossier, a register and a report of one's own.

    slug: of the first round.
    """
    plan = cast.calendar.plan
    plan(on("2024-01-08", "11:15"), partial(report_round, cast, slug))
    plan(on("2024-01-09", "20:05"), partial(take_own, cast))
    plan(on("2024-01-17", "09:30"), partial(publish_pack, cast, slug))
    plan(on("2025-01-15", "10:00"), partial(freeze_registers, cast))
    plan(cast.calendar.days(-20, "15:45"), partial(build, cast))


def _round(slug: str) -> Round:
    return db.session.scalars(select(Round).where(Round.slug == slug)).one()


def report_round(cast: Cast, slug: str, at: datetime) -> None:
    """Make the report of the round, and the dossier of one proposal."""
    service.take_round(_round(slug), actor=cast["maarten"], at=at)
    service.take_application(cast.applications[PROJECT], actor=cast["maarten"], at=at)


def take_own(cast: Cast, at: datetime) -> None:
    """Let an applicant make their own dossier."""
    applicant = cast[content.proposal(PROJECT).applicant]
    own_dossier.take_own(cast.applications[PROJECT], actor=applicant, at=at)


def publish_pack(cast: Cast, slug: str, at: datetime) -> None:
    """Make the transparency pack of the round, and put it on the public site."""
    pack = transparency_pack.make(_round(slug), site=SITE, actor=cast["maarten"], at=at)
    db.session.flush()
    transparency_pack.publish(pack, actor=cast["noor"], at=at)


def freeze_registers(cast: Cast, at: datetime) -> None:
    """Freeze the payments of a year, as the auditor asks for."""
    registers.freeze("payments", cast.fund, year=2024, actor=cast["femke"], at=at)


def build(cast: Cast, at: datetime) -> None:
    """Put together a report of one's own, and let the auditor hear of it every month."""
    plan = Plan(groups=("round", "theme"), sums=(("sum", "asked_cents"), ("median", "asked_cents")))
    made = building.keep(
        cast.fund, APPLICATIONS, plan, name="Asked by theme", report=None, actor=cast["noor"], at=at
    )
    db.session.flush()
    building.share(made, role=RoleName.AUDITOR, people=[], actor=cast["noor"], at=at)
    building.schedule(made, every=Every.MONTH, role=RoleName.AUDITOR, actor=cast["noor"], at=at)
