"""Where contents of files lie, by the sha256 of their bytes: a folder, or a bucket (S3) for many machines."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path
from secrets import token_hex
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from flask import current_app

from fundapp.core.outages import StoreAway

DAY_S = 24 * 3600


class Storage(Protocol):
    """Keeps contents by digest; keeping the same content twice keeps it once."""

    def keep(self, digest: str, content: bytes) -> None:
        """Store bytes under their digest."""

    def keep_file(self, digest: str, made: Path) -> None:
        """Store a file under its digest; the file may be moved away."""

    def read(self, digest: str) -> bytes:
        """Give a content. Raises FileNotFoundError when the store lost it."""

    def at_hand(self, digest: str) -> Path:
        """Give a file on this machine with a content, to be sent piece by piece.

        Raises FileNotFoundError when the store lost it.
        """

    def old(self, before: float) -> Iterator[str]:
        """Give the digests of contents that were last kept before an instant (seconds since 1970)."""

    def remove(self, digest: str) -> None:
        """Forget a content; fine when it is not there."""


class Folder:
    """Contents in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _place(self, digest: str) -> Path:
        return self.root / digest[:2] / digest

    def keep(self, digest: str, content: bytes) -> None:
        """Store bytes: written beside, then moved, so that no half file is ever seen."""
        place = self._place(digest)
        if place.exists():
            place.touch()  # the sweep lets a day pass
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(f".{token_hex(4)}.part")
        part.write_bytes(content)
        part.replace(place)

    def keep_file(self, digest: str, made: Path) -> None:
        """Take in a file that was written on the same disk, whatever its size."""
        place = self._place(digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        made.touch()
        made.replace(place)

    def read(self, digest: str) -> bytes:
        """Give a content."""
        return self._place(digest).read_bytes()

    def at_hand(self, digest: str) -> Path:
        """Give where it lies."""
        place = self._place(digest)
        if not place.is_file():
            raise FileNotFoundError(digest)
        return place

    def old(self, before: float) -> Iterator[str]:
        """Give what was not touched since; parts that a crash left behind as well."""
        for lies in self.root.glob("??/*"):
            if lies.stat().st_mtime < before:
                yield lies.name

    def remove(self, digest: str) -> None:
        """Remove the file."""
        self._place(digest).unlink(missing_ok=True)


class Bucket:
    """Contents in a bucket that speaks S3; what is sent in pieces is fetched into a folder first."""

    def __init__(self, url: str, key: str, secret: str, cache: Path) -> None:
        """Connect. url: s3://bucket/prefix, with ?endpoint= and ?region= where it is not Amazon's."""
        import boto3  # noqa: PLC0415 only installations with a bucket have it
        from botocore.config import Config  # noqa: PLC0415

        parts = urlsplit(url)
        more = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.bucket, self.prefix = parts.netloc, parts.path.strip("/")
        self.cache = Folder(cache)
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=more.get("endpoint"),
            region_name=more.get("region", "us-east-1"),
            aws_access_key_id=key or None,
            aws_secret_access_key=secret or None,
            config=Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 3}),
        )

    def _name(self, digest: str) -> str:
        return "/".join(part for part in (self.prefix, digest[:2], digest) if part)

    @contextmanager
    def _asking(self, digest: str) -> Iterator[None]:
        """Tell what is lost from what only cannot be reached. Raises FileNotFoundError or StoreAway."""
        from boto3.exceptions import Boto3Error  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        try:
            yield
        except ClientError as fault:
            code = str(fault.response.get("Error", {}).get("Code"))
            if code in {"404", "NoSuchKey"} and self._is_there():
                raise FileNotFoundError(digest) from fault
            raise StoreAway(f"the bucket {self.bucket}: {fault}") from fault
        except (BotoCoreError, Boto3Error) as fault:
            raise StoreAway(f"the bucket {self.bucket}: {fault}") from fault

    def _is_there(self) -> bool:
        try:
            self.client.head_bucket(Bucket=self.bucket)
        except self.client.exceptions.ClientError:
            return False
        return True

    def keep(self, digest: str, content: bytes) -> None:
        """Put bytes; S3 shows an object only when it is whole."""
        with self._asking(digest):
            self.client.put_object(Bucket=self.bucket, Key=self._name(digest), Body=content)

    def keep_file(self, digest: str, made: Path) -> None:
        """Put a file in pieces; it stays at hand here, where it was made."""
        with self._asking(digest):
            self.client.upload_file(str(made), self.bucket, self._name(digest))
        self.cache.keep_file(digest, made)

    def read(self, digest: str) -> bytes:
        """Get a content, and see that it is the one that was put."""
        with self._asking(digest):
            got = self.client.get_object(Bucket=self.bucket, Key=self._name(digest))
            content: bytes = got["Body"].read()
        if sha256(content).hexdigest() != digest:
            raise FileNotFoundError(f"{digest}: the bucket holds other bytes")
        return content

    def at_hand(self, digest: str) -> Path:
        """Fetch a content to this machine, once."""
        try:
            return self.cache.at_hand(digest)
        except FileNotFoundError:
            self.cache.root.mkdir(parents=True, exist_ok=True)
        part = self.cache.root / f"{digest}.{token_hex(4)}.part"
        with self._asking(digest):
            self.client.download_file(self.bucket, self._name(digest), str(part))
        with part.open("rb") as stream:
            got = file_digest(stream, "sha256").hexdigest()
        if got != digest:
            part.unlink()
            raise FileNotFoundError(f"{digest}: the bucket holds other bytes")
        self.cache.keep_file(digest, part)
        return self.cache.at_hand(digest)

    def old(self, before: float) -> Iterator[str]:
        """Give what was put before an instant; what lay at hand here for a day is let go on the way."""
        for digest in list(self.cache.old(before)):
            self.cache.remove(digest)
        with self._asking(""):
            found = self.client.get_paginator("list_objects_v2")
            for page in found.paginate(Bucket=self.bucket, Prefix=self.prefix):
                for one in page.get("Contents", ()):
                    if one["LastModified"].timestamp() < before:
                        yield str(one["Key"]).rpartition("/")[2]

    def remove(self, digest: str) -> None:
        """Delete the object."""
        with self._asking(digest):
            self.client.delete_object(Bucket=self.bucket, Key=self._name(digest))
        self.cache.remove(digest)


def storage() -> Storage:
    """Give the storage of the settings: a bucket where one is named, else a folder of the instance."""
    app = current_app
    found: Storage | None = app.extensions.get("fundapp-storage")
    if found is None:
        instance = Path(app.config["INSTANCE"])
        url = app.config["FILES_URL"]
        if url:
            found = Bucket(url, app.config["FILES_KEY"], app.config["FILES_SECRET"], instance / "at-hand")
        else:
            found = Folder(instance / "files")
        app.extensions["fundapp-storage"] = found
    return found


def workplace() -> Path:
    """Give the folder where the worker writes what it is making; on the same disk as the folder store."""
    return Path(current_app.config["INSTANCE"]) / "making"
