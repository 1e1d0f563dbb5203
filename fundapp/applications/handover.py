"""When a manager turns out to be tied to an application, another one takes it over."""

from datetime import datetime

from sqlalchemy import select

from fundapp.accounts.models import RoleName, User
from fundapp.accounts.queries import holders
from fundapp.applications import queries
from fundapp.applications.models import Application, Conflict
from fundapp.core import audit, mail
from fundapp.core.db import db


def free_managers(application: Application) -> list[User]:
    """List the managers of the fund whom no tie bars from an application, by name."""
    barred = set(
        db.session.scalars(
            select(Conflict.user_id).where(Conflict.application_id == application.id, Conflict.bars)
        )
    )
    return [one for one in holders(application.fund_id, RoleName.MANAGER) if one.id not in barred]


def hand_over(tie: Conflict, *, to: User | None = None, actor: User | None, at: datetime) -> None:
    """Give a barred manager's application to another manager, and tell them.

    to: the one chosen, else the only one left, else nobody yet: then all managers who may are told.
    Where no manager is left the administrators hear that the fund needs one, without which proposal.
    """
    application = tie.application
    if not tie.bars or not tie.user.holds(RoleName.MANAGER, application.fund_id):
        return
    others = free_managers(application)
    if not others:
        _ask_for_a_manager(application, at)
    elif application.lead_id == tie.user_id:
        heir = to if to in others else others[0] if len(others) == 1 else None
        application.lead_id = heir.id if heir else None
        detail = {"from": tie.user_id, "lead": application.lead_id}
        audit.record("hand_over", application, actor=actor, at=at, detail=detail)
        for person in [heir] if heir else others:
            _tell(person, tie, at, is_lead=heir is not None)


def _tell(person: User, tie: Conflict, at: datetime, *, is_lead: bool) -> None:
    mail.queue(
        "handed-over", key=f"handed-over:{tie.id}:{tie.row_version}:{person.id}", to=person, at=at,
        application=tie.application, is_lead=is_lead,
    )  # fmt: skip


def _ask_for_a_manager(application: Application, at: datetime) -> None:
    for person in queries.administrators():
        mail.queue(
            "no-manager-left", key=f"no-manager-left:{application.id}:{person.id}", to=person, at=at,
            fund_id=application.fund_id, fund=application.fund,
        )  # fmt: skip
