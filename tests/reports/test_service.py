"""Reports as files: one frozen record prints them all, each the same each time."""

import csv
import hashlib
import io
import json
from datetime import timedelta

import openpyxl
import pikepdf
import pypdf
import pytest

from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.reports import printing, service, workbook
from fundapp.reports.models import Snapshot
from tests.factories import NOW, make_conflict, make_round
from tests.reports import round_samples, samples

LATER = NOW + timedelta(days=90)


def sample(kind: str = "round", **changes) -> Snapshot:
    """Make a snapshot of sample data."""
    data = round_samples.round_report(**changes) if kind == "round" else samples.dossier(**changes)
    return Snapshot(
        kind=kind, data=json.loads(json.dumps(data)), digest="0" * 64, code_version="1", made_at=NOW
    )


def test_report_is_kept_with_its_digest_and_logged(story):
    made = service.take_round(story.round, actor=story.cast.sol, at=NOW)
    db.session.commit()

    event = db.session.scalars(db.select(AuditEvent).where(AuditEvent.subject_type == "snapshot")).one()
    canonical = json.dumps(made.data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert made.digest == hashlib.sha256(canonical.encode()).hexdigest()
    assert (event.verb, event.actor_id, event.subject_id) == ("report", story.cast.sol.id, made.id)


def test_snapshot_prints_the_same_bytes_after_everything_has_changed(story):
    made = service.take_application(story.funded, actor=None, at=NOW)
    db.session.commit()
    before = [printing.printed(made, format, lang) for format, lang in printing.variants(made)]
    story.funded.title = "Another title"
    db.session.commit()
    db.session.expire_all()
    again = db.session.get(Snapshot, made.id)

    after = [printing.printed(again, format, lang) for format, lang in printing.variants(again)]

    assert after == before


def test_reports_speak_both_languages(story):
    for lang, word in (("en", "Evaluation dossier"), ("nl", "Beoordelingsdossier")):
        made = service.application_report(story.funded, lang=lang, actor=None, at=NOW)

        with pikepdf.open(io.BytesIO(made)) as opened:
            assert str(opened.Root.Lang) == lang
        assert word.upper() in pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text().upper()


def test_round_report_prints_the_ledgers_sums(story):
    made = service.round_report(story.round, lang="en", actor=None, at=NOW)

    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)
    assert (
        "The fund set €50,000 apart for this round. Of that, €8,000 is granted and €3,000 has been"
        in " ".join(text.split())
    )


def test_sealed_round_has_no_report(session, story):
    sealed = make_round(story.cast.fund, is_sealed=True)

    with pytest.raises(Refusal):
        service.take_round(sealed, actor=story.cast.sol, at=NOW)

    assert db.session.scalar(db.select(db.func.count(Snapshot.id))) == 0


def test_person_with_a_tie_makes_no_report_of_the_round(story):
    make_conflict(story.declined, story.cast.sol)

    with pytest.raises(Refusal):
        service.take_round(story.round, actor=story.cast.sol, at=NOW)


# --- workbook and data -------------------------------------------------------------


def test_workbook_holds_real_numbers_and_explains_every_column():
    book = openpyxl.load_workbook(io.BytesIO(printing.printed(sample(), "xlsx", "en")))

    sheet = book["Applications"]
    heads = [cell.value for cell in sheet[1]]
    first = dict(zip(heads, (cell.value for cell in sheet[2]), strict=True))
    data = round_samples.round_report()
    assert first["Asked"] == data["ranking"][0]["asked_cents"] / 100
    assert (
        sum(row[heads.index("Asked")].value for row in sheet.iter_rows(min_row=2))
        == data["headline"]["asked_cents"] / 100
    )
    explained = {(row[0].value, row[1].value) for row in book["Codebook"].iter_rows(min_row=2)}
    shown = {(name, cell.value) for name in book.sheetnames if name != "Codebook" for cell in book[name][1]}
    assert shown == explained


def test_workbook_keeps_days_as_days(app):
    book = openpyxl.load_workbook(io.BytesIO(printing.printed(sample("application"), "xlsx", "nl")))

    sheet = book["Taken"]
    assert sheet.cell(2, 4).is_date


NASTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")', "https://example.org/"]


@pytest.mark.parametrize("text", NASTY)
def test_text_is_never_run_by_a_spreadsheet(text):
    made = sample()
    made.data["ranking"][0]["title"] = text

    book = openpyxl.load_workbook(io.BytesIO(printing.printed(made, "xlsx", "en")))
    cells = [cell for row in book["Applications"].iter_rows() for cell in row]
    line = next(csv.DictReader(io.StringIO(workbook.csv_text(made), newline="")))

    assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    assert not line["title"].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert line["title"].removeprefix("'") == text


def test_data_file_says_what_the_report_says():
    made = sample()

    lines = list(csv.DictReader(io.StringIO(workbook.csv_text(made))))
    kept = json.loads(printing.json_bytes(made))

    assert kept["data"] == made.data
    assert [line["code"] for line in lines] == [one["code"] for one in made.data["ranking"]]
    assert lines[0]["asked"] == f"{made.data['ranking'][0]['asked_cents'] / 100:.2f}"
    assert lines[-1]["mean"] == ""
