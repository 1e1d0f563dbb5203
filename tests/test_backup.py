"""One file with everything: taken while people work, looked through, put back elsewhere."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from fundapp import create_app
from fundapp.cli import main
from fundapp.config import Settings
from fundapp.core import files
from fundapp.core.db import db
from fundapp.core.storage import storage
from tests.command import Run
from tests.databases import Database
from tests.factories import NOW, make_fund

CONTENT = b"a plan of dykes and gardens"


@pytest.fixture
def kept(environment: dict[str, str]) -> Iterator[str]:
    """Put a fund with one file into that installation; give the file's digest."""
    app = create_app(Settings.load(None, environment))
    with app.app_context():
        fund = make_fund("commons")
        made = files.keep(fund, CONTENT, name="plan.txt", media_type="text/plain", actor_id=None, at=NOW)
        digest = made.sha256
        db.session.commit()
        yield digest
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def elsewhere(database: Database, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Settings of another machine with an empty database."""
    with database.empty() as url:
        yield {
            "FUNDAPP_INSTANCE": str(tmp_path / "elsewhere"),
            "FUNDAPP_DATABASE_URL": str(url),
            "FUNDAPP_LOG_LEVEL": "ERROR",
        }


def there(environment: dict[str, str], *words: str) -> Result:
    return CliRunner().invoke(main, words, env=environment)


def test_a_backup_put_back_elsewhere_is_the_same_fund_with_its_files(
    run: Run, kept: str, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    target = tmp_path / "fund.tar.gz"
    taken = run("backup", str(target))

    restored = there(elsewhere, "restore", str(target))
    listed = there(elsewhere, "funds", "list")

    assert taken.exit_code == 0, taken.output
    assert "secrets.toml and config.toml are not in it" in taken.output
    assert restored.exit_code == 0, restored.output
    assert listed.output.split("\t")[0] == "commons"
    app = create_app(Settings.load(None, elsewhere))
    with app.app_context():
        assert storage().read(kept) == CONTENT
        db.session.remove()
        db.engine.dispose()
    assert target.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in tmp_path.glob("*fund*")) == ["fund.tar.gz"] + (
        ["fundapp.sqlite3"] if (tmp_path / "fundapp.sqlite3").exists() else []
    )


def test_a_backup_with_secrets_makes_the_other_machine_read_what_was_sealed(
    run: Run, kept: str, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    target = tmp_path / "whole.tar"
    run("backup", str(target), "--with-secrets")

    restored = there(elsewhere, "restore", str(target))

    assert restored.exit_code == 0, restored.output
    ours, theirs = tmp_path / "secrets.toml", tmp_path / "elsewhere" / "secrets.toml"
    assert theirs.read_text() == ours.read_text()
    assert theirs.stat().st_mode & 0o077 == 0


def test_a_backup_goes_into_an_empty_database_only(run: Run, kept: str, tmp_path: Path) -> None:
    target = tmp_path / "fund.tar"
    run("backup", str(target))

    refused = run("restore", str(target))

    assert refused.exit_code == 1
    assert "not empty" in refused.output
    assert run("funds", "list").output.startswith("commons\t")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_backup_that_was_touched_is_refused(run: Run, kept: str, tmp_path: Path) -> None:
    target, worse = tmp_path / "fund.tar", tmp_path / "worse.tar"
    run("backup", str(target))
    with tarfile.open(target) as pack, tarfile.open(worse, "w") as other:
        for entry in pack:
            stream = pack.extractfile(entry)
            other.addfile(entry, stream)
    raw = bytearray(worse.read_bytes())
    place = raw.index(CONTENT)
    raw[place] ^= 1
    worse.write_bytes(bytes(raw))
    (tmp_path / "half.tar").write_bytes(target.read_bytes()[:-20000])

    whole, touched, half = (
        run("restore", "--check", str(tmp_path / name)) for name in ("fund.tar", "worse.tar", "half.tar")
    )

    assert whole.exit_code == 0, whole.output
    assert (touched.exit_code, half.exit_code) == (1, 1)
    assert "not as it was packed" in touched.output
    assert "not a whole backup" in half.output


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_lost_file_is_named_and_the_rest_is_kept(run: Run, kept: str, tmp_path: Path) -> None:
    (tmp_path / "files" / kept[:2] / kept).unlink()

    taken = run("backup", str(tmp_path / "fund.tar"))

    assert taken.exit_code == 1
    assert f"a file that is not there: {kept}" in taken.output
    assert (tmp_path / "fund.tar").exists()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_backup_holds_one_moment_and_keeps_no_writer_waiting(
    run: Run, kept: str, environment: dict[str, str], tmp_path: Path
) -> None:
    """Somebody is in the middle of writing: what is not committed is not in it, and nobody waits."""
    engine = create_engine(environment["FUNDAPP_DATABASE_URL"])
    with engine.connect() as writer:
        writer.execute(text("UPDATE fund SET slug = 'half-way'"))
        taken = run("backup", str(tmp_path / "fund.tar"))
        writer.rollback()
    engine.dispose()

    assert taken.exit_code == 0, taken.output
    with tarfile.open(tmp_path / "fund.tar") as pack:
        (tmp_path / "copy.sqlite3").write_bytes(pack.extractfile("fundapp.sqlite3").read())  # type: ignore[union-attr]
    copy = create_engine(f"sqlite:///{tmp_path / 'copy.sqlite3'}")
    with copy.connect() as connection:
        assert connection.scalar(text("SELECT slug FROM fund")) == "commons"
    copy.dispose()
