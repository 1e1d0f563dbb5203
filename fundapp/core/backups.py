"""One file with everything: the database as it was at one moment, and the files it names."""

import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from sqlalchemy import URL, inspect, select

from fundapp.core import schema
from fundapp.core.db import db, reading
from fundapp.core.files import File
from fundapp.core.refusals import Refusal
from fundapp.core.storage import storage
from fundapp.core.version import VERSION

MANIFEST, SECRETS = "fundapp-backup.json", ("secrets.toml", "config.toml")
DATABASES = {"sqlite": "fundapp.sqlite3", "postgresql": "fundapp.dump"}


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. sha256: of the database; lost: contents that the store no longer had."""

    version: str
    revision: str | None
    engine: str
    taken_at: str
    sha256: str
    files: int
    lost: list[str]
    has_secrets: bool


# --- taking one ----------------------------------------------------------------


def take(target: Path, *, instance: Path, with_secrets: bool, at: datetime) -> Manifest:
    """Write a backup while everything runs; the target appears only when it is whole, for its owner alone.

    The database is read in one transaction. Files are never changed and stay for a day after their row, so
    those it names are all there a moment later. Raises Refusal where a program is missing.
    """
    part = target.with_name(f"{target.name}.part")
    named = _named()
    with TemporaryDirectory(dir=target.parent, prefix=".fundapp-backup-") as folder:
        copy = Path(folder) / DATABASES[db.engine.dialect.name]
        _copy_database(copy)
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as stream, _packing(stream, target) as pack:
                made = _pack(pack, copy, sorted(named | _named()), instance if with_secrets else None, at)
                stream.flush()
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return made


def _packing(stream: BinaryIO, target: Path) -> tarfile.TarFile:
    if target.suffix in (".gz", ".tgz"):
        return tarfile.open(fileobj=stream, mode="w:gz")
    return tarfile.open(fileobj=stream, mode="w")


def _named() -> set[str]:
    with reading():
        return set(db.session.scalars(select(File.storage_key).distinct()))


def _copy_database(target: Path) -> None:
    if db.engine.dialect.name == "sqlite":
        # A connection of its own: VACUUM INTO reads one moment, and keeps no writer waiting.
        source = sqlite3.connect(f"file:{db.engine.url.database}?mode=ro", uri=True)
        try:
            source.execute("VACUUM INTO ?", (str(target),))
        finally:
            source.close()
        return
    _postgres_program("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def _pack(
    pack: tarfile.TarFile, copy: Path, digests: list[str], instance: Path | None, at: datetime
) -> Manifest:
    shelf, lost = storage(), []
    for digest in digests:
        try:
            pack.add(shelf.at_hand(digest), f"files/{digest}", filter=_plain)
        except FileNotFoundError:
            lost.append(digest)
    pack.add(copy, copy.name, filter=_plain)
    for name in SECRETS if instance else ():
        if instance and (instance / name).is_file():
            pack.add(instance / name, name, filter=_plain)
    made = Manifest(
        VERSION, schema.standing().here, db.engine.dialect.name, at.isoformat(timespec="seconds"),
        _digest(copy), len(digests) - len(lost), lost, instance is not None,
    )  # fmt: skip
    text = json.dumps(asdict(made), indent=1).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size, entry.mode, entry.mtime = len(text), 0o600, int(at.timestamp())
    pack.addfile(entry, BytesIO(text))
    return made


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


# --- looking at one, and putting it back ---------------------------------------


def look(source: Path, *, unpack_to: Path | None = None) -> Manifest:
    """Read a backup through and compare every digest; unpack_to: keep the database and settings there.

    Raises Refusal naming the first thing that is not as it was packed.
    """
    found: Manifest | None = None
    digests: dict[str, str] = {}
    try:
        with tarfile.open(source, "r:*") as pack:
            for name, path in _entries(pack, unpack_to or source.parent):
                digests[name] = _digest(path)
                if name == MANIFEST:
                    found = Manifest(**json.loads(path.read_text("utf-8")))
                elif unpack_to:
                    _keep(name, path, unpack_to)
        if found is None:
            raise ValueError("its list is missing")
        _compare(found, digests)
    except (tarfile.TarError, EOFError, OSError, ValueError, TypeError, KeyError) as fault:
        raise Refusal(f"{source}: not a whole backup ({str(fault).splitlines()[0]})") from fault
    return found


def _keep(name: str, path: Path, folder: Path) -> None:
    if name.startswith("files/"):
        storage().keep_file(name.removeprefix("files/"), path)
    else:
        path.replace(folder / name)


def _compare(found: Manifest, digests: dict[str, str]) -> None:
    """Hold every digest against its name, and the list against what is there."""
    files = {name: digest for name, digest in digests.items() if name.startswith("files/")}
    for name, digest in files.items():
        if name != f"files/{digest}":
            raise ValueError(f"{name} is not as it was packed")
    if digests[DATABASES[found.engine]] != found.sha256:
        raise ValueError("the database is not as it was packed")
    if len(files) != found.files:
        raise ValueError(f"{len(files)} files, and {found.files} were packed")


def _entries(pack: tarfile.TarFile, beside: Path) -> Iterator[tuple[str, Path]]:
    """Give each entry as a file in a folder that goes again; only names that a backup has."""
    with TemporaryDirectory(dir=beside, prefix=".fundapp-restore-") as folder:
        for entry in pack:
            known = entry.name in (MANIFEST, *SECRETS, *DATABASES.values()) or entry.name.startswith("files/")
            stream = pack.extractfile(entry) if entry.isreg() and known else None
            if stream is None:
                raise ValueError(f"{entry.name} does not belong in one")
            path = Path(folder) / "entry"
            with path.open("wb") as out:
                shutil.copyfileobj(stream, out, 1 << 20)
            yield entry.name, path
            path.unlink(missing_ok=True)


def put_back(source: Path, *, instance: Path) -> Manifest:
    """Put a backup into the database and store of this instance, whose database must be empty.

    Raises Refusal when it is not, or when the backup is of the other engine or not whole.
    """
    packed, engine = look(source), db.engine.dialect.name
    if packed.engine != engine:
        raise Refusal(f"this backup is of {packed.engine}, and the settings name {engine}")
    if inspect(db.engine).get_table_names():
        raise Refusal("the database is not empty: put a backup into an empty one")
    db.engine.dispose()
    with TemporaryDirectory(dir=instance, prefix=".fundapp-restore-") as folder:
        look(source, unpack_to=Path(folder))
        _take_over(Path(folder) / DATABASES[engine])
        for name in SECRETS:
            _take_secret(Path(folder) / name, instance / name)
    return packed


def _take_over(copy: Path) -> None:
    if db.engine.dialect.name == "sqlite":
        place = Path(str(db.engine.url.database))
        for beside in ("", "-wal", "-shm"):  # of the empty database that looking made
            place.with_name(place.name + beside).unlink(missing_ok=True)
        copy.replace(place)
        return
    _postgres_program(
        "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
        f"--dbname={db.engine.url.database}", str(copy),
    )  # fmt: skip


def _take_secret(packed: Path, place: Path) -> None:
    """Put settings from a backup into place; those that were there are kept beside them."""
    if not packed.is_file():
        return
    if place.is_file() and place.read_bytes() != packed.read_bytes():
        place.replace(place.with_name(f"{place.name}.before-restore"))
    packed.chmod(0o600)
    packed.replace(place)


# --- PostgreSQL's own programs -------------------------------------------------


def _postgres_program(name: str, *words: str) -> None:
    """Run one of PostgreSQL's programs on our database. Raises Refusal with what it said."""
    if (found := shutil.which(name)) is None:
        raise Refusal(f"{name} is missing: install PostgreSQL's client programs (postgresql-client)")
    command, environ = [found, *words], {**os.environ, **_address(db.engine.url)}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)  # noqa: S603 found above, our words
    if done.returncode:
        raise Refusal(f"{name}: {done.stderr.strip()[-500:]}")


def _address(url: URL) -> dict[str, str]:
    """Give the address of a database as PostgreSQL's programs read it; a password stands in no command."""
    hosts = url.query.get("host", url.host)
    given: dict[str, object] = {
        "PGHOST": ",".join(hosts) if isinstance(hosts, tuple) else hosts,
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    given |= {f"PG{name.upper()}": url.query.get(name) for name in ("sslmode", "sslrootcert")}
    given["PGTARGETSESSIONATTRS"] = url.query.get("target_session_attrs")
    return {name: str(value) for name, value in given.items() if value}
