"""The days of a grant's reports: drawn from the fund's rule, changed by hand; what a late one holds up."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from fundapp.accounts.models import User
from fundapp.core import audit, clock
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.funds.models import Fund
from fundapp.grants.hold import hold
from fundapp.grants.models import (
    Award,
    AwardState,
    ProgressReport,
    ReportBlock,
    ReportKind,
    ReportPolicy,
    ReportRule,
    ReportState,
)
from fundapp.grants.report_flow import reports
from fundapp.grants.rules import RUN
from fundapp.grants.schedule import Due, due_days, last_day

OWED = (ReportState.OPEN, ReportState.RETURNED)
"""The grantee is to act."""
ENDED = (AwardState.COMPLETED, AwardState.TERMINATED)
MOST = 60
NEAR = 92
"""Days: a report set by hand within a quarter of one that the rule asks stands for it."""


def policy_of(fund_id: int) -> ReportPolicy:
    """Give what a fund asks of its grants; a fund that said nothing asks a final report."""
    found = db.session.get(ReportPolicy, fund_id)
    return found or ReportPolicy(
        fund_id=fund_id, rule=ReportRule.NONE, every_months=6, final_weeks=6, blocks=ReportBlock.FINAL,
        row_version=0,
    )  # fmt: skip


def change_policy(
    fund: Fund,
    rule: ReportRule,
    every_months: int,
    *,
    final_weeks: int | None,
    blocks: ReportBlock,
    base: int,
    actor: User,
    at: datetime,
) -> None:
    """Change what a fund asks; grants that run keep their days until they are drawn anew.

    base: the row_version that was on the page. Raises ChangedMeanwhile.
    """
    kept = db.session.get(ReportPolicy, fund.id, with_for_update=True)
    if (kept.row_version if kept else 0) != base:
        raise ChangedMeanwhile(_("Somebody else changed this while you had it open."))
    if kept is None:
        kept = ReportPolicy(fund_id=fund.id)
        db.session.add(kept)
    kept.rule, kept.every_months, kept.final_weeks, kept.blocks = rule, every_months, final_weeks, blocks
    detail = {"rule": rule.value, "months": every_months, "weeks": final_weeks, "blocks": blocks.value}
    audit.record("change_report_policy", fund, actor=actor, at=at, detail=detail)


def reports_of(award: Award) -> list[ProgressReport]:
    """List the reports of a grant by day."""
    statement = select(ProgressReport).where(ProgressReport.award_id == award.id)
    return list(db.session.scalars(statement.order_by(ProgressReport.due_on, ProgressReport.number)))


# --- drawn -----------------------------------------------------------------------


def draw(award: Award, *, actor: User | None, at: datetime) -> list[ProgressReport]:
    """Bring the days of a grant in line with the fund's rule and the plan; give its reports.

    What was begun, sent, waived, or set by hand stays as it is. Others move, come and go.
    """
    begun = [one.in_force_at for one in award.agreements if one.in_force_at is not None]
    if not begun or award.state in ENDED:
        return reports_of(award)
    zone = award.application.fund.zone
    ends_on = last_day(award.ends_on, award.milestones)
    wanted = due_days(policy_of(award.fund_id), clock.day(min(begun), zone), ends_on, award.milestones)
    present = reports_of(award)
    free = [one for one in present if _is_untouched(one)]
    left = _without(wanted, [one for one in present if one not in free])
    changed = _fit(award, left, free, at=at)
    if changed:
        audit.record("draw_reports", award, actor=actor, at=at, detail={"reports": len(wanted)})
    db.session.flush()  # the page that follows lists them
    return reports_of(award)


def _is_untouched(report: ProgressReport) -> bool:
    return report.state is ReportState.OPEN and report.questions is None and not report.is_fixed


def _without(wanted: list[Due], kept: list[ProgressReport]) -> list[Due]:
    """Leave out what a report that stays answers: the final one, a milestone's, or the nearest in time."""
    left = list(wanted)
    for one in kept:
        alike = [due for due in left if due.kind is one.kind and due.milestone_id == one.milestone_id]
        if not alike:
            continue
        nearest = min(alike, key=lambda due: abs((due.due_on - one.due_on).days))
        is_loose = one.kind is ReportKind.PROGRESS and one.milestone_id is None
        if not is_loose or abs((nearest.due_on - one.due_on).days) <= NEAR:
            left.remove(nearest)
    return left


def _fit(award: Award, left: list[Due], free: list[ProgressReport], *, at: datetime) -> bool:
    changed = False
    for due in left:
        fitting = [one for one in free if one.kind is due.kind]
        found = next((one for one in fitting if one.milestone_id == due.milestone_id), None)
        if found is None:
            _add(award, due.kind, due.due_on, at=at, milestone_id=due.milestone_id)
            changed = True
            continue
        free.remove(found)
        changed = changed or found.due_on != due.due_on
        found.due_on = due.due_on
    for gone in free:
        db.session.delete(gone)
    return changed or bool(free)


