"""The settings: one frozen object, from FUNDAPP_* variables over instance/config.toml."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from cryptography.fernet import Fernet


@dataclass(frozen=True)
class Settings:
    """Everything an administrator can set. Each field is FUNDAPP_<NAME> or a key of config.toml."""

    instance: Path
    """Folder with the local database, uploads, secrets and kept mail."""
    secret_key: str
    """Signs the session cookie; made at the first start in instance/secrets.toml."""
    data_key: str
    """Seals bank accounts (Fernet); made at the first start, never in the database."""
    key_is_given: bool = False
    """Set by itself: data_key comes from a variable or config.toml, so secrets.toml is not followed."""
    old_data_keys: str = ""
    """Earlier keys, apart by spaces: they still open what was sealed under them."""
    mark_key: str = ""
    """Marks equal account numbers (hexadecimal); stays when data_key changes. Empty: from the oldest key."""
    database_url: str = ""
    """SQLAlchemy URL; empty: SQLite in the instance folder."""
    migrate_at_start: bool = True
    """Whether a command that starts brings the database to its newest shape; else only `fundapp migrate`."""
    base_url: str = "http://127.0.0.1:8000"
    """Where people reach this instance; stands in mail."""
    name: str = "fundapp"
    """The name in the masthead where no fund is at hand."""
    zone: str = "Europe/Amsterdam"
    """Zone of times that belong to no fund."""
    language: str = "en"
    """Language for visitors who state no preference: en or nl."""
    mail_url: str = ""
    """smtp://user:password@host:587 (STARTTLS when offered) or smtps://…; empty: files in instance/mail."""
    mail_from: str = "fundapp <fundapp@localhost>"
    """The sender of all mail."""
    mail_bounces: str = ""
    """Box for delivery reports, such as bounces@host; each mail then has an envelope sender of its own."""
    files_url: str = ""
    """s3://bucket/prefix?endpoint=https://host&region=name; empty: the folder files of the instance."""
    files_key: str = ""
    """Access key of the bucket; empty: what the machine offers (environment, role)."""
    files_secret: str = ""
    """Secret key of the bucket."""
    webhooks_allow: str = ""
    """Hosts inside that webhooks may go to, apart by spaces: host, host:port, or http://host:port."""
    argon_time: int = 3
    """Argon2 passes."""
    argon_memory_kib: int = 65536
    """Argon2 memory."""
    session_hours: int = 12
    """How long a sign-in lasts without use."""
    max_upload_mb: int = 50
    """Largest request body."""
    max_file_mb: int = 25
    """Largest file that an applicant adds."""
    max_attachments_mb: int = 50
    """All files of one application together."""
    seal_file: str = ""
    """PKCS#12 file with the certificate that seals agreements; empty: they are not sealed."""
    seal_passphrase: str = ""
    """The passphrase of that file."""
    trusted_proxies: str = "127.0.0.1 ::1"
    """Servers in front whose X-Forwarded-For and -Proto count: addresses and networks, apart by spaces."""
    proxy_sets_start: bool = False
    """Deadlines count from X-Request-Start, which such a server sets on every request."""
    workers: int = 2
    """Web processes of `fundapp serve`."""
    threads: int = 4
    """Threads a web process."""
    log_level: str = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""
    testing: bool = False
    """Only for the test suite."""

    @classmethod
    def load(cls, instance: Path | None = None, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; makes the instance folder and its secrets when they are missing.

        Raises SettingsFault naming the setting and what is wrong with it.
        """
        place = (instance or Path(environ.get("FUNDAPP_INSTANCE") or "instance")).resolve()
        place.mkdir(parents=True, exist_ok=True)
        values = _from_file(place / "config.toml") | _from_environment(environ)
        secrets = _secrets(place / "secrets.toml")
        known = {field.name: field.type for field in fields(cls)}
        if strangers := sorted(set(values) - set(known)):
            raise SettingsFault(f"config.toml: no such setting: {', '.join(strangers)}")
        typed = {name: _typed(name, value, known[name]) for name, value in values.items()}
        own = {"instance": place, "key_is_given": "data_key" in values}
        return cls(**{**secrets, **typed, **own})

    @property
    def engine_url(self) -> str:
        """The database URL in the form SQLAlchemy wants, with the psycopg 3 driver named."""
        url = self.database_url or f"sqlite:///{self.instance / 'fundapp.sqlite3'}"
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        return url


class SettingsFault(Exception):
    """A setting that cannot be used, with its name."""


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise SettingsFault(f"{path.name}: {fault}") from fault


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    known = {field.name for field in fields(Settings)} - {"instance"}
    return {name: environ[key] for name in known if (key := f"FUNDAPP_{name.upper()}") in environ}


def _secrets(path: Path) -> dict[str, str]:
    """Read the secrets, making them once; the file is readable by its owner only."""
    if not path.is_file():
        made = f'secret_key = "{token_urlsafe(48)}"\ndata_key = "{Fernet.generate_key().decode()}"\n'
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process made them first
            return _secrets(path)
        with os.fdopen(handle, "w") as file:
            file.write(made)
    return tomllib.loads(path.read_text("utf-8"))


def kept_secrets(instance: Path) -> dict[str, str]:
    """Read the secrets of an instance as they stand in its file."""
    return _secrets(instance / "secrets.toml")


def keep_secrets(instance: Path, values: Mapping[str, str]) -> None:
    """Put other secrets in the file at once and whole: who reads it sees the old ones or the new ones."""
    part = instance / "secrets.toml.part"
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write("".join(f'{name} = "{value}"\n' for name, value in values.items()))
        file.flush()
        os.fsync(file.fileno())
    part.replace(instance / "secrets.toml")


def _typed(name: str, value: Any, kind: Any) -> Any:
    try:
        if kind is int:
            return int(value)
        if kind is bool:
            return str(value).lower() in {"1", "true", "yes"}
        return str(value)
    except ValueError as fault:
        raise SettingsFault(f"{name}: a whole number is needed, not {value!r}") from fault
