"""What else the file of an application holds: meetings about it, outside advice, the account at the end."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from fundapp.applications.models import Application
from fundapp.core import money
from fundapp.core.db import db
from fundapp.decisions.models import AgendaItem
from fundapp.decisions.workflow import OUTCOME_WORDS
from fundapp.grants.models import Award
from fundapp.payouts.models import AccountState, Claim, FinalAccount, SecondOpinion
from fundapp.payouts.opinion_flow import VERDICT_WORDS
from fundapp.reports.file_parts import Part, document
from fundapp.reports.models import Ground

Documents = Iterator[dict[str, Any]]


def meetings_on(application: Application, zone: str, language: str) -> Documents:
    """List what meetings came to about an application; it was said inside, so it stays back at first."""
    for one in db.session.scalars(
        select(AgendaItem)
        .where(AgendaItem.application_id == application.id, AgendaItem.outcome.is_not(None))
        .order_by(AgendaItem.id)
        .options(joinedload(AgendaItem.meeting))
    ):
        amount = one.amount_cents
        parts: list[Part] = [
            (_("Outcome"), OUTCOME_WORDS[one.outcome][1] if one.outcome else ""),
            (_("Amount"), money.show(amount, application.fund.currency, language) if amount else ""),
            (_("To the applicant"), one.to_applicant),
            (_("Remark"), one.internal),
        ]
        title = _("Meeting %(number)d about %(code)s", number=one.meeting.number, code=application.code)
        yield document(
            f"meeting-{one.id}", _("Deliberation inside"), title, one.meeting.opened_at or one.state_at,
            zone, parts, refused=Ground.OPINIONS,
        )  # fmt: skip


def opinions_on(award: Award, zone: str) -> Documents:
    """List what outside experts advised about requests for payment."""
    for one in db.session.scalars(
        select(SecondOpinion)
        .join(Claim, Claim.id == SecondOpinion.claim_id)
        .where(Claim.award_id == award.id, SecondOpinion.verdict.is_not(None))
        .order_by(SecondOpinion.id)
        .options(joinedload(SecondOpinion.claim))
    ):
        parts: list[Part] = [
            (_("Expert"), one.name),
            (_("Question"), one.question),
            (_("Verdict"), VERDICT_WORDS[one.verdict][1] if one.verdict else ""),
            (_("Advice"), one.advice),
        ]
        title = _("Second opinion on request %(code)s", code=one.claim.code)
        yield document(f"opinion-{one.id}", _("Advice from outside"), title, one.state_at, zone, parts)


def account_of(award: Award, zone: str, currency: str, language: str) -> Documents:
    """Give the account at the end of a grant, once it was handed in."""
    one = db.session.scalar(
        select(FinalAccount)
        .where(FinalAccount.award_id == award.id, FinalAccount.state != AccountState.DRAFT)
        .options(selectinload(FinalAccount.lines))
    )
    if one is None:
        return
    costs = [
        f"{line.title}: {money.show(line.net_cents + line.vat_cents, currency, language)}"
        for line in one.lines
    ]
    settled = one.settled_cents
    parts: list[Part] = [
        (_("Costs"), "\n".join(costs)),
        (_("Settled on"), money.show(settled, currency, language) if settled is not None else ""),
        (_("Remark"), one.note),
        (_("Answer"), one.answer),
    ]
    at = one.approved_at or one.submitted_at or one.state_at
    yield document("account", _("Final account"), _("Final account of the grant"), at, zone, parts)
