"""What is done with the register: a party written down, corrected, joined with another, linked."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Table, update
from sqlalchemy.exc import IntegrityError

from fundapp.accounts.models import Party, PartyKind, User
from fundapp.applications.models import Application
from fundapp.applications.rules import staff
from fundapp.core import audit
from fundapp.core.db import Base, db, locked
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.parties import queries

STAYS = frozenset(
    {"party.merged_into_id", "party_detail.party_id", "bank_account.party_id", "claim.party_id"}
)
"""References that a merge leaves: accounts and what was paid on them keep the party they were opened for."""


def create(
    *,
    kind: PartyKind,
    legal_name: str,
    public_name: str,
    country: str | None,
    registration: str,
    address: dict[str, str],
    actor: User,
    at: datetime,
) -> Party:
    """Write a party down. Raises Refusal when another has its register number."""
    number = _free(registration, None)
    made = Party(
        kind=kind,
        legal_name=legal_name.strip(),
        public_name=public_name.strip() or legal_name.strip(),
        country=country or None,
        registration=number,
        address=address,
        created_at=at,
    )
    db.session.add(made)
    audit.record("create", made, actor=actor, at=at)
    return made


def _free(registration: str, but: int | None) -> str | None:
    number = " ".join(registration.split()) or None
    if number and queries.registration_taken(number, but):
        raise Refusal(_("Another party has this register number: find it and join the two."))
    return number


def change(party: Party, *, version: int, actor: User, at: datetime, **values: Any) -> list[str]:
    """Correct a party and give the names of the columns that differ; agreements keep their own words.

    version: the row version the form was drawn from. Raises ChangedMeanwhile, and Refusal for a
    register number that another party has.
    """
    held = locked(Party, party.id)
    if held.row_version != version:
        raise ChangedMeanwhile
    values["registration"] = _free(values["registration"], held.id)
    values["country"] = values["country"] or None
    changed = sorted(name for name, value in values.items() if getattr(held, name) != value)
    for name in changed:
        setattr(held, name, values[name])
    if changed:
        audit.record("change", held, actor=actor, at=at, detail={"changed": changed})
    return changed


# --- joining two -------------------------------------------------------------------


def merge(source: Party, into: Party, *, actor: User, at: datetime) -> dict[str, int]:
    """Join one party with another: all that referred to it refers to the other; give how much, by table.

    The row stays, with where it went. Raises Refusal: the same party, one that was merged before, or
    one with a bank account (then it is the one to keep).
    """
    for id in sorted((source.id, into.id)):
        locked(Party, id)
    _check(source, into)
    try:
        with db.session.begin_nested():
            moved = _move_references(source.id, into.id)
    except IntegrityError as fault:
        raise Refusal(_("They stand side by side in one grant or proposal, so they are two.")) from fault
    _hand_over(source, into)
    source.merged_into_id = into.id
    db.session.flush()
    db.session.expire_all()  # rows in the session may still name the old party
    audit.record("merge", into, actor=actor, at=at, detail={"from": source.id, "moved": moved})
    return moved


def _check(source: Party, into: Party) -> None:
    if source.id == into.id or source.merged_into_id or into.merged_into_id:
        raise Refusal(_("Choose two parties that both stand in the register."))
    if queries.has_account(source):
        raise Refusal(
            _("%(name)s has a bank account, and stays the one to keep: join the other way around.",
              name=source.legal_name)
        )  # fmt: skip


def references() -> list[tuple[Table, str]]:
    """List every (table, column) that points at a party and follows a merge, whichever feature has it."""
    return [
        (table, key.parent.name)
        for table in Base.metadata.sorted_tables
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
        if key.column.table.name == Party.__tablename__ and f"{table.name}.{key.parent.name}" not in STAYS
    ]


def _move_references(source_id: int, into_id: int) -> dict[str, int]:
    moved: dict[str, int] = {}
    for table, column in references():
        change = update(table).where(table.c[column] == source_id).values({column: into_id})
        # Raw: these columns belong to many features, and none of them is a state.
        if count := db.session.execute(change).rowcount:  # type: ignore[attr-defined]
            moved[table.name] = count
    earlier = update(Party.__table__).where(Party.merged_into_id == source_id)  # type: ignore[arg-type]
    db.session.execute(earlier.values(merged_into_id=into_id))
    return moved


def _hand_over(source: Party, into: Party) -> None:
    """Let the party that stays have what it lacked: register number, country, address."""
    number, source.registration = source.registration, None
    db.session.flush()  # a register number stands once
    into.registration = into.registration or number
    into.country = into.country or source.country
    into.address = into.address or source.address


# --- linking -----------------------------------------------------------------------


def link(application: Application, party: Party, *, actor: User, at: datetime) -> None:
    """Say which party an application is of. Raises MoveRefused, and Refusal once somebody is paid for it."""
    held = locked(Application, application.id)
    if not staff(actor, held):
        raise MoveRefused(_("This step is not yours to take."))
    payee = queries.payee_of(held)
    if payee is not None and payee.party_id != party.id:
        raise Refusal(_("There is a grant, and the party it is paid to stays: join the two parties instead."))
    if held.party_id == party.id:
        return
    before, held.party_id = held.party_id, party.id
    audit.record("link_party", held, actor=actor, at=at, detail={"from": before, "to": party.id})
