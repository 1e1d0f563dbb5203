"""What a file really is, told by its content, and a name for it that is safe to keep.

Libraries that guess types were tried: they call an ODF text, a spreadsheet and a plain ZIP the same.
Nine signatures and a look inside are shorter, and say why a file is refused.
"""

import re
import unicodedata
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _

from fundapp.core import images, zips
from fundapp.core.refusals import Refusal

LONGEST_NAME = 120
ODF = "application/vnd.oasis.opendocument."
ODF_KINDS = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}
EXTENSIONS = {
    "pdf": ("application/pdf",),
    "odt": (ODF + "text",), "ods": (ODF + "spreadsheet",), "odp": (ODF + "presentation",),
    "txt": ("text/plain",), "log": ("text/plain",), "md": ("text/plain",), "csv": ("text/plain",),
    "png": ("image/png",), "jpg": ("image/jpeg",), "jpeg": ("image/jpeg",), "webp": ("image/webp",),
}  # fmt: skip
"""What the content has to be for each ending of a name."""
KEPT_AS = {"md": "text/markdown", "csv": "text/csv"}
ACCEPT = ",".join(f".{ending}" for ending in EXTENSIONS)
"""For the accept attribute of a file field."""
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
UNFIT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
ENCRYPTED = re.compile(rb"/Encrypt\s*(?:<<|\d+\s+\d+\s+R)")
ACTIVE = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFile|RichMedia)\b|/JS\s*[(<]|/JS\s+\d+\s+\d+\s+R")
"""What runs something when it is opened; /JS alone may be chance in a picture."""
OBJECTS = re.compile(rb"/ObjStm\b[^>]*>>\s*stream\r?\n")
MOST_OBJECTS = 20 * 1024 * 1024
SIGNATURES = (
    (b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", "application/zip"), (b"PK\x05\x06", "application/zip"), (b"GIF8", "image/gif"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"), (b"\x1f\x8b", "application/gzip"),
    (b"MZ", "application/x-executable"), (b"\x7fELF", "application/x-executable"),
)  # fmt: skip


class FileRefused(Refusal):
    """A file that we do not take in; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Sort:
    """A file that was looked at: the name it is kept under and its real type."""

    name: str
    media_type: str


def recognise(name: str, content: bytes) -> Sort:
    """Tell what a file is by its content, after looking through it. Raises FileRefused.

    name: as it was sent; its ending has to agree with the content.
    """
    if not content:
        raise FileRefused(_("This file is empty."))
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FileRefused(_("Save this text as UTF-8 and try once more."))
    safe, found = safe_name(name), _found(content)
    ending = safe.rpartition(".")[2].lower() if "." in safe else ""
    if found is None or found not in {kind for kinds in EXTENSIONS.values() for kind in kinds}:
        raise FileRefused(_unknown(found))
    if ending and ending not in EXTENSIONS:
        raise FileRefused(_unknown(None))
    if ending and found not in EXTENSIONS[ending]:
        raise FileRefused(_("The name ends in .%(ending)s, but that is not what is in it.", ending=ending))
    if not ending:
        ending = next(one for one, kinds in EXTENSIONS.items() if found in kinds)
        safe = f"{safe}.{ending}"
    CHECKS.get(found, _no_more)(content)
    return Sort(safe, KEPT_AS.get(ending, found))


def safe_name(name: str) -> str:
    """Give a name without folders, orders of writing, or characters that systems trip over."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(one for one in last if unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    plain = " ".join(re.sub(r'[<>:"|?*%]', "_", shown).split()).strip(". ").lstrip("-")
    if not plain or RESERVED.fullmatch(plain):
        plain = f"file_{plain}" if plain else "file"
    stem, dot, ending = plain.rpartition(".")
    if dot and stem and len(ending) <= 8:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return plain[:LONGEST_NAME]


def _found(content: bytes) -> str | None:
    """Tell the type by signature; text has none, and is what holds nothing but text."""
    for signature, kind in SIGNATURES:
        if content.startswith(signature):
            return _packed(content) if kind == "application/zip" else kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return "text/plain" if _is_text(content) else None


def _is_text(content: bytes) -> bool:
    if UNFIT_TEXT.search(content):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        try:
            content.decode("cp1252")  # what spreadsheets in Western Europe still write
        except UnicodeDecodeError:
            return False
    return True


def _packed(content: bytes) -> str:
    """Tell an OpenDocument from other packed files by its first member, which names the type."""
    found = re.match(
        rb"PK\x03\x04.{4}\x00\x00.{16}\x08\x00.{2}mimetype([\x20-\x7e]{20,100}?)PK", content, re.DOTALL
    )
    kind = found[1].decode() if found else ""
    return kind if kind.removeprefix(ODF) in ODF_KINDS else "application/zip"


def _unknown(found: str | None) -> str:
    if found == "application/zip":
        return str(_("We take no packed files and no Word or Excel files. Save it as PDF or OpenDocument."))
    if found == "application/x-ole-storage":
        return str(_("We take no old Word or Excel files. Save it as PDF or OpenDocument."))
    return str(_("We take PDF, OpenDocument (odt, ods, odp), plain text (txt, md, csv), PNG, JPEG and WebP."))


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-2048:] or b"startxref" not in content[-4096:]:
        raise FileRefused(_("This PDF is not complete. Save it again and try once more."))
    if ENCRYPTED.search(content):
        raise FileRefused(_("This PDF is locked with a password. Save it without one."))
    if ACTIVE.search(content) or any(ACTIVE.search(part) for part in _objects(content)):
        raise FileRefused(_("This PDF can run something or holds another file. Print it to a plain PDF."))


def _objects(content: bytes) -> list[bytes]:
    """Unpack the streams in which a PDF may keep its objects; what can't be read holds no orders."""
    parts, left = [], MOST_OBJECTS
    for found in OBJECTS.finditer(content):
        stream = content[found.end() : content.find(b"endstream", found.end())]
        try:
            parts.append(zlib.decompressobj().decompress(stream, min(left, 4 << 20)))
        except zlib.error:
            continue
        left -= len(parts[-1])
        if left <= 0:
            raise FileRefused(_("This PDF is packed too tightly to look through. Print it to a plain PDF."))
    return parts


def _check_odf(content: bytes) -> None:
    try:
        archive = zips.open_safely(content)
    except zips.UnsafeZip as refused:
        raise FileRefused(refused.message) from refused
    names = archive.namelist()
    if "content.xml" not in names or "META-INF/manifest.xml" not in names:
        raise FileRefused(_("This document is not complete. Save it again and try once more."))
    if b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise FileRefused(_("This document is locked with a password. Save it without one."))
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        raise FileRefused(_("This document holds macros. Save it without them, or as PDF."))
    for name in ("content.xml", "META-INF/manifest.xml"):
        if b"<!ENTITY" in archive.read(name):
            raise FileRefused(_("This document refers to other files. Save it again, or as PDF."))


def _check_image(check: Callable[[bytes], None]) -> Callable[[bytes], None]:
    def checked(content: bytes) -> None:
        try:
            check(content)
        except images.BrokenImage as refused:
            raise FileRefused(refused.message) from refused

    return checked


def _no_more(content: bytes) -> None:
    """Text is text."""


CHECKS: dict[str, Callable[[bytes], None]] = {
    "application/pdf": _check_pdf,
    **{ODF + kind: _check_odf for kind in ODF_KINDS},
    "image/png": _check_image(images.check_png),
    "image/jpeg": _check_image(images.check_jpeg),
    "image/webp": _check_image(images.check_webp),
}
