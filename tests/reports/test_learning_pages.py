"""Scores against delivery where the next rubric is edited: there, and honest about small numbers."""

import pytest

from fundapp.core.db import db
from fundapp.reports.foretelling import LEAST
from fundapp.rounds import rubrics
from tests.factories import NOW, make_conflict


@pytest.fixture
def next_version(story):
    """The next version of the rubric by which the story's grant was chosen, still to be written."""
    rubric = story.round.stages[0].rubric
    rubric.fund_id, rubric.frozen_at = story.cast.fund.id, NOW
    made = rubrics.new_version(rubric, actor=story.cast.sol, at=NOW)
    db.session.commit()
    return made


@pytest.mark.parametrize("path", ["", "/criteria/P1"])
def test_editor_of_a_rubric_says_what_its_scores_foretold_and_of_how_few(client, story, next_version, path):
    client.sign_in(story.cast.sol)

    page = client.get(f"/office/rubrics/{next_version.id}{path}").text

    assert "One grant was chosen with this rubric." in page
    assert f"under {LEAST} grants a figure is chance" in page
    assert "What this criterion foretold so far" in page
    assert 'href="/office/reports/learning"' in page


def test_rubric_that_chose_nothing_promises_nothing(client, story, next_version):
    next_version.slug = "another"
    db.session.commit()
    client.sign_in(story.cast.sol)

    page = client.get(f"/office/rubrics/{next_version.id}").text

    assert "foretold so far" not in page
    assert "chosen with this rubric" not in page


def test_colleague_with_a_tie_learns_nothing_of_that_grant(client, story, next_version):
    make_conflict(story.funded, story.cast.sol)
    db.session.commit()
    client.sign_in(story.cast.sol)

    assert "foretold so far" not in client.get(f"/office/rubrics/{next_version.id}").text
