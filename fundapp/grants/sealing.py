"""Bank details under seal: the keys stand outside the database, in secrets.toml or in the environment."""

import hmac
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from fundapp.config import Settings


@dataclass(frozen=True, slots=True)
class Keyring:
    """The key that seals, the older ones that still open, and the key under which marks are made."""

    keys: tuple[str, ...]
    mark_key: bytes


def keyring(settings: Settings) -> Keyring:
    """Give the keys as they are now.

    Keys in secrets.toml are read again when the file changes, so that a running server follows a
    rotation; keys given in the environment stay what they were at the start.
    """
    path = settings.instance / "secrets.toml"
    if settings.key_is_given or not path.is_file():
        return _ring(settings.data_key, settings.old_data_keys, settings.mark_key)
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> Keyring:
    kept = tomllib.loads(path.read_text("utf-8"))
    return _ring(kept["data_key"], kept.get("old_data_keys", ""), kept.get("mark_key", ""))


def _ring(current: str, older: str, mark_key: str) -> Keyring:
    keys = (current, *older.split())
    own = bytes.fromhex(mark_key) if mark_key else mark_key_of(keys[-1])
    return Keyring(keys, own)


def mark_key_of(data_key: str) -> bytes:
    """Give the key of marks that follows from the first data key, where none was written down."""
    return sha256(b"mark of a bank account:" + data_key.encode()).digest()


def key_id(key: str) -> str:
    """Name a key without telling it: beside each sealed row stands which key opens it."""
    return sha256(b"name of a key:" + key.encode()).hexdigest()[:12]


def current_key_id(settings: Settings) -> str:
    """Name the key that seals now."""
    return key_id(keyring(settings).keys[0])


def seal(text: str, settings: Settings) -> str:
    """Encrypt a text so that only this instance can read it again; twice the same text looks different."""
    return Fernet(keyring(settings).keys[0]).encrypt(text.encode()).decode()


def unseal(sealed: str, settings: Settings) -> str:
    """Read a text sealed under any key we have. Raises cryptography.fernet.InvalidToken for a strange one."""
    for key in keyring(settings).keys:
        try:
            return Fernet(key).decrypt(sealed.encode()).decode()
        except InvalidToken:
            continue
    raise InvalidToken


def mark(text: str, settings: Settings) -> str:
    """Give a keyed digest: equal for equal texts, and telling nothing to who has only the database."""
    return hmac.new(keyring(settings).mark_key, text.encode(), sha256).hexdigest()
