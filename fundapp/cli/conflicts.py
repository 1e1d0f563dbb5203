"""The command that proves that ties hold."""

import click
from flask import current_app

from fundapp.admin import conflict_check
from fundapp.admin.conflict_places import unknown
from fundapp.cli.start import within_app
from fundapp.core import clock


@click.group("conflicts")
def conflicts_group() -> None:
    """Look after ties between people and applications."""


@conflicts_group.command("check")
@click.option("--most", type=click.IntRange(1), default=10_000, show_default=True, help="Pairs to look at.")
@within_app
def check(most: int) -> None:
    """Look at every page as every tied person; exit code 1 and the routes where something leaks."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    report = conflict_check.check(app, at=clock.now(), most=most)
    for leak in report.leaks:
        click.echo("\t".join((leak.endpoint, leak.address, leak.how, leak.code, f"user {leak.user_id}")))
    for address in sorted(set(report.broken)):
        click.echo(f"broken, so not proven: {address}", err=True)
    for address in unknown(app.url_map, lambda name: conflict_check.is_public(app, name)):
        click.echo(f"not looked at: {address}", err=True)
    told = f"{report.pairs} of {report.all_pairs} pairs, {report.pages} pages, {len(report.leaks)} leaks"
    click.echo(told, err=bool(report.leaks))
    if report.leaks:
        raise click.ClickException("a tied person sees what they must not")


COMMANDS = (conflicts_group,)
