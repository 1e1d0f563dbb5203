"""What a key may read: each scope with its words, and who can give it."""

from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.accounts.rules import administrator, finance, manager
from fundapp.core.rules import Rule


class Scope(StrEnum):
    """One kind of data that a key may read."""

    CALLS = "calls:read"
    APPLICATIONS = "applications:read"
    DECISIONS = "decisions:read"
    GRANTS = "grants:read"
    CLAIMS = "claims:read"
    PAYMENTS = "payments:read"
    LEDGER = "ledger:read"
    GIFTS = "gifts:read"
    PEOPLE = "people:read"


WORDS: dict[Scope, LazyString] = {
    Scope.CALLS: _l("Calls, those too that are not published yet"),
    Scope.APPLICATIONS: _l("Applications: code, title, state, amount, organisation; no answers and no files"),
    Scope.DECISIONS: _l("Decisions that were announced: outcome, amount, day"),
    Scope.GRANTS: _l("Grants with their milestones and what was paid"),
    Scope.CLAIMS: _l("Requests for payment"),
    Scope.PAYMENTS: _l("Payments, without account numbers"),
    Scope.LEDGER: _l("Postings of the ledger"),
    Scope.GIFTS: _l("Gifts, promised and received"),
    Scope.PEOPLE: _l("Names of private persons, and of givers who wish no publicity, in all of the above"),
}
GIVEN_BY: dict[Scope, Rule] = {
    Scope.CALLS: manager | finance | administrator,
    Scope.APPLICATIONS: manager | finance,
    Scope.DECISIONS: manager,
    Scope.GRANTS: manager | finance,
    Scope.CLAIMS: manager | finance,
    Scope.PAYMENTS: finance,
    Scope.LEDGER: manager | finance,
    Scope.GIFTS: manager | finance,
    Scope.PEOPLE: manager | finance,
}
"""Who can give a scope, and has to be able to still when it is used: whoever may read the same on pages."""


def open_to(user: Any, fund: Any) -> list[Scope]:
    """List the scopes this person can give at a fund."""
    return [scope for scope in Scope if GIVEN_BY[scope](user, fund)]
