"""The database away, or taking nobody more: how that shows, and whether it passes by itself."""

import re
import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError, TimeoutError

RETRY_S = 10
"""How long whoever was turned away is asked to wait."""
GONE = {"08", "53"}
"""Classes of PostgreSQL's codes: no connection, and no room for one more."""
ENDING = {"57P01", "57P02", "57P03", "25006"}
"""It is being stopped, fell, is starting; or it follows another and may not write (yet)."""
HELD = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN}
SETTING = re.compile(
    r"does not exist|authentication failed|no password supplied|no pg_hba\.conf entry|connection option"
)
"""What no waiting mends: the address or the password in the settings is wrong."""


class StoreAway(OSError):
    """The bucket with the files does not answer, is not there, or lets us not in."""


def is_away(fault: BaseException) -> bool:
    """Tell whether a fault, or what it came of, is that the database cannot be asked at this moment."""
    seen: set[int] = set()
    at: BaseException | None = fault
    while at is not None and id(at) not in seen:
        if _is_away(at):
            return True
        seen.add(id(at))
        at = at.__cause__ or at.__context__
    return False


def _is_away(fault: BaseException) -> bool:
    if isinstance(fault, (TimeoutError, StoreAway)):  # all connections of this process are out; no files
        return True
    if not isinstance(fault, DBAPIError):
        return False
    found = fault.orig
    if isinstance(found, sqlite3.OperationalError):
        return (getattr(found, "sqlite_errorcode", 0) & 0xFF) in HELD
    if isinstance(found, (psycopg.OperationalError, psycopg.InterfaceError)):
        code = found.sqlstate
        return code is None or code[:2] in GONE or code in ENDING
    return fault.connection_invalidated


def passes(fault: BaseException) -> bool:
    """Tell whether waiting helps: it is away, and not because the settings name what is not there."""
    return is_away(fault) and not SETTING.search(told(fault))


def told(fault: BaseException) -> str:
    """Give what the database's driver said, on one line."""
    return " ".join(str(getattr(fault, "orig", None) or fault).split())


def word(fault: BaseException) -> str:
    """Say in one word what stands in the way, for machines that watch; nothing of addresses or names."""
    if not is_away(fault):
        return type(fault).__name__
    is_full = "too many" in told(fault) or "remaining connection slots" in told(fault)
    return "refuses connections" if is_full or isinstance(fault, TimeoutError) else "away"
