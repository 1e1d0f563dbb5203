"""Is this file what it says it is? It is traced to its record, printed anew and compared, byte by byte."""

import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from io import BytesIO
from xml.sax.saxutils import unescape
from zlib import error as ZlibError  # noqa: N812  a class by its own name

from fundapp.core import pdf_identity
from fundapp.core.db import db
from fundapp.core.version import VERSION
from fundapp.reports import issuing, kinds, printing
from fundapp.reports.freezing import digest_of
from fundapp.reports.models import Snapshot

NUMBER = re.compile(r"-r(\d+)(?:-(en|nl))?\.\w+$")
"""The number of the record in a file's name; all that a changed CSV has left."""
PROPERTY = re.compile(r'name="fundapp_(\w+)"[^>]*>\s*<vt:lpwstr>([^<]*)</vt:lpwstr>')
MOST = 100_000
"""More bytes than this the properties of a workbook never take."""


class Outcome(StrEnum):
    """What came of it."""

    SAME = "same"
    ISSUED = "issued"
    """Its bytes are those that were issued once; this version of the code prints others."""
    CHANGED = "changed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """What a file is. snapshot: the record it says it was printed from, as far as that is known.

    is_sound: the record itself still has the digest under which it was kept.
    """

    outcome: Outcome
    format: str
    lang: str = ""
    snapshot: Snapshot | None = None
    is_sound: bool = True

    @property
    def is_good(self) -> bool:
        """Tell whether the file can be relied on."""
        return self.outcome in (Outcome.SAME, Outcome.ISSUED) and self.is_sound

    @property
    def is_of_other_code(self) -> bool:
        """Tell whether another version of the code made it, which may print the same record otherwise."""
        return self.snapshot is not None and self.snapshot.code_version != VERSION


def verify(content: bytes, name: str = "") -> Verdict:
    """Trace a file to its record and compare it with what that record prints. name: what it is called."""
    format = _format(content)
    told = _told(content, format) or _by_name(name)
    issued = issuing.known_as(sha256(content).hexdigest(), _number(told.get("snapshot", "")))
    number = str(issued.snapshot_id) if issued else told.get("snapshot", "")
    snapshot = db.session.get(Snapshot, _number(number)) if _number(number) else None
    if snapshot is None or snapshot.kind not in kinds.KINDS:
        return Verdict(Outcome.UNKNOWN, format)
    if told.get("digest", snapshot.digest) != snapshot.digest and not issued:
        return Verdict(Outcome.UNKNOWN, format)  # another installation has a record of this number too
    lang = issued.lang if issued else told.get("language", "")
    is_sound = digest_of(snapshot.data) == snapshot.digest
    if (format, lang) in printing.variants(snapshot) and printing.printed(snapshot, format, lang) == content:
        outcome = Outcome.SAME
    else:
        outcome = Outcome.ISSUED if issued else Outcome.CHANGED
    return Verdict(outcome, format, lang, snapshot, is_sound)


def _number(text: str) -> int | None:
    """Read the number of a record; None for what can be none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _format(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK"):
        return "xlsx"
    return "json" if content.lstrip()[:1] == b"{" else "csv"


def _told(content: bytes, format: str) -> Mapping[str, str]:
    """Read what a file says of itself; nothing where it is damaged or says nothing."""
    if format == "pdf":
        return pdf_identity.read(content.decode("latin-1"))
    if format == "xlsx":
        return _of_workbook(content)
    return _of_json(content) if format == "json" else {}


def _of_workbook(content: bytes) -> Mapping[str, str]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive, archive.open("docProps/custom.xml") as part:
            text = part.read(MOST).decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, ZlibError):
        return {}
    return {key: unescape(value) for key, value in PROPERTY.findall(text)}


def _of_json(content: bytes) -> Mapping[str, str]:
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    wanted = {key: read.get(key) for key in ("snapshot", "digest")} if isinstance(read, dict) else {}
    return {key: value for key, value in wanted.items() if isinstance(value, str)}


def _by_name(name: str) -> Mapping[str, str]:
    found = NUMBER.search(name)
    return {"snapshot": found[1], "language": found[2] or ""} if found else {}
