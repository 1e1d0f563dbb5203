"""Blind stages: nothing a reviewer can fetch or is sent says who applies; the office reads it all."""

from contextlib import suppress
from contextvars import Context
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import BuildError

from fundapp.accounts.models import PartyKind, RoleName
from fundapp.applications.models import ApplicationState
from fundapp.core import files
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.reminders import service as reminders
from fundapp.reviews import asking, changes, pins
from fundapp.reviews.models import ReviewState
from fundapp.rounds.models import Form, RoundState
from tests.factories import FORM, NOW, give_role, make_application, make_cast, make_round, make_user
from tests.reviews.screen import Scene, newer, sheet
from tests.visitor import Visitor

NAME, MAIL, HOUSE = "Fenna Wiarda", "fenna@getijden.example", "Stichting Havenbericht"
TELLING = (NAME, MAIL, HOUSE, "Wiarda", "Havenbericht")


def blind_form(*, hides_title: bool = False) -> Form:
    definition: dict[str, Any] = deepcopy(FORM)
    fields = definition["sections"][0]["fields"]
    fields[0]["identifying"] = hides_title
    for key, kind in (("contact_name", "short"), ("email", "email"), ("organisation", "short")):
        label = {"en": key.title(), "nl": key.title()}
        fields.append({"key": key, "type": kind, "label": label, "identifying": True})
    form = Form(slug="blind", definition=definition, digest="b" * 64)
    db.session.add(form)
    db.session.flush()
    return form


def blind_scene(client: Visitor, *, hides_title: bool = False) -> Scene:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.REVIEWING, form=blind_form(hides_title=hides_title))
    round.stage.is_blind = True
    owner = make_user(NAME)
    owner.email = MAIL
    application = make_application(round, owner, state=ApplicationState.IN_REVIEW, title="Getijdenboek")
    application.party.kind = PartyKind.ORGANISATION
    application.party.legal_name = application.party.public_name = HOUSE
    scene = Scene(cast, round, application, client)
    newer(
        scene, contact_name=NAME, email=MAIL, organisation=HOUSE,
        abstract=f"{NAME} of {HOUSE} measures tides. Write to {MAIL.upper()} about it.",
    )  # fmt: skip
    return scene


@pytest.fixture
def scene(app: Flask, client: Visitor) -> Scene:
    return blind_scene(client)


def assert_blind(text: str, telling: tuple[str, ...] = TELLING) -> None:
    assert [name for name in telling if name.lower() in text.lower()] == []


def test_the_desk_leaves_out_who_applies_and_covers_names_in_the_text(scene: Scene) -> None:
    review = scene.review()

    page = scene.client.get(f"/reviews/{review.id}/desk").text

    assert_blind(page)
    assert ("measures tides" in page, "Getijdenboek" in page, "█" in page) == (True, True, True)


@pytest.mark.parametrize("state", [ReviewState.INVITED, ReviewState.ACCEPTED, ReviewState.SUBMITTED])
def test_list_card_and_desk_say_nothing_in_any_state(scene: Scene, state: ReviewState) -> None:
    values = [3, 2, 6] if state is ReviewState.SUBMITTED else None
    review = scene.review(state, values=values)

    for path in ("/reviews", "/reviews?show=all", f"/reviews/{review.id}", f"/reviews/{review.id}/desk"):
        assert_blind(scene.client.get(path, follow_redirects=True).text)


def test_what_changed_between_versions_is_covered_too(scene: Scene) -> None:
    review = scene.review(ReviewState.SUBMITTED, values=[3, 2, 6])
    newer(scene, abstract=f"{NAME} left {HOUSE} for Kaap & Co; new words.", contact_name="Kaap & Co")

    page = scene.client.get(f"/reviews/{review.id}/desk").text

    assert "new words" in page
    assert_blind(page, (*TELLING, "Kaap &amp; Co"))


