"""Commands about rounds: one made after another."""

from datetime import datetime

import click

from fundapp.cli.finding import NEW_SLUG, round_named
from fundapp.cli.start import within_app
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.rounds import clones, dates
from fundapp.rounds.forms.clones import next_in_line
from fundapp.rounds.models import Round

WALL = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"])


@click.group("rounds")
def rounds_group() -> None:
    """Rounds."""


@rounds_group.command("clone")
@click.argument("slug")
@click.argument("new_slug", type=NEW_SLUG)
@click.option("--name", "name_en", help="Name in English; the old one, its number raised, without it.")
@click.option("--name-nl", help="Name in Dutch.")
@click.option("--opens", type=WALL, help="On the fund's clock; whole weeks later without it.")
@click.option("--closes", type=WALL, help="On the fund's clock; open for as long without it.")
@click.option("--trial", "is_trial", is_flag=True, help="Make a trial of it.")
@within_app
def clone(  # noqa: PLR0917 one for each word of the command
    slug: str,
    new_slug: str,
    name_en: str | None,
    name_nl: str | None,
    opens: datetime | None,
    closes: datetime | None,
    is_trial: bool,
) -> None:
    """Prepare a round after another, in draft; prints fund/slug, state and opening, tab-separated.

    SLUG may be fund/slug where two funds use the same.
    """
    round, now = round_named(slug), clock.now()
    days = dates.weeks_on(round.stage.opens_at, now, round.fund.zone)
    opening = dates.shifted(round.stage.opens_at, days, round.fund.zone, closing=False)
    made = clones.clone(
        round,
        slug=new_slug,
        name={
            "en": name_en or next_in_line(round.name.get("en", "")),
            "nl": name_nl or next_in_line(round.name.get("nl", "")),
        },
        opens_at=_instant(opens, round, closing=False) or opening or now,
        closes_at=_instant(closes, round, closing=True),
        is_trial=is_trial,
        actor=None,
        at=now,
    )
    db.session.commit()
    click.echo(f"{made.fund.slug}/{made.slug}\t{made.state.value}\t{made.stage.opens_at.isoformat()}")


def _instant(wall: datetime | None, round: Round, *, closing: bool) -> datetime | None:
    if wall is None:
        return None
    found = clock.instant(wall, round.fund.zone, closing=closing)
    if found is None:
        raise click.ClickException(f"the clock of {round.fund.zone} skips {wall:%H:%M} on that day")
    return found


COMMANDS = (rounds_group,)
