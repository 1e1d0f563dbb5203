"""Files that belong to a row, kept outside the database by their content."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

from flask import current_app
from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, db, fk


class File(Row, Base):
    """One stored file. It is loaded only through the row it belongs to."""

    __tablename__ = "file"

    subject_type: Mapped[str]
    subject_id: Mapped[int]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    storage_key: Mapped[str]
    made_by: Mapped[int | None] = fk("user.id")
    made_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(default="")

    __table_args__ = (Index("ix_file_subject", "subject_type", "subject_id"),)


def keep(
    row: object,
    content: bytes,
    *,
    name: str,
    media_type: str,
    actor_id: int | None,
    at: datetime,
    kind: str = "",
) -> File:
    """Store bytes for a row: the file first, the row in the present transaction."""
    digest = sha256(content).hexdigest()
    place = _place(digest)
    if place.exists():
        place.touch()  # the sweep lets a day pass
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(".part")
        part.write_bytes(content)
        part.replace(place)
    made = File(
        subject_type=row.__tablename__,  # type: ignore[attr-defined]
        subject_id=row.id,  # type: ignore[attr-defined]
        name=name, media_type=media_type, size=len(content), sha256=digest,
        storage_key=digest, made_by=actor_id, made_at=at, kind=kind,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()  # the caller refers to its id
    return made


def content(file: File) -> bytes:
    """Read a stored file. Raises FileNotFoundError when the store lost it."""
    return _place(file.storage_key).read_bytes()


def sweep(at: datetime) -> int:
    """Remove stored contents that no row names any more and that are a day old; give how many."""
    known = set(db.session.scalars(select(File.storage_key).distinct()))
    old = at.timestamp() - 24 * 3600
    gone = [
        place
        for place in (Path(current_app.config["INSTANCE"]) / "files").glob("??/*")
        if place.name not in known and place.stat().st_mtime < old
    ]
    for place in gone:
        place.unlink(missing_ok=True)
    return len(gone)


def _place(digest: str) -> Path:
    return Path(current_app.config["INSTANCE"]) / "files" / digest[:2] / digest
