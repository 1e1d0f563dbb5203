"""The pages of reports: written without scripts, read and questioned, their days, the fund's rule."""

import re
from datetime import date
from io import BytesIO
from typing import Any

from flask import Flask

from fundapp.core import pdf
from fundapp.core.db import db
from fundapp.grants import progress_reports, report_days, report_review
from fundapp.grants.models import ProgressReport, ReportKind, ReportRule, ReportState
from tests.factories import NOW
from tests.grants.test_reports import FINAL, a_report, sent
from tests.payouts.scene import make_scene
from tests.visitor import Visitor


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def typed(client: Visitor, id: int, **answers: str) -> dict[str, Any]:
    page = client.get(f"/grants/reports/{id}/edit").text
    hidden = {name: field(page, name) for name in ("version", "asked")}
    return hidden | {f"a_{key}": value for key, value in answers.items()}


def test_report_is_written_handed_in_and_accepted_over_the_pages(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    report = a_report(scene, ReportKind.PROGRESS)
    there = f"/grants/reports/{report.id}"
    client.sign_in(scene.cast.ana)
    first = client.post(
        f"{there}/edit", data=typed(client, report.id, done="Half.", check="1") | {"check": "1"}
    )
    missing = client.get(there).text
    client.post(f"{there}/edit", data=typed(client, report.id, done="Half.", next="More.") | {"check": "1"})
    handed = client.post(f"{there}/submit")
    client.sign_in(scene.cast.sol)
    page = client.get(there).text

    done = client.post(f"{there}/accept", data={"version": field(page, "version"), "note": "Good."})

    assert (first.status_code, handed.status_code, done.status_code) == (302, 302, 302)
    assert "before you can hand it in" in missing
    assert db.session.get_one(ProgressReport, report.id).state is ReportState.ACCEPTED


def test_questions_stand_beside_the_answers_and_differences_are_shown(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    report = sent(scene)
    there = f"/grants/reports/{report.id}"
    client.sign_in(scene.cast.sol)
    data = {"version": "1", "note": "", "q_users": "How do you know?", "internal": "Call them."}
    assert client.post(f"{there}/return", data=data).status_code == 302
    client.sign_in(scene.cast.ana)
    page = client.get(f"{there}/edit").text
    client.post(f"{there}/edit", data=typed(client, report.id, **_all(page), users="12"))
    client.post(f"{there}/submit")

    changes = client.get(f"{there}/changes/2")

    assert "How do you know?" in page
    assert "Call them." not in page
    assert changes.status_code == 200
    assert "How do you know?" in changes.text


def _all(page: str) -> dict[str, str]:
    """Give the plain texts of FINAL as a browser would send them again."""
    return {key: value for key, value in FINAL.items() if isinstance(value, str)} | {
        "may_publish": "yes",
        "places-0-what": "Release",
        "places-0-url": "https://example.org/1.0",
    }


def test_autosave_keeps_and_a_second_window_gets_both_texts(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    report = a_report(scene)
    client.sign_in(scene.cast.ana)
    old = typed(client, report.id, done="From the first window.")
    saved = client.post(f"/grants/reports/{report.id}/autosave", data=old)
    late = old | {"a_done": "From the second window."}

    refused = client.post(f"/grants/reports/{report.id}/autosave", data=late)
    page = client.post(f"/grants/reports/{report.id}/edit", data=late)

    assert saved.status_code == 200
    assert "done:1" in saved.json["version"]
    assert refused.status_code == 409
    assert page.status_code == 409
    assert "From the first window." in page.text
    assert "From the second window." in page.text


def test_file_comes_and_goes_with_a_report(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    report = a_report(scene)
    there = f"/grants/reports/{report.id}"
    client.sign_in(scene.cast.ana)
    data = typed(client, report.id, done="All.") | {
        "attach": "files",
        "f_files": (BytesIO(b"Notes."), "notes.txt"),
    }
    client.post(f"{there}/edit", data=data, content_type="multipart/form-data")
    entry = progress_reports.values(report)["files"][0]
    own = client.get(f"{there}/files/{entry['id']}")
    client.sign_in(scene.cast.sol)
    draft = client.get(f"{there}/files/{entry['id']}")
    client.sign_in(scene.cast.ana)

    client.post(f"{there}/edit", data=typed(client, report.id) | {"detach": f"files:{entry['id']}"})

    assert (own.status_code, draft.status_code) == (200, 404)
    assert progress_reports.values(report)["files"] is None


def test_executable_is_refused_and_nothing_typed_is_lost(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    report = a_report(scene)
    client.sign_in(scene.cast.ana)
    data = typed(client, report.id, done="Kept.") | {
        "f_files": (BytesIO(b"MZ\x90"), "x.exe"),
        "attach": "files",
    }

    page = client.post(f"/grants/reports/{report.id}/edit", data=data, content_type="multipart/form-data")

    assert page.status_code == 422
    assert "Kept." in page.text
    assert progress_reports.values(report)["done"] == "Kept."


def test_draft_is_not_shown_to_the_office(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    report = a_report(scene)
    client.sign_in(scene.cast.ana)
    client.post(f"/grants/reports/{report.id}/edit", data=typed(client, report.id, done="Secret so far."))
    client.sign_in(scene.cast.sol)

    page = client.get(f"/grants/reports/{report.id}")

    assert "Secret so far." not in page.text
    assert client.get(f"/grants/reports/{report.id}.pdf").status_code == 404


def test_days_are_changed_on_their_page(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    report = a_report(scene)
    there = f"/grants/{scene.award.id}/reports"
    client.sign_in(scene.cast.sol)
    shown = client.get(there)
    client.post(f"/grants/reports/{report.id}/move", data={"due_on": "2027-05-05"})
    bad = client.post(f"/grants/reports/{report.id}/move", data={"due_on": "soon"})
    once = field(shown.text, "once")
    added = {"once": once, "kind": "progress", "due_on": "2027-02-01"}
    client.post(there, data=added)
    client.post(there, data=added)
    client.post(f"/grants/reports/{report.id}/waive", data={"note": "Told us by phone."})

    found = report_days.reports_of(scene.award)

    assert bad.status_code == 422
    assert [(one.kind.value, one.due_on, one.state.value) for one in found] == [
        ("progress", date(2027, 2, 1), "open"),
        ("final", date(2027, 5, 5), "waived"),
    ]


def test_rule_of_the_fund_is_changed_by_one_at_a_time(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    there = f"/office/funds/{scene.cast.fund.id}/reports"
    client.sign_in(scene.cast.sol)
    page = client.get(there).text
    data = {"version": field(page, "version"), "rule": "months", "every_months": "4", "blocks": "all"}
    data |= {"has_final": "y", "final_weeks": "8"}
    first = client.post(there, data=data)

    second = client.post(there, data=data | {"every_months": "9"})
    wrong = client.post(there, data=data | {"every_months": "0"})

    kept = report_days.policy_of(scene.cast.fund.id)
    assert (first.status_code, second.status_code, wrong.status_code) == (302, 409, 422)
    assert (kept.rule, kept.every_months, kept.final_weeks) == (ReportRule.MONTHS, 4, 8)


def test_report_on_paper_is_the_same_each_time(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    report = sent(scene)
    client.sign_in(scene.cast.aud)

    pages = [client.get(f"/grants/reports/{report.id}.pdf") for _again in range(2)]

    if pdf.available():
        assert pages[0].data == pages[1].data
        assert pages[0].data.startswith(b"%PDF")


def test_timeline_tells_both_sides_one_order(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    sent(scene)
    scene.paid()
    there = f"/grants/{scene.award.id}/timeline"
    client.sign_in(scene.cast.ana)
    own = client.get(there).text
    client.sign_in(scene.cast.sol)
    office = client.get(there).text

    assert own.index("A payment was made") < own.index("A report was handed in")
    assert "put in a batch" not in own
    assert "put in a batch" in office


def test_closing_lists_what_is_open_with_links(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    report = a_report(scene)
    there = f"/grants/{scene.award.id}/steps/complete"
    client.sign_in(scene.cast.sol)

    asked, refused = client.get(there), client.post(there)

    assert f'href="/grants/reports/{report.id}"' in asked.text
    assert refused.status_code == 422
    assert scene.award.state == "active"


def test_summary_stands_on_the_public_page_once_accepted(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    report = sent(scene)
    there = f"/projects/{scene.award.application.code}"
    before = client.get(there).text
    report_review.accept(report, "", shown_number=1, actor=scene.cast.sol, at=NOW)

    after = client.get(there).text

    assert "It is <strong>there</strong> now." not in before
    assert "It is <strong>there</strong> now." in after
