"""Pages of an evaluation: written without scripts and with, clashing in words, signed and confirmed."""

import re
from datetime import date

import pytest

from fundapp.core.db import db
from fundapp.reports import evaluations
from fundapp.reports.models import Evaluation, EvaluationState, EvaluationText
from tests.factories import NOW
from tests.reports.test_evaluations import invite, write_all


@pytest.fixture
def begun(story):
    made = evaluations.begin(
        story.cast.fund, {"en": "Two seasons on", "nl": "Twee seizoenen verder"},
        from_on=date(2026, 1, 1), until_on=date(2026, 11, 22), actor=story.cast.sol, at=NOW,
    )  # fmt: skip
    db.session.commit()
    return made


def test_manager_begins_one_from_the_reports(client, story):
    client.sign_in(story.cast.sol)
    path = f"/office/reports/funds/{story.cast.fund.id}/evaluations/new"
    assert path in client.get("/office/reports").text

    client.get(path)
    answer = client.post(
        path,
        data={"title_en": "One", "title_nl": "Een", "from_on": "2026-01-01", "until_on": "2026-12-31"},
    )

    made = db.session.scalars(db.select(Evaluation)).one()
    assert answer.location.endswith(f"/evaluations/{made.id}")
    assert made.figures.kind == "fund"


def test_period_that_ends_first_is_refused_in_words(client, story):
    client.sign_in(story.cast.sol)
    path = f"/office/reports/funds/{story.cast.fund.id}/evaluations/new"
    client.get(path)

    answer = client.post(
        path, data={"title_en": "One", "title_nl": "Een", "from_on": "2026-12-31", "until_on": "2026-01-01"}
    )

    assert answer.status_code == 422
    assert "ends before it begins" in answer.text


def test_chapter_is_saved_and_saved_while_typing(client, story, begun):
    client.sign_in(story.cast.sol)
    path = f"/office/reports/evaluations/{begun.id}/chapters/goals"
    assert "What to write about" in client.get(path).text

    kept = client.post(path, data={"version": "0 0", "text_en": "Goals.", "text_nl": "Doelen."})
    typed = client.post(
        f"{path}/autosave", data={"version": "1 1", "text_en": "Goals!", "text_nl": "Doelen."}
    )
    clash = client.post(f"{path}/autosave", data={"version": "1 1", "text_en": "Mine", "text_nl": "Doelen."})

    assert kept.status_code == 302
    assert typed.json["version"] == "2 1"
    assert re.fullmatch(r"\d\d:\d\d", typed.json["saved_at"])
    assert clash.status_code == 409
    texts = {one.language: one.body for one in db.session.scalars(db.select(EvaluationText))}
    assert texts == {"en": "Goals!", "nl": "Doelen."}
    history = client.get(f"{path}/history/en")
    assert "Goals." in history.text


def test_reader_of_the_office_may_not_write(client, story, begun):
    client.sign_in(story.cast.aud)
    path = f"/office/reports/evaluations/{begun.id}"

    assert client.get(f"{path}/read").status_code == 200
    assert client.get(f"{path}/en.pdf").data.startswith(b"%PDF")
    assert client.post(f"{path}/chapters/goals", data={"text_en": "x"}).status_code == 403
    assert client.post(f"{path}/figures").status_code == 403
    assert client.get(f"{path}/publish").status_code == 403


def test_stranger_finds_no_evaluation(client, story, begun):
    client.sign_in(story.cast.ana)

    assert client.get(f"/office/reports/evaluations/{begun.id}").status_code == 404
    assert client.get("/office/reports").status_code == 403


def test_whole_way_through_the_pages(client, story, begun):
    write_all(begun, story.cast.sol)
    path, eva = f"/office/reports/evaluations/{begun.id}", invite(begun, story.cast.sol)
    client.sign_in(eva)
    client.get(f"{path}/chapters/goals")
    client.post(f"{path}/chapters/goals/remarks", data={"body": "Which plan?"})
    client.sign_in(story.cast.sol)
    assert "Which plan?" in client.get(f"{path}/chapters/goals").text
    remark = db.session.scalars(db.select(Evaluation)).one().remarks[0]
    client.post(f"{path}/remarks/{remark.id}")
    client.sign_in(eva)
    sheet = client.get(f"{path}/sign").text
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', sheet)[1]
    client.post(f"{path}/sign", data={"digest": digest, "name": "Eva Zandpad"})
    client.sign_in(story.cast.sol)
    client.get(f"{path}/decision")
    client.post(
        f"{path}/decision",
        data={"course": "change", "decided_on": NOW.date().isoformat(), "text_en": "Yes.", "text_nl": "Ja."},
    )
    client.sign_in(story.cast.max)
    assert "Confirm this decision" in client.get(path).text
    client.post(f"{path}/decision/confirm")
    client.get(f"{path}/publish")
    client.post(f"{path}/publish")

    db.session.expire_all()
    row = db.session.get(Evaluation, begun.id)
    assert row.state is EvaluationState.PUBLISHED
    assert row.is_decided
    assert row.document.data["decision"]["course"] == "change"


def test_withdrawing_wants_a_reason(client, story, begun):
    client.sign_in(story.cast.sol)
    path = f"/office/reports/evaluations/{begun.id}/withdraw"
    client.get(path)

    assert client.post(path, data={"note": " "}).status_code == 422
    assert client.post(path, data={"note": "Begun by mistake."}).status_code == 302


def test_insider_is_refused_beside_the_address(client, story, begun):
    client.sign_in(story.cast.sol)
    path = f"/office/reports/evaluations/{begun.id}/evaluator"
    client.get(path)

    answer = client.post(path, data={"name": "Max", "email": story.cast.max.email, "language": "nl"})

    assert answer.status_code == 422
    assert "somebody from outside" in answer.text
