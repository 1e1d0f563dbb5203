"""Reports of grantees: due by rule, drafts that lose nothing, handed in, questioned, accepted."""

from datetime import date, timedelta
from typing import Any

import pytest

from fundapp.applications.drafts import AnswersChanged
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.grants import closing, progress_reports, report_days, report_review, report_writing, schedule
from fundapp.grants.models import (
    ProgressReport,
    ReportBlock,
    ReportKind,
    ReportPolicy,
    ReportRule,
    ReportState,
)
from fundapp.payouts import service as payouts
from fundapp.rounds import building, definitions
from tests.factories import NOW
from tests.payouts.scene import Scene, make_scene

K, S = ReportKind, ReportState
FINAL: dict[str, Any] = {
    "done": "All of it.",
    "differs": "Nothing.",
    "lessons": "Ask first.",
    "places": [{"what": "Release", "url": "https://example.org/1.0"}],
    "users": 40,
    "releases": 3,
    "governance": "An association.",
    "sustainability": "Members.",
    "summary": "It is **there** now.",
    "may_publish": True,
}
PROGRESS = {"done": "Half.", "next": "The other half."}


def policy(scene: Scene, **values: Any) -> ReportPolicy:
    made = ReportPolicy(fund_id=scene.cast.fund.id, **values)
    db.session.add(made)
    db.session.flush()
    return made


def a_report(scene: Scene, kind: ReportKind = K.FINAL, due_on: date = date(2027, 1, 1)) -> ProgressReport:
    return report_days.add(scene.award, kind, due_on, actor=scene.cast.sol, at=NOW)


def sent(scene: Scene, answers: dict[str, Any] | None = None) -> ProgressReport:
    report = a_report(scene)
    report_writing.save(report, answers or FINAL, {}, actor=scene.cast.ana, at=NOW)
    report_writing.submit(report, actor=scene.cast.ana, at=NOW)
    return report


def accepted(scene: Scene, answers: dict[str, Any] | None = None) -> ProgressReport:
    report = sent(scene, answers)
    report_review.accept(report, "Good.", shown_number=1, actor=scene.cast.sol, at=NOW)
    return report


# --- when ----------------------------------------------------------------------------


def test_reports_are_due_every_so_many_months_and_after_the_end() -> None:
    rule = ReportPolicy(rule=ReportRule.MONTHS, every_months=6, final_weeks=6)

    found = schedule.due_days(rule, date(2026, 8, 31), date(2027, 12, 31), [])

    assert [(one.kind.value, one.due_on) for one in found] == [
        ("progress", date(2027, 2, 28)),
        ("progress", date(2027, 8, 31)),
        ("final", date(2028, 2, 11)),
    ]


def test_plan_without_an_end_asks_no_report() -> None:
    rule = ReportPolicy(rule=ReportRule.MONTHS, every_months=6, final_weeks=6)

    assert schedule.due_days(rule, date(2026, 8, 31), None, []) == []


def test_days_follow_the_milestones_and_move_with_them(session: Any) -> None:
    scene = make_scene()
    policy(scene, rule=ReportRule.MILESTONES, final_weeks=2)
    first, second = scene.award.milestones
    first.due_on, second.due_on = date(2027, 1, 10), date(2027, 3, 10)
    report_days.draw(scene.award, actor=scene.cast.sol, at=NOW)
    second.due_on = date(2027, 4, 10)

    found = report_days.draw(scene.award, actor=scene.cast.sol, at=NOW)

    assert [(one.number, one.due_on) for one in found] == [
        (1, date(2027, 1, 10)),
        (2, date(2027, 4, 10)),
        (3, date(2027, 4, 24)),
    ]


def test_day_set_by_hand_stays_when_the_days_are_drawn_anew(session: Any) -> None:
    scene = make_scene()
    policy(scene, rule=ReportRule.NONE, final_weeks=2)
    scene.award.milestones[0].due_on = date(2027, 1, 10)
    (report,) = report_days.draw(scene.award, actor=scene.cast.sol, at=NOW)
    report_days.move(report, date(2027, 9, 1), actor=scene.cast.sol, at=NOW)

    found = report_days.draw(scene.award, actor=scene.cast.sol, at=NOW)

    assert [one.due_on for one in found] == [date(2027, 9, 1)]


def test_second_final_report_is_refused(session: Any) -> None:
    scene = make_scene()
    a_report(scene)

    with pytest.raises(Refusal, match="already"):
        a_report(scene)


# --- written -------------------------------------------------------------------------


def test_two_writers_of_one_answer_are_both_kept(session: Any) -> None:
    scene = make_scene()
    report = a_report(scene)
    report_writing.save(report, {"done": "Mine"}, {}, actor=scene.cast.ana, at=NOW)

    with pytest.raises(AnswersChanged) as clash:
        report_writing.save(report, {"done": "Also mine", "lessons": "One"}, {}, actor=scene.cast.ana, at=NOW)

    assert [(one.yours, one.theirs) for one in clash.value.clashes] == [("Also mine", "Mine")]
    assert progress_reports.values(report) == {"done": "Mine", "lessons": "One"}


