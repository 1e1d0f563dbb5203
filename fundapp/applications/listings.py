"""Lists of applications as plain rows: one's own, and those of the office, page by page."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select

from fundapp.accounts.models import Role, RoleName, User
from fundapp.applications.models import Application, ApplicationState, Conflict
from fundapp.applications.queries import barred_for, mine, seen
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.mail import Outbox

PAGE = 50


def own_drafts(user: User, round_id: int) -> list[Row[Any]]:
    """List what the person has under way in a round."""
    return list(
        db.session.execute(
            select(Application.id, Application.code, Application.title, Application.state)
            .where(
                mine(user),
                Application.round_id == round_id,
                Application.state.in_((ApplicationState.DRAFT, ApplicationState.SUBMITTED)),
            )
            .order_by(Application.id)
            .limit(PAGE)
        )
    )


def letters(application_id: int, user_id: int) -> list[Row[Any]]:
    """List the mail about an application to one person, the newest first."""
    return list(
        db.session.execute(
            select(Outbox.id, Outbox.subject, Outbox.body_text, Outbox.created_at, Outbox.name)
            .where(Outbox.application_id == application_id, Outbox.user_id == user_id)
            .order_by(Outbox.created_at.desc(), Outbox.id.desc())
            .limit(PAGE)
        )
    )


# --- the office ------------------------------------------------------------------


def office_counts(user: User, round_id: int) -> dict[ApplicationState, int]:
    """Count the applications of a round that the person may see, by state."""
    counted = db.session.execute(
        select(Application.state, func.count(Application.id).label("number"))
        .where(Application.round_id == round_id, seen(user))
        .group_by(Application.state)
    )
    return {row.state: row.number for row in counted}


@dataclass(frozen=True)
class Pipeline:
    """The figures of a round's applications: how many of each state, what they ask and would be given."""

    by_state: dict[ApplicationState, int]
    drafts: int
    asked_cents: int

    @property
    def received(self) -> int:
        """How many were sent in, withdrawn ones included."""
        return sum(self.by_state.values())

    def count(self, *states: str) -> int:
        """Count those in any of these states."""
        return sum(number for state, number in self.by_state.items() if state.value in states)


def pipeline(user: User, round_id: int) -> Pipeline:
    """Sum up a round for who may see it, drafts too, without what a tie bars the person from."""
    rows = db.session.execute(
        select(
            Application.state,
            func.count(Application.id),
            func.coalesce(func.sum(Application.requested_cents), 0),
            func.count(Application.code),
        )
        .where(Application.round_id == round_id, Application.id.not_in(barred_for(user)))
        .group_by(Application.state)
    ).all()
    sent = {state: coded for state, _number, _cents, coded in rows if coded}
    drafts = sum(number for state, number, _cents, _coded in rows if state is ApplicationState.DRAFT)
    gone = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)
    asked = [int(cents or 0) for state, _number, cents, _coded in rows if state not in gone]
    return Pipeline(sent, drafts, sum(asked))


def numbers(user: User, round_ids: list[int]) -> dict[int, int]:
    """Count what was sent in, by round, without what a tie bars the person from."""
    rows = db.session.execute(
        select(Application.round_id, func.count(Application.id).label("number"))
        .where(
            Application.round_id.in_(round_ids),
            Application.state != ApplicationState.DRAFT,
            Application.code.is_not(None),
            Application.id.not_in(barred_for(user)),
        )
        .group_by(Application.round_id)
    )
    return {row.round_id: row.number for row in rows}


def history(application_id: int) -> list[Row[Any]]:
    """List what was done with an application, the newest first, with who did it."""
    return list(
        db.session.execute(
            select(
                AuditEvent.at, AuditEvent.verb, AuditEvent.subject_type, AuditEvent.from_state,
                AuditEvent.to_state, AuditEvent.note, AuditEvent.detail, User.name.label("actor_name"),
            )
            .outerjoin(User, User.id == AuditEvent.actor_id)
            .where(AuditEvent.application_id == application_id)
            .order_by(AuditEvent.id.desc())
            .limit(PAGE)
        )
    )  # fmt: skip


def managers(application: Application) -> list[Row[Any]]:
    """List the managers of the fund whom no tie bars from an application, by name."""
    held = select(Role.user_id).where(
        Role.fund_id == application.fund_id, Role.name == RoleName.MANAGER, Role.ended_at.is_(None)
    )
    barred = select(Conflict.user_id).where(Conflict.application_id == application.id, Conflict.bars)
    return list(
        db.session.execute(
            select(User.id, User.name, User.email)
            .where(User.id.in_(held), User.id.not_in(barred))
            .order_by(User.name, User.id)
        )
    )