def _add(
    award: Award,
    kind: ReportKind,
    due_on: date,
    *,
    at: datetime,
    milestone_id: int | None = None,
    **values: Any,
) -> ProgressReport:
    last = db.session.scalar(
        select(func.max(ProgressReport.number)).where(ProgressReport.award_id == award.id)
    )
    made = ProgressReport(
        award_id=award.id,
        fund_id=award.fund_id,
        number=(last or 0) + 1,
        kind=kind,
        due_on=due_on,
        milestone_id=milestone_id,
        state_at=at,
        **values,
    )
    db.session.add(made)
    db.session.flush()  # the next one counts on from it
    return made


# --- by hand ---------------------------------------------------------------------


def add(award: Award, kind: ReportKind, due_on: date, *, actor: User, at: datetime) -> ProgressReport:
    """Ask one more report of a grant. Raises MoveRefused, and Refusal for a second final report."""
    hold(award)
    if not RUN(actor, award) or award.state in ENDED:
        raise MoveRefused(_("This grant has ended, or it is not yours to run."))
    present = reports_of(award)
    if len(present) >= MOST:
        raise Refusal(_("A grant has at most %(most)s reports.", most=MOST))
    is_double = any(one.kind is ReportKind.FINAL and one.state is not ReportState.WAIVED for one in present)
    if kind is ReportKind.FINAL and is_double:
        raise Refusal(_("There is a final report already; move its day instead."))
    made = _add(award, kind, due_on, at=at, is_fixed=True)
    db.session.refresh(made)  # the log asks for its grant
    audit.record("ask", made, actor=actor, at=at, detail={"due_on": due_on.isoformat(), "kind": kind.value})
    return made


def move(report: ProgressReport, due_on: date, *, actor: User, at: datetime) -> None:
    """Set another day; the fund's rule leaves it alone from then on."""
    hold(report)
    detail = {"from": report.due_on.isoformat(), "due_on": due_on.isoformat()}
    reports.make("move", report, actor=actor, at=at, detail=detail)
    report.due_on, report.is_fixed = due_on, True


def waive(report: ProgressReport, note: str, *, actor: User, at: datetime) -> None:
    """Let a report go that is not needed, with the reason."""
    hold(report)
    reports.make("waive", report, actor=actor, at=at, note=note)


def ask_again(report: ProgressReport, *, actor: User, at: datetime) -> None:
    """Ask a report after all that was let go; Refusal where another final report took its place."""
    held = hold(report)
    others = [one for one in reports_of(report.award) if one.id != report.id]
    is_final = report.kind is ReportKind.FINAL
    if is_final and any(
        one.kind is ReportKind.FINAL and one.state is not ReportState.WAIVED for one in others
    ):
        raise Refusal(_("There is a final report already; move its day instead."))
    reports.make("ask_again", report, actor=actor, at=at, detail={"fund": held.id})


# --- what it holds up --------------------------------------------------------------


def late(award: Award, today: date) -> list[ProgressReport]:
    """List the reports that the grantee should have handed in."""
    return [one for one in reports_of(award) if one.state in OWED and one.due_on < today]


def holding_up(award: Award, at: datetime) -> list[ProgressReport]:
    """List the late reports that keep a payment from being approved, by the fund's rule."""
    blocks = policy_of(award.fund_id).blocks
    if blocks is ReportBlock.NONE:
        return []
    today = clock.day(at, award.application.fund.zone)
    return [one for one in late(award, today) if blocks is ReportBlock.ALL or one.kind is ReportKind.FINAL]


def check_payment(award: Award, at: datetime) -> None:
    """Raise Refusal where a late report keeps a payment from being approved."""
    if found := holding_up(award, at):
        raise Refusal(_("First the report that is late: %(reports)s.", reports="; ".join(_names(found))))


def check_settlement(award: Award) -> None:
    """Raise Refusal where the fund wants the final report accepted before it settles."""
    if policy_of(award.fund_id).blocks is ReportBlock.NONE:
        return
    if any(
        one.kind is ReportKind.FINAL and one.state not in (ReportState.ACCEPTED, ReportState.WAIVED)
        for one in reports_of(award)
    ):
        raise Refusal(_("First the final report has to be accepted; then the account is settled."))


def _names(found: list[ProgressReport]) -> Iterator[str]:
    for one in found:
        kind = _("final report") if one.kind is ReportKind.FINAL else _("progress report")
        yield f"{kind} ({one.due_on.isoformat()})"
