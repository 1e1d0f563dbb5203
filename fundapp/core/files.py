"""Files that belong to a row, kept outside the database by their content."""

from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path

from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, db, fk
from fundapp.core.storage import DAY_S, storage, workplace

__all__ = ["File", "content", "is_kept", "keep", "place", "sweep", "workplace"]


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
    storage().keep(digest, content)
    return digest, len(content)


def _store_file(made: Path) -> tuple[str, int]:
    """Take in a file that was written in the workplace, whatever its size, without reading it whole."""
    with made.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    size = made.stat().st_size
    storage().keep_file(digest, made)
    return digest, size


def content(file: File) -> bytes:
    """Read a stored file. Raises FileNotFoundError when the store lost it."""
    return storage().read(file.storage_key)


def place(file: File) -> Path:
    """Give where a stored file lies on this machine, to be sent piece by piece.

    Raises FileNotFoundError when the store lost it.
    """
    return storage().at_hand(file.storage_key)


def is_kept(file: File) -> bool:
    """Tell whether the store still has a file."""
    try:
        return place(file).is_file()
    except FileNotFoundError:
        return False


def sweep(at: datetime) -> int:
    """Remove stored contents that no row names any more and that are a day old; give how many."""
    known = set(db.session.scalars(select(File.storage_key).distinct()))
    store = storage()
    gone = [digest for digest in store.old(at.timestamp() - DAY_S) if digest not in known]
    for digest in gone:
        store.remove(digest)
    return len(gone)
