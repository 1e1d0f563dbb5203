"""Keys with which programs read: made, ended."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from fundapp.accounts.models import User
from fundapp.connections import scopes, secret_texts
from fundapp.connections.models import ApiToken
from fundapp.connections.rules import CONNECT, REVOKE
from fundapp.core import audit, clock
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds.models import Fund

LONGEST = timedelta(days=366)
MOST = 50
"""More live keys than this one fund needs not."""


def make(
    fund: Fund, *, name: str, wanted: Sequence[str], until: date, actor: User, at: datetime
) -> tuple[ApiToken, str]:
    """Make a key for one fund; give its row and the key itself, which is shown this once.

    until: the last day on which it works, in the fund's zone; within a year. Raises Refusal: no name, no
    scope, a scope this person can't give, a day that is over or too far.
    """
    if not CONNECT(actor, fund):
        raise MoveRefused(_("This step is not yours to take."))
    if not name.strip():
        raise Refusal(_("Give the key a name, so that you know later what it is for."))
    if not wanted:
        raise Refusal(_("Choose at least one thing it may read."))
    if not set(wanted) <= set(scopes.open_to(actor, fund)):
        raise Refusal(_("Not all of this is yours to give."))
    if _live(fund, at) >= MOST:
        raise Refusal(_("A fund has at most %(most)d keys. End one first.", most=MOST))
    key = secret_texts.new_key()
    made = ApiToken(
        fund_id=fund.id,
        user_id=actor.id,
        name=name.strip()[:100],
        scopes=[scope.value for scope in scopes.Scope if scope in wanted],
        digest=secret_texts.digest(key),
        hint=key[-4:],
        made_at=at,
        expires_at=_end(until, fund.zone, at),
    )
    db.session.add(made)
    audit.record(
        "make_key", made, actor=actor, at=at, detail={"scopes": made.scopes, "until": until.isoformat()}
    )
    return made, key


def _end(until: date, zone: str, at: datetime) -> datetime:
    """Give the instant at which the day after the last one begins."""
    end = clock.instant(datetime.combine(until + timedelta(days=1), time()), zone, closing=True)
    if end is None or end <= at:
        raise Refusal(_("Choose a day that is still to come."))
    if end > at + LONGEST + timedelta(days=1):
        raise Refusal(_("Choose a day within a year."))
    return end


def _live(fund: Fund, at: datetime) -> int:
    live = (ApiToken.fund_id == fund.id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > at)
    return db.session.scalar(select(func.count(ApiToken.id)).where(*live)) or 0


def revoke(token: ApiToken, *, actor: User | None, at: datetime) -> None:
    """End a key at once; the next request with it is refused. actor: None from the command line."""
    held = locked(ApiToken, token.id)
    if actor is not None and not REVOKE(actor, held):
        raise MoveRefused(_("This step is not yours to take."))
    if held.revoked_at is not None:
        raise MoveRefused(_("This key was ended already."))
    held.revoked_at, held.revoked_by = at, actor.id if actor else None
    audit.record("revoke_key", held, actor=actor, at=at)
