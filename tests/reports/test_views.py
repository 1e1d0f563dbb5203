"""Pages about reports: who may make and read them, and what they hand over."""

import pytest

from fundapp.applications.models import ApplicationState
from fundapp.core.db import db
from fundapp.reports import service
from fundapp.reports.export import FORMATS
from fundapp.reports.models import Snapshot
from tests.factories import NOW, make_application, make_cast, make_conflict

LIST = "/office/reports"


@pytest.fixture
def report(story) -> int:
    """A report of the round; its id."""
    made = service.take_round(story.round, actor=story.cast.sol, at=NOW)
    db.session.commit()
    return made.id


@pytest.fixture
def dossier(story) -> int:
    """A dossier of the funded application; its id."""
    made = service.take_application(story.funded, actor=story.cast.sol, at=NOW)
    db.session.commit()
    return made.id


def snapshots() -> int:
    return db.session.scalar(db.select(db.func.count(Snapshot.id)))


@pytest.mark.parametrize("who", ["sol", "fin", "aud"])
def test_office_sees_the_rounds_and_their_reports(client, story, report, who):
    client.sign_in(getattr(story.cast, who))

    index, page = client.get(LIST), client.get(f"{LIST}/rounds/{story.round.id}")

    assert (index.status_code, page.status_code) == (200, 200)
    assert story.round.name["en"] in index.text
    assert f"/office/reports/{report}/en.pdf" in page.text


@pytest.mark.parametrize("who", ["ana", "rhea"])
def test_applicants_and_reviewers_see_no_reports(client, story, report, dossier, who):
    client.sign_in(getattr(story.cast, who))

    answers = [
        client.get(url).status_code
        for url in (
            LIST,
            f"{LIST}/rounds/{story.round.id}",
            f"{LIST}/{report}/en.pdf",
            f"{LIST}/{dossier}/en.pdf",
        )
    ]

    assert set(answers) <= {403, 404}


def test_office_of_another_fund_sees_nothing(client, story, report, dossier):
    client.sign_in(make_cast().sol)

    urls = [
        f"{LIST}/rounds/{story.round.id}",
        f"{LIST}/{report}/en.pdf",
        f"{LIST}/{dossier}/data.json",
        f"{LIST}/rounds/{story.round.id}/applications.csv",
    ]

    assert [client.get(url).status_code for url in urls] == [404] * 4
    assert story.round.name["en"] not in client.get(LIST).text


def test_visitors_are_sent_to_sign_in(client, report):
    assert client.get(f"{LIST}/{report}/en.pdf").status_code == 302


def test_manager_makes_the_report_of_a_round(client, story):
    client.sign_in(story.cast.sol)

    answer = client.post(f"{LIST}/rounds/{story.round.id}")

    assert answer.status_code == 302
    assert snapshots() == 1
    assert "€8,000" in client.get(answer.location).text


def test_manager_makes_a_dossier(client, story):
    client.sign_in(story.cast.sol)

    answer = client.post(f"{LIST}/applications/{story.funded.id}")

    assert answer.status_code == 302
    assert db.session.scalars(db.select(Snapshot)).one().application_id == story.funded.id


@pytest.mark.parametrize("who", ["fin", "aud"])
def test_only_managers_make_reports(client, story, who):
    client.sign_in(getattr(story.cast, who))

    answers = [
        client.post(f"{LIST}/rounds/{story.round.id}"),
        client.post(f"{LIST}/applications/{story.funded.id}"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert snapshots() == 0


def test_person_with_a_tie_gets_neither_report_nor_dossier(client, story, report, dossier):
    make_conflict(story.funded, story.cast.sol)
    client.sign_in(story.cast.sol)

    page = client.get(f"{LIST}/rounds/{story.round.id}")

    assert story.funded.title not in page.text
    assert "/en.pdf" not in page.text.split('id="dossiers"')[0]
    for url in (f"{LIST}/{report}/en.pdf", f"{LIST}/{dossier}/en.pdf", f"{LIST}/{report}/data.json"):
        assert client.get(url).status_code == 404
    assert client.post(f"{LIST}/rounds/{story.round.id}").status_code == 422
    assert client.post(f"{LIST}/applications/{story.funded.id}").status_code == 404


@pytest.mark.parametrize(
    ("ending", "begins"),
    [
        ("en.pdf", ("application/pdf", b"%PDF-")),
        ("nl.xlsx", (FORMATS["xlsx"], b"PK")),
        ("data.csv", ("text/csv", b"rank,code")),
        ("data.json", ("application/json", b"{")),
    ],
)
def test_report_can_be_taken_along_in_every_format(client, story, report, ending, begins):
    client.sign_in(story.cast.aud)

    answer = client.get(f"{LIST}/{report}/{ending}")

    assert answer.status_code == 200
    assert (answer.mimetype, answer.data[: len(begins[1])]) == begins
    assert f"round-report-{story.round.slug}" in answer.headers["Content-Disposition"]


def test_language_that_we_do_not_speak_is_not_found(client, story, report):
    client.sign_in(story.cast.sol)

    assert client.get(f"{LIST}/{report}/fr.pdf").status_code == 404


def test_finance_reads_dossiers_of_what_is_awarded(client, story, dossier):
    declined = service.take_application(story.declined, actor=story.cast.sol, at=NOW)
    db.session.commit()
    client.sign_in(story.cast.fin)

    answers = [client.get(f"{LIST}/{id}/data.json").status_code for id in (dossier, declined.id)]

    assert answers == [200, 404]


@pytest.mark.parametrize("format", ["csv", "xlsx", "json"])
def test_data_of_a_round_is_handed_over(client, story, format):
    client.sign_in(story.cast.sol)

    answer = client.get(f"{LIST}/rounds/{story.round.id}/applications.{format}")

    assert answer.status_code == 200
    assert f"applications-{story.round.slug}.{format}" in answer.headers["Content-Disposition"]


def test_pages_cost_the_same_for_one_application_and_for_fifty(client, story, report):
    client.sign_in(story.cast.sol)
    client.get(f"{LIST}/rounds/{story.round.id}")
    few = len(client.statements)
    for _ in range(50):
        make_application(story.round, story.cast.ben, state=ApplicationState.SUBMITTED)

    page = client.get(f"{LIST}/rounds/{story.round.id}")

    assert len(client.statements) == few <= 10
    assert page.text.count("Make the dossier") == 50
    assert "after=" in page.text


def test_page_of_a_dutch_reader_is_dutch(client, story, report):
    story.cast.sol.language = "nl"
    client.sign_in(story.cast.sol)

    page = client.get(f"{LIST}/rounds/{story.round.id}")

    assert 'lang="nl"' in page.text
    assert "Maak het rapport nu" in page.text
    assert "€\u00a08.000" in page.text
