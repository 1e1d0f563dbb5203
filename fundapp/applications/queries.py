"""The two doors to applications, never OR-ed: mine for applicants, seen for those who work."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, lazyload, selectinload

from fundapp.accounts.models import Role, RoleName, User
from fundapp.applications.models import (
    APPLICANTS,
    WORKERS,
    Access,
    Application,
    ApplicationState,
    ApplicationVersion,
    Capacity,
    Conflict,
    Level,
)
from fundapp.core.db import db
from fundapp.rounds.models import Round, Stage

AWARDED_ONLY = (ApplicationState.AWARDED,)
IN_PANEL = (
    ApplicationState.IN_REVIEW, ApplicationState.INVITED, ApplicationState.AWARDED, ApplicationState.RESERVE,
    ApplicationState.DECLINED,
)  # fmt: skip
"""What a panel speaks about: in review, and what came of it."""


def mine(user: User) -> ColumnElement[bool]:
    """Give the condition for the applications the person applies with: own pages, public wording."""
    return Application.id.in_(_own_ids(user))


def _own_ids(user: User) -> Any:
    return select(Access.application_id).where(
        Access.user_id == user.id, Access.ended_at.is_(None), Access.capacity.in_(APPLICANTS)
    )


def barred_for(user: User) -> Any:
    """Give the ids of the applications a tie bars the person from."""
    return select(Conflict.application_id).where(Conflict.user_id == user.id, Conflict.bars)


def seen(user: User) -> ColumnElement[bool]:
    """Give the condition for the applications the person may see by their work.

    Only the arms the person's roles need are built: managers and auditors by fund (no drafts,
    no sealed rounds), finance by fund what is awarded, a panel by round what was taken into review,
    reviewers by their access. What a tie bars falls out of every arm.
    """
    arms = [arm for arm in (_office(user), _finance(user), _panel(user), _work(user)) if arm is not None]
    return and_(or_(*arms), Application.id.not_in(barred_for(user))) if arms else false()


def _office(user: User) -> ColumnElement[bool] | None:
    funds = user.funds(RoleName.MANAGER, RoleName.AUDITOR)
    if not funds:
        return None
    unsealed = select(Round.id).where(Round.fund_id.in_(funds), Round.is_sealed.is_(False))
    return and_(
        Application.fund_id.in_(funds),
        Application.state != ApplicationState.DRAFT,
        Application.submitted_at.is_not(None),
        Application.round_id.in_(unsealed),
    )


def _finance(user: User) -> ColumnElement[bool] | None:
    funds = user.funds(RoleName.FINANCE)
    if not funds:
        return None
    return and_(Application.fund_id.in_(funds), Application.state.in_(AWARDED_ONLY))


def _panel(user: User) -> ColumnElement[bool] | None:
    rounds = user.panels()
    if not rounds:
        return None
    unsealed = select(Round.id).where(Round.id.in_(rounds), Round.is_sealed.is_(False))
    return and_(
        Application.round_id.in_(unsealed),
        Application.state.in_(IN_PANEL),
        Application.id.not_in(_own_ids(user)),
    )


def _work(user: User) -> ColumnElement[bool] | None:
    if not user.holds(RoleName.REVIEWER):
        return None
    mine_to_read = select(Access.application_id).where(
        Access.user_id == user.id,
        Access.ended_at.is_(None),
        Access.capacity.in_(WORKERS),
        Access.level != Level.CARD,
    )
    sealed = select(Round.id).where(Round.is_sealed)
    return and_(Application.id.in_(mine_to_read), Application.round_id.not_in(sealed))


def _whole() -> Select[Application]:
    """Select applications with all that rules and pages ask of them, in one query."""
    return select(Application).options(
        joinedload(Application.fund),
        joinedload(Application.round),
        joinedload(Application.stage).joinedload(Stage.form),
        joinedload(Application.access),
    )


def own_application(user: User, id: int) -> Application | None:
    """Load one application through the applicants' door."""
    return db.session.scalars(_whole().where(Application.id == id, mine(user))).unique().one_or_none()


def seen_application(user: User, id: int) -> Application | None:
    """Load one application through the working door."""
    return db.session.scalar(
        _whole()
        .options(selectinload(Application.conflicts).joinedload(Conflict.user).lazyload(User.roles))
        .where(Application.id == id, seen(user))
    )


# --- one row for the services ----------------------------------------------------


def live_access(application_id: int, user_id: int, capacity: Capacity) -> Access | None:
    """Find the live access of a person in one capacity."""
    return db.session.scalar(
        select(Access).where(
            Access.application_id == application_id,
            Access.user_id == user_id,
            Access.capacity == capacity,
            Access.ended_at.is_(None),
        )
    )


def language_of(application_id: int) -> str:
    """Give the language of the main applicant; English where nobody owns the application."""
    owner = select(User.language).join(Access, Access.user_id == User.id)
    here = (Access.application_id == application_id, Access.ended_at.is_(None))
    return db.session.scalar(owner.where(*here, Access.capacity == Capacity.OWNER)) or "en"


def applicants(application_id: int) -> list[User]:
    """List the people who apply, the owner first."""
    return list(
        db.session.scalars(
            select(User)
            .join(Access, Access.user_id == User.id)
            .where(
                Access.application_id == application_id,
                Access.ended_at.is_(None),
                Access.capacity.in_(APPLICANTS),
            )
            .order_by(Access.capacity != Capacity.OWNER, Access.id)
        ).unique()
    )


