"""What the file of one application holds once it was granted: agreements, reports, requests, payments."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from fundapp.applications import reading
from fundapp.applications.models import Application
from fundapp.core import money
from fundapp.core.db import db
from fundapp.grants import deed, progress_reports
from fundapp.grants.models import Agreement, AgreementState, Award, Condition, ProgressReport
from fundapp.payouts.models import Claim, ClaimLine, ClaimState, Payment
from fundapp.payouts.workflow import CLAIM_WORDS, PAYMENT_WORDS
from fundapp.reports import file_inside
from fundapp.reports.file_parts import Part, document, moment
from fundapp.reports.models import Ground

NOT_SENT = (ClaimState.DRAFT,)


def of_grant(application: Application, zone: str, language: str) -> Iterator[dict[str, Any]]:
    """List the documents about the grant of an application; none where nothing was granted."""
    award = db.session.scalar(select(Award).where(Award.application_id == application.id))
    if award is not None:
        yield from _agreements(award, zone)
        yield from _conditions(award, zone)
        yield from _reports(award, zone, application.fund.currency, language)
        yield from _claims(award, application, zone, language)
        yield from _payments(award, application, zone, language)
        yield from file_inside.opinions_on(award, zone)
        yield from file_inside.account_of(award, zone, application.fund.currency, language)


def _agreements(award: Award, zone: str) -> Iterator[dict[str, Any]]:
    for one in db.session.scalars(
        select(Agreement).where(Agreement.award_id == award.id).order_by(Agreement.number)
    ):
        steps = [
            " · ".join(str(row.get(key) or "") for key in ("ref", "title", "deliverable", "due_on"))
            for row in one.plan
        ]
        parts: list[Part] = [(_("Plan"), "\n".join(steps)), *_deed(one)]
        is_draft = one.state in (AgreementState.DRAFT, AgreementState.OFFERED)
        yield document(
            f"agreement-{one.number}", _("Agreement"), _("Agreement, version %(number)d", number=one.number),
            one.in_force_at or one.accepted_at or one.state_at, zone, parts,
            refused=Ground.OPINIONS if is_draft else None,
        )  # fmt: skip


def _deed(agreement: Agreement) -> Iterator[Part]:
    words = deed.kept(agreement)
    if words is None:
        return
    for side, head in ((words["fund"], _("The fund")), (words["grantee"], _("The grantee"))):
        yield head, "\n".join(filter(None, (side["name"], side["register"], *side["lines"], side["signs"])))
    yield _("What changes"), words["change"]
    yield from ((head, text) for head, text in words["articles"])
    for one in words["conditions"]:
        yield f"V{one['number']} {one['title']}", one["text"]


def _conditions(award: Award, zone: str) -> Iterator[dict[str, Any]]:
    for one in db.session.scalars(
        select(Condition).where(Condition.award_id == award.id).order_by(Condition.number)
    ):
        parts: list[Part] = [
            (_("Text"), one.text), (_("Interest"), one.interest), (_("Public value"), one.public_value),
            (_("Remark"), one.note),
        ]  # fmt: skip
        yield document(f"condition-{one.number}", _("Condition"), one.title, one.made_at, zone, parts)


def _reports(award: Award, zone: str, currency: str, language: str) -> Iterator[dict[str, Any]]:
    for one in db.session.scalars(
        select(ProgressReport)
        .where(ProgressReport.award_id == award.id)
        .order_by(ProgressReport.number)
        .options(selectinload(ProgressReport.versions))
    ):
        for version in one.versions:
            asked = progress_reports.questions(one)
            laid = reading.plain(asked, version.answers, language, currency=currency)
            parts: list[Part] = [
                (f"{section}: {label}", text) for section, items in laid for label, text in items
            ]
            title = _("Report %(number)d, version %(version)d", number=one.number, version=version.number)
            key = f"report-{one.number}-{version.number}"
            yield document(key, _("Report"), title, version.sent_at, zone, parts)
        if one.internal.strip():
            yield document(
                f"report-{one.number}-inside", _("Deliberation inside"), _("Remark with a report"),
                one.state_at, zone, [(_("Remark"), one.internal)], refused=Ground.OPINIONS,
            )  # fmt: skip


def _claims(award: Award, application: Application, zone: str, language: str) -> Iterator[dict[str, Any]]:
    for one in db.session.scalars(
        select(Claim)
        .where(Claim.award_id == award.id, Claim.state.not_in(NOT_SENT))
        .order_by(Claim.number)
        .options(selectinload(Claim.lines).joinedload(ClaimLine.milestone))
    ):
        parts: list[Part] = [
            (_("Amount"), money.show(one.amount_cents, application.fund.currency, language)),
            (_("State"), str(CLAIM_WORDS[one.state][1])),
            (_("Remark"), one.note),
            (_("Answer"), one.answer),
        ]
        for line in one.lines:
            shown = "\n".join(str(link) for link in line.evidence)
            parts.append((f"{line.milestone.ref} {line.milestone.title}", f"{line.note}\n{shown}"))
        title = _("Request for payment %(code)s", code=one.code)
        yield document(f"claim-{one.number}", _("Request"), title, one.submitted_at, zone, parts)


def _payments(award: Award, application: Application, zone: str, language: str) -> Iterator[dict[str, Any]]:
    """Accounts and holders are not among what is told of a payment."""
    rows = db.session.scalars(
        select(Payment)
        .join(Claim, Claim.id == Payment.claim_id)
        .where(Claim.award_id == award.id)
        .order_by(Payment.id)
    ).all()
    if rows:
        lines = [
            " · ".join(
                (
                    one.end_to_end_id, money.show(one.amount_cents, application.fund.currency, language),
                    str(PAYMENT_WORDS[one.state][1]),
                    one.paid_on.isoformat() if one.paid_on else moment(one.state_at, zone),
                )
            )
            for one in rows
        ]  # fmt: skip
        yield document(
            "payments",
            _("Payments"),
            _("Payments of the grant"),
            rows[0].state_at,
            zone,
            [(_("Lines"), "\n".join(lines))],
        )
