"""Files of an answer: added, counted, replaced, kept with what was sent, given out as downloads only."""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from fundapp.applications import attachments, drafts, service, versions
from fundapp.applications.models import ApplicationState, Capacity, Level
from fundapp.core import clock, files
from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.core.storage import storage
from tests.factories import FORM, NOW, make_application, make_cast, make_conflict, make_form, make_round

S = ApplicationState
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\nxref\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
ROOM = attachments.Room()
FIELDS = [
    {"key": "deck", "type": "file", "label": {"en": "Slides", "nl": "Dia's"}},
    {"key": "proof", "type": "file", "label": {"en": "Proof", "nl": "Bewijs"}, "max_files": 2,
     "identifying": True},
]  # fmt: skip
WITH_FILES = {
    **FORM,
    "sections": [{**FORM["sections"][0], "fields": [*FORM["sections"][0]["fields"], *FIELDS]}],
}


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def draft(cast):
    form = make_form()
    form.definition = WITH_FILES
    now = clock.now()
    call = make_round(
        cast.fund, form=form, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=5)
    )
    return make_application(call, cast.ana, state=S.DRAFT, title="Sluis")


def field(draft, key):
    return versions.form_of(draft.stage.form).field(key)


def add(draft, cast, name="a.pdf", content=PDF, *, key="deck", room=ROOM):
    return attachments.add(draft, field(draft, key), name, content, room=room, actor=cast.ana, at=clock.now())


def kept(draft):
    return versions.values(drafts.answers_of(draft.id).values())


def sent(draft, cast):
    return service.submit(draft, actor=cast.ana, at=clock.now())


# --- keeping ----------------------------------------------------------------------


def test_file_is_an_answer(cast, draft):
    entry = add(draft, cast, "../plan.pdf")

    assert kept(draft)["deck"] == [entry]
    assert (entry["name"], entry["size"]) == ("plan.pdf", len(PDF))
    assert files.content(db.session.get(File, entry["id"])) == PDF


def test_question_for_one_file_takes_the_new_one(cast, draft):
    add(draft, cast)
    entry = add(draft, cast, "b.pdf", PDF + b"\n")

    assert kept(draft)["deck"] == [entry]
    assert [file.name for file in db.session.scalars(select(File))] == ["b.pdf"]


def test_question_for_two_files_refuses_a_third(cast, draft):
    for number in range(2):
        add(draft, cast, f"{number}.txt", b"%d" % number, key="proof")

    with pytest.raises(Refusal, match="No more than 2 files"):
        add(draft, cast, "3.txt", b"3", key="proof")


def test_same_file_twice_is_one(cast, draft):
    first = add(draft, cast, key="proof")

    assert add(draft, cast, key="proof") == first
    assert kept(draft)["proof"] == [first]


def test_sizes_are_counted_together(cast, draft):
    room = attachments.Room(file_bytes=100, application_bytes=150)
    add(draft, cast, "a.txt", b"a" * 100, room=room)

    with pytest.raises(Refusal, match="there is room for"):
        add(draft, cast, "b.txt", b"b" * 60, key="proof", room=room)
    with pytest.raises(Refusal, match="one file may be"):
        add(draft, cast, "b.txt", b"b" * 101, key="proof", room=room)
    add(draft, cast, "c.txt", b"c" * 90, room=room)  # takes the place of the first


def test_version_that_was_sent_keeps_its_file(cast, draft):
    first = add(draft, cast)
    version = sent(draft, cast)
    second = add(draft, cast, "b.txt", b"b")
    attachments.remove(draft, "deck", second["id"], actor=cast.ana, at=clock.now())

    assert "deck" not in {key for key, value in kept(draft).items() if value}
    assert version.answers["deck"] == [first]
    assert [file.id for file in db.session.scalars(select(File))] == [first["id"]]


def test_others_and_late_changes_are_refused(cast, draft):
    entry = add(draft, cast)
    with pytest.raises(MoveRefused):
        attachments.remove(draft, "deck", entry["id"], actor=cast.ben, at=clock.now())
    service.discard(draft, actor=cast.ana, at=clock.now())
    with pytest.raises(MoveRefused):
        add(draft, cast)


def test_sweep_removes_what_nothing_holds(cast, draft):
    entry = add(draft, cast)
    gone = db.session.get(File, add(draft, cast, "b.txt", b"b", key="proof")["id"])
    digest = gone.storage_key
    attachments.remove(draft, "proof", gone.id, actor=cast.ana, at=clock.now())

    files.sweep(clock.now())  # a day has to pass
    assert storage().at_hand(digest).exists()
    files.sweep(clock.now() + timedelta(days=2))

    with pytest.raises(FileNotFoundError):
        storage().at_hand(digest)
    assert files.content(db.session.get(File, entry["id"])) == PDF


# --- pages ------------------------------------------------------------------------


