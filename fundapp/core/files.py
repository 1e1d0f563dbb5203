"""Files that belong to a row, kept outside the database by their content."""

from datetime import datetime
from hashlib import file_digest, sha256
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
    content: bytes | Path,
    *,
    name: str,
    media_type: str,
    actor_id: int | None,
    at: datetime,
    kind: str = "",
) -> File:
    """Store bytes, or a file that may be moved away, for a row: first it, then the row in the transaction."""
    digest, size = _store_file(content) if isinstance(content, Path) else _store(content)
    made = File(
        subject_type=row.__tablename__,  # type: ignore[attr-defined]
        subject_id=row.id,  # type: ignore[attr-defined]
        name=name, media_type=media_type, size=size, sha256=digest,
        storage_key=digest, made_by=actor_id, made_at=at, kind=kind,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()  # the caller refers to its id
    return made


def _store(content: bytes) -> tuple[str, int]:
    digest = sha256(content).hexdigest()
    place = _place(digest)
    if place.exists():
        place.touch()  # the sweep lets a day pass
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(".part")
        part.write_bytes(content)
        part.replace(place)
    return digest, len(content)


def _store_file(made: Path) -> tuple[str, int]:
    """Take in a file that was written in the workplace, whatever its size, without reading it whole."""
    with made.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    size, place = made.stat().st_size, _place(digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    made.touch()
    made.replace(place)
    return digest, size


def workplace() -> Path:
    """Give the folder where the worker writes what it is making; on the same disk as the store."""
    return Path(current_app.config["INSTANCE"]) / "making"


def content(file: File) -> bytes:
    """Read a stored file. Raises FileNotFoundError when the store lost it."""
    return _place(file.storage_key).read_bytes()


def place(file: File) -> Path:
    """Give where a stored file lies, to be sent piece by piece."""
    return _place(file.storage_key)


def sweep(at: datetime) -> int:
    """Remove stored contents that no row names any more and that are a day old; give how many."""
    known = set(db.session.scalars(select(File.storage_key).distinct()))
    old = at.timestamp() - 24 * 3600
    gone = [
        lies
        for lies in (Path(current_app.config["INSTANCE"]) / "files").glob("??/*")
        if lies.name not in known and lies.stat().st_mtime < old
    ]
    for lies in gone:
        lies.unlink(missing_ok=True)
    return len(gone)


def _place(digest: str) -> Path:
    return Path(current_app.config["INSTANCE"]) / "files" / digest[:2] / digest
