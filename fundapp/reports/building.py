"""Reports of one's own: kept, changed, shared, sent by the calendar, made into files."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask_babel import force_locale
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from fundapp.accounts.models import Role, RoleName, User
from fundapp.core import audit, clock, mail
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.core.task_work import Progress
from fundapp.core.tasks import Made, Task, ask, task
from fundapp.funds.models import Fund
from fundapp.reports import built_plans, built_rows, streaming
from fundapp.reports.built_plans import Plan
from fundapp.reports.long_reports import sees_all
from fundapp.reports.models import BuiltReport, Every, ReportShare
from fundapp.reports.streaming import Listing
from fundapp.reports.subjects import OFFICE, SUBJECTS, Subject
from fundapp.reports.wording import _

LONGEST_NAME = 120
AT_HOUR = 8
"""Scheduled reports are told of at this hour of the fund's morning."""


# --- who may -----------------------------------------------------------------------


def open_reports(user: User) -> ColumnElement[bool]:
    """Give the condition for reports the person may open: own, or shared, where their role still stands."""
    shared = select(ReportShare.report_id).where(ReportShare.user_id == user.id)
    arms = [BuiltReport.owner_id == user.id, BuiltReport.id.in_(shared)]
    for name in OFFICE:
        with_role = BuiltReport.fund_id.in_(user.funds(name))
        arms.append(with_role & or_(BuiltReport.shared_role == name, BuiltReport.mail_role == name))
    allowed = [
        (BuiltReport.subject == one.key) & BuiltReport.fund_id.in_(user.funds(*one.roles))
        for one in SUBJECTS.values()
    ]
    return or_(*arms) & or_(*allowed)


def open_report(user: User, id: int) -> BuiltReport | None:
    """Load a report the person may open."""
    wanted = select(BuiltReport).where(BuiltReport.id == id, open_reports(user))
    whole = joinedload(BuiltReport.fund), joinedload(BuiltReport.owner).lazyload(User.roles)
    return db.session.scalar(
        wanted.options(
            *whole, selectinload(BuiltReport.shares).joinedload(ReportShare.user).lazyload(User.roles)
        )
    )


def own_report(user: User, id: int) -> BuiltReport | None:
    """Load a report the person made and may still open."""
    found = open_report(user, id)
    return found if found is not None and found.owner_id == user.id else None


def reports_of(user: User) -> list[BuiltReport]:
    """List the reports the person may open, by name."""
    return list(
        db.session.scalars(
            select(BuiltReport)
            .where(open_reports(user))
            .order_by(BuiltReport.name, BuiltReport.id)
            .options(joinedload(BuiltReport.fund), joinedload(BuiltReport.owner).lazyload(User.roles))
        )
    )


def colleagues(report: BuiltReport) -> list[User]:
    """List who works in the fund's office and could be shown a report."""
    roles = SUBJECTS[report.subject].roles
    works = select(Role.user_id).where(
        Role.fund_id == report.fund_id, Role.ended_at.is_(None), Role.name.in_(roles)
    )
    found = select(User).where(User.id.in_(works), User.id != report.owner_id).order_by(User.name, User.id)
    return list(db.session.scalars(found.options(joinedload(User.roles))).unique())


# --- keeping -----------------------------------------------------------------------


def keep(
    fund: Fund,
    subject: Subject,
    plan: Plan,
    *,
    name: str,
    report: BuiltReport | None,
    actor: User,
    at: datetime,
) -> BuiltReport:
    """Keep a report under a name, new or changed. Raises Refusal for a plan that cannot be answered."""
    built_plans.checked(subject, plan)
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise Refusal(_("Give the report a name."))
    same = select(BuiltReport.id).where(
        BuiltReport.owner_id == actor.id, BuiltReport.fund_id == fund.id, BuiltReport.name == name
    )
    if db.session.scalar(same) not in (None, report.id if report else None):
        raise Refusal(_("You have a report of this name already."))
    if report is None:
        report = BuiltReport(fund_id=fund.id, owner_id=actor.id, subject=subject.key, made_at=at)
        db.session.add(report)
    report.name, report.plan, report.changed_at = name, plan.as_data(), at
    audit.record("keep_report", report, actor=actor, at=at, detail={"subject": subject.key})
    return report


def share(
    report: BuiltReport, *, role: RoleName | None, people: Iterable[int], actor: User, at: datetime
) -> None:
    """Show a report to a role at the fund and to single colleagues, and to nobody else."""
    if role is not None and role not in SUBJECTS[report.subject].roles:
        raise Refusal(_("This role does not see what the report is about."))
    possible = {one.id for one in colleagues(report)}
    wanted = set(people) & possible
    report.shared_role = role
    report.shares = [one for one in report.shares if one.user_id in wanted]
    there = {one.user_id for one in report.shares}
    report.shares.extend(ReportShare(user_id=id) for id in sorted(wanted - there))
    audit.record("share_report", report, actor=actor, at=at, detail={"people": len(wanted)})


