"""Is this file what it says it is: every format, a byte changed, a stranger's file, other code."""

import io
import zipfile

import pytest

from fundapp.core.db import db
from fundapp.reports import printing, service, verifying
from fundapp.reports.models import IssuedFile
from fundapp.reports.verifying import Outcome, verify
from tests.factories import NOW, make_cast

VARIANTS = [("pdf", "en"), ("pdf", "nl"), ("xlsx", "nl"), ("csv", ""), ("json", "")]


@pytest.fixture
def snapshot(story):
    made = service.take_round(story.round, actor=story.cast.sol, at=NOW)
    db.session.commit()
    return made


@pytest.mark.parametrize(("format", "lang"), VARIANTS)
def test_every_format_is_traced_to_its_record(snapshot, format, lang):
    found = verify(printing.printed(snapshot, format, lang))

    assert (found.outcome, found.snapshot, found.format, found.lang) == (
        Outcome.SAME, snapshot, format, lang,
    )  # fmt: skip
    assert found.is_good


@pytest.mark.parametrize(("format", "lang"), VARIANTS)
def test_one_changed_byte_is_found(snapshot, format, lang):
    made = bytearray(printing.printed(snapshot, format, lang))
    place = made.index(b"8000.00") if format == "csv" else len(made) // 2
    made[place] ^= 1

    found = verify(bytes(made), printing.file_name(snapshot, format, lang))

    assert (found.outcome, found.snapshot, found.is_good) == (Outcome.CHANGED, snapshot, False)


def test_changed_list_without_its_name_is_a_stranger(snapshot):
    assert verify(printing.printed(snapshot, "csv") + b"x").outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nothing", b"PK\x03\x04broken", b"{", b"a,b\r\n", b"[]"])
def test_file_from_elsewhere_is_unknown(app, content):
    found = verify(content, "letter.bin")

    assert (found.outcome, found.snapshot, found.is_good) == (Outcome.UNKNOWN, None, False)


def test_number_of_no_record_is_unknown(snapshot):
    forged = printing.json_bytes(snapshot).replace(
        f'"snapshot": "{snapshot.id}"'.encode(), b'"snapshot": "999999"'
    )

    assert verify(forged).outcome is Outcome.UNKNOWN


def test_file_that_was_issued_stays_good_when_the_code_prints_otherwise(snapshot):
    old = b"printed by the version before"
    db.session.add(
        IssuedFile(
            snapshot_id=snapshot.id, format="pdf", lang="en", sha256=verifying.sha256(old).hexdigest(),
            size=len(old), code_version="0.0.9", issued_at=NOW,
        )
    )  # fmt: skip

    found = verify(old)

    assert (found.outcome, found.is_good) == (Outcome.ISSUED, True)


def test_record_names_the_rubric_and_the_form(snapshot, story):
    rubric = story.round.stage.rubric

    assert snapshot.basis["rubrics"] == [
        {"slug": rubric.slug, "version": rubric.number, "digest": rubric.digest}
    ]
    assert snapshot.basis["forms"][0]["version"] == story.round.stage.form.number


def test_workbook_says_its_record_in_its_properties(snapshot):
    with zipfile.ZipFile(io.BytesIO(printing.printed(snapshot, "xlsx", "en"))) as archive:
        told = archive.read("docProps/custom.xml").decode()

    assert f">{snapshot.id}<" in told
    assert snapshot.digest in told


def test_page_tells_what_a_file_is(client, story, snapshot):
    client.sign_in(story.cast.aud)
    good, bad = printing.printed(snapshot, "csv"), b"code,title\r\n"

    page = client.get("/office/reports/verify")
    told = client.post("/office/reports/verify", data={"file": (io.BytesIO(good), "a.csv")})
    unknown = client.post("/office/reports/verify", data={"file": (io.BytesIO(bad), "b.csv")})
    empty = client.post("/office/reports/verify", data={})

    assert [one.status_code for one in (page, told, unknown, empty)] == [200, 200, 200, 422]
    assert "Unchanged" in told.text
    assert snapshot.digest in told.text
    assert "was not made here" in unknown.text


def test_page_says_nothing_of_a_report_one_may_not_read(client, story, snapshot):
    client.sign_in(make_cast().sol)

    told = client.post(
        "/office/reports/verify", data={"file": (io.BytesIO(printing.printed(snapshot, "csv")), "a.csv")}
    )

    assert snapshot.digest not in told.text
    assert "was not made here" in told.text
