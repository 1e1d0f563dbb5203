"""Printing a snapshot: PDF, workbook, CSV and JSON, the same bytes each time, each saying what it is."""

import json
from datetime import UTC
from typing import Any

from flask_babel import force_locale

from fundapp.core.pdf import Paper, set_paper
from fundapp.core.pdf_identity import Attached
from fundapp.core.words import LANGUAGES
from fundapp.reports import documents, kinds, workbook
from fundapp.reports.models import Snapshot
from fundapp.reports.wording import _

FORMATS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
SPOKEN = ("pdf", "xlsx")
"""Formats that are made in a language; the data files have fixed names and hold both."""


def printed(snapshot: Snapshot, format: str, lang: str = "") -> bytes:
    """Print a snapshot in one format; the same arguments give the same bytes. Raises PdfEngineMissing."""
    if format == "pdf":
        return pdf(snapshot, lang=lang)
    if format == "xlsx":
        return workbook.xlsx(snapshot, identity(snapshot, lang), lang=lang)
    return workbook.csv_text(snapshot).encode() if format == "csv" else json_bytes(snapshot)


def pdf(snapshot: Snapshot, *, lang: str) -> bytes:
    """Print a snapshot as PDF, with its data attached."""
    return set_paper(paper(snapshot, lang=lang))


def paper(snapshot: Snapshot, *, lang: str) -> Paper:
    """Give a snapshot ready to be set as PDF, with its data attached, whatever language is in force."""
    with force_locale(lang):
        words = _("All figures of this report")
    data = Attached(file_name(snapshot, "json"), json_bytes(snapshot), words)
    return documents.paper(
        snapshot.data, lang=lang, made_at=snapshot.made_at, identity=identity(snapshot, lang), attached=[data]
    )


def json_bytes(snapshot: Snapshot) -> bytes:
    """Print the data of a snapshot as it is kept, with what says where it comes from."""
    told = {**identity(snapshot), "basis": snapshot.basis or {}, "data": snapshot.data}
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def identity(snapshot: Snapshot, lang: str = "") -> dict[str, str]:
    """Say which record a file was printed from: its number, digest, kind, version of the code, moment."""
    told = {
        "snapshot": str(snapshot.id or ""),
        "digest": snapshot.digest,
        "kind": snapshot.kind,
        "code_version": snapshot.code_version,
        "made_at": snapshot.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return {**told, "language": lang} if lang else told


def file_name(snapshot: Snapshot, format: str, lang: str = "") -> str:
    """Name a file after what it is about and its record: dossier-2026-11-017-r12-nl.pdf."""
    number = f"-r{snapshot.id}" if snapshot.id else ""
    return f"{kinds.of(snapshot).name(snapshot.data)}{number}{f'-{lang}' if lang else ''}.{format}"


def variants(snapshot: Snapshot) -> list[tuple[str, str]]:
    """List the (format, language) a snapshot can be printed in."""
    spoken: list[Any] = [(format, lang) for format in SPOKEN for lang in LANGUAGES]
    return [*spoken, ("csv", ""), ("json", "")]
