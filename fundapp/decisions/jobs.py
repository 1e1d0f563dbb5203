"""What runs by the clock: letters on paper."""

from datetime import datetime
from typing import Any

from fundapp.core.jobs import job
from fundapp.decisions import letter_papers


@job(kind="print-letters", minutes=1)
def print_letters(at: datetime) -> dict[str, Any]:
    """Set the letters that went out, and keep them with their hash."""
    return {"letters": letter_papers.print_sent(at)}