def test_incomplete_report_is_not_handed_in(session: Any) -> None:
    scene = make_scene()
    report = a_report(scene)
    report_writing.save(report, {"done": "All"}, {}, actor=scene.cast.ana, at=NOW)

    with pytest.raises(report_writing.Incomplete) as refused:
        report_writing.submit(report, actor=scene.cast.ana, at=NOW)

    assert "lessons" in {fault.field for fault in refused.value.faults}


def test_others_cannot_write_or_accept(session: Any) -> None:
    scene = make_scene()
    report = sent(scene)

    for actor in (scene.cast.ana, scene.cast.fin, scene.cast.ben):
        with pytest.raises(MoveRefused):
            report_review.accept(report, "", shown_number=1, actor=actor, at=NOW)
    with pytest.raises(MoveRefused):
        report_writing.save(report, {"done": "No"}, {}, actor=scene.cast.sol, at=NOW)


def test_questions_bring_a_report_back_and_versions_stay(session: Any) -> None:
    scene = make_scene()
    report = sent(scene)
    asked = {"users": "How do you know?", "unknown": "?"}
    report_review.ask_change(report, "", asked, shown_number=1, actor=scene.cast.sol, at=NOW)
    there = progress_reports.answers_of(report.id)["users"].revision
    report_writing.save(report, {"users": 12}, {"users": there}, actor=scene.cast.ana, at=NOW)

    report_writing.submit(report, actor=scene.cast.ana, at=NOW)

    assert list(progress_reports.remarks(report, 1)) == ["users"]
    assert [one.answers["users"] for one in report.versions] == [40, 12]
    assert report.state is S.SUBMITTED


def test_version_that_was_replaced_is_not_accepted(session: Any) -> None:
    scene = make_scene()
    report = sent(scene)
    report_writing.take_back(report, actor=scene.cast.ana, at=NOW)
    report_writing.submit(report, actor=scene.cast.ana, at=NOW)

    with pytest.raises(ChangedMeanwhile):
        report_review.accept(report, "", shown_number=1, actor=scene.cast.sol, at=NOW)


def test_sending_back_without_a_word_is_refused(session: Any) -> None:
    scene = make_scene()
    report = sent(scene)

    with pytest.raises(Refusal):
        report_review.ask_change(report, " ", {"users": " "}, shown_number=1, actor=scene.cast.sol, at=NOW)


def test_report_keeps_the_questions_it_was_begun_with(session: Any) -> None:
    scene = make_scene()
    report = a_report(scene, K.PROGRESS)
    report_writing.save(report, {"done": "Half"}, {}, actor=scene.cast.ana, at=NOW)
    start = definitions.load_library("progress_report").definition
    name = {"en": "Short", "nl": "Kort"}
    own = building.make(scene.cast.fund, name=name, start=start, actor=scene.cast.sol, at=NOW)
    db.session.flush()

    later = a_report(scene, K.PROGRESS)

    assert progress_reports.questions(report)["slug"] == "progress-report"
    assert progress_reports.questions(later)["slug"] == own.slug


# --- what follows --------------------------------------------------------------------


def test_accepted_final_report_gives_its_figures(session: Any) -> None:
    scene = make_scene()
    accepted(scene)

    found = progress_reports.accepted_final(scene.award)

    assert found is not None
    assert progress_reports.figures(found) == {"users": 40, "releases": 3}


@pytest.mark.parametrize(("may", "shown"), [(True, 1), (False, 0)])
def test_summary_is_public_only_with_consent(session: Any, may: bool, shown: int) -> None:
    scene = make_scene()
    sent_one = FINAL | {"may_publish": may}
    report = sent(scene, sent_one)
    before = progress_reports.public_summaries([scene.award.id])

    report_review.accept(report, "", shown_number=1, actor=scene.cast.sol, at=NOW)

    assert before == {}
    assert len(progress_reports.public_summaries([scene.award.id])) == shown


@pytest.mark.parametrize(
    ("blocks", "kind", "refused"),
    [
        (ReportBlock.FINAL, K.PROGRESS, False),
        (ReportBlock.FINAL, K.FINAL, True),
        (ReportBlock.ALL, K.PROGRESS, True),
        (ReportBlock.NONE, K.FINAL, False),
    ],
)
def test_late_report_holds_up_a_payment_by_the_rule(
    session: Any, blocks: ReportBlock, kind: ReportKind, refused: bool
) -> None:
    scene = make_scene()
    policy(scene, blocks=blocks)
    a_report(scene, kind, (NOW - timedelta(days=2)).date())
    claim = scene.claim()

    if refused:
        with pytest.raises(Refusal, match="report"):
            payouts.approve(claim, "", claim.digest, actor=scene.cast.sol, at=NOW)
    else:
        payouts.approve(claim, "", claim.digest, actor=scene.cast.sol, at=NOW)


def test_grant_says_what_is_open_before_it_closes(session: Any) -> None:
    scene = make_scene()
    report = a_report(scene)

    found = [(point.endpoint, point.values["id"]) for point in closing.open_points(scene.award)]

    assert found == [("grants.show", scene.award.id)] * 2 + [("grants.report", report.id)]
