"""Adding files to an answer, with scripts and without, and giving them out: only ever as a download."""

from hashlib import sha256
from io import BytesIO
from pathlib import PurePath
from typing import Any

from flask import Response, abort, current_app, flash, g, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications import attachments, queries, readers
from fundapp.applications.models import Application
from fundapp.applications.rules import OFFICE, reads, writer
from fundapp.applications.sheets import Sheet
from fundapp.applications.views.blueprint import bp, own_sheet
from fundapp.core import file_kinds, files
from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.rules import SIGNED_IN, Rule
from fundapp.rounds.fields import Field, FieldType

bp.add_app_template_global(lambda: file_kinds.ACCEPT, "file_endings")
bp.add_app_template_filter(attachments.size_text, "size")

NAME = "f_"
"""Before the key of a question in the name of its file field."""
WRITES = Rule(lambda user, sheet: writer(user, sheet.application), "writer")
LOCKED_UP = "sandbox; default-src 'none'; frame-ancestors 'none'"


def is_asked() -> bool:
    """Tell whether a posted section brings files, or takes one away."""
    return "detach" in request.form or "attach" in request.form or any(request.files.values())


def stays() -> bool:
    """Tell whether a button for files was pressed, so that one stays on the page."""
    return "detach" in request.form or "attach" in request.form


def take(sheet: Sheet, cleaned: list[str] | None = None) -> dict[str, str]:
    """Do what a posted section asks about its files; give what was refused: message by question.

    cleaned: takes up the names of pictures from which something was taken out; without it the page says so.
    """
    lighter = [] if cleaned is None else cleaned
    refused: dict[str, str] = {}
    key, _colon, number = request.form.get("detach", "").partition(":")
    if number.isdigit():
        _change(sheet, key, int(number[:12]))
    for field in _questions(sheet):
        sent = [one for one in request.files.getlist(NAME + field.key) if one.filename]
        for one in sent:
            try:
                if _add(sheet, field, one.filename or "", one.read()):
                    lighter.append(one.filename or "")
            except Refusal as fault:
                refused[field.key] = f"{one.filename}: {fault.message}"
        if not sent and request.form.get("attach") == field.key:
            refused[field.key] = _("Choose a file first.")
    if lighter and cleaned is None:
        flash(_cleaned_text(lighter))
    return refused


def _cleaned_text(names: list[str]) -> str:
    told = _("Taken out of %(names)s: where, when and with which camera it was made.", names=", ".join(names))
    return str(told)


def _questions(sheet: Sheet) -> list[Field]:
    return [field for field in sheet.asked if field.type is FieldType.FILE]


def _change(sheet: Sheet, key: str, id: int) -> None:
    attachments.remove(sheet.application, key, id, actor=current_user._get_current_object(), at=g.arrived_at)
    db.session.commit()


def _add(sheet: Sheet, field: Field, name: str, content: bytes) -> bool:
    """Add one file, commit it, and tell whether it was changed; a refused file takes nothing else with it."""
    room = attachments.Room(current_app.config["MAX_FILE"], current_app.config["MAX_ATTACHMENTS"])
    actor = current_user._get_current_object()
    try:
        made = attachments.add(
            sheet.application, field, name, content, room=room, actor=actor, at=g.arrived_at
        )
    except Refusal:
        db.session.rollback()
        raise
    db.session.commit()
    return bool(made["sha256"] != sha256(content).hexdigest())


@bp.post("/proposals/<int:id>/files/<section>")
@guard(WRITES, own_sheet)
def attach(sheet: Sheet) -> Any:
    """Add or remove files while the page stays open; answers with the list as it is now."""
    return listed(sheet)


def listed(sheet: Sheet) -> Any:
    """Do what was asked about files, and give the list as it is now, drawn anew."""
    cleaned: list[str] = []
    refused = take(sheet, cleaned)
    again = sheet.again()
    key = request.form.get("attach") or request.form.get("detach", "").partition(":")[0]
    field = next((one for one in _questions(again) if one.key == key), None) or abort(404)
    drawn = render_template(
        "applications/_files.html", files=attachments.entries(again.values.get(key)), question=field
    )
    note = _cleaned_text(cleaned) if cleaned else ""
    return {"html": drawn, "message": refused.get(key, ""), "note": note}, 422 if refused else 200


# --- giving out --------------------------------------------------------------------


def _own_file(user: Any, id: int) -> tuple[Application, File] | None:
    subject = attachments.subject_of(id)
    found = queries.own_application(user, subject) if subject else None
    file = attachments.file_of(found.id, id) if found else None
    return (found, file) if found and file else None


def _seen_file(user: Any, id: int) -> tuple[Application, File] | None:
    subject = attachments.subject_of(id)
    found = queries.seen_application(user, subject) if subject else None
    file = attachments.file_of(found.id, id) if found else None
    is_shown = found and file and attachments.is_shown(user, found, file)
    return (found, file) if found and file and is_shown else None


@bp.get("/proposals/files/<int:id>")
@guard(SIGNED_IN, _own_file)
def own_file(pair: tuple[Application, File]) -> Response:
    """Give a file of one's own proposal as a download."""
    return given(pair[1], pair[1].name)


@bp.get("/office/files/<int:id>")
@guard(Rule(lambda user, pair: (OFFICE | reads)(user, pair[0]), "office or reads"), _seen_file)
def seen_file(pair: tuple[Application, File]) -> Response:
    """Give a file that was sent in, to those who work on the application, as a download."""
    application, file = pair
    is_blind = readers.is_blind_for(current_user, application)
    return given(file, f"file{PurePath(file.name).suffix}" if is_blind else file.name)


def given(file: File, name: str) -> Response:
    """Give a stored file out as a download that a browser never opens in our name."""
    try:
        content = files.content(file)
    except FileNotFoundError:
        abort(404)
    answer = send_file(
        BytesIO(content), mimetype=file.media_type, as_attachment=True, download_name=name, max_age=0
    )
    answer.headers["Content-Security-Policy"] = LOCKED_UP
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def own_link(id: int) -> str:
    """Give the address of a file on the applicants' side."""
    return url_for("applications.own_file", id=id)


def seen_link(id: int) -> str:
    """Give the address of a file for those who work."""
    return url_for("applications.seen_file", id=id)
