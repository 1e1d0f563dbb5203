"""The command line, as a person at the keyboard meets it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from fundapp import create_app
from fundapp.accounts import queries, service
from fundapp.accounts.models import RoleName
from fundapp.cli import main
from fundapp.config import Settings
from fundapp.core.db import db
from tests.command import Run
from tests.databases import Database
from tests.factories import NOW, PASSWORD, make_application, make_fund, make_round


@pytest.fixture
def filled(environment: dict[str, str]) -> Iterator[None]:
    """Put a fund with one round and one application, plus a draft, in that installation."""
    app = create_app(Settings.load(None, environment))
    with app.app_context():
        fund = make_fund("commons")
        round = make_round(fund, slug="first-call")
        make_application(round, title="Tide tables")
        db.session.commit()
        yield
        db.session.remove()
        db.engine.dispose()


def test_users_add_makes_a_person_who_can_sign_in_with_a_role(
    run: Run, filled: None, environment: dict[str, str]
) -> None:
    made = run(
        "users", "add", "Noor@Example.org", "--name", "Noor", "--password-stdin", typed=f"{PASSWORD}\n"
    )
    given = run(
        "users", "add", "noor@example.org", "--name", "Noor", "--role", "manager", "--fund", "commons"
    )

    assert (made.exit_code, made.output) == (0, "noor@example.org\tNoor\n")
    assert (given.exit_code, given.output) == (0, "noor@example.org\tNoor\tmanager\n")
    settings = Settings.load(None, environment)
    with create_app(settings).app_context():
        user = service.sign_in("noor@example.org", PASSWORD, at=NOW, settings=settings)
        fund = queries.holders(1, RoleName.MANAGER)
        db.session.remove()
        db.engine.dispose()
    assert user is not None
    assert [person.email for person in fund] == ["noor@example.org"]


@pytest.mark.parametrize(
    ("words", "typed", "told"),
    [
        (
            ("users", "add", "a@example.org", "--name", "A", "--password-stdin"),
            "short\n",
            "at least 10 characters",
        ),
        (("users", "add", "a@example.org", "--name", "A", "--role", "manager"), "", "--fund"),
        (
            ("users", "add", "a@example.org", "--name", "A", "--role", "manager", "--fund", "x"),
            "",
            "no fund 'x'",
        ),
        (("users", "add", "a@example.org", "--name", "A", "--role", "king", "--fund", "x"), "", "king"),
        (("tick", "--at", "tomorrow"), "", "not a time"),
    ],
)
def test_a_wrong_command_says_why_and_fails(run: Run, words: tuple[str, ...], typed: str, told: str) -> None:
    result = run(*words, typed=typed)

    assert result.exit_code != 0
    assert told in result.output


def test_lists_are_tab_separated(run: Run, filled: None) -> None:
    funds, rounds = run("funds", "list"), run("rounds", "list")

    assert funds.output.split("\t")[0] == "commons"
    assert rounds.output == "first-call\tpublished\t1\n"


def test_an_empty_database_is_brought_up_by_any_command(database: Database, tmp_path: Path) -> None:
    with database.empty() as url:
        env = {
            "FUNDAPP_INSTANCE": str(tmp_path),
            "FUNDAPP_DATABASE_URL": str(url),
            "FUNDAPP_LOG_LEVEL": "ERROR",
        }

        listed = CliRunner().invoke(main, ["funds", "list"], env=env)

        engine = create_engine(url)
        with engine.connect() as connection:
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        engine.dispose()
    assert (listed.exit_code, listed.output) == (0, "")
    assert revision


def test_tick_runs_every_job_and_doctor_finds_all_well(run: Run, filled: None) -> None:
    tick = run("tick", "--at", "2026-12-24T12:00+01:00")
    doctor = run("doctor")

    assert tick.exit_code == 0, tick.output
    assert "deliver-mail: sent 0, failed 0" in tick.output
    assert doctor.exit_code == 0, doctor.output
    assert [
        line.split(":")[0].split()[0] for line in doctor.output.splitlines() if line.startswith("bad")
    ] == []


def test_an_unreachable_database_is_one_clear_line(tmp_path: Path) -> None:
    env = {
        "FUNDAPP_INSTANCE": str(tmp_path),
        "FUNDAPP_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "FUNDAPP_LOG_LEVEL": "ERROR",
    }

    result = CliRunner().invoke(main, ["funds", "list"], env=env)

    assert result.exit_code == 1
    assert result.output.startswith("Error: the database:")
    assert "Traceback" not in result.output
