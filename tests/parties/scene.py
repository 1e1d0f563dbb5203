"""Rows of the register that tests ask for."""

from fundapp.accounts.models import Party, PartyKind
from fundapp.core.db import db
from fundapp.grants.models import BankAccount
from tests.factories import NOW


def organisation(name="Waddenlab", **values):
    made = Party(kind=PartyKind.ORGANISATION, legal_name=name, public_name=name, created_at=NOW, **values)
    db.session.add(made)
    db.session.flush()
    return made


def account(party, cast):
    db.session.add(
        BankAccount(
            party_id=party.id, number=1, iban_sealed="x", holder_sealed="x", iban_mark="x", masked="NL..00",
            country="NL", entered_by=cast.ana.id, entered_at=NOW,
        )
    )  # fmt: skip
    db.session.flush()
