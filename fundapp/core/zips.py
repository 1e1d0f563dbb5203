"""Looking inside a ZIP without trusting a word of it: sizes, names, links, passwords, other archives."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from zlib import error as ZlibError  # noqa: N812  a class by its own name

from flask_babel import gettext as _

from fundapp.core.refusals import Refusal

MOST_FILES = 5_000
MOST_BYTES = 150 * 1024 * 1024
CHUNK = 256 * 1024
ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!")
LINK = 0o120000


class UnsafeZip(Refusal):
    """A ZIP that we do not take in; the message says why."""


def open_safely(content: bytes) -> zipfile.ZipFile:
    """Open a ZIP whose every file was read and counted once. Raises UnsafeZip.

    Refused: more than MOST_FILES files, more than MOST_BYTES unpacked (counted while reading, whatever
    the archive says of itself), passwords, links, places outside it, archives within, damage.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        members = archive.infolist()
        if len(members) > MOST_FILES:
            raise UnsafeZip(_("There are more than %(most)d files packed into it.", most=MOST_FILES))
        if sum(member.file_size for member in members) > MOST_BYTES:
            raise UnsafeZip(_too_big())
        for member in members:
            _check_place(member)
        _read_all(archive, members)
    except (zipfile.BadZipFile, ZlibError, NotImplementedError, EOFError, OSError, ValueError) as fault:
        raise UnsafeZip(_("It is damaged: not everything in it can be read.")) from fault
    return archive


def _too_big() -> str:
    said: str = _("Unpacked it would be larger than %(most)d MB.", most=MOST_BYTES // 1024 // 1024)
    return said


def _check_place(member: zipfile.ZipInfo) -> None:
    name = member.orig_filename.replace("\\", "/")
    if member.flag_bits & 1:
        raise UnsafeZip(_("It is locked with a password."))
    if (member.external_attr >> 16) & 0o170000 == LINK:
        raise UnsafeZip(_("It holds a link to another file."))
    if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name) or "\0" in name:
        raise UnsafeZip(_("It holds a file for a place outside itself."))


def _read_all(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    total = 0
    for member in members:
        for number, chunk in enumerate(chunks(archive, member)):
            total += len(chunk)
            if total > MOST_BYTES:
                raise UnsafeZip(_too_big())
            if number == 0 and chunk.startswith(ARCHIVES):
                raise UnsafeZip(_("It holds another packed file."))


def chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Read one file piece by piece."""
    with archive.open(member) as file:
        while chunk := file.read(CHUNK):
            yield chunk
