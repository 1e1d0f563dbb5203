"""Giving roles, with the limits that keep an administrator out of proposals; sending mail again."""

from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts import service as accounts
from fundapp.accounts.models import Role, RoleName, User
from fundapp.accounts.queries import user_by_email
from fundapp.core import audit, mail
from fundapp.core.bounces import BadAddress
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.funds.models import Fund


def grant(user: User, fund_id: int, name: RoleName, *, actor: User, at: datetime) -> Role:
    """Give a person a role at a fund. Raises Refusal for oneself: a second person does that.

    Source: domain model, question 4.
    """
    if user.id == actor.id:
        raise Refusal(_("Nobody gives a role to themselves. Ask another administrator."))
    return accounts.grant_role(user, fund_id, name, actor=actor, at=at)


def add_reviewer(fund: Fund, email: str, *, actor: User, at: datetime) -> User:
    """Let the person with this address review for a fund, and give them.

    Raises Refusal when there is no such account, or the person reviews there already.
    """
    user = user_by_email(email)
    if user is None:
        raise Refusal(_("Nobody has an account with this address. Ask the person to make one first."))
    if user.holds(RoleName.REVIEWER, fund.id):
        raise Refusal(_("%(name)s is a reviewer of this fund already.", name=user.name))
    accounts.grant_role(user, fund.id, RoleName.REVIEWER, actor=actor, at=at)
    return user


def send_again(letter: mail.Outbox, *, actor: User, at: datetime) -> None:
    """Let a failed mail be tried from the start. Raises Refusal when it did not fail."""
    if letter.state is not mail.Posted.FAILED:
        raise Refusal(_("Only mail that failed can be sent again."))
    mail.again(letter, at=at)
    audit.record("send_again", letter, actor=actor, at=at)


def clear_address(bad: BadAddress, *, actor: User, at: datetime) -> None:
    """Let mail go to an address again from which it came back."""
    audit.record("clear_address", bad, actor=actor, at=at)
    db.session.delete(bad)
