"""The report of a fund from the browser, and every kind of report as a page."""

import io

import pytest
from openpyxl import load_workbook

from fundapp.core.db import db
from fundapp.reports import evaluations, fund_service, printing, service
from fundapp.reports.models import Snapshot
from tests.factories import NOW, make_cast, make_conflict

LIST = "/office/reports"


def made(kind: str) -> list[Snapshot]:
    return list(db.session.scalars(db.select(Snapshot).where(Snapshot.kind == kind)))


@pytest.mark.parametrize("who", ["sol", "fin", "aud"])
def test_office_makes_the_report_of_a_fund_and_takes_it_in_every_format(client, story, who):
    client.sign_in(getattr(story.cast, who))
    page = f"{LIST}/funds/{story.round.fund_id}"
    assert f'href="{page}"' in client.get(LIST).text

    answer = client.post(page)

    (report,) = made("fund")
    shown = client.get(page).text
    assert answer.location == page
    for place in ("", "/en.pdf", "/nl.pdf", "/en.xlsx", "/data.csv", "/data.json"):
        assert f'href="{LIST}/{report.id}{place}"' in shown
    assert client.get(f"{LIST}/{report.id}/data.csv").status_code == 200


def test_another_fund_is_not_there(client, story):
    client.sign_in(make_cast().sol)

    answers = [client.get(f"{LIST}/funds/{story.round.fund_id}"), client.post(f"{LIST}/funds/1")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert made("fund") == []


def test_every_kind_reads_as_a_page_with_the_figures_of_its_record(client, story):
    given = {"actor": story.cast.sol, "at": NOW}
    reports = {
        service.take_round(story.round, **given): "€8,000",
        service.take_application(story.funded, **given): story.funded.title,
        fund_service.take_grant(story.award, **given): "€3,000",
        evaluations.take_figures(story.round.fund, **given): "€8,000",
    }
    db.session.commit()
    client.sign_in(story.cast.sol)

    pages = {report: client.get(f"{LIST}/{report.id}").text for report in reports}

    for report, figure in reports.items():
        assert figure in pages[report]
        assert f"{LIST}/{report.id}/nl.pdf" in pages[report]
        assert pages[report].count("<h1") == pages[report].count("<html") == 1


def test_a_page_is_in_the_readers_language(client, story):
    report = service.take_round(story.round, actor=story.cast.sol, at=NOW)
    story.cast.sol.language = "nl"
    db.session.commit()
    client.sign_in(story.cast.sol)

    shown = client.get(f"{LIST}/{report.id}").text

    assert "Zo kwamen deze cijfers tot stand" in shown or "€ 8.000" in shown.replace("\xa0", " ")


def test_who_is_tied_reads_no_dossier_as_a_page(client, story):
    report = service.take_application(story.funded, actor=story.cast.sol, at=NOW)
    make_conflict(story.funded, story.cast.max)
    db.session.commit()
    client.sign_in(story.cast.max)

    assert client.get(f"{LIST}/{report.id}").status_code == 404


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_workbooks_open_in_both_languages_whatever_their_sheets_are_called(client, story, lang):
    given = {"actor": story.cast.sol, "at": NOW}
    reports = [
        service.take_round(story.round, **given), evaluations.take_figures(story.round.fund, **given),
        fund_service.take_grant(story.award, **given), service.take_application(story.funded, **given),
    ]  # fmt: skip
    db.session.commit()

    names = [load_workbook(io.BytesIO(printing.printed(one, "xlsx", lang))).sheetnames for one in reports]

    assert all(len(sheets) > 2 for sheets in names)
    assert not [name for sheets in names for name in sheets if set(name) & set("[]:*?/\\")]
