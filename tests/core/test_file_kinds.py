"""What a file really is: what is taken in, what is refused and why."""

import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from fundapp.core import file_kinds, images, zips
from fundapp.core.file_kinds import ODF, FileRefused, recognise, safe_name

HOSTILE = Path(__file__).parents[3] / "shared" / "standards" / "hostile" / "make_hostile_files.py"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\nxref\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x04xx"
JPEG += b"\xff\xc0\x00\x0b\x08\x00\x02\x00\x03\x01\x01\x11\x00\xff\xda\x00\x02zz\xff\xd9"
PACKED = b"2 0 obj<</Type/ObjStm>>stream\n" + zlib.compress(b"<</S/Launch>>") + b"endstream\n"
WEBP = (
    b"RIFF" + struct.pack("<I", 4 + 8 + 10) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + b"\2\0\0\1\0\0"
)


def png(width=1, height=1, rows=b"\0\0", extra=b""):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (
        b"\x89PNG\r\n\x1a\n",
        chunk(b"IHDR", head),
        chunk(b"IDAT", zlib.compress(rows)),
        chunk(b"IEND", b""),
    )
    return b"".join(parts) + extra


def odf(kind="text", mimetype=None, **members):
    """Make an OpenDocument; a member None leaves it out."""
    parts = {"content.xml": "<x/>", "META-INF/manifest.xml": "<m/>"} | {
        name.replace("__", "/"): body for name, body in members.items()
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", mimetype or ODF + kind, zipfile.ZIP_STORED)
        for name, body in parts.items():
            if body is not None:
                archive.writestr(name, body)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("plan.pdf", PDF, ("plan.pdf", "application/pdf")),
        ("Plan.PDF", PDF, ("Plan.PDF", "application/pdf")),
        ("plan", PDF, ("plan.pdf", "application/pdf")),
        ("a.odt", odf(), ("a.odt", ODF + "text")),
        ("a.ods", odf("spreadsheet"), ("a.ods", ODF + "spreadsheet")),
        ("a.odp", odf("presentation"), ("a.odp", ODF + "presentation")),
        ("a.md", b"# Hi \xe2\x82\xac", ("a.md", "text/markdown")),
        ("a.csv", "Zoë;€ 1".encode("cp1252"), ("a.csv", "text/csv")),
        ("prompts.log", b"hi", ("prompts.log", "text/plain")),
        ("a.png", png(), ("a.png", "image/png")),
        ("a.jpeg", JPEG, ("a.jpeg", "image/jpeg")),
        ("a.webp", WEBP, ("a.webp", "image/webp")),
    ],
)
def test_recognise_takes_what_it_should(app, name, content, kept):
    found = recognise(name, content)

    assert (found.name, found.media_type) == kept


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"<html><script>1</script>", "not what is in it"),
        ("a.png", PDF, "not what is in it"),
        ("a.txt", PDF, "not what is in it"),
        ("a.pdf.exe", PDF, "We take PDF"),
        ("a.svg", b"<svg/>", "We take PDF"),
        ("a.docx", b"PK\x03\x04" + bytes(60), "Word or Excel"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + bytes(60), "old Word"),
        ("a.csv", "a,b".encode("utf-16"), "UTF-8"),
        ("a.txt", b"a\0b", "We take PDF"),
        ("a.pdf", PDF[:40], "not complete"),
        ("a.pdf", PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 5 0 R"), "password"),
        ("a.pdf", PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(x)>>"), "can run"),
        ("a.pdf", PDF.replace(b"xref", PACKED + b"xref", 1), "can run"),
        ("a.odt", odf("spreadsheet"), "not what is in it"),
        ("a.odt", odf(mimetype="application/epub+zip"), "Word or Excel"),
        ("a.odt", odf(**{"content.xml": None}), "not complete"),
        ("a.odt", odf(**{"META-INF__manifest.xml": "<encryption-data/>"}), "password"),
        ("a.odt", odf(**{"Basic__script-lc.xml": "x"}), "macros"),
        ("a.odt", odf(**{"content.xml": '<!DOCTYPE x [<!ENTITY a "b">]>'}), "other files"),
        ("a.odt", odf(**{"..__evil": "x"}), "outside"),
        ("a.odt", odf(inner="PK\x03\x04"), "another packed file"),
        ("a.odt", odf()[:-60], "damaged"),
        ("a.png", png()[:-4], "damaged"),
        ("a.png", png(extra=b"<script>"), "hidden behind"),
        ("a.png", png(50_000, 50_000), "50000 by 50000"),
        ("a.png", png(rows=b"\0" * 5000), "damaged"),
        ("a.jpg", JPEG[:-2], "damaged"),
        ("a.jpg", JPEG + b"<html>", "hidden behind"),
        ("a.webp", WEBP + b"xx", "hidden behind"),
    ],
)  # fmt: skip
def test_recognise_refuses_and_says_why(app, name, content, why):
    with pytest.raises(FileRefused) as refused:
        recognise(name, content)

    assert why in refused.value.message


