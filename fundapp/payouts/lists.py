"""Batches and their files, for the command line."""

from sqlalchemy import func, select

from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.payouts.models import Batch, BatchState, Payment, PaymentState


def batches() -> list[tuple[str, str, int, int]]:
    """List every batch: message id, state, payments in it, total in cents; the newest last."""
    counted = Payment.state != PaymentState.REMOVED
    rows = db.session.execute(
        select(
            Batch.message_id,
            Batch.state,
            func.count(Payment.id).filter(counted),
            func.coalesce(func.sum(Payment.amount_cents).filter(counted), 0),
        )
        .outerjoin(Payment, Payment.batch_id == Batch.id)
        .group_by(Batch.id)
        .order_by(Batch.id)
    )
    return [(number, state.value, items, int(cents)) for number, state, items, cents in rows]


def batch_file(number: str) -> File | None:
    """Find the file of a released batch by its message id, or by its bare number where that is unique."""
    by = Batch.number == int(number) if number.isdigit() else Batch.message_id == number
    released = Batch.state.in_((BatchState.RELEASED, BatchState.SETTLED, BatchState.CANCELLED))
    found = db.session.scalars(select(Batch).where(by, released, Batch.file_id.is_not(None)).limit(2)).all()
    return db.session.get(File, found[0].file_id) if len(found) == 1 else None
