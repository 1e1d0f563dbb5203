"""The command line in tests: an installation of its own, and a person at the keyboard."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fundapp.cli import main
from tests.databases import Database

Run = Callable[..., Result]


@pytest.fixture
def environment(database: Database, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Settings of an installation of its own, on a copy of the migrated database."""
    with database.copy() as url:
        yield {
            "FUNDAPP_INSTANCE": str(tmp_path),
            "FUNDAPP_DATABASE_URL": str(url),
            "FUNDAPP_ARGON_TIME": "1",
            "FUNDAPP_ARGON_MEMORY_KIB": "8",
            "FUNDAPP_LOG_LEVEL": "ERROR",
        }


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Give `run("funds", "list")`."""

    def run(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, words, input=typed, env=environment)

    return run
