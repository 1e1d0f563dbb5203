"""A proposal on paper and as reviewers see it: all of it, or without what they may not see."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from fundapp.applications import readers, service, versions
from fundapp.applications.models import ApplicationState
from fundapp.core import clock
from fundapp.rounds import service as rounds
from tests.factories import NOW, make_application, make_cast, make_round


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def draft(cast):
    now = clock.now()
    form = rounds.install_form("proposal_form", at=NOW)
    call = make_round(
        cast.fund, form=form, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=5)
    )
    made = service.start(call, actor=cast.ana, at=now)
    answers = {
        "title": "Sluiswachter", "contact_name": "Ana Alders", "abstract": "| a | b |\n|---|---|\n| 1 | 2 |",
        "uses_genai": True, "genai_details": "A model wrote a line.", "amount": 1_200_000,
    }  # fmt: skip
    service.save(made, answers, {}, actor=cast.ana, at=now)
    return made


def words(answer):
    reader = PdfReader(io.BytesIO(answer.data))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split()), reader


def test_draft_is_a_pdf_that_says_so(client, cast, draft):
    client.sign_in(cast.ana)

    answer = client.get(f"/proposals/{draft.id}/proposal.pdf")

    text, reader = words(answer)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="draft-{draft.id}.pdf"'
    assert "It was not sent in." in text
    assert "€12,000" in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_sent_version_is_named_by_its_code(client, cast):
    sent = make_application(make_round(cast.fund), cast.ana, title="Sluis")
    client.sign_in(cast.ana)

    answer = client.get(f"/proposals/{sent.id}/proposal.pdf?version=1")

    assert answer.headers["Content-Disposition"] == f'attachment; filename="{sent.code}.pdf"'
    assert sent.code in words(answer)[0]
    assert client.get(f"/proposals/{sent.id}/proposal.pdf?version=7").status_code == 404
    client.sign_in(cast.sol)
    assert client.get(f"/office/applications/{sent.id}/proposal.pdf").status_code == 200
    client.sign_in(cast.ben)
    assert client.get(f"/proposals/{sent.id}/proposal.pdf").status_code == 404


def test_preview_of_a_blind_stage_leaves_out_who_applies(client, cast, draft):
    client.sign_in(cast.ana)
    assert "Ana Alders</dd>" in client.get(f"/proposals/{draft.id}/preview").text

    draft.stage.is_blind = True
    page = client.get(f"/proposals/{draft.id}/preview").text

    assert "Ana Alders</dd>" not in page
    assert "Reviewers of this call do not see:" in page


def test_round_decides_whether_reviewers_read_the_disclosure(client, cast, draft):
    client.sign_in(cast.ana)
    assert "A model wrote a line." in client.get(f"/proposals/{draft.id}/preview").text

    draft.round.shows_disclosure = False

    form = versions.form_of(draft.stage.form)
    hidden = readers.hidden_from(cast.rhea, draft, form)
    assert {"uses_genai", "genai_tools", "genai_purpose", "genai_details", "genai_log"} == hidden
    assert readers.hidden_from(cast.sol, draft, form) == frozenset()
    assert "A model wrote a line." not in client.get(f"/proposals/{draft.id}/preview").text


def test_draft_of_another_is_not_there(client, cast):
    other = make_application(make_round(cast.fund), cast.ana, state=ApplicationState.DRAFT)
    client.sign_in(cast.sol)

    for path in (f"/proposals/{other.id}/preview", f"/office/applications/{other.id}/proposal.pdf"):
        assert client.get(path).status_code == 404
