"""Reminders: each given once, whatever crashes, restarts or repeats."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from fundapp.core import mail
from fundapp.core.db import db
from fundapp.reminders import queries
from fundapp.reminders.models import Notice


def remind(at: datetime) -> dict[str, int]:
    """Queue a mail to each reviewer with reviews due within three days; gives the number of mails.

    All that is newly due for a person goes in one mail. The notice's key makes each reminder happen
    once per review and due day: a moved date may remind again, a repeated run never does.
    """
    fresh: dict[int, list[Any]] = defaultdict(list)
    for due in queries.reviews_due(at):
        if _note(due, at):
            fresh[due.reviewer_id].append(due)
    readers = queries.people(set(fresh))
    for user_id, items in fresh.items():
        names = queries.named(readers[user_id], {item.application_id for item in items})
        listed = [(*names[item.application_id], item.due_at, item.id) for item in items]
        key = f"reviews-due:{user_id}:{items[0].id}:{items[0].due_at:%Y%m%d%H%M}"
        fund = queries.fund(items[0].fund_id)
        mail.queue(
            "reviews-due", key=key, to=readers[user_id], at=at, fund_id=fund.id, fund=fund, items=listed
        )
    return {"mails": len(fresh)}


def _note(due: Any, at: datetime) -> bool:
    """Write down that this reminder is given; False when it was given before."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    row = {
        "key": f"review-due:{due.id}:{due.reviewer_id}:{due.due_at:%Y%m%d}:-3",
        "user_id": due.reviewer_id,
        "fund_id": due.fund_id,
        "subject_type": "review",
        "subject_id": due.id,
        "due_at": due.due_at,
        "made_at": at,
    }
    insert = dialect.insert(Notice).values(**row).on_conflict_do_nothing(index_elements=["key"])
    return db.session.scalar(insert.returning(Notice.id)) is not None