def may_be_tied(application: Application, *, but: User) -> list[User]:
    """List who works for the fund and could be kept away: not oneself, not who applies, not who is out."""
    out = select(Conflict.user_id).where(Conflict.application_id == application.id, Conflict.bars)
    works = select(Role.user_id).where(Role.fund_id == application.fund_id, Role.ended_at.is_(None))
    return list(
        db.session.scalars(
            select(User)
            .where(User.id.in_(works), User.id != but.id, User.id.not_in(out))
            .options(lazyload(User.roles))
            .order_by(func.lower(User.name), User.id)
        )
    )


def administrators() -> list[User]:
    """List those who look after the instance."""
    return list(db.session.scalars(select(User).where(User.is_administrator).order_by(User.id)))


def conflict_of(application_id: int, user_id: int) -> Conflict | None:
    """Find what is known of a person's tie to an application."""
    return db.session.scalar(
        select(Conflict).where(Conflict.application_id == application_id, Conflict.user_id == user_id)
    )


def is_barred(application_id: int, user_id: int) -> bool:
    """Tell whether a tie bars a person from an application."""
    return (
        db.session.scalar(
            select(Conflict.id).where(
                Conflict.application_id == application_id, Conflict.user_id == user_id, Conflict.bars
            )
        )
        is not None
    )


def waiting(user: User, round_id: int) -> list[Application]:
    """List the received applications of a round that the person may take into review, with their people."""
    return list(
        db.session.scalars(
            select(Application)
            .where(
                Application.round_id == round_id,
                Application.state == ApplicationState.SUBMITTED,
                Application.fund_id.in_(user.funds(RoleName.MANAGER)),
                seen(user),
            )
            .options(
                selectinload(Application.access),
                selectinload(Application.conflicts),
                joinedload(Application.round),
                joinedload(Application.stage),
            )
            .order_by(Application.id)
        )
    )


def live_count(round_id: int) -> int:
    """Count the applications of a round that were sent in and neither withdrawn nor lapsed."""
    gone = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN, ApplicationState.LAPSED)
    return (
        db.session.scalar(
            select(func.count(Application.id)).where(
                Application.round_id == round_id, Application.state.not_in(gone)
            )
        )
        or 0
    )


def extended_beyond(round_id: int, at: datetime) -> bool:
    """Tell whether an applicant of the round has an extension that still runs."""
    return (
        db.session.scalar(
            select(Application.id)
            .where(Application.round_id == round_id, Application.extended_until_at > at)
            .limit(1)
        )
        is not None
    )


def writers(round_id: int) -> list[tuple[Application, User]]:
    """List (proposal, applicant) of a round for all that was begun, or asked for, but not sent in."""
    found = db.session.execute(
        select(Application, User)
        .join(Access, Access.application_id == Application.id)
        .join(User, User.id == Access.user_id)
        .where(
            Application.round_id == round_id,
            or_(
                and_(Application.state == ApplicationState.DRAFT, Application.saved_at.is_not(None)),
                Application.state == ApplicationState.INVITED,
            ),
            Access.ended_at.is_(None),
            Access.capacity.in_(APPLICANTS),
        )
        .order_by(Application.id, Access.id)
    ).unique()
    return [(row[0], row[1]) for row in found]


def unsent_of(email: str, round_id: int) -> list[Application]:
    """List what a person, known by address, is writing in a round and has not sent in."""
    return [application for application, writer in writers(round_id) if writer.email == email.strip().lower()]


def untouched_draft(user: User, round_id: int) -> Application | None:
    """Find a draft of the person's in which nothing was written yet."""
    return db.session.scalar(
        select(Application)
        .join(Access, (Access.application_id == Application.id) & (Access.capacity == Capacity.OWNER))
        .where(
            Access.user_id == user.id,
            Access.ended_at.is_(None),
            Application.round_id == round_id,
            Application.state == ApplicationState.DRAFT,
            Application.saved_at.is_(None),
        )
        .limit(1)
    )


def versions(application_id: int) -> list[Row[Any]]:
    """List the versions of an application without their text, the newest first."""
    return list(
        db.session.execute(
            select(
                ApplicationVersion.number,
                ApplicationVersion.made_at,
                ApplicationVersion.reason,
                ApplicationVersion.is_over_limit,
            )
            .where(ApplicationVersion.application_id == application_id)
            .order_by(ApplicationVersion.number.desc())
        )
    )


def version(application_id: int, number: int) -> ApplicationVersion | None:
    """Load one version with its text and its form; the caller has asked who may read it."""
    return db.session.scalar(
        select(ApplicationVersion)
        .where(ApplicationVersion.application_id == application_id, ApplicationVersion.number == number)
        .options(joinedload(ApplicationVersion.form))
    )


def names(user_ids: set[int]) -> dict[int, str]:
    """Give the names of people by id."""
    found = db.session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in found}


def seen_conflict(user: User, id: int) -> Conflict | None:
    """Load what is known of a tie, for a manager or auditor who may see the application."""
    funds = user.funds(RoleName.MANAGER, RoleName.AUDITOR)
    return db.session.scalar(
        select(Conflict)
        .join(Conflict.application)
        .where(Conflict.id == id, Conflict.fund_id.in_(funds), seen(user))
        .options(contains_eager(Conflict.application), joinedload(Conflict.user))
    )
