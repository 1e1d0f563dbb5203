"""The organisations that take part in a proposal, and what each does there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import Party, User
from fundapp.applications import people
from fundapp.applications.models import Application, Invitation, Partner
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import Refusal

MOST = 20


def add_partner(application: Application, values: Mapping[str, str], *, actor: User, at: datetime) -> Partner:
    """Name an organisation that takes part: name, role, country and registration."""
    held = people.held_by_owner(application, actor)
    if len(of(held.id)) >= MOST:
        raise Refusal(_("There is room for %(most)d organisations.", most=MOST))
    made = Partner(application_id=held.id, fund_id=held.fund_id, added_at=at, **_named(values))
    db.session.add(made)
    db.session.flush()  # the log names the row
    audit.record("add_partner", held, actor=actor, at=at, detail={"partner": made.id})
    return made


def change_partner(partner: Partner, values: Mapping[str, str], *, actor: User, at: datetime) -> None:
    """Change what is said of an organisation."""
    held = people.held_by_owner(partner.application, actor)
    for name, value in _named(values).items():
        setattr(partner, name, value)
    audit.record("change_partner", held, actor=actor, at=at, detail={"partner": partner.id})


def end_partner(partner: Partner, *, actor: User, at: datetime) -> None:
    """Take an organisation out; its people keep their part until they are removed."""
    held = people.held_by_owner(partner.application, actor)
    partner.ended_at = partner.ended_at or at
    audit.record("end_partner", held, actor=actor, at=at, detail={"partner": partner.id})


def _named(values: Mapping[str, str]) -> dict[str, Any]:
    """Take the words over, and find the party of the register with the same registration."""
    registration = " ".join((values.get("registration") or "").split())[:60]
    party = (
        db.session.scalar(select(Party).where(Party.registration == registration)) if registration else None
    )
    return {
        "name": " ".join(values["name"].split())[:200],
        "role": (values.get("role") or "").strip()[:500],
        "country": values.get("country") or None,
        "registration": registration,
        "party_id": party.id if party else None,
    }


def of(application_id: int) -> list[Partner]:
    """List the organisations that take part, in the order in which they were named."""
    return list(
        db.session.scalars(
            select(Partner)
            .where(Partner.application_id == application_id, Partner.ended_at.is_(None))
            .order_by(Partner.id)
        )
    )


def organisations_of(application_id: int) -> dict[int, str]:
    """Give for whom people speak: the name of their organisation by user id."""
    rows = db.session.execute(
        select(Invitation.accepted_by, Partner.name)
        .join(Partner, Partner.id == Invitation.partner_id)
        .where(Invitation.application_id == application_id, Invitation.accepted_by.is_not(None))
        .order_by(Invitation.id)
    )
    return {row.accepted_by or 0: row.name for row in rows}
