"""The register of ties: on a page, as CSV, on paper."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from fundapp.applications.models import ApplicationState, ConflictState
from tests.factories import make_application, make_cast, make_conflict, make_round, make_user
from tests.visitor import Visitor


@pytest.fixture
def cast(app):
    return make_cast()


@pytest.fixture
def round(cast):
    round = make_round(cast.fund)
    first = make_application(round, cast.ana, state=ApplicationState.IN_REVIEW, title="=SUM(A1)")
    make_conflict(first, cast.rhea, note="We share an office", settled_by=cast.max.id)
    second = make_application(
        round, cast.ben, state=ApplicationState.IN_REVIEW, title="Wind maps of the coast"
    )
    make_conflict(second, cast.rhea, ConflictState.HINTED, reasons=[{"why": "together", "who": "Ben Bosch"}])
    make_conflict(second, cast.max)
    make_conflict(second, make_user("Stranger"), ConflictState.CLEAR)
    return round


def test_register_shows_who_what_and_by_whom(cast, round, client: Visitor):
    client.sign_in(cast.aud)

    page = client.get(f"/office/rounds/{round.id}/ties").text
    hinted = client.get(f"/office/rounds/{round.id}/ties?state=hinted").text

    assert "We share an office" in page
    assert "Applied together with Ben Bosch before." in page
    assert page.count('<th scope="row">') == 4
    assert hinted.count('<th scope="row">') == 1


def test_register_leaves_out_what_its_reader_is_tied_to(cast, round, client: Visitor):
    client.sign_in(cast.max)

    page = client.get(f"/office/rounds/{round.id}/ties").text
    lines = client.get(f"/office/rounds/{round.id}/ties.csv").text

    assert "Wind maps of the coast" not in page + lines
    assert page.count('<th scope="row">') == 1


def test_register_as_csv_runs_nothing(cast, round, client: Visitor):
    client.sign_in(cast.sol)

    lines = client.get(f"/office/rounds/{round.id}/ties.csv").text.splitlines()

    assert lines[0].startswith("application,title,person")
    assert "'=SUM(A1),Rhea Rood" in lines[1]
    assert "Max Maas" in lines[1]


@pytest.mark.parametrize(("lang", "word"), [("en", "Register of ties"), ("nl", "Register van banden")])
def test_register_on_paper_in_both_languages(cast, round, client: Visitor, lang, word):
    client.sign_in(cast.sol)

    given = client.get(f"/office/rounds/{round.id}/ties-{lang}.pdf")

    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(given.data)).pages)
    text = " ".join(text.split())
    assert given.mimetype == "application/pdf"
    assert word in text
    assert "Rhea Rood" in text
    assert client.get(f"/office/rounds/{round.id}/ties-fr.pdf").status_code == 404


def test_register_is_for_managers_and_auditors(cast, round, client: Visitor):
    answers = {}
    for name in ("fin", "rhea", "ana"):
        client.sign_in(getattr(cast, name))
        answers[name] = client.get(f"/office/rounds/{round.id}/ties").status_code

    assert answers == {"fin": 403, "rhea": 404, "ana": 404}


def test_register_of_a_round_without_ties_says_so(cast, client: Visitor):
    client.sign_in(cast.sol)
    empty = make_round(cast.fund)

    assert "Nobody has declared anything yet." in client.get(f"/office/rounds/{empty.id}/ties").text
    assert client.get(f"/office/rounds/{empty.id}/ties-en.pdf").status_code == 200
