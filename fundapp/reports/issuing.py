"""Files printed from a snapshot, known by their bytes: also one that says nothing of itself is found."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import case, select

from fundapp.core import files
from fundapp.core.db import db
from fundapp.core.version import VERSION
from fundapp.reports import printing
from fundapp.reports.models import IssuedFile, Snapshot


def note(
    snapshot: Snapshot, format: str, lang: str, content: bytes, *, at: datetime, file_id: int | None = None
) -> None:
    """Remember a file by its bytes, once."""
    digest = sha256(content).hexdigest()
    known = select(IssuedFile.id).where(
        IssuedFile.snapshot_id == snapshot.id, IssuedFile.format == format, IssuedFile.lang == lang,
        IssuedFile.sha256 == digest,
    )  # fmt: skip
    if db.session.scalar(known) is None:
        db.session.add(
            IssuedFile(
                snapshot_id=snapshot.id, format=format, lang=lang, sha256=digest, size=len(content),
                code_version=VERSION, file_id=file_id, issued_at=at,
            )
        )  # fmt: skip


def keep(snapshot: Snapshot, format: str, lang: str, content: bytes, *, at: datetime) -> None:
    """Keep a printed file with its snapshot: who asks later gets the same bytes, at once."""
    if kept(snapshot, format, lang) is None:
        name = printing.file_name(snapshot, format, lang)
        file = files.keep(
            snapshot,
            content,
            name=name,
            media_type=printing.FORMATS[format],
            actor_id=snapshot.made_by,
            at=at,
        )
        note(snapshot, format, lang, content, at=at, file_id=file.id)


def kept(snapshot: Snapshot, format: str, lang: str) -> bytes | None:
    """Give the file that was printed before, if it was kept and is still there."""
    found = db.session.scalar(
        select(files.File)
        .join(IssuedFile, IssuedFile.file_id == files.File.id)
        .where(
            IssuedFile.snapshot_id == snapshot.id, IssuedFile.format == format, IssuedFile.lang == lang
        )
        .order_by(IssuedFile.id)
        .limit(1)
    )  # fmt: skip
    try:
        return files.content(found) if found is not None else None
    except FileNotFoundError:
        return None


def known_as(digest: str, number: int | None = None) -> IssuedFile | None:
    """Find the file with these bytes (SHA-256) among those that were issued.

    number: of the record it says it is of; two records with the same figures print the same CSV.
    """
    named = case((IssuedFile.snapshot_id == number, 0), else_=1)
    chosen = select(IssuedFile).where(IssuedFile.sha256 == digest).order_by(named, IssuedFile.id)
    return db.session.scalar(chosen.limit(1))
