"""Bank accounts on the command line: a new key for all of them."""

import click
from flask import current_app

from fundapp.cli.start import within_app
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.grants import keys
from fundapp.grants.sealing import current_key_id


@click.group("accounts")
def accounts_group() -> None:
    """Bank accounts of grantees."""


@accounts_group.command("rotate-key")
@click.option("--check", is_flag=True, help="Change nothing; open every account with the present key.")
@click.option("--forget-old", is_flag=True, help="Throw older keys away, once no account needs them.")
@within_app
def rotate_key(check: bool, forget_old: bool) -> None:
    """Seal every bank account under a new key; run it again when it was interrupted."""
    settings = current_app.config["SETTINGS"]
    if forget_old:
        keys.seal_others(settings)
        db.session.commit()  # the old key goes for good: what it sealed has to be safe before
        click.echo(f"{keys.forget_old(settings)} older keys thrown away")
        return
    if not check:
        _rotate()
    found = keys.look(settings)
    waiting = keys.left(settings)
    for id in found.faults:
        click.echo(f"account {id}: not readable with key {current_key_id(settings)} alone", err=True)
    click.echo(f"{found.accounts} accounts, {waiting} under an older key, {len(found.faults)} not readable")
    if found.faults or waiting:
        raise SystemExit(1)


def _rotate() -> None:
    settings = current_app.config["SETTINGS"]
    if keys.left(settings) and keys.sealed_under_known_keys(settings):
        click.echo(f"goes on under key {current_key_id(settings)}")
    else:
        click.echo(f"new key {keys.begin(settings)}")
    done = 0
    while some := keys.seal_some(settings):
        db.session.commit()
        done += some
    keys.seal_others(settings)
    keys.tell(settings, done, actor=None, at=clock.now())
    db.session.commit()
    click.echo(f"{done} accounts sealed anew")
    click.echo("older keys are kept for backups; --forget-old throws them away", err=True)


COMMANDS = (accounts_group,)
