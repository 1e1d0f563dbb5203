"""Commands about what is told: reminders to come, the outbox, the jobs."""

from typing import BinaryIO

import click

from fundapp.cli.start import within_app
from fundapp.core import bounces, clock, mail
from fundapp.core.db import db
from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.reminders import planning, queries


@click.group()
def reminders() -> None:
    """Reminders: who hears of what, and when."""


@reminders.command()
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 400), help="How far ahead.")
@click.option("--fund", "slug", help="Only this fund.")
@within_app
def preview(days: int, slug: str | None) -> None:
    """Show who would get what in the coming days, if nothing were done: one line each, tab-separated.

    Moment (ISO, UTC), e-mail address, kind, code of the proposal or name of the thing, when it is due,
    days from that date; with `late` in the last column where somebody else is told.
    """
    fund = db.session.scalar(db.select(Fund).where(Fund.slug == slug)) if slug else None
    if slug and fund is None:
        raise click.ClickException(f"no fund {slug!r}; `fundapp funds list` shows them")
    coming = planning.preview(clock.now(), days, fund_id=fund.id if fund else None)
    people = queries.people({telling.user_id for telling in coming})
    names = queries.titles({one.row.application_id for one in coming if one.row.application_id})
    for telling in coming:
        row = telling.row
        code, title = names.get(row.application_id or 0, ("", ""))
        label = pick(queries.label_of(row), "en")
        about = " ".join(part for part in (code or title, label) if part)
        late = "late" if telling.escalated_from is not None else ""
        click.echo(
            "\t".join(
                (
                    telling.at.isoformat(timespec="seconds"),
                    people[telling.user_id].email,
                    row.kind,
                    " ".join(about.split()),
                    row.due_at.isoformat(timespec="seconds"),
                    f"{telling.offset:+d}",
                    late,
                )
            ).rstrip("\t")
        )


@click.group()
def outbox() -> None:
    """Mail that waits, went or failed."""


@outbox.command("list")
@click.option("--state", type=click.Choice([state.value for state in mail.Posted]), help="Only these.")
@click.option("--last", default=1000, show_default=True, type=click.IntRange(1), help="At most so many.")
@within_app
def list_outbox(state: str | None, last: int) -> None:
    """List key, recipient, state and tries, tab-separated; the newest last."""
    chosen = db.select(mail.Outbox).order_by(mail.Outbox.id.desc()).limit(last)
    if state:
        chosen = chosen.where(mail.Outbox.state == mail.Posted(state))
    for row in reversed(list(db.session.scalars(chosen))):
        click.echo(f"{row.key}\t{row.address}\t{row.state}\t{row.tries}")


@outbox.command()
@click.argument("key")
@within_app
def retry(key: str) -> None:
    """Let one mail be tried again from the start: a failed one, or one that waits for its next try."""
    row = db.session.scalar(db.select(mail.Outbox).where(mail.Outbox.key == key).with_for_update())
    if row is None:
        raise click.ClickException(f"no mail with key {key!r}; `fundapp outbox list` shows them")
    now = clock.now()
    if row.state is mail.Posted.SENT:
        raise click.ClickException("this mail was sent; sending it again would tell its reader twice")
    if row.state is mail.Posted.SENDING and row.lease_until_at and row.lease_until_at > now:
        raise click.ClickException("a worker is sending this mail right now")
    mail.again(row, at=now)
    db.session.commit()
    click.echo(f"{key} goes with the next delivery.", err=True)


@click.group("bounces")
def bounces_group() -> None:
    """Mail that came back."""


@bounces_group.command()
@click.argument("file", type=click.File("rb"))
@within_app
def take(file: BinaryIO) -> None:
    """Take in a delivery report from a FILE, or from standard input (-), as a mail server pipes it.

    Prints address, final or passing, and the key of our mail; `unknown` where nothing proves it is ours.
    """
    try:
        found = bounces.take(file.read(bounces.LARGEST + 1), at=clock.now())
    except bounces.NoReport as fault:
        raise click.ClickException(str(fault)) from fault
    db.session.commit()
    for one in found:
        kind = "final" if one.is_final else "passing"
        click.echo(f"{one.address}\t{kind}\t{one.key or 'unknown'}")


COMMANDS = (reminders, outbox, bounces_group)
