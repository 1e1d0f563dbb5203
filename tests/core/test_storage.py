"""Contents of files in a folder and in a bucket: kept once, whole, and swept when nobody names them."""

import os
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from moto.server import ThreadedMotoServer

from fundapp.core import files
from fundapp.core.storage import Bucket, Folder, storage
from tests.factories import NOW, make_fund
from tests.mailbox import free_port

TEXT = "Tide tables, ß and ł".encode()
DIGEST = sha256(TEXT).hexdigest()


@contextmanager
def moto():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    server.start()
    try:
        yield f"http://{server._ip_address}:{server._port}"
    finally:
        server.stop()


@pytest.fixture(scope="module")
def endpoint():
    with moto() as url:
        yield url


@pytest.fixture(params=["folder", "bucket"])
def store(request, tmp_path):
    if request.param == "folder":
        return Folder(tmp_path / "files")
    url = request.getfixturevalue("endpoint")
    name = f"files-{os.getpid()}-{tmp_path.name}".lower().replace("_", "-")[:60].rstrip("-")
    bucket = Bucket(f"s3://{name}/fund?endpoint={url}&region=eu-west-1", "key", "secret", tmp_path / "hand")
    bucket.client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return bucket


def test_what_is_kept_comes_back_whole(store, tmp_path):
    made = tmp_path / "made.bin"
    made.write_bytes(TEXT * 1000)
    large = sha256(TEXT * 1000).hexdigest()

    store.keep(DIGEST, TEXT)
    store.keep(DIGEST, TEXT)
    store.keep_file(large, made)

    assert store.read(DIGEST) == TEXT
    assert store.at_hand(DIGEST).read_bytes() == TEXT
    assert store.at_hand(large).read_bytes() == TEXT * 1000


def test_what_is_lost_is_said_to_be_lost(store):
    with pytest.raises(FileNotFoundError):
        store.read(DIGEST)
    with pytest.raises(FileNotFoundError):
        store.at_hand(DIGEST)


def test_only_the_old_is_offered_to_the_sweep(store):
    store.keep(DIGEST, TEXT)
    now = datetime.now(UTC)

    assert list(store.old((now - timedelta(hours=1)).timestamp())) == []
    assert list(store.old((now + timedelta(hours=1)).timestamp())) == [DIGEST]

    store.remove(DIGEST)
    store.remove(DIGEST)
    with pytest.raises(FileNotFoundError):
        store.read(DIGEST)


def test_other_bytes_in_the_bucket_are_not_given_out(endpoint, tmp_path):
    bucket = Bucket(f"s3://swapped?endpoint={endpoint}", "key", "secret", tmp_path)
    bucket.client.create_bucket(Bucket="swapped")
    bucket.keep(DIGEST, b"something else")

    with pytest.raises(FileNotFoundError, match="other bytes"):
        bucket.read(DIGEST)
    with pytest.raises(FileNotFoundError, match="other bytes"):
        bucket.at_hand(DIGEST)


def test_rows_keep_their_files_in_the_bucket_of_the_settings(app, monkeypatch, endpoint, tmp_path):
    for name, value in {
        "FILES_URL": f"s3://rows?endpoint={endpoint}", "FILES_KEY": "key", "FILES_SECRET": "secret",
    }.items():  # fmt: skip
        monkeypatch.setitem(app.config, name, value)
    monkeypatch.delitem(app.extensions, "fundapp-storage", raising=False)
    held = storage()
    held.client.create_bucket(Bucket="rows")
    fund = make_fund()

    kept = files.keep(fund, TEXT, name="tide.txt", media_type="text/plain", actor_id=None, at=NOW)

    assert isinstance(held, Bucket)
    assert (files.content(kept), files.is_kept(kept)) == (TEXT, True)
    monkeypatch.delitem(app.extensions, "fundapp-storage")
