"""Everybody who ever stood for a party: who must hear when its bank account is changed."""

from sqlalchemy import or_, select, union
from sqlalchemy.orm import lazyload

from fundapp.accounts.models import User
from fundapp.applications.models import APPLICANTS, Access, Application
from fundapp.core.db import db
from fundapp.grants.models import Award, BankAccount, Payee
from fundapp.grants.queries import grantees


def contacts_of(award: Award, party_id: int) -> list[User]:
    """List who stood for a party before or elsewhere; not the grantees of this grant, who are told anyway.

    Whoever enters somebody else's account hopes that those who would notice are no longer told: so people
    whose access ended, and who entered earlier accounts, are among them.
    """
    wrote = (
        select(Access.user_id)
        .join(Application, Application.id == Access.application_id)
        .where(Application.party_id == party_id, Access.capacity.in_(APPLICANTS))
    )
    entered = select(BankAccount.entered_by).where(BankAccount.party_id == party_id)
    speaks = select(Payee.user_id).where(Payee.party_id == party_id, Payee.user_id.is_not(None))
    found = db.session.scalars(
        select(User)
        .where(or_(User.party_id == party_id, User.id.in_(union(wrote, entered, speaks))))
        .order_by(User.id)
        .options(lazyload(User.roles))
    )
    told = {one.id for one in grantees(award.application)}
    return [one for one in found if one.id not in told]
