"""Passwords: argon2 digests, and the same work done for addresses nobody has."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fundapp.config import Settings

SHORTEST = 10


@lru_cache(maxsize=4)
def _hasher(time_cost: int, memory_kib: int) -> PasswordHasher:
    lanes = min(4, memory_kib // 8)
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=lanes)


def _for(settings: Settings) -> PasswordHasher:
    return _hasher(settings.argon_time, settings.argon_memory_kib)


@lru_cache(maxsize=4)
def _nobody(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody has this password")


def digest(password: str, settings: Settings) -> str:
    """Give the argon2id digest of a password."""
    return _for(settings).hash(password)


def matches(password: str, kept: str | None, settings: Settings) -> bool:
    """Tell whether a password fits; takes as long when there is no account, so time tells nothing."""
    hasher = _for(settings)
    try:
        hasher.verify(kept or _nobody(hasher), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str, settings: Settings) -> bool:
    """Tell whether a digest was made with weaker settings than today's."""
    return _for(settings).check_needs_rehash(kept)
