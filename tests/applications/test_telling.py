"""One application on the command line, and the words of search."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from fundapp import create_app
from fundapp.applications import search_texts, telling
from fundapp.applications.models import ApplicationState
from fundapp.cli import main
from fundapp.config import Settings
from fundapp.core.db import db
from tests.databases import Database
from tests.factories import make_application, make_cast, make_fund, make_round, make_user


@pytest.fixture
def run(database: Database, tmp_path: Path) -> Iterator:
    """Give `run("applications", "show", …)` on an installation of its own with one application."""
    with database.copy() as url:
        environment = {
            "FUNDAPP_INSTANCE": str(tmp_path), "FUNDAPP_DATABASE_URL": str(url), "FUNDAPP_LOG_LEVEL": "ERROR"
        }  # fmt: skip
        with create_app(Settings.load(None, environment)).app_context():
            made = make_application(make_round(make_fund("commons")), make_user("Ana"), title="Tide tables")
            made.code = "2026-11-901"
            db.session.commit()
            db.session.remove()
            db.engine.dispose()
        yield lambda *words: CliRunner().invoke(main, words, env=environment)


def test_application_is_shown_as_data_with_labels(run):
    told = json.loads(run("applications", "show", "2026-11-901", "--format", "json").stdout)

    assert (told["code"], told["state"], told["versions"]) == ("2026-11-901", "submitted", 1)
    assert (told["requested_cents"], told["currency"]) == (1_000_000, "EUR")
    assert told["sections"][0]["answers"][0] == {
        "key": "title",
        "type": "short",
        "label": {"en": "Name of the project", "nl": "Naam van het project"},
        "value": "Tide tables",
    }
    assert [answer["key"] for answer in told["sections"][0]["answers"]] == ["title", "abstract", "amount"]


def test_application_is_shown_as_text_in_both_languages(run):
    english, dutch = (
        run("applications", "show", "2026-11-901", "--lang", lang).stdout for lang in ("en", "nl")
    )

    assert english.startswith("2026-11-901  Tide tables\n")
    assert "Abstract\nWhat project" in english
    assert "€10,000" in english
    assert "Samenvatting\nWhat project" in dutch
    assert "Ontvangen" in dutch


def test_unknown_code_fails_with_a_message(run):
    result = run("applications", "show", "2026-99-999", "--format", "json")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "2026-99-999" in result.stderr


def test_words_are_rebuilt(run):
    assert run("search", "rebuild").stderr == "1 applications\n"
    assert run("search", "rebuild").stderr == "0 applications\n"
    assert run("search", "rebuild", "--all").stderr == "1 applications\n"


def test_files_imported_answers_and_drafts_are_told(session):
    cast = make_cast()
    own = make_application(make_round(cast.fund), cast.ana)
    file = {"id": 3, "name": "plan.pdf", "size": 12, "sha256": "a" * 64}
    own.current.answers.update({"plan": [file], "old_question": "Old answer"})
    draft = make_application(own.round, cast.ana, state=ApplicationState.DRAFT)

    told, bare = telling.data(own), telling.data(draft)

    assert told["files"] == [{"field": "plan", **file}]
    assert {answer["key"]: answer["value"] for answer in told["sections"][-1]["answers"]} == {
        "plan": [file],
        "old_question": "Old answer",
    }
    assert (bare["version"], bare["sections"], bare["versions"]) == (None, [], 0)


def test_clock_takes_up_words(session):
    cast = make_cast()
    make_application(make_round(cast.fund), cast.ana)

    assert search_texts.rebuild() == 1
