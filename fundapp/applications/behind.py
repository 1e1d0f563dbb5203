"""Who stands behind proposals: their people, parties, partners and text, for many at once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from fundapp.accounts.models import Party, PartyKind, User
from fundapp.applications.hints import Applicant, Behind, text_in
from fundapp.applications.models import (
    APPLICANTS,
    Access,
    Application,
    ApplicationVersion,
    Invitation,
    Partner,
)
from fundapp.core.db import db

CHUNK = 200
"""How many proposals are read at once: their texts are long."""


def stories(application_ids: Sequence[int]) -> list[Behind]:
    """Give who stands behind each of these applications; six queries for two hundred."""
    found: list[Behind] = []
    for start in range(0, len(application_ids), CHUNK):
        found += _chunk(application_ids[start : start + CHUNK])
    return found


def _chunk(ids: Sequence[int]) -> list[Behind]:
    people, parties, names = _grouped(ids), _grouped(ids), _grouped(ids)
    for key, person in [*_applicants(ids), *_asked(ids)]:
        people[key].append(person)
    for key, party_id, name in [*_own_parties(ids), *_partners(ids)]:
        parties[key].append(party_id)
        names[key].append(name)
    texts = _texts(ids)
    return [
        Behind(
            key, tuple(people[key]), frozenset(one for one in parties[key] if one),
            tuple(dict.fromkeys(name for name in names[key] if name)), texts.get(key, ""),
        )
        for key in ids
    ]  # fmt: skip


def _grouped(ids: Sequence[int]) -> dict[int, list[Any]]:
    return {key: [] for key in ids}


def _applicants(ids: Sequence[int]) -> list[tuple[int, Applicant]]:
    rows = db.session.execute(
        select(Access.application_id, User.id, User.name, User.email, User.party_id)
        .join(User, User.id == Access.user_id)
        .where(
            Access.application_id.in_(ids), Access.ended_at.is_(None), Access.capacity.in_(APPLICANTS)
        )
        .order_by(Access.id)
    )  # fmt: skip
    return [(row[0], Applicant(row.id, row.name, row.email, row.party_id)) for row in rows]


def _asked(ids: Sequence[int]) -> list[tuple[int, Applicant]]:
    rows = db.session.execute(
        select(Invitation.application_id, Invitation.name, Invitation.email)
        .where(
            Invitation.application_id.in_(ids),
            Invitation.accepted_at.is_(None),
            Invitation.ended_at.is_(None),
        )
        .order_by(Invitation.id)
    )
    return [(row.application_id, Applicant(None, row.name, row.email)) for row in rows]


def _own_parties(ids: Sequence[int]) -> list[tuple[int, int | None, str]]:
    """Give the party of each application, and those of its people that are organisations, with names."""
    own = db.session.execute(
        select(Application.id, Application.party_id, Party.legal_name, Party.public_name, Party.kind)
        .outerjoin(Party, Party.id == Application.party_id)
        .where(Application.id.in_(ids))
    ).all()
    theirs = db.session.execute(
        select(Access.application_id, Party.id, Party.legal_name, Party.public_name, Party.kind)
        .join(User, User.id == Access.user_id)
        .join(Party, Party.id == User.party_id)
        .where(Access.application_id.in_(ids), Access.ended_at.is_(None), Access.capacity.in_(APPLICANTS))
    ).all()
    return [
        (row[0], row[1], name if row.kind is PartyKind.ORGANISATION else "")
        for row in (*own, *theirs)
        for name in dict.fromkeys((row.legal_name or "", row.public_name or ""))
    ]


def _partners(ids: Sequence[int]) -> list[tuple[int, int | None, str]]:
    rows = db.session.execute(
        select(Partner.application_id, Partner.party_id, Partner.name)
        .where(Partner.application_id.in_(ids), Partner.ended_at.is_(None))
        .order_by(Partner.id)
    )
    return [(row.application_id, row.party_id, row.name) for row in rows]


def _texts(ids: Sequence[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Application.id, Application.title, Application.applicant_name, ApplicationVersion.answers)
        .join(
            ApplicationVersion,
            (ApplicationVersion.application_id == Application.id)
            & (ApplicationVersion.number == Application.version_number),
        )
        .where(Application.id.in_(ids))
    )
    return {row.id: "\n".join((row.title, row.applicant_name, text_in(row.answers))) for row in rows}


def together(user_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Give, by person, the people with whom they applied for something, now or before."""
    mine, theirs = aliased(Access), aliased(Access)
    rows = db.session.execute(
        select(mine.user_id, theirs.user_id)
        .join(theirs, theirs.application_id == mine.application_id)
        .where(
            mine.user_id.in_(user_ids), mine.capacity.in_(APPLICANTS),
            theirs.capacity.in_(APPLICANTS), theirs.user_id != mine.user_id,
        )
        .distinct()
    )  # fmt: skip
    found: dict[int, set[int]] = {}
    for one, other in rows:
        found.setdefault(one, set()).add(other)
    return {key: frozenset(others) for key, others in found.items()}