def schedule(
    report: BuiltReport, *, every: Every | None, role: RoleName | None, actor: User | None, at: datetime
) -> None:
    """Tell a role of a report by mail every day, week or month, with a link; None ends that."""
    if every is None or role is None:
        report.every = report.mail_role = report.next_at = None
    elif role not in SUBJECTS[report.subject].roles:
        raise Refusal(_("This role does not see what the report is about."))
    else:
        first = next_time(every, at, report.fund.zone)
        report.every, report.mail_role, report.next_at = every, role, first
    detail = {"every": every.value if every else None}
    audit.record("schedule_report", report, actor=actor, at=at, detail=detail)


def next_time(every: Every, at: datetime, zone: str) -> datetime:
    """Give the next morning on which a report goes out: tomorrow, next Monday, or the first of the month."""
    today = clock.day(at, zone)
    if every is Every.DAY:
        on = today + timedelta(days=1)
    elif every is Every.WEEK:
        on = today + timedelta(days=7 - today.weekday())
    else:
        on = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    found = clock.instant(datetime.combine(on, time(AT_HOUR)), zone, closing=False)
    return found or datetime.combine(on, time(AT_HOUR), UTC)


def drop(report: BuiltReport, *, actor: User, at: datetime) -> None:
    """Remove a report of one's own; what was made from it stays where it is."""
    audit.record("drop_report", report, actor=actor, at=at)
    db.session.delete(report)


def tell(at: datetime) -> int:
    """Queue the mail about reports whose morning has come; give how many mails. A missed one is told once."""
    due = db.session.scalars(
        select(BuiltReport)
        .where(BuiltReport.next_at <= at)
        .options(joinedload(BuiltReport.fund))
        .with_for_update(of=BuiltReport, skip_locked=True)
    ).all()
    return sum(_tell(report, at) for report in due)


def _tell(report: BuiltReport, at: datetime) -> int:
    if report.every is None or report.mail_role is None or report.next_at is None:
        return 0
    if not _still_works(report):
        schedule(report, every=None, role=None, actor=None, at=at)
        return 0
    stamp = report.next_at.astimezone(UTC).strftime("%Y%m%dT%H%M")
    holders = select(Role.user_id).where(
        Role.fund_id == report.fund_id, Role.name == report.mail_role, Role.ended_at.is_(None)
    )
    told = 0
    for user in db.session.scalars(select(User).where(User.id.in_(holders)).order_by(User.id)).unique():
        key = f"built-report:{report.id}:{stamp}:{user.id}"
        told += mail.queue(
            "built-report", key=key, to=user, at=at, fund_id=report.fund_id, fund=report.fund, report=report
        )
    report.next_at = next_time(report.every, at, report.fund.zone)
    return told


def _still_works(report: BuiltReport) -> bool:
    """Tell whether the maker still has a role that sees the subject: nobody's reports are not sent around."""
    held = select(Role.id).where(
        Role.user_id == report.owner_id,
        Role.fund_id == report.fund_id,
        Role.ended_at.is_(None),
        Role.name.in_(SUBJECTS[report.subject].roles),
    )
    return db.session.scalar(held.limit(1)) is not None


# --- files -------------------------------------------------------------------------


def ask_file(report: BuiltReport, format: str, *, actor: User, at: datetime) -> Task:
    """Ask for a report as a file, with all its rows."""
    title = {lang: f"{report.name} ({format.upper()})" for lang in ("en", "nl")}
    payload = {"report_id": report.id, "format": format}
    return ask("built-report", payload, title=title, actor=actor, fund_id=report.fund_id, at=at)


def _may_take(user: User, row: Task) -> bool:
    report = open_report(user, row.payload["report_id"])
    return report is not None and sees_all(user, row.result.get("applications", []))


@task("built-report", may=_may_take)
def make_file(row: Task, progress: Progress) -> Made:
    """Write all rows of a report to a file."""
    user, format = row.asker, row.payload["format"]
    report = open_report(user, row.payload["report_id"])
    if report is None:
        raise Refusal(_("You may not have this any more."))
    subject = SUBJECTS[report.subject]
    plan, _gone = built_plans.fitting(subject, built_plans.read(report.plan))
    seen_ids: set[int] = set()
    rows = built_rows.lines(subject, plan, user=user, fund=report.fund, seen_ids=seen_ids)
    head = {"fund": report.fund.slug, "report": report.name, "currency": report.fund.currency}
    with force_locale(user.language):
        listing = Listing(subject.key, built_rows.columns(subject, plan), clock.now(), head)
        made = progress.folder / f"{subject.key}-{report.id}.{format}"
        with made.open("wb") as stream:
            streaming.write(_told(rows, progress), listing, format, stream)
    return Made(made.name, streaming.FORMATS[format], made, {"applications": sorted(seen_ids)})


def _told(rows: Any, progress: Progress) -> Any:
    for number, row in enumerate(rows, 1):
        yield row
        if number % built_rows.AT_ONCE == 0:
            progress(number, number)
