"""Files that belong to an answer: looked through, counted, kept with every version that was sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications import conversations, drafts, readers, versions
from fundapp.applications.models import Application, ApplicationVersion
from fundapp.applications.revisions import UNDER_WAY
from fundapp.applications.rules import writer
from fundapp.applications.service import WRITABLE
from fundapp.core import audit, file_kinds, files, image_traces
from fundapp.core.db import db, locked
from fundapp.core.files import File
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.rounds.definitions import Form
from fundapp.rounds.fields import Field, FieldType

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Room:
    """How many bytes one file and all files of one application may take."""

    file_bytes: int = 25 * MB
    application_bytes: int = 50 * MB


def add(
    application: Application,
    field: Field,
    name: str,
    content: bytes,
    *,
    room: Room,
    actor: User,
    at: datetime,
) -> dict[str, Any]:
    """Add a file to the working copy of an answer and give its entry: {id, name, size, sha256}.

    name: as it was sent. A question that takes one file gets this one instead of what was there. A picture
    is kept without what tells where, when and with what it was made.
    Raises Refusal (kind of file, size, number) and MoveRefused (not being written any more).
    """
    if len(content) > room.file_bytes:
        raise Refusal(
            _(
                "This file is %(size)s; one file may be %(most)s.",
                size=size_text(len(content)),
                most=size_text(room.file_bytes),
            )
        )
    sort = file_kinds.recognise(name, content)
    content = image_traces.without_traces(content, sort.media_type)
    held = _held(application, actor, field.key)
    given = versions.values(drafts.answers_of(held.id).values())
    present = entries(given.get(field.key))
    kept = [] if field.max_files == 1 else present
    if len(kept) >= field.max_files:
        raise Refusal(
            ngettext(
                "Only one file fits here. Remove it first.",
                "No more than %(num)d files fit here. Remove one first.",
                field.max_files,
            )
        )
    replaced = sum(one["size"] for one in present if one not in kept)
    _check_room(form_of(held), given, len(content) - replaced, room)
    file = files.keep(
        held, content, name=sort.name, media_type=sort.media_type, actor_id=actor.id, at=at, kind=field.key
    )
    entry = {"id": file.id, "name": file.name, "size": file.size, "sha256": file.sha256}
    if any(one["sha256"] == file.sha256 and one["name"] == file.name for one in kept):
        db.session.delete(file)  # the same file twice is one file
        return next(one for one in kept if one["sha256"] == file.sha256)
    _answer(held, field.key, [*kept, entry], actor=actor, at=at)
    _let_go(held, [one["id"] for one in present if one not in kept])
    audit.record(
        "attach", held, actor=actor, at=at, detail={"file": file.id, "field": field.key, "size": file.size}
    )
    return entry


def remove(application: Application, key: str, file_id: int, *, actor: User, at: datetime) -> None:
    """Take a file out of the working copy; versions that were sent keep it. Raises MoveRefused."""
    held = _held(application, actor, key)
    present = entries(versions.values(drafts.answers_of(held.id).values()).get(key))
    left = [one for one in present if one["id"] != file_id]
    if len(left) == len(present):
        return
    _answer(held, key, left or None, actor=actor, at=at)
    _let_go(held, [file_id])
    audit.record("detach", held, actor=actor, at=at, detail={"file": file_id, "field": key})


def entries(value: Any) -> list[dict[str, Any]]:
    """Give the files of an answer; what is no file is left out."""
    listed = value if isinstance(value, list) else []
    return [dict(one) for one in listed if isinstance(one, Mapping) and {"id", "size", "sha256"} <= set(one)]


def form_of(application: Application) -> Form:
    """Give the questions of the stage an application is in."""
    return versions.form_of(application.stage.form)


def used(form: Form, given: Mapping[str, Any]) -> int:
    """Sum up the bytes of all files in a set of answers."""
    keys = [field.key for field in form.fields if field.type is FieldType.FILE]
    return sum(one["size"] for key in keys for one in entries(given.get(key)))


def copied(
    source: Application, target: Application, value: Any, *, actor: User, at: datetime
) -> list[dict[str, Any]]:
    """Let another application hold the same files; the content is kept once."""
    made = []
    for entry in entries(value):
        file = db.session.get(File, entry["id"])
        if file is None or (file.subject_type, file.subject_id) != (Application.__tablename__, source.id):
            continue
        twin = File(
            subject_type=file.subject_type, subject_id=target.id, name=file.name, media_type=file.media_type,
            size=file.size, sha256=file.sha256, storage_key=file.storage_key, made_by=actor.id, made_at=at,
            kind=file.kind,
        )  # fmt: skip
        db.session.add(twin)
        db.session.flush()  # the answer names its id
        made.append({"id": twin.id, "name": twin.name, "size": twin.size, "sha256": twin.sha256})
    return made


def _held(application: Application, actor: User, key: str) -> Application:
    """Hold an application whose answer may change now: while it is written, or where a question opens it."""
    held = locked(Application, application.id)
    is_open = held.state in WRITABLE or (
        held.state in UNDER_WAY and key in conversations.opened_keys(held.id)
    )
    if not is_open or not writer(actor, held):
        raise MoveRefused(_("This proposal can't be changed any more."))
    return held


def _check_room(form: Form, given: Mapping[str, Any], more: int, room: Room) -> None:
    if (total := used(form, given) + more) > room.application_bytes:
        raise Refusal(
            _(
                "With this file your proposal would hold %(total)s of files; there is room for %(most)s.",
                total=size_text(total), most=size_text(room.application_bytes),
            )
        )  # fmt: skip


def _answer(
    held: Application, key: str, value: list[dict[str, Any]] | None, *, actor: User, at: datetime
) -> None:
    """Write the answer upon whatever stands there: files are added and removed one by one."""
    present = drafts.answers_of(held.id).get(key)
    held.saved_at = at
    drafts.take(held, {key: value}, {key: present.revision if present else 0}, actor=actor, at=at)


def _let_go(held: Application, file_ids: Iterable[int]) -> None:
    """Forget files that no version holds; their content goes with the next sweep."""
    sent = set(in_versions(held.id))
    for file_id in set(file_ids) - sent:
        file = db.session.get(File, file_id)
        if file is not None:
            db.session.delete(file)


def in_versions(application_id: int) -> dict[int, set[str]]:
    """Give the files that were ever sent in, with the questions they answer: keys by file id."""
    found: dict[int, set[str]] = {}
    rows = db.session.scalars(
        select(ApplicationVersion.answers).where(ApplicationVersion.application_id == application_id)
    )
    for answers in rows:
        for key, value in answers.items():
            for entry in entries(value):
                found.setdefault(entry["id"], set()).add(key)
    return found


def size_text(size: int) -> str:
    """Write a number of bytes as people read it: 12 KB, 3.4 MB."""
    language = str(get_locale() or "en")[:2]
    if size < MB:
        return f"{format_decimal(max(1, -(-size // 1024)), locale=language)} KB"
    return f"{format_decimal(round(size / MB, 1), locale=language)} MB"


# --- reading -----------------------------------------------------------------------


def file_of(application_id: int, id: int) -> File | None:
    """Load a file of an application; the caller has asked who may read the application."""
    return db.session.scalar(
        select(File).where(
            File.id == id, File.subject_type == Application.__tablename__, File.subject_id == application_id
        )
    )


def subject_of(id: int) -> int | None:
    """Give the application that a file belongs to."""
    return db.session.scalar(
        select(File.subject_id).where(File.id == id, File.subject_type == Application.__tablename__)
    )


def is_shown(user: User, application: Application, file: File) -> bool:
    """Tell whether somebody at work may read a file: it was sent in, and its question is not hidden."""
    keys = in_versions(application.id).get(file.id)
    return bool(keys and keys - readers.hidden_from(user, application, form_of(application)))
