"""Dates of disclosures: the answer that the law asks, and the second look that waits for a colleague."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, select

from fundapp.accounts.models import Role, RoleName
from fundapp.applications.models import Conflict
from fundapp.core import due
from fundapp.reports.disclosure_workflow import TERM_DAYS
from fundapp.reports.models import Disclosure, DisclosureState

LOOK_DAYS = 3
"""So many days a colleague has to look, before a reminder is due."""


def _managers(kind: str, due_at: ColumnElement[datetime], *, since_at: Any) -> Select[Any]:
    """Select disclosures for every manager of their fund whom no tie bars."""
    bars = select(Conflict.id).where(
        Conflict.application_id == Disclosure.application_id, Conflict.user_id == Role.user_id, Conflict.bars
    )
    return (
        select(
            *due.columns(
                kind, subject_id=Disclosure.id, user_id=Role.user_id, fund_id=Disclosure.fund_id,
                application_id=Disclosure.application_id, due_at=due_at, label=Disclosure.reference,
                since_at=since_at, is_day=True,
            )
        )
        .select_from(Disclosure)
        .join(Role, Role.fund_id == Disclosure.fund_id)
        .where(Role.name == RoleName.MANAGER, Role.ended_at.is_(None), ~bars.exists())
    )  # fmt: skip


def _to_check(first: datetime, until: datetime) -> Select[Any]:
    """Select what was offered to be checked, for everybody but the one who offered it."""
    at = due.later(Disclosure.offered_at, LOOK_DAYS)
    return _managers("check-disclosure", at, since_at=Disclosure.offered_at).where(
        Disclosure.state == DisclosureState.OFFERED,
        Disclosure.offered_by != Role.user_id,
        at >= first,
        at < until,
    )


def _to_answer(first: datetime, until: datetime) -> Select[Any]:
    """Select the requests that have to be answered, for who began the disclosure."""
    at = due.later(due.noon(Disclosure.asked_on), TERM_DAYS)
    return _managers("answer-disclosure", at, since_at=Disclosure.begun_at).where(
        Disclosure.state.in_((DisclosureState.PREPARING, DisclosureState.OFFERED)),
        Disclosure.asked_on.is_not(None),
        Disclosure.begun_by == Role.user_id,
        at >= first,
        at < until,
    )


due.add(
    due.Kind(
        "check-disclosure", _l("Check a disclosure before it goes out"), _to_check, "reports.disclosure",
        offsets=(0, 4), todo="check-disclosure",
        whom=_l("managers, but not the one who offered it"), stops=_l("somebody checked it or sent it back"),
    ),
    due.Kind(
        "answer-disclosure", _l("Answer a request under the Woo"), _to_answer, "reports.disclosure",
        offsets=(-14, -7, -1, 0), escalation=("manager", 3), todo="prepare-disclosure",
        whom=_l("who began the disclosure"), stops=_l("it is checked or stopped"),
    ),
)  # fmt: skip