def test_pins_are_covered_for_reviewers_and_whole_for_the_office(scene: Scene) -> None:
    review = scene.review()
    made = pins.pin(
        review, review.rubric.criteria[0], field="abstract", quote="measures tides. Write to",
        actor=scene.cast.rhea, at=NOW,
    )  # fmt: skip
    wide = pins.pin(
        review, review.rubric.criteria[1], field="abstract",
        quote=f"{'█' * len(HOUSE)} measures tides", actor=scene.cast.rhea, at=NOW,
    )  # fmt: skip
    newer(scene, abstract=f"Nothing of it is left, says {NAME}.")

    assert_blind(scene.client.get(f"/reviews/{review.id}/desk").text)
    assert made.quote == "measures tides. Write to"
    assert wide.quote == f"{HOUSE} measures tides"


def test_the_invitation_names_the_title_only(scene: Scene) -> None:
    asking.assign(scene.application, scene.cast.rhea, actor=scene.cast.sol, at=NOW)
    mails = db.session.scalars(select(Outbox).where(Outbox.user_id == scene.cast.rhea.id)).all()

    assert "Getijdenboek" in mails[0].body_text
    for mail in mails:
        assert_blind(mail.subject + mail.body_text + (mail.body_html or ""))


def test_even_the_title_where_the_form_says_so(app: Flask, client: Visitor) -> None:
    scene = blind_scene(client, hides_title=True)
    review = scene.review()

    for path in ("/reviews", f"/reviews/{review.id}", f"/reviews/{review.id}/desk"):
        page = scene.client.get(path).text
        assert_blind(page, (*TELLING, "Getijdenboek"))
        assert scene.application.code in page


def test_no_mail_tells_a_title_the_form_hides(app: Flask, client: Visitor) -> None:
    scene = blind_scene(client, hides_title=True)
    review = scene.review()
    review.due_at = NOW + timedelta(days=5)
    db.session.flush()

    reminders.remind(NOW + timedelta(days=4))
    changes.tell(scene.application, scene.application.current, scene.cast.sol, NOW)

    sent = db.session.scalars(select(Outbox).where(Outbox.user_id == scene.cast.rhea.id)).all()
    assert {mail.name for mail in sent} >= {"reminders", "proposal-changed"}
    for mail in sent:
        assert_blind(mail.subject + mail.body_text + (mail.body_html or ""), (*TELLING, "Getijdenboek"))


def test_answers_of_the_server_to_the_script_say_nothing(scene: Scene) -> None:
    review = scene.review()
    key = review.rubric.criteria[0].id

    saved = scene.client.post(f"/reviews/{review.id}/autosave", data=sheet(review, 3))
    pinned = scene.client.post(
        f"/reviews/{review.id}/pin", headers={"Accept": "application/json"},
        data={"pin": key, "field": "abstract", "quote": "measures tides"},
    )  # fmt: skip
    wrong = scene.client.post(f"/reviews/{review.id}/desk", data={**sheet(review), f"c{key}-score": "99"})

    assert (saved.status_code, pinned.status_code, wrong.status_code) == (200, 200, 422)
    for answer in (saved, pinned, wrong):
        assert_blind(answer.text)


def test_handing_in_and_declining_say_nothing(scene: Scene) -> None:
    review = scene.review()

    scene.client.post(f"/reviews/{review.id}/submit", data=sheet(review, 3, 2, 6))
    done = scene.client.get("/reviews")

    assert done.status_code == 200
    assert_blind(done.text)


def test_the_office_reads_it_whole(scene: Scene) -> None:
    scene.review(ReviewState.SUBMITTED, values=[3, 2, 6])
    scene.client.sign_in(scene.cast.sol)

    page = scene.client.get(f"/office/applications/{scene.application.id}").text

    assert (NAME in page, HOUSE in page) == (True, True)


def test_a_reviewer_who_is_a_manager_here_is_not_blind(scene: Scene) -> None:
    review = scene.review()
    give_role(scene.cast.rhea, scene.cast.fund, RoleName.MANAGER)

    assert NAME in scene.client.get(f"/reviews/{review.id}/desk").text


