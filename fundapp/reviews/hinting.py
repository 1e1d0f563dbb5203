"""Looking for possible ties of those who work for a fund: at admission, at assignment, and by the clock."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload

from fundapp.accounts.models import Role, RoleName, User
from fundapp.applications import behind, hints, ties
from fundapp.applications import service as applications
from fundapp.applications.hints import Person
from fundapp.applications.models import (
    APPLICANTS,
    Access,
    Application,
    ApplicationState,
    Conflict,
    ConflictSource,
)
from fundapp.core.db import db
from fundapp.reviews.models import Reviewer
from fundapp.rounds.models import Round, RoundState

LOOKED_AT = (RoleName.REVIEWER, RoleName.MANAGER)
RUNNING = (RoundState.PUBLISHED, RoundState.REVIEWING, RoundState.DECIDING)
STATES = (
    ApplicationState.SUBMITTED,
    ApplicationState.INCOMPLETE,
    ApplicationState.IN_REVIEW,
    ApplicationState.INVITED,
)


def people_of(fund_id: int) -> list[Person]:
    """List who may judge at a fund, with what they said of themselves."""
    held = select(Role.user_id).where(
        Role.fund_id == fund_id, Role.name.in_(LOOKED_AT), Role.ended_at.is_(None)
    )
    rows = db.session.execute(
        select(User, Reviewer)
        .outerjoin(Reviewer, (Reviewer.user_id == User.id) & (Reviewer.fund_id == fund_id))
        .where(User.id.in_(held))
        .options(lazyload(User.roles), joinedload(User.party))
        .order_by(User.id)
    )
    return [_person(user, row) for user, row in rows]


def _person(user: User, row: Reviewer | None) -> Person:
    return Person(
        user.id, user.name, user.email, user.party_id,
        organisation=row.organisation if row else "", collaborators=row.collaborators if row else (),
    )  # fmt: skip


def look(chosen: Sequence[Application], people: Sequence[Person] | None = None, *, at: datetime) -> int:
    """Look for possible ties with these applications of one fund, keep what is found; gives what is new.

    people: who is looked at; everybody who may judge there by default. Idempotent.
    """
    if not chosen:
        return 0
    looked_at = people_of(chosen[0].fund_id) if people is None else people
    together = behind.together([one.id for one in looked_at])
    found = hints.find_all(looked_at, behind.stories([one.id for one in chosen]), together)
    kept = _kept([one.id for one in chosen])
    news, by_id = 0, {one.id: one for one in chosen}
    for (key, user_id), reasons in found.items():
        tie = kept.pop((key, user_id), None)
        if tie is None or tie.reasons != reasons:
            news += ties.hint(by_id[key], user_id, reasons, at=at) is not None
    ids = {one.id for one in looked_at}
    for (_key, user_id), tie in kept.items():
        if user_id in ids and tie.reasons:
            ties.forget(tie, at=at)
    return news


def _kept(application_ids: Sequence[int]) -> dict[tuple[int, int], Conflict]:
    rows = db.session.scalars(
        select(Conflict).where(Conflict.application_id.in_(application_ids)).order_by(Conflict.id)
    )
    return {(tie.application_id, tie.user_id): tie for tie in rows}


def on_admit(chosen: list[Application], at: datetime) -> None:
    """Look before anybody is asked to read."""
    look(chosen, at=at)


def look_around(at: datetime) -> dict[str, int]:
    """Look for possible ties in all running rounds, and pin applicants who are not pinned yet."""
    done = {"pinned": pin_all(at=at), "hints": 0}
    fund_ids = db.session.scalars(select(Round.fund_id).where(Round.state.in_(RUNNING)).distinct()).all()
    for fund_id in fund_ids:
        chosen = db.session.scalars(
            select(Application)
            .join(Round, Round.id == Application.round_id)
            .where(
                Application.fund_id == fund_id, Round.state.in_(RUNNING), Application.state.in_(STATES)
            )
            .order_by(Application.id)
        ).all()  # fmt: skip
        done["hints"] += look(chosen, at=at)
    return done


def pin_all(*, at: datetime, limit: int = 1000) -> int:
    """Pin whoever has an applicant's access and is not pinned: rows from before the rule."""
    pinned = (
        select(Conflict.id)
        .where(
            Conflict.application_id == Access.application_id,
            Conflict.user_id == Access.user_id,
            Conflict.source == ConflictSource.ACCESS,
        )
        .exists()
    )
    rows = db.session.scalars(
        select(Access)
        .where(Access.ended_at.is_(None), Access.capacity.in_(APPLICANTS), ~pinned)
        .options(joinedload(Access.application), joinedload(Access.user).lazyload(User.roles))
        .order_by(Access.id)
        .limit(limit)
    ).all()
    for access in rows:
        ties.pin(access.application, access.user, at=at)
    return len(rows)


applications.ON_ADMIT.append(on_admit)
