"""Making the pack of a disclosure in the worker, and keeping it with what was decided."""

from typing import Any

from fundapp.accounts.models import User
from fundapp.applications.rules import staff
from fundapp.core import clock, files
from fundapp.core.db import db, locked
from fundapp.core.refusals import Refusal
from fundapp.core.tasks import Made, Task, task
from fundapp.reports import disclosure_pack
from fundapp.reports.disclosing import TASK
from fundapp.reports.disclosures import seen_disclosure
from fundapp.reports.models import Disclosure, DisclosureState
from fundapp.reports.wording import _

ZIP = "application/zip"


def may(user: User, asked: Task) -> bool:
    """Tell whether somebody may have the pack: staff of the application, without a tie to it."""
    found = seen_disclosure(user, int(asked.payload["id"]))
    return found is not None and staff(user, found)


@task(TASK, may=may)
def make(asked: Task, progress: Any) -> Made:
    """Make the pack; approved ones are kept with the disclosure, once."""
    row = db.session.get(Disclosure, int(asked.payload["id"]))
    if row is None:
        raise Refusal(_("This disclosure is not there any more."))
    progress(0, 1)
    content = disclosure_pack.zipped(disclosure_pack.of(row))
    name = disclosure_pack.file_name(str(row.application.code))
    with progress.writing():
        held = locked(Disclosure, row.id)
        if held.state is DisclosureState.APPROVED and held.file_id is None:
            kept = files.keep(
                held,
                content,
                name=name,
                media_type=ZIP,
                actor_id=held.checked_by,
                at=clock.now(),
                kind="pack",
            )
            held.file_id, held.sha256 = kept.id, kept.sha256
    progress(1, 1)
    return Made(name, ZIP, content)
