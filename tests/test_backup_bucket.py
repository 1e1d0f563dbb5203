"""Backup and restore where files lie in a bucket that speaks S3: taken along, and put into another."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from click.testing import CliRunner, Result
from moto.server import ThreadedMotoServer

from fundapp import create_app
from fundapp.cli import main
from fundapp.config import Settings
from fundapp.core import files
from fundapp.core.db import db
from fundapp.core.storage import storage
from tests.databases import Database
from tests.factories import NOW, make_fund
from tests.mailbox import free_port

CONTENTS = (b"a plan of dykes and gardens", b"the minutes of a panel", b"\0\1\2" * 70_000)

pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    server.start()
    yield f"http://{server._ip_address}:{server._port}"
    server.stop()


def bucket(endpoint: str, name: str) -> tuple[object, dict[str, str]]:
    """Make an empty bucket; give a client to look into it, and the settings that name it."""
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **keys)
    client.create_bucket(Bucket=name)
    url = f"s3://{name}/prod?endpoint={endpoint}"
    return client, {"FUNDAPP_FILES_URL": url, "FUNDAPP_FILES_KEY": "key", "FUNDAPP_FILES_SECRET": "secret"}


@pytest.fixture
def name(tmp_path: Path) -> str:
    return "".join(one for one in tmp_path.name.lower() if one.isalnum())[-40:]


@pytest.fixture
def here(environment: dict[str, str], endpoint: str, name: str) -> tuple[object, dict[str, str]]:
    client, given = bucket(endpoint, f"here-{name}")
    return client, {**environment, **given}


@pytest.fixture
def elsewhere(database: Database, endpoint: str, name: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Settings of another machine: an empty database and a bucket of its own."""
    with database.empty() as url:
        yield {
            "FUNDAPP_INSTANCE": str(tmp_path / "elsewhere"),
            "FUNDAPP_DATABASE_URL": str(url),
            "FUNDAPP_LOG_LEVEL": "ERROR",
            **bucket(endpoint, f"there-{name}")[1],
        }


@pytest.fixture
def kept(here: tuple[object, dict[str, str]]) -> list[str]:
    """Keep three files in the bucket; give their digests."""
    app = create_app(Settings.load(None, here[1]))
    with app.app_context():
        fund = make_fund("commons")
        made = [
            files.keep(fund, one, name="x", media_type="text/plain", actor_id=None, at=NOW).sha256
            for one in CONTENTS
        ]
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return made


def run(environ: dict[str, str], *words: str) -> Result:
    return CliRunner().invoke(main, words, env=environ)


def test_a_backup_takes_the_bucket_along_and_fills_another(
    here: tuple[object, dict[str, str]], elsewhere: dict[str, str], kept: list[str], tmp_path: Path
) -> None:
    target = tmp_path / "fund.tar.gz"

    taken = run(here[1], "backup", str(target))
    looked = run(here[1], "restore", "--check", str(target))
    restored = run(elsewhere, "restore", str(target))

    assert (taken.exit_code, taken.output.split("\t")[1]) == (0, "3 files"), taken.output
    assert looked.exit_code == 0, looked.output
    assert restored.exit_code == 0, restored.output
    app = create_app(Settings.load(None, elsewhere))
    with app.app_context():
        assert [storage().read(digest) for digest in kept] == list(CONTENTS)
        db.session.remove()
        db.engine.dispose()


def test_a_file_the_bucket_lost_is_named_and_the_rest_is_kept(
    here: tuple[object, dict[str, str]], kept: list[str], tmp_path: Path
) -> None:
    client, environ = here
    name = environ["FUNDAPP_FILES_URL"].split("/")[2]
    client.delete_object(Bucket=name, Key=f"prod/{kept[0][:2]}/{kept[0]}")  # type: ignore[attr-defined]
    client.put_object(Bucket=name, Key=f"prod/{kept[1][:2]}/{kept[1]}", Body=b"other")  # type: ignore[attr-defined]

    taken = run(environ, "backup", str(tmp_path / "fund.tar"))

    assert taken.exit_code == 1
    assert [f"not there: {digest}" in taken.output for digest in kept] == [True, True, False]
    with tarfile.open(tmp_path / "fund.tar") as pack:
        assert [one for one in pack.getnames() if one.startswith("files/")] == [f"files/{kept[2]}"]


def test_a_bucket_that_refuses_is_one_line_and_leaves_no_half_backup(
    here: tuple[object, dict[str, str]], kept: list[str], tmp_path: Path
) -> None:
    gone = here[1]["FUNDAPP_FILES_URL"].replace("here-", "nowhere-")
    away = f"s3://here/prod?endpoint=http://127.0.0.1:{free_port()}"

    for url in (gone, away):
        taken = run({**here[1], "FUNDAPP_FILES_URL": url}, "backup", str(tmp_path / "fund.tar"))

        assert taken.exit_code == 1, taken.output
        assert taken.output.startswith("Error: the bucket"), taken.output
        assert isinstance(taken.exception, SystemExit)
        assert not (tmp_path / "fund.tar").exists()
