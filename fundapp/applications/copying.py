"""Using an earlier proposal for another call: what fits goes along, and what does not is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications import attachments, drafts, queries, service, versions
from fundapp.applications.models import Answer, Application
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused
from fundapp.core.words import pick
from fundapp.rounds.answers import is_empty, length
from fundapp.rounds.definitions import Form
from fundapp.rounds.fields import TEXTS, Field, FieldType
from fundapp.rounds.models import Round


@dataclass(frozen=True, slots=True)
class Misfit:
    """One answer that did not go along, or only in part. why: in words for the writer."""

    label: str
    why: str


def copy(source: Application, to: Round, *, actor: User, at: datetime) -> Application:
    """Begin a draft in another call with the answers of an earlier proposal, linked to it.

    The person becomes the main applicant; others are invited anew. Agreements (consent) are never
    copied: they are given for one call. Raises TooLate and MoveRefused (no part in the source).
    """
    if queries.own_application(actor, source.id) is None:
        raise MoveRefused(_("This is not your proposal."))
    made = service.start(to, actor=actor, at=at)
    db.session.flush()  # the answers refer to its id
    made.previous_id = source.id
    form = versions.form_of(to.stage.form)
    given = answers_of(source)
    taken: dict[str, Any] = {}
    for field in form.fields:
        value = _taken(source, made, field, given, actor=actor, at=at)
        if not is_empty(value):
            taken[field.key] = value
    db.session.add_all(
        Answer(application_id=made.id, field=key, value={"v": value}, saved_at=at, saved_by=actor.id)
        for key, value in taken.items()
    )
    made.saved_at = at
    db.session.flush()  # the copy is read right after
    versions.copy_out(made, taken)
    audit.record("copy", made, actor=actor, at=at, detail={"previous": source.id, "fields": len(taken)})
    return made


def answers_of(source: Application) -> Mapping[str, Any]:
    """Give what an applicant last wrote: the working copy, or what was imported and never opened."""
    given = versions.values(drafts.answers_of(source.id).values())
    current = source.current
    return given or (current.answers if current is not None else {})


def _taken(
    source: Application,
    made: Application,
    field: Field,
    given: Mapping[str, Any],
    *,
    actor: User,
    at: datetime,
) -> Any:
    value, before = given.get(field.key), versions.form_of(source.stage.form).field(field.key)
    if is_empty(value) or not _fits(before, field):
        return None
    if field.type is FieldType.FILE:
        return attachments.copied(
            source, made, attachments.entries(value)[: field.max_files], actor=actor, at=at
        )
    return _kept(field, value)


def _fits(before: Field | None, field: Field) -> bool:
    """Tell whether an answer to one question can be one to the other."""
    if field.type is FieldType.CONSENT or before is None:
        return False
    if before.type is field.type:
        return True
    one_line = FieldType.SHORT, FieldType.URL, FieldType.EMAIL, FieldType.SPDX
    return (
        before.type in TEXTS
        and (field.type is FieldType.LONG or before.type in one_line)
        and field.type in TEXTS
    )


def _kept(field: Field, value: Any) -> Any:
    """Leave out the choices and columns that the other form does not have."""
    known = {choice.value for choice in field.choices}
    if field.type is FieldType.CHOICE:
        return value if value in known else None
    if field.type is FieldType.SEVERAL and isinstance(value, list):
        return [one for one in value if one in known]
    if field.type is FieldType.TABLE and isinstance(value, list):
        keys = {column.key for column in field.columns}
        rows = [
            {key: cell for key, cell in row.items() if key in keys}
            for row in value
            if isinstance(row, Mapping)
        ]
        return [row for row in rows if not is_empty(row)][: field.rows]
    return value


def misfits(made: Application, language: str) -> list[Misfit]:
    """List what of the earlier proposal did not go along, or is too long here; told for as long as one asks.

    made: a draft that was copied; empty when it was not.
    """
    source = db.session.get(Application, made.previous_id) if made.previous_id else None
    if source is None:
        return []
    asked, form = versions.form_of(source.stage.form), versions.form_of(made.stage.form)
    given = answers_of(source)
    found = [
        _misfit(field, form, given[field.key], language)
        for field in asked.fields
        if not is_empty(given.get(field.key)) and field.type is not FieldType.CONSENT
    ]
    return [one for one in found if one is not None]


def _misfit(before: Field, form: Form, value: Any, language: str) -> Misfit | None:
    label, field = pick(before.label, language), form.field(before.key)
    if field is None:
        return Misfit(label, _("This call does not ask it."))
    if not _fits(before, field):
        return Misfit(label, _("This call asks it in another way: answer it again."))
    if field.type in TEXTS and field.hard and (over := length(str(value)) - field.hard) > 0:
        return Misfit(label, _("It is %(over)d characters too long for this call.", over=over))
    if field.type is not FieldType.FILE and _size(_kept(field, value)) < _size(value):
        return Misfit(label, _("Some of it does not fit here."))
    return None


def _size(value: Any) -> int:
    """Count what an answer holds, to see whether something was left out."""
    if isinstance(value, list):
        return sum(
            1
            + (len([cell for cell in one.values() if not is_empty(cell)]) if isinstance(one, Mapping) else 0)
            for one in value
        )
    return 0 if is_empty(value) else 1