def test_an_open_stage_shows_who_applies(scene: Scene) -> None:
    scene.round.stage.is_blind = False
    review = scene.review()

    assert NAME in scene.client.get(f"/reviews/{review.id}/desk").text


def test_accepting_a_blind_card_opens_the_proposal(scene: Scene) -> None:
    review = scene.review(ReviewState.INVITED)

    card = scene.client.get(f"/reviews/{review.id}").text
    answer = scene.client.post(f"/reviews/{review.id}/tie", data={"answer": "none"})

    assert "judged blind" in card
    assert answer.location == f"/reviews/{review.id}/desk"


# --- attachments -------------------------------------------------------------------------


def test_attachments_lose_their_names_and_hidden_ones_are_not_there(scene: Scene) -> None:
    definition = deepcopy(scene.round.stage.form.definition)
    for key, tells in (("plan", False), ("cv", True)):
        definition["sections"][0]["fields"].append(
            {"key": key, "type": "file", "label": {"en": key, "nl": key}, "identifying": tells}
        )
    scene.round.stage.form.definition = definition
    kept = {key: attached(scene, f"{key} of {NAME}.pdf") for key in ("plan", "cv")}
    newer(scene, **{key: [value] for key, value in kept.items()})
    review = scene.review()

    page = scene.client.get(f"/reviews/{review.id}/desk").text
    given = scene.client.get(f"/office/files/{kept['plan']['id']}")
    hidden = scene.client.get(f"/office/files/{kept['cv']['id']}")

    assert_blind(page)
    assert f"/office/files/{kept['plan']['id']}" in page
    assert (given.status_code, given.headers["Content-Disposition"]) == (200, "attachment; filename=file.pdf")
    assert hidden.status_code == 404


def attached(scene: Scene, name: str) -> dict[str, Any]:
    content = name.encode()
    file = files.keep(
        scene.application, content, name=name, media_type="application/pdf", actor_id=None, at=NOW
    )
    return {"id": file.id, "name": name, "size": 8, "sha256": file.sha256}


# --- every byte ----------------------------------------------------------------------------


def addresses(app: Flask, scene: Scene) -> list[str]:
    """List the address of every page, with each of the first ids and the names that stand in addresses."""
    words = {
        "code": scene.application.code, "slug": scene.round.slug, "fund_slug": scene.cast.fund.slug,
        "round_slug": scene.round.slug, "lang": "en", "format": "csv", "language": "en",
    }  # fmt: skip
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or set()) or rule.endpoint == "static":
                continue
            for id in (1, 2):
                numbers = {name: words.get(name, id) for name in rule.arguments}
                with suppress(BuildError, ValueError):  # a word of a list of its own
                    found.append(url_for(rule.endpoint, **numbers))
    return sorted(set(found))


@pytest.mark.parametrize("state", [ReviewState.INVITED, ReviewState.ACCEPTED, ReviewState.SUBMITTED])
def test_nothing_a_reviewer_can_fetch_says_who_applies(app: Flask, scene: Scene, state: ReviewState) -> None:
    make_application(scene.round, scene.cast.ben, state=ApplicationState.IN_REVIEW)
    scene.review(state, values=[3, 2, 6] if state is ReviewState.SUBMITTED else None)
    db.session.commit()
    visitor = FlaskClient(app)
    with visitor.session_transaction() as session:
        session["_user_id"], session["_fresh"] = scene.cast.rhea.get_id(), True
    opened = []

    for address in addresses(app, scene):
        answer = Context().run(visitor.get, address, buffered=True)
        if answer.status_code == 200:
            opened.append(address)
            said = answer.get_data() + str(answer.headers).encode()
            assert [name for name in TELLING if name.lower().encode() in said.lower()] == [], address

    assert "/reviews" in opened
    assert len(opened) > 10
