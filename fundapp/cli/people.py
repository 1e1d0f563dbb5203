"""Commands about people, funds and rounds."""

import sys

import click
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select

from fundapp.accounts import queries as people
from fundapp.accounts import service
from fundapp.accounts.models import RoleName
from fundapp.accounts.passwords import SHORTEST
from fundapp.applications.models import Application, ApplicationState
from fundapp.cli.start import settings, within_app
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.words import pick
from fundapp.funds import queries as funds
from fundapp.rounds.models import Round

ADMINISTRATOR = "administrator"
ROLES = [*(role.value for role in RoleName if role is not RoleName.PANEL), ADMINISTRATOR]


@click.group()
def users() -> None:
    """People with an account."""


@users.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", type=click.Choice(ROLES), help="A role to give.")
@click.option("--fund", "slug", help="The fund the role is held at.")
@click.option("--language", type=click.Choice(["en", "nl"]), default="en", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@within_app
def add_user(
    email: str, *, name: str, role: str | None, slug: str | None, language: str, password_stdin: bool
) -> None:
    """Add a person with a confirmed address; to one who is known, give the role."""
    email, password = _address(email), _password() if password_stdin else None
    fund = _fund(role, slug)
    now, user = clock.now(), people.user_by_email(email)
    if user is None:
        user = service.add(
            email, name, at=now, settings=settings(), password=password, language=language, is_confirmed=True
        )
        db.session.flush()  # the role refers to its id
    elif password:
        raise click.ClickException("this address has an account; its password is changed by its owner")
    if role == ADMINISTRATOR:
        service.make_administrator(user, actor=None, at=now)
    elif role and fund is not None:
        service.grant_role(user, fund, RoleName(role), actor=None, at=now)
    db.session.commit()
    click.echo(f"{user.email}\t{user.name}" + (f"\t{role}" if role else ""))


def _address(text: str) -> str:
    try:
        return str(validate_email(text, check_deliverability=False).normalized)
    except EmailNotValidError as fault:
        raise click.ClickException(f"{text!r} is not an address: {fault}") from fault


def _password() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if len(password) < SHORTEST:
        raise click.ClickException(f"a password has at least {SHORTEST} characters")
    return password


def _fund(role: str | None, slug: str | None) -> int | None:
    if role in (None, ADMINISTRATOR):
        return None
    if not slug:
        raise click.UsageError("--role needs --fund, since roles are held per fund")
    fund = funds.fund_by_slug(slug)
    if fund is None:
        raise click.ClickException(f"no fund {slug!r}; `fundapp funds list` shows them")
    return fund.id


@click.group("funds")
def funds_group() -> None:
    """Funds."""


@funds_group.command("list")
@within_app
def list_funds() -> None:
    """List slug and name, tab-separated."""
    for fund in funds.all_funds():
        click.echo(f"{fund.slug}\t{pick(fund.name, settings().language)}")


@click.group("rounds")
def rounds_group() -> None:
    """Rounds."""


@rounds_group.command("list")
@within_app
def list_rounds() -> None:
    """List slug, state and number of applications (drafts left out), tab-separated."""
    counted = (
        select(Application.round_id, func.count(Application.id).label("number"))
        .where(Application.state != ApplicationState.DRAFT)
        .group_by(Application.round_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Round.slug, Round.state, func.coalesce(counted.c.number, 0))
        .outerjoin(counted, counted.c.round_id == Round.id)
        .order_by(Round.fund_id, Round.created_at, Round.id)
    )
    for slug, state, number in rows:
        click.echo(f"{slug}\t{state.value}\t{number}")


COMMANDS = (users, funds_group, rounds_group)
