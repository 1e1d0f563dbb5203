"""What runs by the clock: letters on paper, and terms that come near."""

from datetime import datetime
from typing import Any

from fundapp.core.jobs import job
from fundapp.decisions import letter_papers, reminding


@job(kind="print-letters", minutes=1)
def print_letters(at: datetime) -> dict[str, Any]:
    """Set the letters that went out, and keep them with their hash."""
    return {"letters": letter_papers.print_sent(at)}


@job(kind="decision-terms", minutes=30)
def decision_terms(at: datetime) -> dict[str, Any]:
    """Remind of answers and decisions that are due."""
    return reminding.remind(at)
