"""How a command prints a report: taken first, then set on paper while nobody has to wait for it."""

from pathlib import Path

import click

from fundapp.core import clock
from fundapp.core.db import db, reading
from fundapp.reports import issuing, printing
from fundapp.reports.models import Snapshot


def write_report(snapshot: Snapshot, output: Path, lang: str) -> None:
    """Commit a report that was just taken, and write it as PDF; its bytes are remembered."""
    db.session.commit()
    with reading():
        content = printing.pdf(snapshot, lang=lang)
    issuing.keep(snapshot, "pdf", lang, content, at=clock.now())
    db.session.commit()
    write_pdf(content, output)


def write_pdf(content: bytes, output: Path) -> None:
    """Write a PDF and say how large it is."""
    output.write_bytes(content)
    click.echo(f"{len(content) // 1024} KB: {output}", err=True)
