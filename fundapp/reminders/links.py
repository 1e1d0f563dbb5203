"""Where a reminder leads, and the address that ends those a reader may do without."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from fundapp.core import due, mail, signing, todo
from fundapp.core.words import pick
from fundapp.reminders.models import Notice

SECOND = timedelta(seconds=1)


def unsubscribe(user: Any) -> str:
    """Give the address that shows a person what they are reminded of, without signing in."""
    return mail.link("reminders.stop", token=signing.sign("reminders", user.id))


def reader_of(token: str) -> int | None:
    """Give whose address this is; None when it was not made by us."""
    id = signing.read("reminders", token)
    return id if isinstance(id, int) else None


def rows(notices: Sequence[Notice]) -> dict[int, Any]:
    """Read again the dates behind reminders: notice id → row of core/due, or None."""
    if not notices:
        return {}
    first, last = min(n.due_at for n in notices), max(n.due_at for n in notices)
    kinds = sorted({notice.kind for notice in notices})
    at_hand = {
        (row.kind, row.subject_id, row.user_id): row for row in due.between(first, last + SECOND, kinds=kinds)
    }
    return {n.id: at_hand.get((n.kind, n.subject_id, n.escalated_from or n.user_id)) for n in notices}


def label(row: Any, language: str) -> str:
    """Give the own name of what falls due, in a language; empty where it has none."""
    return pick(todo.texts(row.label), language) if row is not None and row.label else ""


def page(notice: Notice, row: Any) -> str:
    """Give the address of the page where it is done, or for somebody else's date, of the proposal."""
    kind = due.KINDS[notice.kind]
    if notice.escalated_from is not None and notice.application_id is not None:
        return mail.link("applications.office_show", id=notice.application_id)
    if row is None:
        return mail.link("reminders.to_do")
    return mail.link(kind.endpoint, **kind.values(row))
