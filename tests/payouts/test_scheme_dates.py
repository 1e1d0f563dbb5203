"""What falls due and what waits in schemes and reports: for whom, and until when."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask

from fundapp.core import due, todo
from fundapp.core.db import db
from fundapp.grants import report_days, report_writing
from fundapp.grants.models import ReportKind
from fundapp.payouts import recoveries, settlement
from fundapp.payouts.models import RecoveryReason
from fundapp.payouts.recoveries import Part
from tests.factories import NOW, make_conflict
from tests.grants.test_reports import a_report, sent
from tests.payouts.advance_scene import make_advance
from tests.payouts.scene import TODAY, make_scene

FIRST, UNTIL = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)


def owed(scene: Any, *parts: Part) -> Any:
    scene.paid()
    reason = RecoveryReason.WRONG_PAYMENT
    total = sum(one.amount_cents for one in parts)
    return recoveries.open_claim(scene.award, reason, total, "Too much.", parts, actor=scene.cast.sol, at=NOW)


def found(kind: str) -> list[tuple[int, date]]:
    return [(row.user_id, row.due_at.date()) for row in due.between(FIRST, UNTIL, kinds=[kind])]


def kinds(user: Any) -> set[str]:
    db.session.flush()
    return {line.kind for line in todo.page(user, NOW).lines}


def test_report_is_due_for_the_owner_until_it_is_handed_in(session: Any) -> None:
    scene = make_scene()
    report = a_report(scene, ReportKind.PROGRESS, date(2026, 12, 20))
    before = found("report-due")
    report_writing.save(report, {"done": "Half.", "next": "Half."}, {}, actor=scene.cast.ana, at=NOW)

    report_writing.submit(report, actor=scene.cast.ana, at=NOW)

    assert before == [(scene.cast.ana.id, date(2026, 12, 20))]
    assert found("report-due") == []


def test_report_that_is_let_go_is_not_due(session: Any) -> None:
    scene = make_scene()
    report = a_report(scene, ReportKind.PROGRESS, date(2026, 12, 20))

    report_days.waive(report, "Told us by phone.", actor=scene.cast.sol, at=NOW)

    assert found("report-due") == []


def test_part_of_a_recovery_is_due_until_money_covers_it(session: Any) -> None:
    scene = make_scene()
    row = owed(scene, Part(date(2026, 12, 10), 40_000), Part(date(2027, 1, 10), 60_000))
    before = found("recovery-due")
    recoveries.receive(row, 50_000, TODAY, actor=scene.cast.fin, at=NOW)

    after = found("recovery-due")

    ana = scene.cast.ana.id
    assert before == [(ana, date(2026, 12, 10)), (ana, date(2027, 1, 10))]
    assert after == [(ana, date(2027, 1, 10))]


def test_dates_fall_away_with_the_last_cent(session: Any) -> None:
    scene = make_scene()
    row = owed(scene, Part(date(2026, 12, 10), 40_000))

    recoveries.receive(row, 40_000, TODAY, actor=scene.cast.fin, at=NOW)

    assert found("recovery-due") == []


def test_report_waits_for_its_writer_and_then_for_a_reader_without_a_tie(app: Flask) -> None:
    scene = make_scene()
    a_report(scene, ReportKind.PROGRESS, (NOW + timedelta(days=10)).date())
    writer = kinds(scene.cast.ana)
    sent(scene)
    make_conflict(scene.award.application, scene.cast.max)

    assert "report_write" in writer
    assert "report_read" in kinds(scene.cast.sol)
    assert "report_read" not in kinds(scene.cast.max)
    assert "report_read" not in kinds(scene.cast.ana)


def test_account_and_what_is_owed_wait_for_their_people(app: Flask) -> None:
    one = make_advance()
    one.advance()
    account = one.submitted(500_000)
    checks = kinds(one.cast.sol)
    settlement.approve(account, "", account.digest, actor=one.cast.sol, at=NOW)

    assert "account_check" in checks
    assert "account_check" not in kinds(one.cast.sol)
    assert "pay_back" in kinds(one.cast.ana)
