"""`fundapp report fund` and `report grant`: a PDF, or clear words and exit code 1."""

from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from click.testing import Result

from fundapp import create_app
from fundapp.config import Settings
from fundapp.core.db import db
from fundapp.funds import service as funds
from tests.databases import let_go
from tests.factories import NOW

Run = Callable[..., Result]


@pytest.fixture
def empty(environment: dict[str, str]) -> None:
    """A fund in which nothing has happened yet."""
    app = create_app(Settings.load(None, environment))
    with app.app_context():
        funds.found(
            "empty-fund", {"en": "Empty fund", "nl": "Leeg fonds"}, actor=None, at=NOW,
            iban="NL91ABNA0417164300", holder="Empty",
        )  # fmt: skip
        db.session.commit()
    let_go(app)


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "No money has come in yet"), ("nl", "Er is nog geen geld binnengekomen")]
)
def test_fund_with_nothing_in_it_gets_a_report_that_says_so(
    run: Run, empty: None, tmp_path: Path, lang: str, words: str
):
    out = tmp_path / "fund.pdf"

    answer = run("report", "fund", "empty-fund", "--output", str(out), "--lang", lang)

    assert answer.exit_code == 0, answer.output
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(out).pages)
    assert words in " ".join(text.split())


def test_evaluation_that_is_not_there_is_said_in_words(run: Run, empty: None, tmp_path: Path):
    out = str(tmp_path / "x.pdf")

    answer = run("report", "fund", "empty-fund", "--evaluation", "3", "--output", out)

    assert (answer.exit_code, "no evaluation 3" in answer.output) == (1, True)


@pytest.mark.parametrize("what", ["fund", "grant"])
def test_unknown_fund_and_grant_are_said_in_words(run: Run, tmp_path: Path, what: str):
    answer = run("report", what, "nothing-2026", "--output", str(tmp_path / "x.pdf"))

    assert answer.exit_code == 1
    assert "nothing-2026" in answer.output
    assert not (tmp_path / "x.pdf").exists()
