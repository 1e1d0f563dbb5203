"""All dossiers of a round as PDFs in one ZIP, with a list of them: printed side by side, gone on with after a
crash, packed in the order of their codes.
"""

import csv
import io
import zipfile
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core import clock, presses
from fundapp.core.db import db
from fundapp.core.pdf import Paper
from fundapp.core.spreadsheet import harmless
from fundapp.core.task_work import Progress
from fundapp.core.tasks import Made, Task, task
from fundapp.reports import long_reports, printing, service
from fundapp.reports.models import Snapshot

HEAD = ("code", "title", "record", "digest", "file", "sha256")
ZIP = "application/zip"


@dataclass(frozen=True)
class Dossier:
    """One line of the list: of which record, in which file."""

    code: str
    title: str
    record: int
    digest: str
    file: str
    made_at: datetime


@dataclass
class Job:
    """All dossiers of one round for one person, and how far they are."""

    task_id: int
    user: User
    lang: str
    ids: Sequence[int]
    progress: Progress
    dossiers: list[Dossier] = field(default_factory=list)
    waiting: deque[Path] = field(default_factory=deque)
    done: int = 0

    def step(self) -> None:
        """Tell that one more is on paper."""
        self.done += 1
        self.progress(self.done, len(self.ids))


@task("dossiers", may=long_reports.may_round)
def dossiers_of_round(row: Task, progress: Progress) -> Made:
    """Print the dossiers of a round, then pack them.

    A worker that takes over goes on with the records that were frozen and the papers that were printed.
    """
    user, lang = row.asker, row.payload["lang"]
    round = long_reports.asked_round(user, row)
    slug, ids = round.slug, long_reports.sent_in(user, round.id)
    job = Job(row.id, user, lang, ids, progress)
    progress.parts.mkdir(exist_ok=True)
    number = presses.processors() if len(ids) > presses.FEW else 0
    with closing(presses.printed(_pages(job), presses=number)) as made:  # type: ignore[type-var]
        for content in made:
            _kept(content, job.waiting.popleft())
            job.step()
    place = progress.folder / f"dossiers-{slug}-{lang}.zip"
    _pack(place, job)
    return Made(place.name, ZIP, place, {"applications": list(ids)})


# --- printing ----------------------------------------------------------------------


def _pages(job: Job) -> Iterator[Paper]:
    """Freeze each application, and give the page of its dossier where that is not on paper yet."""
    frozen = _frozen_before(job.task_id)
    for id in job.ids:
        snapshot = _snapshot(id, job, frozen)
        name = printing.file_name(snapshot, "pdf", job.lang)
        data, place = snapshot.data, job.progress.parts / name
        job.dossiers.append(
            Dossier(data["code"], data["title"], snapshot.id, snapshot.digest, name, snapshot.made_at)
        )
        paper = None if place.is_file() else printing.paper(snapshot, lang=job.lang)
        db.session.rollback()  # each dossier reads anew; nothing is held while the next is set
        if paper is None:
            job.step()
        else:
            job.waiting.append(place)
            yield paper


def _kept(content: bytes, place: Path) -> None:
    """Lay a paper down at once and whole: who finds it after a crash may take it as it is."""
    part = place.with_suffix(".part")
    part.write_bytes(content)
    part.replace(place)


def _frozen_before(task_id: int) -> dict[int, int]:
    """Give snapshot by application of what a worker froze for this task before it died."""
    rows = db.session.execute(
        select(Snapshot.application_id, Snapshot.id).where(
            Snapshot.kind == "application", Snapshot.settings["task"].as_integer() == task_id
        )
    )
    return {row.application_id: row.id for row in rows if row.application_id is not None}


def _snapshot(id: int, job: Job, frozen: Mapping[int, int]) -> Snapshot:
    if id in frozen:
        return db.session.get_one(Snapshot, frozen[id])
    with job.progress.writing():
        whole = db.session.get_one(Application, id)
        settings = {"task": job.task_id}
        made = service.take_application(whole, actor=job.user, at=clock.now(), settings=settings)
        db.session.flush()
        number = made.id
    return db.session.get_one(Snapshot, number)


# --- packing -----------------------------------------------------------------------


def _pack(place: Path, job: Job) -> None:
    lines: list[Sequence[str]] = [HEAD]
    with zipfile.ZipFile(place, "w") as archive:
        for one in job.dossiers:
            content = (job.progress.parts / one.file).read_bytes()
            _add(archive, one.file, content, one.made_at)
            lines.append(
                (one.code, one.title, str(one.record), one.digest, one.file, sha256(content).hexdigest())
            )
        _add(archive, "dossiers.csv", _csv(lines), clock.now())


def _add(archive: zipfile.ZipFile, name: str, content: bytes, at: datetime) -> None:
    packed = zipfile.ZIP_STORED if name.endswith(".pdf") else zipfile.ZIP_DEFLATED  # a PDF is packed already
    when: Any = at.astimezone(UTC).timetuple()[:6]
    archive.writestr(zipfile.ZipInfo(name, when), content, compress_type=packed)


def _csv(lines: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([harmless(value) for value in line] for line in lines)
    return out.getvalue().encode()
