"""Who the grantee is on paper: legal name, register number, address."""

from datetime import datetime
from typing import TypedDict

from flask_babel import gettext as _
from sqlalchemy import func, select

from fundapp.accounts.models import Party, PartyKind, User
from fundapp.core import audit, vat
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.grants.models import Award, PartyDetail
from fundapp.grants.queries import payees
from fundapp.grants.rules import ENTER, speaks_for


class Address(TypedDict):
    """An address in its parts, as banks and registers want it."""

    street: str
    number: str
    postcode: str
    town: str


def describe(
    award: Award,
    *,
    kind: PartyKind,
    legal_name: str,
    registration: str,
    country: str,
    address: Address,
    vat_number: str = "",
    actor: User,
    at: datetime,
    party_id: int | None = None,
) -> Party:
    """Write down who the grantee is; an agreement that was offered before keeps its own words.

    country: ISO code. vat_number: empty where none applies. What was written before is kept as a version.
    party_id: another payee of the grant, by the person who speaks for it. Raises MoveRefused (not the
    grantee, or not this payee) and Refusal (a register number that another party has).
    """
    party = own_party(award, party_id, actor)
    if party is None:
        raise MoveRefused(_("Only the grantee writes down who they are."))
    number = " ".join(registration.split()) or None
    if number and db.session.scalar(
        select(Party.id).where(Party.registration == number, Party.id != party.id)
    ):
        raise Refusal(_("Another grantee has this register number. Write to us if it is yours."))
    party.kind, party.legal_name, party.registration = kind, legal_name.strip(), number
    party.country, party.address = country or None, dict(address)
    party.vat_number = vat.read(vat_number)
    keep_version(party, actor=actor, at=at)
    audit.record("describe_party", award, actor=actor, at=at, detail={"party": party.id})
    return party


def own_party(award: Award, party_id: int | None, actor: User) -> Party | None:
    """Give the party somebody speaks for: the grantee's, or that of the payee that is named; else None."""
    if party_id is None or party_id == award.application.party_id:
        return award.application.party if ENTER(actor, award) else None
    payee = next((one for one in payees(award) if one.party_id == party_id), None)
    return payee.party if payee is not None and speaks_for(actor, award, payee) else None


def keep_version(party: Party, *, actor: User, at: datetime) -> PartyDetail:
    """Keep who a party is now as one more version; rows of it are never changed."""
    last = db.session.scalar(select(func.max(PartyDetail.number)).where(PartyDetail.party_id == party.id))
    made = PartyDetail(
        party_id=party.id,
        number=(last or 0) + 1,
        kind=party.kind,
        legal_name=party.legal_name,
        registration=party.registration,
        vat_number=party.vat_number,
        country=party.country,
        address=dict(party.address),
        written_by=actor.id,
        written_at=at,
    )
    db.session.add(made)
    return made
