"""What waits for people about disclosures: to prepare one, and to check what a colleague prepared."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application
from fundapp.applications.queries import seen
from fundapp.core import todo
from fundapp.core.due import later, noon
from fundapp.reports.disclosure_workflow import TERM_DAYS
from fundapp.reports.models import Disclosure, DisclosureState


def _open(user: User, kind: str, state: DisclosureState) -> Select[Any]:
    answer_by = later(noon(Disclosure.asked_on), TERM_DAYS)
    return (
        select(
            *todo.columns(
                kind, Disclosure.id, Application.title, code=Application.code, due_at=answer_by,
                since_at=Disclosure.state_at,
            )
        )
        .select_from(Disclosure)
        .join(Application, Application.id == Disclosure.application_id)
        .where(Disclosure.state == state, seen(user))
    )  # fmt: skip


def _to_check(user: User, at: datetime) -> Select[Any] | None:
    """Select the disclosures that somebody else offered to be checked."""
    if not (funds := user.funds(RoleName.MANAGER)):
        return None
    return _open(user, "check-disclosure", DisclosureState.OFFERED).where(
        Disclosure.fund_id.in_(funds), Disclosure.offered_by != user.id
    )


def _to_prepare(user: User, at: datetime) -> Select[Any] | None:
    """Select the disclosures that a person began and that are open for changes."""
    if not (funds := user.funds(RoleName.MANAGER)):
        return None
    return _open(user, "prepare-disclosure", DisclosureState.PREPARING).where(
        Disclosure.fund_id.in_(funds), Disclosure.begun_by == user.id
    )


todo.add(
    todo.Kind(
        "check-disclosure", _l("Check a disclosure before it goes out"), _to_check, "reports.disclosure"
    ),
    todo.Kind("prepare-disclosure", _l("Prepare a disclosure"), _to_prepare, "reports.disclosure"),
)
