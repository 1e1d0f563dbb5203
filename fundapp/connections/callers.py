"""Who asks through the API: the key of a request, counted, and its maker as they are now."""

from datetime import datetime
from hmac import compare_digest
from ipaddress import ip_address, ip_network

from sqlalchemy import case, select, update
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import User
from fundapp.connections import secret_texts
from fundapp.connections.declared import Caller
from fundapp.connections.models import ApiToken
from fundapp.connections.problems import TOO_MANY, UNKNOWN_KEY, Problem
from fundapp.connections.rules import CONNECT
from fundapp.core.db import db, writing

A_MINUTE = 120
"""How many requests a key may make in a minute."""


def caller(header: str, *, address: str, site: str, at: datetime) -> Caller:
    """Tell who asks, from the header Authorization; nobody where there is none.

    Raises Problem: a key that is unknown, revoked or over, or whose maker lost the role (401, all in the
    same words), or that asked too often (429). Commits: the request is counted before it is answered.
    """
    if not header:
        return Caller(at, site)
    kind, _space, key = header.strip().partition(" ")
    key = key.strip()
    if kind.lower() != "bearer" or not secret_texts.is_key(key):
        raise Problem(UNKNOWN_KEY, "Send the key as “Authorization: Bearer fund_…”.")
    id = _id_of(key)
    if id is None:
        raise _refused()
    if _count(id, coarse(address), at) > A_MINUTE:
        raise Problem(TOO_MANY, f"A key may ask {A_MINUTE} times a minute.", retry_after=60 - at.second)
    token = _whole(id)
    if token.revoked_at is not None or token.expires_at <= at or not CONNECT(token.user, token):
        raise _refused()
    return Caller(at, site, token, token.user, token.fund)


def _refused() -> Problem:
    return Problem(
        UNKNOWN_KEY, "This key is unknown, revoked or over, or its maker has no role here any more."
    )


def _id_of(key: str) -> int | None:
    digest = secret_texts.digest(key)
    row = db.session.execute(select(ApiToken.id, ApiToken.digest).where(ApiToken.digest == digest)).first()
    return row.id if row is not None and compare_digest(row.digest, digest) else None


def _count(id: int, network: str, at: datetime) -> int:
    """Count a request in its minute, note day and network, and give how many there were in this minute.

    In a transaction of its own: on SQLite one that has read cannot become one that writes.
    """
    minute = at.replace(second=0, microsecond=0)
    same = case((ApiToken.window_at == minute, ApiToken.window_count + 1), else_=1)
    counted = (
        update(ApiToken)
        .where(ApiToken.id == id)
        .values(window_count=same, window_at=minute, used_on=at.date(), used_from=network)
        .returning(ApiToken.window_count)
        .execution_options(synchronize_session=False)
    )
    db.session.rollback()
    before = writing.set(True)
    try:
        found = db.session.scalar(counted)
        db.session.commit()
    finally:
        writing.reset(before)
    return int(found or 0)


def _whole(id: int) -> ApiToken:
    """Load a key with its fund and its maker's roles, in one question."""
    people = joinedload(ApiToken.user).options(joinedload(User.roles))
    chosen = select(ApiToken).where(ApiToken.id == id).options(people, joinedload(ApiToken.fund))
    return db.session.scalars(chosen.execution_options(populate_existing=True)).unique().one()


def coarse(address: str) -> str:
    """Give the network an address is in, without the part that tells one line from the next."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))
