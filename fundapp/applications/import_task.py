"""Applications from elsewhere, taken in by the worker: some lines at a time, and after a crash the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from fundapp.accounts.models import User
from fundapp.applications import imports, intake_files
from fundapp.applications.intake import Broken, Intake
from fundapp.core import clock, files, handed_in
from fundapp.core.db import db
from fundapp.core.handed_in import Line, Outcomes
from fundapp.core.task_work import Progress
from fundapp.core.tasks import Made, Task
from fundapp.rounds.models import Round
from fundapp.rounds.rules import MANAGE

TASK = "import-applications"
AT_ONCE = 50
"""So many lines are committed together: what a crash undoes, and how long others wait to write on SQLite."""


def order(
    content: bytes, *, name: str, round: Round, rates: Mapping[str, Decimal], actor: User, at: datetime
) -> Task:
    """Have a file looked through by the worker; nothing comes in before somebody says so."""
    payload = {
        "round": round.id,
        "rates": {code: str(rate) for code, rate in sorted(rates.items())},
        handed_in.STEP: handed_in.CHECK,
    }
    return handed_in.hand_in(
        TASK, content, name=name, media_type="application/jsonl", payload=payload,
        title=_l("Check of %(name)s", name=name), actor=actor, fund_id=round.fund_id, at=at,
    )  # fmt: skip


def may(user: Any, row: Task) -> bool:
    """Tell whether somebody may take applications in for the round of a task."""
    round = db.session.get(Round, row.payload.get("round"))
    return round is not None and bool(MANAGE(user, round))


def work(row: Task, progress: Progress) -> Made:
    """Look through a file, or take it in: some lines at a time, each of them once however often it begins.

    What was committed before a crash or a cancel stays; whoever goes on finds it in the round, and knows by
    the log which of it is this task's own.
    """
    path, name = files.place(handed_in.given(row)), str(row.payload["name"])
    is_check = row.payload.get(handed_in.STEP) != handed_in.TAKE
    round = db.session.get_one(Round, row.payload["round"])
    held = imports.ground(round, None if is_check else row.id)
    errand = _Errand(round.id, held, None if is_check else row.asked_by, is_check, progress)
    found = intake_files.read(path, currency=round.fund.currency, rates=_rates(row))
    total, done = intake_files.count(path), 0
    with Outcomes(progress.folder) as out:
        while some := list(islice(found, AT_ONCE)):
            for line in errand.some(some):
                out.add(line)
            done += len(some)
            progress(done, max(total, done))
    return Made(f"{Path(name).stem}.csv", "text/csv", out.path, {"counts": dict(out.counts)})


def _rates(row: Task) -> dict[str, Decimal]:
    return {code: Decimal(rate) for code, rate in row.payload.get("rates", {}).items()}


@dataclass(frozen=True)
class _Errand:
    """What is done with each few lines, and for whom."""

    round_id: int
    held: imports.Ground
    asker_id: int | None
    is_check: bool
    progress: Progress

    def some(self, found: list[Intake | Broken]) -> list[Line]:
        """Look at some lines, or take them in and commit."""
        if self.is_check:
            return self._each(found, None)
        with self.progress.writing():
            return self._each(found, db.session.get(User, self.asker_id))

    def _each(self, found: list[Intake | Broken], actor: User | None) -> list[Line]:
        round, at = db.session.get_one(Round, self.round_id), clock.now()
        imports.refuse_over(round)
        return [
            imports.one(round, self.held, one, dry_run=self.is_check, actor=actor, at=at) for one in found
        ]
