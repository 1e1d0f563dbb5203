"""A disclosure on the list of what is to be done, and its dates."""

from datetime import timedelta

import pytest

from fundapp.core import due, todo
from fundapp.core.db import db
from fundapp.reports import disclosing
from fundapp.reports.models import Disclosure
from tests.factories import NOW, make_conflict
from tests.reports.conftest import Story


@pytest.fixture
def row(story: Story) -> Disclosure:
    """A disclosure that Sol began, asked for ten days ago."""
    asked_on = (NOW - timedelta(days=10)).date()
    made = disclosing.begin(story.funded, language="nl", asked_on=asked_on, actor=story.cast.sol, at=NOW)
    db.session.commit()
    return made


def waits(kind: str, user) -> list[int]:
    found = todo.KINDS[kind].find(user, NOW)
    return [] if found is None else [line.ref for line in db.session.execute(found)]


def falls_due(kind: str, first: int, until: int) -> list[int]:
    found = due.KINDS[kind].find(NOW + timedelta(days=first), NOW + timedelta(days=until))
    return sorted(line.user_id for line in db.session.execute(found))


def test_who_began_it_prepares_and_a_colleague_checks(story: Story, row):
    cast = story.cast
    before = [
        waits(kind, one)
        for kind in ("prepare-disclosure", "check-disclosure")
        for one in (cast.sol, cast.max)
    ]

    disclosing.offer(row, actor=cast.sol, at=NOW)
    db.session.flush()

    after = [
        waits(kind, one)
        for kind in ("prepare-disclosure", "check-disclosure")
        for one in (cast.sol, cast.max)
    ]
    assert before == [[row.id], [], [], []]
    assert after == [[], [], [], [row.id]]


def test_who_is_tied_or_no_manager_is_not_asked_to_check(story: Story, row):
    disclosing.offer(row, actor=story.cast.sol, at=NOW)
    make_conflict(story.funded, story.cast.max)
    db.session.flush()

    assert [waits("check-disclosure", one) for one in (story.cast.max, story.cast.aud)] == [[], []]
    assert falls_due("check-disclosure", 0, 30) == []


def test_the_check_falls_due_for_colleagues_and_the_answer_for_who_began(story: Story, row):
    assert falls_due("check-disclosure", 0, 30) == []
    assert falls_due("answer-disclosure", 17, 19) == [story.cast.sol.id]
    assert falls_due("answer-disclosure", 0, 17) == []

    disclosing.offer(row, actor=story.cast.sol, at=NOW)
    db.session.flush()

    assert falls_due("check-disclosure", 2, 4) == [story.cast.max.id]
    disclosing.approve(row, digest=row.digest, actor=story.cast.max, at=NOW)
    db.session.flush()
    assert falls_due("check-disclosure", 0, 30) == falls_due("answer-disclosure", 0, 30) == []
