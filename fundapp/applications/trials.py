"""The end of a trial: all that was tried is wiped, whichever feature kept it."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, String, Table, and_, delete, false, or_, select, tuple_

from fundapp.applications import search_texts
from fundapp.applications.models import Application
from fundapp.applications.workflow import workflow
from fundapp.core.db import Base, db, locked
from fundapp.core.files import File
from fundapp.core.refusals import Refusal
from fundapp.rounds.models import Round
from fundapp.rounds.workflow import workflow as rounds

STAY = frozenset({"round", "stage", "application", "role", "posting", "audit_event", "file"})
"""What is left: the round itself, its emptied proposals (the log names them), who had a role, the log."""
KEPT = frozenset({"id", "row_version", "fund_id", "round_id", "stage_id", "state", "state_at", "created_at"})


def wipe(round: Round, *, actor: Any, at: datetime) -> int:
    """Delete everything of a trial round and give the number of proposals; nothing of it can be read again.

    Proposals stay as empty rows, so that no later one gets their number and their log. Raises Refusal
    for a round that is no trial: the database itself keeps the rows of those.
    """
    held = locked(Round, round.id)
    if not held.is_trial:
        raise Refusal(_("Only a trial can be wiped."))
    rounds.make("wipe", held, actor=actor, at=at)
    held.is_sealed = False
    db.session.flush()  # the triggers look whether the round is a trial being wiped
    found = db.session.scalars(select(Application).where(Application.round_id == round.id)).all()
    for application in found:
        search_texts.forget(application.id)
    _delete_below(round.id)
    db.session.expire_all()
    for application in found:
        workflow.make("wipe", application, actor=actor, at=at)
        _empty(application)
    return len(found)


def _delete_below(round_id: int) -> None:
    """Delete all rows that hang under the round and its applications, the deepest first; and their files."""
    rows = _rows_of(round_id)
    files = [
        and_(
            File.subject_type == name,
            File.subject_id.in_(select(Base.metadata.tables[name].c.id).where(which)),
        )
        for name, which in rows.items()
        if "id" in Base.metadata.tables[name].c and name != "file"
    ]
    ids = db.session.scalars(select(File.id).where(or_(false(), *files))).all()
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in rows and table.name not in STAY:
            db.session.execute(delete(table).where(rows[table.name]))
    db.session.execute(delete(File).where(File.id.in_(ids)))


def _rows_of(round_id: int) -> dict[str, ColumnElement[bool]]:
    """Give, by table, the condition for rows under the round: found along every foreign key.

    Each table's rows are looked up before those below it, so that no question grows with the depth.
    """
    tables = Base.metadata.tables
    rows: dict[str, ColumnElement[bool]] = {"round": tables["round"].c.id == round_id}
    for table in Base.metadata.sorted_tables:
        ways = [
            tuple_(*key.columns).in_(select(*(one.column for one in key.elements)).where(rows[parent]))
            for key in _keys(table)
            if (parent := key.referred_table.name) in rows and parent != table.name
        ]
        if not ways or table.name == "round":
            continue
        own = list(table.primary_key.columns)
        found = [tuple(row) for row in db.session.execute(select(*own).where(or_(*ways)))]
        if found:
            rows[table.name] = tuple_(*own).in_(found)
    return rows


def _keys(table: Table) -> list[Any]:
    return sorted(table.foreign_key_constraints, key=lambda key: str(key.name))


def _empty(application: Application) -> None:
    """Take everything out of a row but what the log and the database need of it."""
    for column in Application.__table__.columns:
        if column.name in KEPT:
            continue
        if column.nullable:
            setattr(application, column.name, None)
        elif isinstance(column.type, String):
            setattr(application, column.name, "")
        elif column.name == "version_number":
            application.version_number = 0
