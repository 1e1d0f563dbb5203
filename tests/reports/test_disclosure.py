"""A disclosure: two people, kept decisions, and nothing of what is covered anywhere in the bytes."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable

import pytest
from pypdf import PdfReader

from fundapp.accounts.models import PartyKind
from fundapp.applications.models import Audience, Message, Thread, ThreadKind
from fundapp.core import task_work
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.reports import disclosed, disclosing, disclosure_pack, file_papers, known_people
from fundapp.reports.models import Disclosure, DisclosureState, Ground, Judgement
from fundapp.reviews.models import Review
from tests.factories import NOW
from tests.reports.conftest import Story

IBAN = "NL91 ABNA 0417 1643 00"
LONG_ENOUGH = 6
SECRET = "the recipe of our cooling paste"
PRIVATE = (
    "Alders", "Ana Alders", IBAN, "ABNA0417164300", "+31 6 1234 5678", "Dorpsstraat 12", "1234 AB", "Rhea",
    "Rood", "Sol Smit", "Ida Ito",
)  # fmt: skip


@pytest.fixture
def file(story: Story) -> Story:
    """The funded application, with private things said in every corner of its file."""
    cast, application = story.cast, story.funded
    application.party.kind = PartyKind.PERSON
    application.party.address = {
        "street": "Dorpsstraat",
        "number": "12",
        "postcode": "1234 AB",
        "town": "Zwolle",
    }
    application.title = "Ferry of Ana Alders"
    story.cast.ana.email = "ana.private@post.example"
    for review in db.session.query(Review).filter_by(application_id=application.id):
        review.to_applicant = (
            "Dear Al-\nders, Ana\nAl\u00adders, call me on +31 6 1234 5678."
            f" {SECRET.capitalize()} is new. Rhea"
        )
        review.internal = "Ida Ito thinks Alders is too slow."
    thread = Thread(
        application_id=application.id, fund_id=application.fund_id, kind=ThreadKind.QUESTION,
        audience=Audience.APPLICANT, state_at=NOW, subject="Your account, Ana?",
    )  # fmt: skip
    thread.messages.append(
        Message(author_id=cast.ana.id, at=NOW, body=f"It is {IBAN}, A. Alders, ana.private@post.example")
    )
    note = Thread(
        application_id=application.id, fund_id=application.fund_id, kind=ThreadKind.NOTE,
        audience=Audience.OFFICE, state_at=NOW, subject="Inside",
    )  # fmt: skip
    note.messages.append(Message(author_id=cast.sol.id, at=NOW, body="We doubt the whole plan."))
    db.session.add_all([thread, note])
    db.session.commit()
    return story


def opened(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def everything(pack: bytes) -> tuple[str, str]:
    """Read a pack to the last byte: (all of it, streams of PDFs unpacked; what a reader can find in it)."""
    raw, told = [pack.decode("latin-1")], []
    for name, content in opened(pack).items():
        raw.append(content.decode("latin-1"))
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
            try:
                raw.append(zlib.decompress(stream).decode("latin-1"))
            except zlib.error:
                raw.append(stream.decode("latin-1"))
        if name.endswith(".pdf"):
            reader = PdfReader(io.BytesIO(content))
            told += [page.extract_text() for page in reader.pages]
            told += [str(reader.metadata), str(reader.xmp_metadata and reader.xmp_metadata.dc_title)]
            told.append(str(reader.outline))
        else:
            told += [name, content.decode("utf-8", "replace")]
    return "\n".join(raw).lower(), "\n".join(told).lower()


def assert_gone(texts: Iterable[str], pack: bytes) -> None:
    """Fail where a text is found; four letters may stand by chance in the bytes of a font."""
    raw, told = everything(pack)
    for text in texts:
        assert text.lower() not in told, text
        assert len(text) < LONG_ENOUGH or text.lower() not in raw, text


def assert_nothing_hides(pack: bytes) -> None:
    """Fail where a PDF holds more than its pages: earlier versions, attachments, notes, forms, layers."""
    for name, content in opened(pack).items():
        if name.endswith(".pdf"):
            reader = PdfReader(io.BytesIO(content))
            assert content.count(b"%%EOF") == 1
            assert not reader.attachments
            names = {"/AcroForm", "/OCProperties", "/EmbeddedFiles", "/JavaScript"}
            assert not names & set(reader.trailer["/Root"])
            notes = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
            assert {note["/Subtype"] for note in notes} <= {"/Link"}


def begun(file: Story) -> Disclosure:
    return disclosing.begin(file.funded, language="nl", reference="Woo-7", actor=file.cast.sol, at=NOW)


def test_nothing_private_stands_anywhere_in_the_bytes_of_the_pack(file):
    row = begun(file)
    db.session.flush()
    disclosing.cover(row, SECRET, Ground.COMPANY, actor=file.cast.sol, at=NOW)
    disclosing.offer(row, actor=file.cast.sol, at=NOW)
    disclosing.approve(row, digest=row.digest, actor=file.cast.max, at=NOW)

    pack = disclosure_pack.zipped(disclosure_pack.of(row))

    assert_gone(
        (
            *PRIVATE,
            SECRET,
            "ana.private@post.example",
            "cooling paste",
            "We doubt the whole plan",
            "too slow",
        ),
        pack,
    )
    assert_nothing_hides(pack)
    assert "5.1.2.e" in everything(pack)[1]
    assert "5.1.1.c" in everything(pack)[1]


def test_what_a_machine_makes_alone_names_nobody_and_says_that_nobody_read_it(file):
    pack = disclosure_pack.automatic(file.funded, language="en", at=NOW)

    made = disclosure_pack.zipped(pack)

    assert_gone(PRIVATE, made)
    assert "not checked" in everything(made)[1]
    assert not pack.is_checked


def test_the_inventory_counts_every_document_with_its_judgement_and_grounds(file):
    files = opened(disclosure_pack.zipped(disclosure_pack.automatic(file.funded, language="en", at=NOW)))

    rows = list(csv.DictReader(io.StringIO(files["inventory.csv"].decode())))

    assert [row["no."] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    by_kind = {row["kind"]: row for row in rows}
    assert by_kind["Deliberation inside"]["judgement"] == "not public"
    assert by_kind["Deliberation inside"]["grounds"].startswith("5.2 ")
    assert by_kind["Application"]["judgement"] == "partly public"
    assert sorted(files) == ["SHA256SUMS", "documents.pdf", "inventory.csv", "inventory.pdf", "readme.txt"]


def test_the_log_and_agreement_are_in_words_and_not_as_a_machine_keeps_them(file):
    begun(file)
    db.session.flush()
    documents = file_papers.gather(file.funded, language="en")

    told = "\n".join(part["text"] for one in documents for part in one["parts"])

    assert "begin_disclosure" not in told
    assert '{"' not in told
    log = next(one for one in documents if one["key"] == "log")["parts"][0]["text"]
    assert "Began a disclosure" in log


def test_the_same_disclosure_gives_the_same_bytes(file):
    row = begun(file)
    db.session.flush()

    first, second = (disclosure_pack.zipped(disclosure_pack.of(row)) for _turn in range(2))

    assert first == second


def test_a_passage_in_one_document_is_covered_there_only(file):
    row = begun(file)
    db.session.flush()
    reviews = [
        one["key"] for one in row.documents if one["key"].startswith("review-") and "inside" not in one["key"]
    ]

    disclosing.cover_here(row, reviews[0], SECRET, Ground.COMPANY, actor=file.cast.sol, at=NOW)

    shown = {one.key: one for one in disclosed.of(row)}
    assert Ground.COMPANY in shown[reviews[0]].grounds
    assert Ground.COMPANY not in shown[reviews[1]].grounds


def test_what_is_left_open_is_readable_again_and_a_mark_can_be_taken_off(file):
    row = begun(file)
    db.session.flush()
    disclosing.leave_open(row, "Rhea Rood", actor=file.cast.sol, at=NOW)
    opened_one = _text(row)
    disclosing.take_off(row, row.marks[0], actor=file.cast.sol, at=NOW)

    assert "Rhea Rood" in opened_one
    assert "Rhea Rood" not in _text(row)


def _text(row: Disclosure) -> str:
    return "\n".join(disclosure_pack.texts(disclosure_pack.of(row)))


def test_a_document_is_kept_back_only_with_a_ground_and_inside_talk_can_be_opened(file):
    row = begun(file)
    db.session.flush()
    inside = next(
        one["key"] for one in row.documents if one["kind"] in ("Deliberation inside", "Intern beraad")
    )

    with pytest.raises(Refusal):
        disclosing.judge(row, "version-1", Judgement.REFUSED, [], actor=file.cast.sol, at=NOW)
    disclosing.judge(row, inside, Judgement.PUBLIC, [], actor=file.cast.sol, at=NOW)
    disclosing.judge(row, "version-1", Judgement.REFUSED, [Ground.FUNCTIONING], actor=file.cast.sol, at=NOW)

    shown = {one.key: one for one in disclosed.of(row)}
    assert shown[inside].parts != []
    assert (shown["version-1"].parts, shown["version-1"].grounds) == ([], ["5.1.2.i"])


def test_a_second_person_has_to_check_it(file):
    row = begun(file)
    db.session.flush()
    disclosing.offer(row, actor=file.cast.sol, at=NOW)

    with pytest.raises(MoveRefused):
        disclosing.approve(row, digest=row.digest, actor=file.cast.sol, at=NOW)
    disclosing.approve(row, digest=row.digest, actor=file.cast.max, at=NOW)

    assert (row.state, row.checked_by) == (DisclosureState.APPROVED, file.cast.max.id)


def test_what_was_changed_since_it_was_read_is_not_approved(file):
    row = begun(file)
    db.session.flush()
    disclosing.offer(row, actor=file.cast.sol, at=NOW)
    read = row.digest
    disclosing.move(row, "return_disclosure", actor=file.cast.sol, at=NOW, note="One more name.")
    disclosing.cover(row, "whole plan", Ground.OPINIONS, actor=file.cast.sol, at=NOW)
    disclosing.judge(row, "version-1", Judgement.REFUSED, [Ground.OPINIONS], actor=file.cast.sol, at=NOW)
    disclosing.offer(row, actor=file.cast.sol, at=NOW)

    with pytest.raises(MoveRefused):
        disclosing.approve(row, digest=read, actor=file.cast.max, at=NOW)


def test_what_was_approved_does_not_change_any_more(file):
    row = begun(file)
    db.session.flush()
    disclosing.offer(row, actor=file.cast.sol, at=NOW)
    disclosing.approve(row, digest=row.digest, actor=file.cast.max, at=NOW)

    with pytest.raises(MoveRefused):
        disclosing.cover(row, "Ferry", Ground.PRIVACY, actor=file.cast.sol, at=NOW)


def test_only_one_disclosure_of_an_application_is_being_prepared(file):
    begun(file)
    db.session.flush()

    with pytest.raises(Refusal):
        begun(file)


def test_the_worker_makes_the_pack_and_it_stays_with_the_disclosure(file):
    row = begun(file)
    db.session.flush()
    disclosing.offer(row, actor=file.cast.sol, at=NOW)
    disclosing.approve(row, digest=row.digest, actor=file.cast.max, at=NOW)
    db.session.commit()

    done = task_work.work(NOW)

    db.session.refresh(row)
    assert done == {"done": 1}
    assert row.file is not None
    assert row.sha256 == row.file.sha256


def test_the_log_tells_what_was_done_and_never_what_was_covered(file):
    row = begun(file)
    db.session.flush()
    disclosing.cover(row, SECRET, Ground.COMPANY, actor=file.cast.sol, at=NOW)

    lines = db.session.query(AuditEvent).filter_by(subject_type="disclosure").all()

    assert [one.verb for one in lines] == ["begin_disclosure", "cover"]
    assert "paste" not in str([one.detail for one in lines])


def test_everybody_with_a_part_in_the_file_is_known(file):
    known = {one.text for one in known_people.terms_of(file.funded)}

    assert {"Ana Alders", "Rhea Rood", "Ida Ito", "Sol Smit", "Max Maas", "ana.private@post.example"} <= known
    assert {"Dorpsstraat 12", "1234 AB", "Zwolle"} <= known
