"""The command as outsiders run it: every one explains itself, and nothing they do ends in a traceback."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import click
import pytest

from fundapp import create_app
from fundapp.cli import main
from fundapp.config import Settings
from fundapp.core.db import db
from tests.command import Run
from tests.factories import make_fund

RUNS_ON = {"serve", "worker"}
"""Commands that go on until they are stopped."""


def commands(group: click.Group, *before: str) -> Iterator[tuple[str, ...]]:
    """Give every command there is, with the groups it stands in."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)
        else:
            yield (*before, name)


EVERY = list(commands(main))


def outside(environment: dict[str, str], *words: str, **options: object) -> subprocess.Popen[str]:
    """Start the command as a process of its own, without terminal and without a locale."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("FUNDAPP_", "LC_", "LANG"))
    }
    environ = {
        **kept,
        **environment,
        "LANG": "C",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    }
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **options}
    words = (sys.executable, "-m", "fundapp", *words)
    return subprocess.Popen(words, env=environ, text=True, encoding="utf-8", **given)  # type: ignore[call-overload, no-any-return]


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, told = process.communicate(timeout=120)
    return process.returncode, out or "", told or ""


def test_every_command_explains_itself() -> None:
    assert len(EVERY) > 40
    for words in EVERY:
        group: click.Command = main
        for word in words:
            assert isinstance(group, click.Group)
            group = group.commands[word]
        with click.Context(group, info_name=" ".join(words)) as context:
            told = group.get_help(context)

        assert told.startswith("Usage: "), words
        assert group.get_short_help_str(), words


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("words", [one for one in EVERY if one[0] not in RUNS_ON], ids=" ".join)
def test_without_arguments_it_works_or_says_what_is_missing(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)

    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (0, 1, 2)
    assert result.exit_code == 0 or result.output.strip()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_reader_who_leaves_is_no_fault(environment: dict[str, str], run: Run) -> None:
    """`fundapp … | head -1`."""
    words = f"{sys.executable} -m fundapp doctor"

    done = subprocess.run(
        ["/bin/sh", "-c", f"{words} | head -1"],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert len(done.stdout.splitlines()) == 1


@pytest.fixture
def fund(environment: dict[str, str]) -> None:
    """Put a fund with letters of its own into that installation."""
    with create_app(Settings.load(None, environment)).app_context():
        make_fund("zee").name = {"en": "Zeeën en Łódź", "nl": "Zeeën en Łódź"}
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("fund")
def test_without_a_locale_letters_stay_letters(environment: dict[str, str]) -> None:
    code, out, told = ended(outside(environment, "funds", "list"))

    assert (code, out.strip(), told) == (0, "zee\tZeeën en Łódź", "")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"FUNDAPP_DATABASE_URL": "nonsense"}, "database_url: Could not parse"),
        ({"FUNDAPP_DATABASE_URL": "oddbase://x/y"}, "database_url: Can't load plugin"),
        ({"FUNDAPP_DATABASE_URL": "postgresql://x@127.0.0.1:1/y"}, "the database: connection failed"),
        ({"FUNDAPP_DATABASE_URL": "sqlite:////none/at/all.sqlite3"}, "the database: unable to open"),
        ({"FUNDAPP_INSTANCE": "/dev/null/instance"}, "/dev/null/instance: Not a directory"),
        ({"FUNDAPP_WORKERS": "many"}, "workers: a whole number is needed"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_line(
    environment: dict[str, str], changes: dict[str, str], told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, said = ended(outside({**environment, **changes}, "funds", "list"))

    assert (code, out) == (1, "")
    assert said.startswith(f"Error: {told}"), said
    assert "Traceback" not in said


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("fund")
def test_a_full_disk_is_said(environment: dict[str, str]) -> None:
    with Path("/dev/full").open("w") as full:
        code, _out, told = ended(outside(environment, "funds", "list", stdout=full))

    assert code == 1
    assert told.startswith("Error: cannot write: No space left on device"), told


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("words", [("worker",), ("serve", "--port", "0", "--no-worker")], ids=" ".join)
def test_ctrl_c_ends_what_runs_on(
    environment: dict[str, str], words: tuple[str, ...], tmp_path: Path
) -> None:
    place = tmp_path / "said.txt"
    with place.open("w") as said:
        process = outside(environment, *words, stdout=said, stderr=said)
        deadline = monotonic() + 120
        while not ("Worker started" in place.read_text() or "http://" in place.read_text()):
            assert process.poll() is None, place.read_text()
            assert monotonic() < deadline, place.read_text()
            sleep(0.1)

        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=120)

    assert (code, "Traceback" in place.read_text()) == (0, False), place.read_text()


def test_the_command_goes_by_its_name() -> None:
    code, _out, told = ended(outside({}, "nosuch"))

    assert code == 2
    assert told.startswith("Usage: fundapp [OPTIONS] COMMAND")
    assert "No such command 'nosuch'" in told