def test_zip_bomb_is_counted_not_believed(app, monkeypatch):
    monkeypatch.setattr(zips, "MOST_BYTES", 1_000_000)
    bomb = bytearray(odf(bomb="\0" * 3_000_000))
    place = bomb.index(struct.pack("<I", 3_000_000), bomb.rindex(b"PK\x01\x02"))
    bomb[place : place + 4] = struct.pack("<I", 10)  # the directory lies about its size

    with pytest.raises(FileRefused):
        recognise("a.odt", bytes(bomb))


def test_packed_with_a_password_is_refused(app):
    locked = bytearray(odf())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.rindex(mark) + place] |= 1

    with pytest.raises(FileRefused, match="password"):
        recognise("a.odt", bytes(locked))


def test_too_many_packed_files_are_refused(app, monkeypatch):
    monkeypatch.setattr(zips, "MOST_FILES", 2)

    with pytest.raises(FileRefused, match="more than 2 files"):
        recognise("a.odt", odf())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("..", "file"), ("", "file"), ("CON", "file_CON"), ("aux.pdf", "file_aux.pdf"), ("a/b.pdf", "b.pdf"),
        ("..\\..\\a.pdf", "a.pdf"), ("a\0b.pdf", "ab.pdf"), ("re\u202efdp.exe", "refdp.exe"),
        ("name\r\nX-Injected: 1.pdf", "nameX-Injected_ 1.pdf"), ("-rf.pdf", "rf.pdf"),
        (".htaccess", "htaccess"),
        ("<img src=x>.pdf", "_img src=x_.pdf"), ("é.pdf", "é.pdf"), ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)  # fmt: skip
def test_names_are_made_safe(given, kept):
    assert safe_name(given) == kept


def test_interlaced_and_odd_pictures_do_not_break_the_check(app):
    for content in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\xff\xd8\xff\xda", b"RIFF\0\0\0\0WEBP"):
        for check in (images.check_png, images.check_jpeg, images.check_webp):
            with pytest.raises(images.BrokenImage):
                check(content)


def test_hostile_files_are_refused_or_harmless(app, tmp_path):
    if not HOSTILE.is_file():
        pytest.skip("the hostile files are not here")
    subprocess.run([sys.executable, str(HOSTILE), str(tmp_path)], check=True, capture_output=True)
    taken = []
    for path in sorted(tmp_path.iterdir()):
        try:
            taken.append(recognise(path.name, path.read_bytes()).name)
        except FileRefused:
            continue

    assert taken == ["bom.csv", "cp1252.csv", "eicar.txt", "ok.png"]
    for name in json.loads((tmp_path / "filenames.json").read_text()):
        assert not set(file_kinds.safe_name(name)) & set('/\\\0\r\n"<>:|?*')
