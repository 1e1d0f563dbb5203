"""Reports that take long: a report on paper, all applications of a round; dossier_zip.py has all dossiers."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fundapp.accounts.models import User
from fundapp.applications.models import Application, ApplicationState
from fundapp.applications.queries import seen
from fundapp.core import clock, contents
from fundapp.core.db import db
from fundapp.core.pdf import Paper, set_paper
from fundapp.core.refusals import Refusal
from fundapp.core.task_work import Progress
from fundapp.core.tasks import OPEN, Made, Task, ask, task
from fundapp.core.words import LANGUAGES
from fundapp.reports import export as exports
from fundapp.reports import issuing, kinds, printing, queries
from fundapp.reports.models import Snapshot
from fundapp.reports.wording import _
from fundapp.rounds.models import Round

AT_ONCE = 900
"""So many ids go into one question to the database."""
LONG = 15
"""A paper of more pages than this is not set while somebody waits for a page: a tenth of a second each."""
PRINT = "print-report"


def ask_dossiers(round: Round, *, lang: str, actor: User, at: Any) -> Task:
    """Ask for the dossiers of all applications of a round that the person may see, as ZIP of PDFs."""
    title = _l("All dossiers of %(round)s", round=round.slug)
    payload = {"round_id": round.id, "lang": lang}
    return ask("dossiers", payload, title=title, actor=actor, fund_id=round.fund_id, at=at)


def ask_print(snapshot: Snapshot, *, lang: str, actor: User, at: Any) -> Task:
    """Ask for a report on paper; it is kept with its record, so that who takes it later need not wait."""
    payload = {"snapshot_id": snapshot.id, "lang": lang}
    return ask(PRINT, payload, title=_title(snapshot), actor=actor, fund_id=snapshot.fund_id, at=at)


def print_ahead(snapshot: Snapshot, *, at: Any) -> None:
    """Have a report printed in both languages for whoever comes for it, once."""
    for lang in LANGUAGES:
        payload = {"snapshot_id": snapshot.id, "lang": lang}
        key = f"{PRINT}:{snapshot.id}:{lang}"
        ask(PRINT, payload, title=_title(snapshot), actor=None, fund_id=snapshot.fund_id, at=at, key=key)


def _title(snapshot: Snapshot) -> Any:
    name = kinds.of(snapshot).words
    return _l("%(report)s, number %(number)s (PDF)", report=name, number=snapshot.id)


def is_long(paper: Paper) -> bool:
    """Tell whether a paper takes too long to be set while somebody waits."""
    return contents.leaves(paper.html) > LONG


def is_asked(snapshot: Snapshot, lang: str, user: User) -> bool:
    """Tell whether a report is being printed for somebody."""
    waiting = select(Task).where(Task.asked_by == user.id, Task.kind == PRINT, Task.state.in_(OPEN))
    payload = {"snapshot_id": snapshot.id, "lang": lang}
    return any(one.payload == payload for one in db.session.scalars(waiting))


def ask_applications(round: Round, format: str, *, actor: User, at: Any) -> Task:
    """Ask for all applications of a round that the person may see, with their answers, in one file."""
    title = _l("Applications of %(round)s (%(format)s)", round=round.slug, format=format.upper())
    payload = {"round_id": round.id, "format": format}
    return ask("applications", payload, title=title, actor=actor, fund_id=round.fund_id, at=at)


# --- who may -----------------------------------------------------------------------


def may_round(user: User, row: Task) -> bool:
    """Ask whether the round, and every application that went into the file, is still open to the person."""
    round = queries.report_round(user, row.payload["round_id"])
    ids = row.result.get("applications", [])
    return round is not None and sees_all(user, ids)


def sees_all(user: User, ids: Sequence[int]) -> bool:
    """Tell whether every application that went into a file is still open to the person."""
    for first in range(0, len(ids), AT_ONCE):
        part = ids[first : first + AT_ONCE]
        count = select(func.count(Application.id)).where(Application.id.in_(part), seen(user))
        if db.session.scalar(count) != len(part):
            return False
    return True


def _may_print(user: User, row: Task) -> bool:
    return queries.visible_snapshot(user, row.payload["snapshot_id"]) is not None


# --- making ------------------------------------------------------------------------


@task(PRINT, may=_may_print)
def print_report(row: Task, progress: Progress) -> Made:
    """Print one report as PDF in one language, page by page; cancelled, it stops at the next page."""
    id, lang = row.payload["snapshot_id"], row.payload["lang"]
    snapshot = db.session.get_one(Snapshot, id)
    content = issuing.kept(snapshot, "pdf", lang) or _set(printing.paper(snapshot, lang=lang), progress)
    name = printing.file_name(snapshot, "pdf", lang)
    with progress.writing():
        issuing.keep(db.session.get_one(Snapshot, id), "pdf", lang, content, at=clock.now())
    return Made(name, printing.FORMATS["pdf"], content)


def _set(paper: Paper, progress: Progress) -> bytes:
    """Set a paper; drawing its pages takes half as long again as laying them out."""
    guessed = contents.leaves(paper.html)
    return set_paper(paper, lambda page: progress(page, int(max(page, guessed) * 1.5)))


@task("applications", may=may_round)
def applications_of_round(row: Task, progress: Progress) -> Made:
    """Write all applications of a round to one file."""
    user, format = row.asker, row.payload["format"]
    round = asked_round(user, row)
    ids = sent_in(user, round.id)
    made = progress.folder / f"applications-{round.slug}.{format}"
    with made.open("wb") as stream:
        exports.export_applications(round, format, stream, only=seen(user), progress=progress)
    return Made(made.name, exports.FORMATS[format], made, {"applications": ids})


def asked_round(user: User, row: Task) -> Round:
    """Load the round a task is about. Raises Refusal where the person may not have it any more."""
    round = queries.report_round(user, row.payload["round_id"])
    if round is None:
        raise Refusal(_("You may not have this any more."))
    return round


def sent_in(user: User, round_id: int) -> list[int]:
    """List the applications of a round that were sent in and that the person may see, by code."""
    sent = Application.state != ApplicationState.DRAFT, Application.submitted_at.is_not(None)
    wanted = select(Application.id).where(Application.round_id == round_id, *sent, seen(user))
    return list(db.session.scalars(wanted.order_by(Application.code, Application.id)))
