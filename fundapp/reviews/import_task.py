"""Reviews from elsewhere, taken in by the worker: the whole file or nothing, told line by line."""

from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from fundapp.accounts.models import User
from fundapp.applications.imports import refuse_over
from fundapp.config import Settings
from fundapp.core import clock, files, handed_in
from fundapp.core.db import db
from fundapp.core.handed_in import IMPORTED, KNOWN, REFUSED, Outcomes
from fundapp.core.refusals import Refusal
from fundapp.core.task_work import Progress
from fundapp.core.tasks import Made, Task
from fundapp.reviews import imports, taking_in
from fundapp.reviews.imports import Line, Unreadable
from fundapp.rounds.models import Round, Stage
from fundapp.rounds.rules import MANAGE

TASK = "import-reviews"


def order(content: bytes, *, name: str, round: Round, stage: Stage | None, actor: User, at: datetime) -> Task:
    """Have a table of reviews looked through by the worker; nothing comes in before somebody says so."""
    payload = {
        "round": round.id,
        "stage": stage.id if stage else None,
        handed_in.STEP: handed_in.CHECK,
    }
    return handed_in.hand_in(
        TASK, content, name=name, media_type="text/csv", payload=payload,
        title=_l("Check of %(name)s", name=name), actor=actor, fund_id=round.fund_id, at=at,
    )  # fmt: skip


def may(user: Any, row: Task) -> bool:
    """Tell whether somebody may take reviews in for the round of a task."""
    round = db.session.get(Round, row.payload.get("round"))
    return round is not None and bool(MANAGE(user, round))


def work(row: Task, progress: Progress, settings: Settings) -> Made:
    """Look through a table, or take it in whole; what stands there is known, so twice changes nothing."""
    name, is_check = str(row.payload["name"]), row.payload.get(handed_in.STEP) != handed_in.TAKE
    path, payload, asker = files.place(handed_in.given(row)), row.payload, row.asked_by
    if is_check:
        found = _told(path, payload, db.session.get_one(User, asker))
    else:
        with progress.writing():
            actor = db.session.get_one(User, asker)
            found = _told(path, payload, actor)
            _take_in(path, payload, actor, settings, progress)
    with Outcomes(progress.folder) as out:
        for line in found:
            out.add(line)
    progress(len(found), len(found))
    return Made(f"{Path(name).stem}.csv", "text/csv", out.path, {"counts": dict(out.counts)})


def _take_in(
    path: Path, payload: dict[str, Any], actor: User, settings: Settings, progress: Progress
) -> None:
    round, stage = _about(payload)
    try:
        taking_in.take_in(
            round, imports.read(path), stage=stage, settings=settings, at=clock.now(), actor=actor,
            tell=progress,
        )  # fmt: skip
    except Unreadable as fault:
        first = min(fault.faults, key=lambda one: one.line)
        raise Refusal(
            _("Line %(line)d is refused now: %(why)s", line=first.line, why=first.message)
        ) from fault


def _about(payload: dict[str, Any]) -> tuple[Round, Stage | None]:
    """Give the round and the stage that were judged. Raises Refusal for a round that is over."""
    round = db.session.get_one(Round, payload["round"])
    refuse_over(round)
    return round, next((one for one in round.stages if one.id == payload.get("stage")), None)


def _told(path: Path, payload: dict[str, Any], actor: User) -> list[handed_in.Line]:
    """Say of each line what becomes of it, without writing anything."""
    round, stage = _about(payload)
    try:
        lines = imports.read(path)
    except Unreadable as fault:
        return [handed_in.Line(one.line, REFUSED, None, "", one.message) for one in fault.faults]
    ground = taking_in.ground_of(round, stage, clock.now(), by=actor)
    taking_in.checked(ground, lines)
    faults: dict[int, list[str]] = {}
    for one in ground.faults:
        faults.setdefault(one.line, []).append(one.message)
    return [_line(ground, line, faults.get(line.number, [])) for line in lines]


def _line(ground: taking_in.Ground, line: Line, faults: list[str]) -> handed_in.Line:
    application = ground.applications.get(imports.folded(line.code))
    code = application.code if application is not None else None
    title = f"{line.reviewer}, {line.criterion}: {line.score}"
    if faults:
        return handed_in.Line(line.number, REFUSED, code, title, " ".join(faults))
    if line.number in ground.known:
        return handed_in.Line(line.number, KNOWN, code, title, _("It stands there already, word for word."))
    return handed_in.Line(line.number, IMPORTED, code, title, "")
