"""The command that shares reviews out."""

import click

from fundapp.cli.start import within_app
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.reviews import assigning, planning
from fundapp.reviews.planning import MOST, Plan, Settings
from fundapp.rounds import queries as rounds


@click.command("assign")
@click.argument("round", metavar="ROUND")
@click.option("--per-application", "wanted", type=click.IntRange(1, 10), help="Reviews for each proposal.")
@click.option(
    "--max-load", "most", type=click.IntRange(1, 100), default=MOST, show_default=True,
    help="Reviews one person holds in the round at most.",
)  # fmt: skip
@click.option("--apply", "is_applied", is_flag=True, help="Ask the people; without it nothing changes.")
@within_app
def assign(round: str, wanted: int | None, most: int, is_applied: bool) -> None:
    """Make the best plan of who reviews what in a round; print it, its objective and each person's load."""
    found = rounds.find_round(round)
    if found is None:
        raise click.ClickException(f"no round {round!r}; `fundapp rounds list` shows them")
    at = clock.now()
    plan = planning.plan(None, found, Settings(wanted or found.stage.reviews_wanted, most), at=at)
    _print(plan)
    if is_applied:
        made = assigning.apply(plan, found, actor=None, at=at)
        db.session.commit()
        click.echo(f"{len(made)} reviews asked", err=True)


def _print(plan: Plan) -> None:
    for proposal in plan.table.proposals:
        for reader_id in plan.new.get(proposal.row.id, []):
            told = assigning.told(plan, proposal.row.id, reader_id)
            click.echo("\t".join((proposal.row.code, plan.readers[reader_id].row.email, "; ".join(told))))
    for code, why in assigning.unmet(plan):
        click.echo(f"{code}\tnot met\t{why}")
    answer = plan.answer
    proven = "proven optimal" if answer.is_proven else "not proven"
    if not plan.new:
        click.echo(
            "nothing to assign: every application has its reviews, or nobody is free for more", err=True
        )
    click.echo(f"objective\t{answer.cost}\tbound\t{answer.bound:.0f}\t{proven}")
    for reader in plan.table.readers:
        click.echo(f"load\t{reader.row.email}\t{answer.loads[reader.row.id]}\tof {reader.room}")


COMMANDS = (assign,)
