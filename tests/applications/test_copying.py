"""An earlier proposal in another call: linked, filled in where it fits, honest about the rest."""

from copy import deepcopy
from datetime import timedelta

import pytest

from fundapp.applications import attachments, copying, drafts, service, versions
from fundapp.applications.models import ApplicationState, Capacity, Level
from fundapp.core import clock, files
from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.core.refusals import MoveRefused
from tests.factories import FORM, make_application, make_cast, make_form, make_round

S = ApplicationState
NOW = clock.now()
TEXT = {"en": "Asked", "nl": "Gevraagd"}
OLD = [
    {"key": "only_here", "type": "short", "label": TEXT},
    {"key": "kind", "type": "several", "label": TEXT, "choices": [
        {"value": "a", "label": TEXT}, {"value": "b", "label": TEXT}]},
    {"key": "deck", "type": "file", "label": TEXT},
    {"key": "agreed", "type": "consent", "label": TEXT},
    {"key": "size", "type": "number", "label": TEXT},
]  # fmt: skip
NEW = [
    {"key": "kind", "type": "several", "label": TEXT, "choices": [{"value": "b", "label": TEXT}]},
    {"key": "deck", "type": "file", "label": TEXT},
    {"key": "agreed", "type": "consent", "label": TEXT},
    {"key": "size", "type": "short", "label": TEXT},
]  # fmt: skip


def round_with(cast, fields, *, hard=1500, **values):
    form, definition = make_form(), deepcopy(FORM)
    definition["sections"][0]["fields"] += fields
    definition["sections"][0]["fields"][1]["hard"] = hard
    definition["sections"][0]["fields"][1].pop("advised")
    form.definition = definition
    return make_round(
        cast.fund, form=form, budget_cents=1_000_000, opens_at=NOW - timedelta(days=1),
        closes_at=clock.now() + timedelta(days=5), **values,
    )  # fmt: skip


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def source(cast):
    made = make_application(round_with(cast, OLD), cast.ana, state=S.DRAFT, title="Sluis")
    answers = {"only_here": "x", "kind": ["a", "b"], "agreed": True, "size": 7, "abstract": "y" * 60}
    service.save(made, answers, {"abstract": 1}, actor=cast.ana, at=NOW)
    field = versions.form_of(made.stage.form).field("deck")
    attachments.add(made, field, "a.txt", b"hello", room=attachments.Room(), actor=cast.ana, at=NOW)
    return made


def kept(application):
    return versions.values(drafts.answers_of(application.id).values())


def test_copy_takes_along_what_fits(cast, source):
    to = round_with(cast, NEW, hard=50)

    made = copying.copy(source, to, actor=cast.ana, at=NOW)

    given = kept(made)
    assert (made.previous_id, made.round_id, made.title, made.state) == (source.id, to.id, "Sluis", S.DRAFT)
    assert {key: given[key] for key in given if key != "deck"} == {
        "title": "Sluis", "abstract": "y" * 60, "amount": 1_000_000, "kind": ["b"],
    }  # fmt: skip
    file = db.session.get(File, given["deck"][0]["id"])
    assert (file.subject_id, files.content(file)) == (made.id, b"hello")


def test_copy_tells_what_did_not_fit(cast, source):
    made = copying.copy(source, round_with(cast, NEW, hard=50), actor=cast.ana, at=NOW)

    told = [one.why for one in copying.misfits(made, "en")]

    assert told == [
        "It is 10 characters too long for this call.", "This call does not ask it.",
        "Some of it does not fit here.", "This call asks it in another way: answer it again.",
    ]  # fmt: skip
    assert copying.misfits(source, "en") == []


def test_copy_is_for_those_who_apply(cast, source):
    with pytest.raises(MoveRefused):
        copying.copy(source, round_with(cast, NEW), actor=cast.ben, at=NOW)
    service.let_in(source, cast.ben, Capacity.CO_APPLICANT, Level.READ, actor=cast.ana, at=NOW)

    made = copying.copy(source, round_with(cast, NEW), actor=cast.ben, at=NOW)

    assert [(one.user_id, one.capacity) for one in made.access] == [(cast.ben.id, Capacity.OWNER)]


def test_pages_copy_into_an_open_call(client, cast, source):
    to, closed = round_with(cast, OLD), round_with(cast, NEW)
    closed.stage.closes_at = clock.now() - timedelta(hours=1)
    client.sign_in(cast.ana)
    assert client.get(f"/proposals/{source.id}/copy?round={to.id}").status_code == 200
    assert client.post(f"/proposals/{source.id}/copy", data={"round": closed.id}).status_code == 422

    places = {
        client.post(f"/proposals/{source.id}/copy", data={"round": to.id, "once": "c"}).location
        for _ in range(2)
    }

    assert len(places) == 1
    assert "All your answers went along" in client.get(places.pop()).text
    client.sign_in(cast.ben)
    assert client.get(f"/proposals/{source.id}/copy").status_code == 404
