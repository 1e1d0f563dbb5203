"""Lists for spreadsheets: no text that anybody typed is run as a formula, in no list of the application."""

import csv
import io

import pytest

from fundapp.core.places import PACKAGE
from fundapp.core.spreadsheet import RUNS, harmless
from fundapp.reports import streaming
from fundapp.reports.columns import Column

HOSTILE = ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_would_run_becomes_text(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "made"),
    [("Notes;=1+1", "Notes;'=1+1"), ("a; @SUM(A1);+2", "a; '@SUM(A1);'+2"), ("one; two", "one; two")],
)
def test_text_that_would_run_in_the_next_cell_becomes_text(text, made):
    assert harmless(text) == made


def test_text_that_would_not_run_stays():
    assert [harmless(text) for text in ("A-1", "a=b", "", "'x")] == ["A-1", "a=b", "", "'x"]


def test_every_file_that_writes_lists_makes_text_harmless():
    """A new list goes through `harmless` or through `plain`, which calls it."""
    writers = [path for path in PACKAGE.rglob("*.py") if "csv.writer(" in path.read_text("utf-8")]

    bare = [path.name for path in writers if not {"harmless", "plain"} & set(words(path))]

    assert len(writers) > 10
    assert bare == []


def words(path):
    return path.read_text("utf-8").replace("(", " ").replace(",", " ").split()


@pytest.mark.parametrize("text", HOSTILE)
def test_questions_of_a_form_do_not_run_in_the_codebook(app, text):
    with app.test_request_context():
        book = streaming.codebook_csv([Column("answer_a", text, "text", text)])

    row = list(csv.reader(io.StringIO(book, newline="")))[1]
    assert row[:2] == ["answer_a", f"'{text}"]
    assert not any(one.startswith(RUNS) for one in row)
