"""Seals on the log: each line chained to the one sealed before, so that what was changed afterwards shows.

The note is left out: a person's reason may be erased, the deed may not.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from fundapp.core.audit import AuditEvent, AuditSeal
from fundapp.core.db import db

START = sha256(b"fundapp log").hexdigest()
AT_ONCE = 2000
COLUMNS = (
    AuditEvent.id, AuditEvent.at, AuditEvent.actor_id, AuditEvent.fund_id, AuditEvent.application_id,
    AuditEvent.subject_type, AuditEvent.subject_id, AuditEvent.verb, AuditEvent.from_state,
    AuditEvent.to_state, AuditEvent.detail,
)  # fmt: skip


@dataclass(frozen=True)
class Chain:
    """What the seals of the log say. head: the newest digest; unsealed: lines not sealed yet."""

    head: str
    sealed: int
    unsealed: int
    faults: list[str]


def digest_of(number: int, row: Any, before: str) -> str:
    """Chain one line (COLUMNS) to the digest before it."""
    told = json.dumps([_written(value) for value in row], sort_keys=True, ensure_ascii=False)
    return sha256(f"{before}|{number}|{told}".encode()).hexdigest()


def _written(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def seal() -> int:
    """Seal lines that have no seal yet, at most AT_ONCE; give how many seals were set.

    In the order they are found, which is kept in the seal: lines of two writers may arrive out of order.
    """
    last = db.session.scalar(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1))
    number, before = (last.number, last.digest) if last else (0, START)
    rows = db.session.execute(
        select(*COLUMNS)
        .outerjoin(AuditSeal, AuditSeal.event_id == AuditEvent.id)
        .where(AuditSeal.id.is_(None))
        .order_by(AuditEvent.id)
        .limit(AT_ONCE)
    ).all()
    for row in rows:
        number += 1
        before = digest_of(number, row, before)
        db.session.add(AuditSeal(number=number, event_id=row.id, digest=before))
    db.session.flush()
    return len(rows)


def check() -> Chain:
    """Compare every sealed line of the log with its seal; each fault names the line."""
    faults: list[str] = []
    before, number = START, 0
    rows = db.session.execute(
        select(AuditSeal.number, AuditSeal.event_id, AuditSeal.digest, *COLUMNS)
        .outerjoin(AuditEvent, AuditEvent.id == AuditSeal.event_id)
        .order_by(AuditSeal.number)
        .execution_options(yield_per=2000)
    )
    for seal_number, event_id, digest, *row in rows:
        number += 1
        if seal_number != number:
            faults.append(f"seal {number} is gone")
            number = seal_number
        if row[0] is None:
            faults.append(f"line {event_id} is gone: its seal stands")
        elif digest_of(seal_number, row, before) != digest:
            faults.append(f"line {event_id} is not what was sealed")
        before = digest
    unsealed = (db.session.scalar(select(func.count(AuditEvent.id))) or 0) - number
    return Chain(before, number, max(unsealed, 0), faults)


def has(digest: str) -> bool:
    """Tell whether this digest, printed earlier, still stands in the chain as it is computed now."""
    before = START
    chosen = (
        select(AuditSeal.number, *COLUMNS)
        .join(AuditEvent, AuditEvent.id == AuditSeal.event_id)
        .order_by(AuditSeal.number)
    )
    with db.session.execute(chosen.execution_options(yield_per=2000)) as rows:
        for number, *row in rows:
            before = digest_of(number, row, before)
            if before == digest:
                return True
    return False
