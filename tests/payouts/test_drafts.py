"""A request while it is written: saved as it is typed, two tabs, files, the look before it is sent."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundapp.applications.attachments import Room
from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.payouts import claim_drafts, claim_versions, service
from fundapp.payouts.claim_drafts import DraftChanged, token
from fundapp.payouts.models import Claim, ClaimDraft, ClaimState, ClaimVersion
from tests.factories import NOW, make_conflict
from tests.payouts.scene import LINK, Scene, make_scene
from tests.payouts.test_claim_views import claim_data, field
from tests.visitor import Visitor

TEXT = b"Measured on 3 November: 12 of 12 passed.\n"


def typed(scene: Scene, note: str = "", **row: object) -> dict[str, object]:
    first = scene.award.milestones[0].id
    return {"note": note, "party": None, "rows": {str(first): {"wanted": True, "amount": "10", **row}}}


def save(scene: Scene, base: str = "", note: str = "", **row: object) -> ClaimDraft:
    return claim_drafts.save(
        scene.award, None, typed(scene, note, **row), base=base, actor=scene.cast.ana, at=NOW
    )


# --- saved as it is typed ------------------------------------------------------------------


def test_draft_keeps_what_was_typed_right_or_wrong(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    client.sign_in(scene.cast.ana)
    path = f"/grants/{scene.award.id}/claim"
    data = claim_data(scene) | {"rows-0-amount": "5kEUR each", "rows-0-evidence": "javascript:alert(1)"}

    first = client.post(f"{path}/autosave/new", data=data)
    again = client.get(path).text

    assert first.status_code == 200
    assert {"saved_at", "version"} <= set(first.json)
    assert "5kEUR each" in again
    assert "javascript:alert(1)" in again
    assert db.session.scalar(select(func.count(Claim.id))) == 0
    assert "Go on with your request" in client.get(f"/grants/{scene.award.id}").text


def test_other_window_is_not_overwritten_and_nothing_is_lost(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    client.sign_in(scene.cast.ana)
    path = f"/grants/{scene.award.id}/claim"
    version = field(client.get(path).text, "version")
    client.post(path, data=claim_data(scene, note="Mine came first.", do="stop", version=version))

    clash = client.post(
        path, data=claim_data(scene, note="Typed in another tab.", version=version, do="stop")
    )
    kept = claim_drafts.of(scene.award)
    solved = client.post(
        path,
        data=claim_data(scene, note="Both of us.", do="stop", version=field(clash.text, "version")),
    )

    assert clash.status_code == 409
    assert "Typed in another tab." in clash.text
    assert "Mine came first." in clash.text
    assert kept is not None
    assert solved.status_code == 302
    assert kept.data["note"] == "Both of us."


def test_stale_autosave_is_told_so(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    client.sign_in(scene.cast.ana)
    path = f"/grants/{scene.award.id}/claim/autosave/new"
    first = client.post(path, data=claim_data(scene, note="one")).json["version"]
    client.post(path, data=claim_data(scene, note="two", version=first))

    stale = client.post(path, data=claim_data(scene, note="three", version=first))

    assert stale.status_code == 409
    assert db.session.scalars(select(ClaimDraft)).one().data["note"] == "two"


def test_same_words_twice_are_no_clash(app: Flask) -> None:
    scene = make_scene()
    draft = save(scene, note="Hello")

    assert save(scene, base="stale", note="Hello") is draft
    with pytest.raises(DraftChanged):
        save(scene, base="stale", note="Bye")


def test_only_the_grantee_writes(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    with pytest.raises(MoveRefused):
        claim_drafts.save(scene.award, None, typed(scene), base="", actor=scene.cast.sol, at=NOW)
    client.sign_in(scene.cast.sol)
    assert client.get(f"/grants/{scene.award.id}/claim").status_code == 403


def test_draft_is_thrown_away_after_a_question(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    save(scene, note="Never mind")
    db.session.commit()
    client.sign_in(scene.cast.ana)
    path = f"/grants/{scene.award.id}/claim/discard"

    asked = client.get(path)
    client.post(path)

    assert "Throw this draft away?" in asked.text
    assert claim_drafts.of(scene.award) is None


# --- files -------------------------------------------------------------------------------


def add(
    scene: Scene, draft: ClaimDraft, name: str = "report.txt", content: bytes = TEXT
) -> dict[str, object]:
    return claim_drafts.add_file(
        draft, scene.award.milestones[0].id, name, content, room=Room(), actor=scene.cast.ana, at=NOW
    )


def test_file_does_not_disturb_what_is_typed_meanwhile(app: Flask) -> None:
    scene = make_scene()
    draft = save(scene, note="Words")
    before = token(draft.data)

    entry = add(scene, draft)
    twin = add(scene, draft)
    save(scene, base=before, note="More words")

    assert twin["id"] == entry["id"]
    assert [one["name"] for one in claim_drafts.files_of(draft.data, scene.award.milestones[0].id)] == [
        "report.txt"
    ]


def test_file_is_looked_through(app: Flask) -> None:
    scene = make_scene()
    draft = save(scene)

    with pytest.raises(Refusal):
        add(scene, draft, "report.pdf", b"MZ\x90\x00 not a PDF at all")
    with pytest.raises(Refusal):
        claim_drafts.add_file(
            draft, scene.award.milestones[0].id, "big.txt", TEXT, room=Room(file_bytes=10),
            actor=scene.cast.ana, at=NOW,
        )  # fmt: skip
    with pytest.raises(Refusal):
        claim_drafts.add_file(draft, 9999, "a.txt", TEXT, room=Room(), actor=scene.cast.ana, at=NOW)


def test_files_go_with_the_request_and_only_to_who_sees_it(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    client.sign_in(scene.cast.ana)
    path = f"/grants/{scene.award.id}/claim"
    key = scene.award.milestones[0].id
    sent = client.post(
        f"{path}/files/new",
        data={"attach": str(key), f"f_{key}": (BytesIO(TEXT), "report.txt")},
        content_type="multipart/form-data",
    )
    file = db.session.scalars(select(File).where(File.subject_type == "claim_draft")).one()
    own_draft = client.get(f"/claims/files/{file.id}").status_code
    client.sign_in(scene.cast.sol)
    office_draft = client.get(f"/claims/files/{file.id}").status_code

    client.sign_in(scene.cast.ana)
    data = claim_data(scene) | {"rows-0-evidence": ""}
    client.post(path, data=data)
    claim = db.session.scalars(select(Claim)).one()
    make_conflict(scene.award.application, scene.cast.max)
    seen = {}
    for name in ("ana", "ben", "rhea", "sol", "max", "aud"):
        client.sign_in(getattr(scene.cast, name))
        seen[name] = client.get(f"/claims/files/{file.id}").status_code
    client.sign_in(scene.cast.sol)
    given = client.get(f"/claims/files/{file.id}")

    assert "report.txt" in sent.json["html"]
    assert (own_draft, office_draft) == (200, 404)
    assert claim.lines[0].files[0]["sha256"] == file.sha256
    assert seen == {"ana": 200, "ben": 404, "rhea": 404, "sol": 200, "max": 404, "aud": 200}
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert given.data == TEXT
    assert claim_drafts.of(scene.award) is None


def test_file_is_added_and_taken_away_without_scripts(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    client.sign_in(scene.cast.ana)
    path = f"/grants/{scene.award.id}/claim"
    key = scene.award.milestones[0].id
    data = claim_data(scene) | {"attach": str(key), f"f_{key}": (BytesIO(TEXT), "report.txt")}

    client.post(path, data=data, content_type="multipart/form-data")
    page = client.get(path).text
    file = db.session.scalars(select(File)).one()
    version = field(page, "version")
    client.post(path, data=claim_data(scene) | {"detach": f"{key}:{file.id}", "version": version})

    assert "report.txt" in page
    assert "report.txt" not in client.get(path).text
    assert db.session.scalar(select(func.count(File.id))) == 0


# --- looked over and sent -------------------------------------------------------------------


def test_request_is_looked_over_before_it_is_sent(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    client.sign_in(scene.cast.ana)
    path = f"/grants/{scene.award.id}/claim"
    data = claim_data(scene) | {"do": "preview", "rows-0-licence": "CC-BY-NC-4.0"}

    to = client.post(path, data=data)
    page = client.get(to.location).text
    send = {name: field(page, name) for name in ("once", "version")}
    first = client.post(f"{path}/check", data=send)
    second = client.post(f"{path}/check", data=send)

    assert to.location.endswith("/claim/check")
    assert "CC-BY-NC-4.0 is not a free or open licence." in page
    assert first.location == second.location
    assert db.session.scalars(select(Claim)).one().state is ClaimState.SUBMITTED


def test_nothing_is_not_looked_over(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    client.sign_in(scene.cast.ana)
    path = f"/grants/{scene.award.id}/claim"

    page = client.post(path, data={"do": "preview", "note": "Nothing yet."})

    assert page.status_code == 422
    assert "Choose at least one result" in page.text
    assert client.get(f"{path}/check").location.endswith("/claim?check=1")
    assert "Choose at least one result" in client.get(f"{path}?check=1").text


def test_preview_of_something_else_than_was_read_is_shown_again(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    client.sign_in(scene.cast.ana)
    path = f"/grants/{scene.award.id}/claim"
    client.post(path, data=claim_data(scene) | {"do": "preview"})

    sent = client.post(f"{path}/check", data={"once": "x", "version": "another"})

    assert sent.location.endswith("/claim/check")
    assert db.session.scalar(select(func.count(Claim.id))) == 0


def test_one_cent_too_much_is_refused_beside_the_field(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    scene.claim(scene.asked(1, 300_000))
    client.sign_in(scene.cast.ana)
    path = f"/grants/{scene.award.id}/claim"

    page = client.get(path).text
    over = client.post(path, data=claim_data(scene) | {"rows-0-amount": "2000,01"})
    version = field(over.text, "version")
    fits = client.post(path, data=claim_data(scene) | {"rows-0-amount": "2000", "version": version})

    assert "€2,000 can be asked, of €5,000" in page
    assert over.status_code == 422
    assert 'id="rows-0-amount-e"' in over.text
    assert fits.status_code == 302


# --- changed after it came back ---------------------------------------------------------------


def test_change_is_seen_against_what_was_judged(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    claim = scene.claim()
    service.return_claim(claim, "Which licence?", actor=scene.cast.sol, at=NOW)
    service.revise(claim, [scene.asked(1, 400_000)], "Only a part.", actor=scene.cast.ana, at=NOW)

    found = claim_versions.changes(claim, lambda cents: f"{cents / 100:.0f}")
    client.sign_in(scene.cast.sol)
    page = client.get(f"/claims/{claim.id}").text

    assert found is not None
    assert {(one.where, one.label) for one in found.found} == {
        ("M1", "Amount"), ("", "Anything we should know"),
    }  # fmt: skip
    assert "What changed since" in page
    assert db.session.scalar(select(func.count(ClaimVersion.id))) == 2


def test_change_is_drafted_beside_the_request_that_was_sent(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    claim = scene.claim()
    client.sign_in(scene.cast.ana)
    path = f"/claims/{claim.id}/change"
    data = claim_data(scene, note="Not sent yet.") | {"do": "stop", "rows-0-amount": "10"}
    data["version"] = field(client.get(path).text, "version")

    client.post(path, data=data)

    assert claim.amount_cents == 500_000
    assert "Not sent yet." in client.get(path).text
    client.post(f"{path}/discard")
    assert "Not sent yet." not in client.get(path).text


def test_file_of_a_sent_request_stays_in_its_version(app: Flask) -> None:
    scene = make_scene()
    draft = save(scene)
    entry = add(scene, draft)
    line = scene.asked()
    claim = service.claim(
        scene.award, [type(line)(line.milestone_id, 1000, [LINK], files=[entry])], "",
        draft=draft, actor=scene.cast.ana, at=NOW,
    )  # fmt: skip
    change = claim_drafts.opened(scene.award, claim, actor=scene.cast.ana, at=NOW)
    claim_drafts.remove_file(change, line.milestone_id, int(str(entry["id"])), actor=scene.cast.ana, at=NOW)
    service.revise(claim, [scene.asked()], "", draft=change, actor=scene.cast.ana, at=NOW)

    file = db.session.get_one(File, entry["id"])
    assert (file.subject_type, file.subject_id) == ("claim", claim.id)
    assert claim.lines[0].files == []
