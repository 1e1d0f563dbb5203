"""Transparency packs: what was made about a round, and what of it stands on the public site."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import User
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.funds.queries import OFFICE_ROLES
from fundapp.reports.models import TransparencyPack
from fundapp.rounds.models import Round


def published() -> Sequence[TransparencyPack]:
    """List what stands on the public site, newest first; of each round the last one that was published."""
    newest = (
        select(TransparencyPack.id)
        .where(TransparencyPack.round_id == Round.id, TransparencyPack.published_at.is_not(None))
        .order_by(TransparencyPack.number.desc())
        .limit(1)
        .correlate(Round)
        .scalar_subquery()
    )
    return db.session.scalars(
        select(TransparencyPack)
        .join(Round, (Round.id == TransparencyPack.round_id) & (TransparencyPack.id == newest))
        .where(Round.is_trial.is_(False))
        .order_by(TransparencyPack.published_at.desc(), TransparencyPack.id.desc())
        .options(joinedload(TransparencyPack.round).joinedload(Round.fund), joinedload(TransparencyPack.file))
    ).all()


def published_pack(fund_slug: str, round_slug: str, number: int) -> TransparencyPack | None:
    """Find a pack that was published, by what stands in its address."""
    return db.session.scalar(
        select(TransparencyPack)
        .join(Round, Round.id == TransparencyPack.round_id)
        .join(Fund, Fund.id == Round.fund_id)
        .where(
            Fund.slug == fund_slug,
            Round.slug == round_slug,
            Round.is_trial.is_(False),
            TransparencyPack.number == number,
            TransparencyPack.published_at.is_not(None),
        )
        .options(joinedload(TransparencyPack.round).joinedload(Round.fund), joinedload(TransparencyPack.file))
    )


def packs_of(round_id: int) -> Sequence[TransparencyPack]:
    """List the packs of a round, newest first."""
    return db.session.scalars(
        select(TransparencyPack)
        .where(TransparencyPack.round_id == round_id)
        .order_by(TransparencyPack.number.desc())
        .limit(10)
        .options(joinedload(TransparencyPack.file))
    ).all()


def file_name(pack: TransparencyPack) -> str:
    """Name its file: fund, round and number."""
    return f"{pack.round.fund.slug}-{pack.round.slug}-{pack.number}.zip"


def office_pack(user: User, id: int) -> TransparencyPack | None:
    """Load a pack of a fund the person works at, with its round."""
    return db.session.scalar(
        select(TransparencyPack)
        .where(TransparencyPack.id == id, TransparencyPack.fund_id.in_(user.funds(*OFFICE_ROLES)))
        .options(joinedload(TransparencyPack.round).joinedload(Round.fund), joinedload(TransparencyPack.file))
    )
