"""The ledger on the command line: proved, sealed, written out."""

import re
from pathlib import Path

import click

from fundapp.cli.finding import OUT
from fundapp.cli.start import within_app
from fundapp.core import clock, log_seals
from fundapp.core.db import db
from fundapp.funds import seals
from fundapp.funds.models import Fund
from fundapp.funds.queries import all_funds
from fundapp.payouts import audit_file, ledger_files, ledger_proof

DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
WHERE = "; `fundapp funds list` shows them"


@click.group("ledger")
def ledger_group() -> None:
    """The ledger: proved, sealed, or written out."""


@ledger_group.command("verify")
@click.option("--fund", "slug", help="Only this fund.")
@click.option("--seal", "kept", help="A digest kept elsewhere, or a file with digests (`ledger seal`).")
@within_app
def verify(slug: str | None, kept: str | None) -> None:
    """Prove sums and chain: nothing below zero, every posting as it was sealed, states and ledger agree."""
    funds = _funds(slug)
    broken = 0
    for fund in funds:
        found = ledger_proof.prove(fund)
        for fault in found.faults:
            click.echo(f"{fund.slug}\tbroken\t{fault}")
        broken += len(found.faults)
        word = "broken" if found.faults else "proved"
        told = f"{found.postings} postings, {found.gifts} gifts, {found.checks} checks"
        late = f", {found.unsealed} not sealed yet" if found.unsealed else ""
        click.echo(f"{fund.slug}\t{word}\t{told}{late}\tchain {found.digest}")
    if kept is not None:
        broken += _compare(funds, kept)
    if broken:
        raise SystemExit(1)


def _compare(funds: list[Fund], kept: str) -> int:
    """Hold digests kept elsewhere against the ledger; give how many do not fit."""
    path = Path(kept)
    written = path.read_text("utf-8") if path.is_file() else kept
    missing = 0
    lines = [line for line in written.splitlines() if DIGEST.search(line)]
    if not lines:
        raise click.UsageError(f"no digest in {kept!r}: give 64 hexadecimal digits, or a file with them")
    slugs = {fund.slug: fund for fund in all_funds()}
    for line in lines:
        digest, name = DIGEST.findall(line)[-1], line.split("\t")[0]
        asked = [slugs[name]] if name in slugs else funds
        if name in slugs and slugs[name] not in funds:
            continue  # another fund than was asked for
        holder = next((fund for fund in asked if seals.has(fund, digest)), None)
        missing += holder is None
        word = f"{holder.slug}\tunchanged" if holder else f"{name if name in slugs else '-'}\tbroken"
        click.echo(f"{word}\t{'up to' if holder else 'something was changed before'} {digest}")
    return missing


def _funds(slug: str | None) -> list[Fund]:
    funds = [fund for fund in all_funds() if slug in (None, fund.slug)]
    if not funds:
        raise click.ClickException(f"no fund {slug!r}{WHERE}")
    return funds


@ledger_group.command("seal")
@click.option("--fund", "slug", help="Only this fund.")
@click.option("--output", type=OUT, help="The file to write; else it is printed.")
@within_app
def seal(slug: str | None, output: Path | None) -> None:
    """Seal everything that was posted, and give the last digest of each fund: keep it elsewhere."""
    lines = []
    for fund in _funds(slug):
        at = clock.now()
        while seals.seal(fund, at=at):
            db.session.commit()
        chain = seals.check(fund)
        lines.append(f"{fund.slug}\t{chain.sealed}\t{at:%Y-%m-%dT%H:%M:%SZ}\t{chain.head}\n")
    db.session.commit()
    if output:
        output.write_text("".join(lines), "utf-8")
        click.echo(f"{len(lines)} funds: {output}", err=True)
    else:
        click.echo("".join(lines), nl=False)


@ledger_group.command("export")
@click.option("--fund", "slug", required=True)
@click.option("--output", required=True, type=OUT, help="The file to write.")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx", "xaf"]), default="csv", show_default=True)
@click.option("--year", type=int, help="Only this year; an audit file (xaf) is of one year, else the newest.")
@click.option("--lang", type=click.Choice(["en", "nl"]), default="en", show_default=True)
@within_app
def export(slug: str, output: Path, form: str, year: int | None, lang: str) -> None:
    """Write every posting of a fund, oldest first: CSV, a workbook, or XML Auditfile Financieel 3.2."""
    fund = _funds(slug)[0]
    part = output.with_name(output.name + ".part")
    if form == "csv":
        with part.open("w", encoding="utf-8", newline="") as stream:
            number = ledger_files.write_csv(fund, stream, year)
    elif form == "xlsx":
        content, number = ledger_files.xlsx(fund, clock.now(), lang, year)
        part.write_bytes(content)
    else:
        of = year or ledger_files.last_year(fund) or clock.now().year
        with part.open("wb") as out:
            number = audit_file.write(fund, of, out, made_at=clock.now())
    part.replace(output)
    click.echo(f"{number} postings: {output}", err=True)


@click.group("log")
def log_group() -> None:
    """The log of everything that was done."""


@log_group.command("verify")
@click.option("--seal", "kept", help="A digest kept elsewhere.")
@within_app
def verify_log(kept: str | None) -> None:
    """Prove that no line of the log was changed or taken out since it was sealed."""
    found = log_seals.check()
    for fault in found.faults:
        click.echo(f"broken\t{fault}")
    fits = kept is None or log_seals.has(kept)
    if not fits:
        click.echo(f"broken\tsomething was changed before {kept}")
    word = "proved" if fits and not found.faults else "broken"
    click.echo(f"log\t{word}\t{found.sealed} sealed, {found.unsealed} not sealed yet\tchain {found.head}")
    if word == "broken":
        raise SystemExit(1)


COMMANDS = (ledger_group, log_group)
