"""Rows for tests: real ones, with no surprises; each function names what it makes.

The one cast: Ana and Ben apply (of different organisations), Rhea reviews, Sol and Max manage,
Fin pays, Aud audits. Ben must never see Ana's work.
"""

from tests.factories.calls import (
    FORM,
    make_application,
    make_conflict,
    make_form,
    make_round,
    make_rubric,
)
from tests.factories.granting import make_award, make_decision, make_review
from tests.factories.ground import NOW, PASSWORD
from tests.factories.people import Cast, give_role, make_cast, make_fund, make_user

__all__ = [
    "FORM",
    "NOW",
    "PASSWORD",
    "Cast",
    "give_role",
    "make_application",
    "make_award",
    "make_cast",
    "make_conflict",
    "make_decision",
    "make_form",
    "make_fund",
    "make_review",
    "make_round",
    "make_rubric",
    "make_user",
]
