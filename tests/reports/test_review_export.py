"""Every score of a round in one file: the same in all three formats, one line a score, small in memory."""

import csv
import io
import json

import openpyxl
import pytest
from sqlalchemy import select

from fundapp.applications.models import Application
from fundapp.applications.queries import seen
from fundapp.core.db import db
from fundapp.reports import review_export
from fundapp.reports.review_lines import AT_ONCE, Naming
from fundapp.reviews.models import ReviewState, Score
from tests.factories import make_application, make_conflict, make_review, make_round, make_user
from tests.reports.conftest import Story


def exported(round, format="json", **options) -> bytes:
    out = io.BytesIO()
    review_export.export_reviews(round, format, out, **options)
    return out.getvalue()


def records(round, **options) -> list[dict]:
    return json.loads(exported(round, **options))["scores"]


def test_there_is_one_line_for_each_score(story: Story):
    found = records(story.round)

    assert len(found) == 12
    assert [one["criterion"] for one in found[:3]] == ["P1", "P2", "T"]
    first = found[0]
    assert (first["application"], first["reviewer"], first["value"]) == (story.funded.code, "R1", 3)
    assert first["reason"] == "Reason for P1."
    assert first["submitted_at"].endswith("+01:00")


def test_what_could_not_be_judged_is_no_number(story: Story):
    found = [one for one in records(story.round) if one["is_na"]]

    assert [(one["criterion"], one["value"]) for one in found] == [("P1", None)]


def test_the_three_formats_say_the_same(story: Story):
    flat = list(csv.DictReader(io.StringIO(exported(story.round, "csv").decode())))
    book = openpyxl.load_workbook(io.BytesIO(exported(story.round, "xlsx")))
    heads, *rows = book["scores"].values
    shown = records(story.round)

    for key in ("application", "reviewer", "criterion", "reason"):
        assert [one[key] for one in flat] == [one[key] for one in shown]
    assert [one["value"] for one in flat] == [
        "" if one["value"] is None else str(one["value"]) for one in shown
    ]
    assert [row[heads.index("Score")] for row in rows] == [one["value"] for one in shown]
    assert [row[heads.index("Total")] for row in rows] == [one["review_total"] for one in shown]


def test_every_column_and_every_value_of_a_scale_is_explained(story: Story):
    made = json.loads(exported(story.round))
    beside = review_export.codebook_csv(story.round)

    assert set(made["codebook"]) == set(made["scores"][0])
    assert len(made["criteria"]) == 5 + 5 + 7
    assert "P1 anchor 4" in beside
    assert all(key in beside for key in made["codebook"])


def test_reviewers_are_named_only_when_asked(story: Story):
    hidden = exported(story.round).decode()
    named = records(story.round, naming=Naming.NAMES)

    assert "Rhea" not in hidden
    assert story.cast.rhea.email not in hidden
    assert {one["reviewer_email"] for one in named} >= {story.cast.rhea.email}


def test_who_is_tied_gets_nothing_of_that_application(story: Story):
    make_conflict(story.funded, story.cast.aud)
    db.session.flush()

    found = records(story.round, only=seen(story.cast.aud))

    assert {one["application"] for one in found} == {story.declined.code}


def test_reviews_of_a_tied_reviewer_do_not_count(story: Story):
    make_conflict(story.funded, story.cast.rhea)
    db.session.flush()

    found = {(one["application"], one["reviewer"]): one["counts"] for one in records(story.round)}

    assert sorted(found.values()) == [False, True, True, True]


def test_a_batch_ends_nowhere_in_between(session, story: Story):
    for _number in range(AT_ONCE + 3):
        application = make_application(story.round)
        make_review(application, story.cast.rhea, state=ReviewState.SUBMITTED, values=[1, 2, 3])
    told = []

    found = records(story.round, progress=lambda done, total: told.append((done, total)))

    codes = [one["application"] for one in found]
    assert len(found) == 12 + 3 * (AT_ONCE + 3)
    assert codes == sorted(codes)
    assert told == [(AT_ONCE, AT_ONCE + 5), (AT_ONCE + 5, AT_ONCE + 5)]


@pytest.mark.parametrize("text", ['=cmd|"/C calc"!A0', "+1", "@x", "\t=1", "\u202ereversed"])
def test_what_a_spreadsheet_would_run_is_harmless(story: Story, text):
    score = db.session.scalars(select(Score).order_by(Score.id)).first()
    score.reason = text
    db.session.flush()

    [row, *_rest] = csv.DictReader(io.StringIO(exported(story.round, "csv").decode()))
    book = openpyxl.load_workbook(io.BytesIO(exported(story.round, "xlsx")))

    assert not row["reason"].startswith(("=", "+", "@", "\t", "\u202e"))
    assert all(cell.data_type != "f" for line in book["scores"].iter_rows() for cell in line)


def test_a_round_without_reviews_gives_an_empty_file_with_its_codebook(story: Story):
    empty = make_round(story.cast.fund, budget_cents=100_000)

    made = json.loads(exported(empty))

    assert made["scores"] == []
    assert made["criteria"] != []


def test_drafts_of_reviews_stay_out(story: Story):
    other = db.session.get(Application, story.declined.id)
    make_review(other, make_user("Lou Lint"), values=[4, 4, 7])

    assert len(records(story.round)) == 12


def test_an_unknown_format_is_refused(story: Story):
    with pytest.raises(ValueError, match="ods is not one of"):
        exported(story.round, "ods")
