"""Disclosures as the person who asks may see them: through the working door to their application."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, defer, joinedload, selectinload

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application, Conflict
from fundapp.applications.queries import seen
from fundapp.core.db import db
from fundapp.reports.models import Disclosure, DisclosureMark, DisclosureState


def last_checked(application_id: int) -> Disclosure | None:
    """Give the last disclosure of an application that a second person approved."""
    return db.session.scalar(
        select(Disclosure)
        .where(Disclosure.application_id == application_id, Disclosure.state == DisclosureState.APPROVED)
        .order_by(Disclosure.number.desc())
        .limit(1)
    )


def of_application(application_id: int) -> Sequence[Disclosure]:
    """List the disclosures of an application, newest first, without their texts."""
    return db.session.scalars(
        select(Disclosure)
        .where(Disclosure.application_id == application_id)
        .order_by(Disclosure.number.desc())
        .options(defer(Disclosure.documents), defer(Disclosure.terms), *_people())
    ).all()


def seen_disclosure(user: User, id: int) -> Disclosure | None:
    """Load one disclosure with its marks: of a fund the person manages, without a tie to its application."""
    application = joinedload(Application.fund), joinedload(Application.access)
    return (
        db.session.scalars(
            select(Disclosure)
            .join(Application, Application.id == Disclosure.application_id)
            .where(Disclosure.id == id, Disclosure.fund_id.in_(user.funds(RoleName.MANAGER)), seen(user))
            .options(
                contains_eager(Disclosure.application).options(
                    *application, selectinload(Application.conflicts).lazyload(Conflict.user)
                ),
                selectinload(Disclosure.marks).joinedload(DisclosureMark.maker).lazyload(User.roles),
                selectinload(Disclosure.judgements),
                joinedload(Disclosure.file),
                *_people(),
            )
        )
        .unique()
        .one_or_none()
    )


def _people() -> list[Any]:
    return [
        joinedload(person).lazyload(User.roles)
        for person in (Disclosure.beginner, Disclosure.offerer, Disclosure.checker)
    ]