def upload(client, draft, key="deck", name="plan.pdf", content=PDF, **more):
    page = client.get(f"/proposals/{draft.id}/edit/project").text
    version = re.search(r'name="version"[^>]* value="([^"]*)"', page)[1]
    data = {
        "asked": "title", "version": version, "a_title": "Sluis 2",
        f"f_{key}": (io.BytesIO(content), name), **more,
    }  # fmt: skip
    return client.post(f"/proposals/{draft.id}/edit/project", data=data)


def test_page_takes_a_file_and_the_text(client, cast, draft):
    client.sign_in(cast.ana)

    answer = upload(client, draft, attach="deck")

    assert answer.location == f"/proposals/{draft.id}/edit/project?rows=1#a_deck"
    assert kept(draft)["title"] == "Sluis 2"
    page = client.get(answer.location.partition("#")[0]).text
    assert "plan.pdf" in page
    assert 'enctype="multipart/form-data"' in page


def test_page_says_beside_the_field_why_a_file_is_refused(client, cast, draft):
    client.sign_in(cast.ana)

    answer = upload(client, draft, name="plan.pdf", content=b"<html>")

    assert answer.status_code == 422
    assert "plan.pdf: The name ends in .pdf, but that is not what is in it." in answer.text
    assert kept(draft)["title"] == "Sluis 2"
    assert "Choose a file first." in upload(client, draft, name="", content=b"", attach="deck").text


def test_saving_on_takes_a_chosen_file_along(client, cast, draft):
    client.sign_in(cast.ana)

    assert upload(client, draft).location == f"/proposals/{draft.id}/check"
    assert kept(draft)["deck"][0]["name"] == "plan.pdf"


def test_page_removes_a_file(client, cast, draft):
    entry = add(draft, cast)
    client.sign_in(cast.ana)

    client.post(f"/proposals/{draft.id}/edit/project", data={"detach": f"deck:{entry['id']}", "asked": ""})

    assert not kept(draft).get("deck")


def test_script_gets_the_list_back(client, cast, draft):
    client.sign_in(cast.ana)

    data = {"attach": "proof", "f_proof": (io.BytesIO(PDF), "a.pdf")}
    said = client.post(f"/proposals/{draft.id}/files/project", data=data)

    assert "a.pdf" in said.json["html"]
    refused = client.post(
        f"/proposals/{draft.id}/files/project",
        data={"attach": "proof", "f_proof": (io.BytesIO(b""), "b.pdf")},
    )
    assert (refused.status_code, refused.json["message"]) == (422, "b.pdf: This file is empty.")


def test_download_is_never_shown_in_the_page(client, cast, draft):
    entry = add(draft, cast, "naam ë.md", b"<script>1</script>")
    client.sign_in(cast.ana)

    answer = client.get(f"/proposals/files/{entry['id']}")

    assert answer.data == b"<script>1</script>"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")


def test_download_only_through_the_application(client, cast, draft):
    entry = add(draft, cast)
    other = add(draft, cast, "late.txt", b"x", key="proof")
    client.sign_in(cast.ben)
    assert client.get(f"/proposals/files/{entry['id']}").status_code == 404
    client.sign_in(cast.sol)
    assert client.get(f"/office/files/{entry['id']}").status_code == 404  # a draft

    attachments.remove(draft, "proof", other["id"], actor=cast.ana, at=clock.now())
    sent(draft, cast)
    late = add(draft, cast, "late.txt", b"late", key="proof")

    assert client.get(f"/office/files/{entry['id']}").data == PDF
    assert client.get(f"/office/files/{late['id']}").status_code == 404  # not sent yet
    client.sign_in(cast.rhea)
    assert client.get(f"/office/files/{entry['id']}").status_code == 404
    make_conflict(draft, cast.sol)
    client.sign_in(cast.sol)
    assert client.get(f"/office/files/{entry['id']}").status_code == 404


def test_blind_reviewers_get_no_file_that_tells_who_applies(client, cast, draft):
    plain, telling = add(draft, cast), add(draft, cast, "cv.txt", b"Ana", key="proof")
    sent(draft, cast)
    draft.stage.is_blind = True
    service.let_in(draft, cast.rhea, Capacity.REVIEWER, Level.READ, actor=cast.sol, at=NOW)
    client.sign_in(cast.rhea)

    assert client.get(f"/office/files/{plain['id']}").status_code == 200
    assert client.get(f"/office/files/{telling['id']}").status_code == 404


# --- pictures ----------------------------------------------------------------------


def test_picture_is_kept_without_the_place_it_was_made(draft, cast):
    told = Image.Exif()
    told.get_ifd(0x8825).update({1: "N", 2: (52.0, 22.0, 0.0)})
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(made, "JPEG", exif=told)

    entry = add(draft, cast, "dunes.jpg", made.getvalue())

    kept_file = db.session.get(File, entry["id"])
    with Image.open(io.BytesIO(files.content(kept_file))) as picture:
        assert dict(picture.getexif()) == {}
    assert entry["size"] == kept_file.size < len(made.getvalue())
