"""What an offered change would add: set apart in the ledger at once, so that nobody else can take it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from fundapp.accounts.models import User
from fundapp.core.db import db
from fundapp.funds import ledger
from fundapp.funds.models import Fund, Posting
from fundapp.grants.models import Agreement


def keep(version: Agreement, fund: Fund, *, actor: User, at: datetime) -> None:
    """Take what a version adds from the round's money until it is signed, dropped or taken back.

    The fund is held by who calls. Raises NotEnough when the round has less: another offer took it.
    """
    cents = max(version.change_cents, 0)
    if not cents or version.held_cents:
        return
    award = version.award
    theme = award.application.theme
    ledger.move(
        fund,
        ledger.OFFER,
        f"{_key(version)}:{version.row_version}",
        cents,
        at_source=ledger.Where(round_id=award.round_id),
        onto=ledger.Where(round_id=award.round_id),  # not the grant's before both have signed
        themes=frozenset({theme} if theme else ()),
        actor=actor,
        at=at,
    )
    version.held_cents = cents


def let_go(version: Agreement, fund: Fund, *, actor: User, at: datetime) -> None:
    """Give what an offer kept back to the round, posting by posting. The fund is held by who calls."""
    if not version.held_cents:
        return
    mirror = aliased(Posting)
    kept = (
        select(Posting)
        .outerjoin(mirror, mirror.reverses_id == Posting.id)
        .where(
            Posting.fund_id == fund.id,
            Posting.event == ledger.OFFER.event,
            Posting.key.startswith(f"{_key(version)}:", autoescape=True),
            Posting.reverses_id.is_(None),
            mirror.id.is_(None),
        )
        .order_by(Posting.id)
    )
    key = f"offer-over:{version.id}:{version.row_version}"
    ledger.reverse(fund, db.session.scalars(kept).all(), key, actor=actor, at=at)
    version.held_cents = 0


def _key(version: Agreement) -> str:
    return f"offer:{version.id}"
