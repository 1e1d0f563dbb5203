"""The commands that take open data out, and disclose a file."""

import csv
import io
import json
import zipfile

import openpyxl
import pytest

from fundapp import create_app
from fundapp.applications.models import ApplicationState
from fundapp.config import Settings
from fundapp.core.db import db
from fundapp.reviews.models import ReviewState
from fundapp.rounds.models import RoundState
from tests.factories import make_application, make_award, make_cast, make_review, make_round


@pytest.fixture
def code(environment) -> str:
    """Fill the installation with one decided round; give the code of what it funded."""
    app = create_app(Settings.load(None, environment))
    with app.app_context():
        cast = make_cast()
        cast.fund.slug = "commons"
        round = make_round(cast.fund, state=RoundState.RELEASED, slug="first")
        funded = make_application(round, cast.ana, state=ApplicationState.AWARDED, country="NL")
        make_review(funded, cast.rhea, state=ReviewState.SUBMITTED, values=[3, None, 5])
        make_award(funded, cast.sol, cast.max)
        code = str(funded.code)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return code


def test_a_fund_says_how_it_publishes_and_its_grants_are_written(run, code, tmp_path):
    before = run("export", "360giving", "--fund", "commons", "--output", str(tmp_path / "a.json"))
    told = run("funds", "publishing", "commons", "--org-id", "NL-KVK-41215393", "--prefix", "360G-example")
    made = run("export", "360giving", "--fund", "commons", "--output", str(tmp_path / "a.json"))
    run("export", "360giving", "--fund", "commons", "--output", str(tmp_path / "a.csv"))

    assert before.exit_code == 1
    assert "--org-id NL-KVK-12345678" in before.stderr
    assert told.stdout.splitlines()[0] == "org_id\tNL-KVK-41215393"
    assert made.exit_code == 0
    assert json.loads((tmp_path / "a.json").read_text())["grants"][0]["id"] == f"360G-example-{code}"
    assert (tmp_path / "a.csv").read_text().startswith("Identifier,Title,Description,Currency")
    assert not list(tmp_path.glob("*.part"))


def test_every_score_is_written_with_its_codebook(run, code, tmp_path):
    for form in ("csv", "xlsx", "json"):
        output = tmp_path / f"r.{form}"
        assert (
            run("export", "reviews", "--round", "first", "--format", form, "--output", str(output)).exit_code
            == 0
        )

    rows = list(csv.DictReader(io.StringIO((tmp_path / "r.csv").read_text())))
    assert [(row["criterion"], row["value"]) for row in rows] == [("P1", "3"), ("P2", ""), ("T", "5")]
    assert (tmp_path / "r.codebook.csv").read_text().startswith("key,name,kind,meaning")
    assert "Codebook" in openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames
    assert len(json.loads((tmp_path / "r.json").read_text())["scores"]) == 3
    assert "Rhea" not in (tmp_path / "r.csv").read_text()


def test_a_file_is_disclosed_and_says_that_nobody_checked_it(run, code, tmp_path):
    made = run("export", "disclosure", code, "--output", str(tmp_path / "d.zip"))

    assert made.exit_code == 0
    assert "Not checked" in made.stderr
    with zipfile.ZipFile(tmp_path / "d.zip") as archive:
        assert f"disclosure-{code}/inventarislijst.csv" in archive.namelist()


@pytest.mark.parametrize(
    "words",
    [
        ("export", "360giving", "--fund", "none"),
        ("export", "disclosure", "2020-01-001"),
        ("export", "reviews", "--round", "no"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(run, tmp_path, words):
    answer = run(*words, "--output", str(tmp_path / "x"))

    assert answer.exit_code == 1
    assert answer.stderr.startswith("Error: no ")
    assert not (tmp_path / "x").exists()


def test_a_wrong_identifier_changes_nothing(run, code):
    answer = run("funds", "publishing", "commons", "--org-id", "41215393")

    assert answer.exit_code == 1
    assert "org-id.guide" in answer.stderr
    assert run("funds", "publishing", "commons").stdout.splitlines()[0] == "org_id\t"


def test_name_that_says_no_known_format_is_refused(run, code, tmp_path):
    done = run("export", "360giving", "--fund", "commons", "--output", str(tmp_path / "grants.xml"))

    assert done.exit_code == 2
    assert "--format json or --format csv" in done.output + done.stderr
    assert not (tmp_path / "grants.xml").exists()
