"""Seals on the ledger: each posting chained to the one before, so that what was changed afterwards shows.

A seal's digest covers its number, the posting and the digest of the seal before it. Who rewrites the
seals too changes the last digest; so that is printed, kept elsewhere, and asked for again.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from fundapp.core.db import db
from fundapp.funds import ledger
from fundapp.funds.invariants import COLUMNS, rows_of
from fundapp.funds.models import Fund, Posting, PostingSeal

START = sha256(b"fundapp ledger").hexdigest()
"""What the first seal is chained to, with the fund's short name."""
AT_ONCE = 2000


@dataclass(frozen=True)
class Chain:
    """What the seals of a fund say. head: the digest over everything; unsealed: not sealed yet."""

    head: str
    sealed: int
    unsealed: int
    faults: list[str]


def start_of(fund: Fund) -> str:
    """Give what the first seal of a fund is chained to."""
    return sha256(f"{START}|{fund.slug}".encode()).hexdigest()


def digest_of(number: int, row: Any, before: str) -> str:
    """Chain one posting (COLUMNS) to the digest before it."""
    told = "|".join(_written(value) for value in row)
    return sha256(f"{before}|{number}|{told}".encode()).hexdigest()


def _written(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(getattr(value, "value", value))


def seal(fund: Fund, *, at: datetime) -> int:
    """Seal what was posted since the last time, at most AT_ONCE; give how many seals were set."""
    ledger.lock(fund.id)
    last = db.session.scalar(
        select(PostingSeal).where(PostingSeal.fund_id == fund.id).order_by(PostingSeal.number.desc()).limit(1)
    )
    number, before, after = (last.number, last.digest, last.posting_id) if last else (0, start_of(fund), 0)
    waiting = select(*COLUMNS).where(Posting.fund_id == fund.id, Posting.id > after)
    rows = db.session.execute(waiting.order_by(Posting.id).limit(AT_ONCE)).all()
    for row in rows:
        number += 1
        before = digest_of(number, row, before)
        db.session.add(
            PostingSeal(fund_id=fund.id, number=number, posting_id=row.id, digest=before, sealed_at=at)
        )
    return len(rows)


def funds_to_seal() -> list[Fund]:
    """List the funds with postings that have no seal yet."""
    last = (
        select(func.coalesce(func.max(PostingSeal.posting_id), 0))
        .where(PostingSeal.fund_id == Fund.id)
        .scalar_subquery()
    )
    newest = select(func.max(Posting.id)).where(Posting.fund_id == Fund.id).scalar_subquery()
    return list(db.session.scalars(select(Fund).where(newest > last).order_by(Fund.id)))


def check(fund: Fund) -> Chain:
    """Compare every posting of a fund with its seal; each fault names the posting."""
    seals = db.session.execute(
        select(PostingSeal.number, PostingSeal.posting_id, PostingSeal.digest)
        .where(PostingSeal.fund_id == fund.id)
        .order_by(PostingSeal.number)
    ).all()
    return _compare(fund, rows_of(fund), list(seals))


def _compare(fund: Fund, rows: Iterable[Any], seals: list[Any]) -> Chain:
    faults: list[str] = []
    by_posting = {seal.posting_id: seal for seal in seals}
    digests = {seal.number: seal.digest for seal in seals}
    last_sealed = seals[-1].posting_id if seals else 0
    head, unsealed = start_of(fund), 0
    for number, row in enumerate(rows, 1):
        head = digest_of(number, row, head)
        seal = by_posting.pop(row.id, None)
        if seal is None:
            unsealed += row.id > last_sealed
            if row.id <= last_sealed:
                faults.append(f"posting {row.id} ({row.key}) was put in afterwards: it has no seal")
        elif digest_of(seal.number, row, digests.get(seal.number - 1, start_of(fund))) != seal.digest:
            faults.append(f"posting {row.id} ({row.key}) is not what was sealed")
    faults += [f"posting {posting} is gone: its seal stands" for posting in sorted(by_posting)]
    faults += _gaps(digests)
    return Chain(head, len(seals), unsealed, faults)


def _gaps(digests: dict[int, str]) -> Iterator[str]:
    for number in range(1, max(digests, default=0)):
        if number not in digests:
            yield f"seal {number} is gone"


def has(fund: Fund, digest: str) -> bool:
    """Tell whether this digest, printed earlier, stands for the beginning of the fund's ledger as it is now.

    It is computed anew from the postings, so that new seals on changed postings do not help.
    """
    head = start_of(fund)
    with closing(rows_of(fund)) as rows:
        for number, row in enumerate(rows, 1):
            head = digest_of(number, row, head)
            if head == digest:
                return True
    return digest == start_of(fund)
