"""Commands about the milestones of an application, as takentaal."""

from pathlib import Path

import click

from fundapp.applications import planning
from fundapp.applications.models import Application
from fundapp.cli.finding import FILE, application_named
from fundapp.cli.start import within_app
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.grants import milestones
from fundapp.grants import plan as plans
from fundapp.grants import service as grants
from fundapp.grants.models import Award


@click.group("plan")
def plan_group() -> None:
    """The milestones of an application, as takentaal."""


def _award(application: Application) -> Award | None:
    found: Award | None = db.session.scalar(db.select(Award).where(Award.application_id == application.id))
    return found if found is not None and found.agreements else None


@plan_group.command("export")
@click.argument("code")
@within_app
def export(code: str) -> None:
    """Print the plan: that of the agreement where there is one, else the proposal's own."""
    application = application_named(code)
    award = _award(application)
    if award is not None:
        version = award.agreement_under_way or award.agreement_in_force or award.agreements[-1]
        text = plans.to_takentaal(application.title, version.plan, milestones.marks(award))
    else:
        text = planning.write(application, planning.present(application))
    click.echo(text, nl=False)


@plan_group.command("import")
@click.argument("code")
@click.argument("file", type=FILE)
@within_app
def import_(code: str, file: Path) -> None:
    """Put the plan in FILE in the place of the present one; nothing changes when a line is wrong."""
    application = application_named(code)
    text = file.read_bytes().decode("utf-8-sig", "replace")
    try:
        told = _take_over(application, text)
    except (planning.UnreadablePlan, plans.UnreadablePlan) as unreadable:
        db.session.rollback()
        for line, fault in unreadable.faults:
            click.echo(f"{file}:{line}: {fault}", err=True)
        raise click.exceptions.Exit(1) from unreadable
    except Refusal as refused:
        db.session.rollback()
        raise click.ClickException(refused.message) from refused
    db.session.commit()
    click.echo(told, err=True)


def _take_over(application: Application, text: str) -> str:
    award = _award(application)
    if award is None:
        total = planning.take_over(application, text, actor=None, at=clock.now())
        note = "" if application.version_number == 0 else "; not sent in yet: the applicant does that"
        return f"{total / 100:.2f} {application.fund.currency}{note}"
    agreement = award.agreement_under_way
    if agreement is None:
        raise click.ClickException("the agreement is in force; begin a new version of it first")
    grants.import_plan(agreement, text, base=agreement.row_version, actor=None, at=clock.now())
    return f"{agreement.total_cents / 100:.2f} {application.fund.currency}"


COMMANDS = (plan_group,)
