"""What runs by the clock: letters on paper."""

from datetime import datetime
from typing import Any

from fundapp.core.db import db, reading
from fundapp.core.jobs import job
from fundapp.decisions import letter_papers

TURN = 20
"""How many letters one run sets: about twenty seconds of work."""


@job(kind="print-letters", minutes=1)
def print_letters(at: datetime) -> dict[str, Any]:
    """Set the letters that went out, and keep each with its hash in a transaction of its own."""
    kept = 0
    while kept < TURN:
        with reading():
            found = letter_papers.set_next(at)
        if found is None:
            break
        letter_papers.keep_set(*found, at)
        db.session.commit()
        kept += 1
    return {"letters": kept}
