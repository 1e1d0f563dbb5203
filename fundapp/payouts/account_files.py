"""Files as evidence in a final account: bills, payslips, bank statements; each belongs to one line."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.core import audit, file_kinds, files
from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.grants.hold import hold
from fundapp.payouts.models import CostLine, FinalAccount
from fundapp.payouts.settling import accounts

MOST_FILES = 20
"""In one line."""


def by_line(account: FinalAccount) -> dict[int, list[File]]:
    """Give the files of an account by the id of their line; one statement."""
    found: dict[int, list[File]] = {}
    of_account = select(CostLine.id).where(CostLine.account_id == account.id)
    rows = select(File).where(File.subject_type == CostLine.__tablename__, File.subject_id.in_(of_account))
    for file in db.session.scalars(rows.order_by(File.id)):
        found.setdefault(file.subject_id, []).append(file)
    return found


def file_of(account: FinalAccount, id: int) -> File | None:
    """Load one file of an account; the caller has asked who may read the account."""
    return next((one for files in by_line(account).values() for one in files if one.id == id), None)


def add(
    account: FinalAccount,
    line: CostLine,
    name: str,
    content: bytes,
    *,
    most_bytes: int,
    actor: User,
    at: datetime,
) -> File:
    """Add a file to a line while the account is written. Raises Refusal (kind, size, number), MoveRefused."""
    _check_open(account, actor)
    if len(content) > most_bytes:
        raise Refusal(_("This file is too large."))
    sort = file_kinds.recognise(name, content)
    present = by_line(account).get(line.id, [])
    if len(present) >= MOST_FILES:
        raise Refusal(_("No more than %(num)d files fit here. Remove one first.", num=MOST_FILES))
    made = files.keep(line, content, name=sort.name, media_type=sort.media_type, actor_id=actor.id, at=at)
    if twin := next((one for one in present if one.sha256 == made.sha256), None):
        db.session.delete(made)  # the same file twice is one file
        return twin
    audit.record("attach", account, actor=actor, at=at, detail={"file": made.id, "size": made.size})
    return made


def remove(account: FinalAccount, id: int, *, actor: User, at: datetime) -> None:
    """Take a file out while the account is written."""
    _check_open(account, actor)
    if (found := file_of(account, id)) is not None:
        db.session.delete(found)
        audit.record("detach", account, actor=actor, at=at, detail={"file": id})


def forget(line: CostLine) -> None:
    """Let go of the files of a line that is taken out."""
    of_line = select(File).where(File.subject_type == CostLine.__tablename__, File.subject_id == line.id)
    for file in db.session.scalars(of_line):
        db.session.delete(file)


def _check_open(account: FinalAccount, actor: User) -> None:
    hold(account)
    if not accounts.allows("write", actor, account):
        raise MoveRefused(_("This account cannot be changed any more."))
