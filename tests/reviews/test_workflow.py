"""Who may do what with a review, in every state: the whole truth table."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from fundapp.accounts.models import RoleName
from fundapp.applications.models import ApplicationState
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused
from fundapp.reviews.models import Review, ReviewState
from fundapp.reviews.workflow import WORDS, workflow
from tests.factories import (
    NOW,
    give_role,
    make_application,
    make_cast,
    make_conflict,
    make_review,
    make_round,
    make_user,
)

S = ReviewState
OFFERED = {
    ("asked", S.INVITED): ["accept", "decline"],
    ("asked", S.ACCEPTED): ["decline", "submit"],
    ("asked", S.SUBMITTED): ["revise", "stand"],
    ("asked and tied", S.INVITED): ["decline"],
    ("asked and tied", S.ACCEPTED): ["decline"],
    ("manager", S.INVITED): ["release"],
    ("manager", S.ACCEPTED): ["release"],
    ("manager", S.SUBMITTED): ["reopen"],
    ("manager", S.DECLINED): ["ask_again"],
    ("manager", S.RELEASED): ["ask_again"],
    ("clock", S.INVITED): ["decline", "release"],
    ("clock", S.ACCEPTED): ["decline", "release"],
    ("clock", S.SUBMITTED): ["reopen"],
    ("clock", S.DECLINED): ["ask_again"],
    ("clock", S.RELEASED): ["ask_again"],
}
ROLES = (
    "asked", "asked and tied", "manager", "tied manager", "manager who reviews it", "other reviewer",
    "finance", "auditor", "applicant", "manager elsewhere", "clock",
)  # fmt: skip


@dataclass
class Scene:
    """One review and the person who looks at it."""

    user: Any
    review: Review


def scene(role: str, state: ReviewState) -> Scene:
    cast = make_cast()
    round = make_round(cast.fund)
    application = make_application(round, cast.ana, state=ApplicationState.IN_REVIEW)
    people = {
        "asked": cast.rhea,
        "asked and tied": cast.rhea,
        "manager": cast.sol,
        "tied manager": cast.sol,
        "other reviewer": make_user("Rik Riem", roles={cast.fund: [RoleName.REVIEWER]}),
        "finance": cast.fin,
        "auditor": cast.aud,
        "applicant": cast.ana,
        "clock": None,
    }
    reviewer = cast.rhea
    if role == "manager who reviews it":
        give_role(cast.sol, cast.fund, RoleName.REVIEWER)
        reviewer = people[role] = cast.sol
    if role == "manager elsewhere":
        people[role] = make_cast().sol
    review = make_review(application, reviewer, state=state)
    if "tied" in role:
        make_conflict(application, people[role])
    return Scene(people[role], review)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", S)
def test_review_offers_each_role_exactly_its_moves(app: Flask, role: str, state: ReviewState) -> None:
    seen = scene(role, state)

    offered = [move.name for move in workflow.open_to(seen.user, seen.review)]

    expected = OFFERED.get((role, state), [])
    if role == "manager who reviews it":  # nothing as a manager, all as the reviewer
        expected = OFFERED.get(("asked", state), [])
    assert offered == expected


def test_every_state_has_a_word() -> None:
    assert set(WORDS) == set(S)


def test_decline_wants_a_reason(app: Flask) -> None:
    seen = scene("asked", S.INVITED)

    with pytest.raises(MoveRefused):
        workflow.make("decline", seen.review, actor=seen.user, at=NOW, note=" ")


def test_state_changes_only_through_the_workflow(app: Flask) -> None:
    seen = scene("asked", S.INVITED)

    with pytest.raises(RuntimeError):
        seen.review.state = S.SUBMITTED


@pytest.mark.parametrize("column", ["version_number", "submitted_at"])
def test_database_refuses_a_review_in_without_what_was_read(app: Flask, column: str) -> None:
    review = scene("asked", S.SUBMITTED).review

    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text(f"UPDATE review SET {column} = NULL WHERE id = {review.id}"))  # noqa: S608 - a test


def test_database_refuses_a_score_that_is_both_na_and_a_number(app: Flask) -> None:
    seen = scene("asked", S.ACCEPTED)
    review = make_review(seen.review.application, make_user(), values=[1, None, 3])

    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text(f"UPDATE score SET value = 0 WHERE is_na AND review_id = {review.id}"))  # noqa: S608 - a test
