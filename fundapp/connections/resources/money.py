"""Requests for payment, payments, and the ledger for accounting."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, false, or_, select

from fundapp.accounts.models import Party, RoleName
from fundapp.applications.models import Application
from fundapp.applications.queries import barred_for
from fundapp.connections.declared import Caller, Field, Filter, Line, Resource
from fundapp.connections.resources.names import PARTY, WHO
from fundapp.connections.resources.proposals import readable
from fundapp.connections.scopes import Scope
from fundapp.core.db import db
from fundapp.funds.models import Account, Contribution, Fund, Posting
from fundapp.grants.models import Award, Milestone
from fundapp.payouts.models import Batch, Claim, ClaimKind, ClaimLine, ClaimState, Payment, PaymentState
from fundapp.rounds.models import Round

GRANT = Field("grant", "text", _l("Code of the grant."))


def _claims(caller: Caller) -> Any:
    return (
        select(
            Claim.id, Claim.code, Claim.reference, Claim.kind, Claim.number, Claim.state, Claim.state_at,
            Claim.amount_cents, Claim.submitted_at, Application.code.label("grant"), Fund.currency, *PARTY,
        )
        .join(Award, Award.id == Claim.award_id)
        .join(Application, Application.id == Award.application_id)
        .join(Fund, Fund.id == Claim.fund_id)
        .join(Party, Party.id == Claim.party_id)
        .where(readable(caller), Claim.state != ClaimState.DRAFT)
    )  # fmt: skip


def _lines(rows: Sequence[Any], caller: Caller) -> Mapping[int, Mapping[str, Any]]:
    found: dict[int, dict[str, Any]] = {row.id: {"milestones": []} for row in rows}
    currency = {row.id: row.currency for row in rows}
    lines = (
        select(ClaimLine.claim_id, Milestone.ref, ClaimLine.amount_cents)
        .join(Milestone, Milestone.id == ClaimLine.milestone_id)
        .where(ClaimLine.claim_id.in_(list(found)))
        .order_by(ClaimLine.claim_id, ClaimLine.id)
    )
    for row in db.session.execute(lines):
        line = Line({**row._mapping, "currency": currency[row.claim_id]})
        found[row.claim_id]["milestones"].append(line)
    return found


CLAIMS = Resource(
    "claims", "Claim", _l("Requests for payment."), Scope.CLAIMS,
    (
        Field("code", "text", _l("Code of the request.")),
        Field("reference", "text", _l("Reference that goes with the payment.")),
        GRANT,
        Field("kind", "word", _l("What is asked for."), None, False, ClaimKind),
        Field("number", "count", _l("Which request of this grant it is.")),
        Field("state", "word", _l("Where it stands."), None, False, ClaimState),
        Field("state_since", "instant", _l("Since when."), lambda line: line.state_at),
        Field("submitted_at", "instant", _l("When it was sent in."), None, True),
        Field("amount", "money", _l("What is asked for.")),
        Field("payee", "object", _l("Who is paid."), fields=WHO),
        Field(
            "milestones", "list", _l("What it is for."),
            fields=(
                Field("ref", "text", _l("Short name of the milestone.")),
                Field("amount", "money", _l("What is asked for it.")),
            ),
        ),
    ),
    _claims, Claim.id, lambda name: Claim.code == name, "2026-11-001-C1",
    (
        Filter("state", "word", _l("Only in this state."), lambda value: Claim.state == value, ClaimState),
        Filter("grant", "text", _l("Only of this grant."), lambda value: Application.code == value),
        Filter(
            "changed_since", "instant", _l("Only what changed at or after this instant."),
            lambda at: Claim.state_at >= at,
        ),
    ),
    more=_lines,
)  # fmt: skip


def _payments(caller: Caller) -> Any:
    if caller.user is None or caller.fund is None:
        allowed: Any = false()
    else:
        allowed = Payment.fund_id.in_(
            {caller.fund.id} & set(caller.user.funds(RoleName.FINANCE, RoleName.AUDITOR))
        ) & Application.id.not_in(barred_for(caller.user))
    return (
        select(
            Payment.id, Payment.end_to_end_id, Payment.state, Payment.state_at, Payment.amount_cents,
            Payment.paid_on, Claim.code.label("claim"), Application.code.label("grant"),
            Batch.number.label("batch"), Fund.currency, *PARTY,
        )
        .join(Claim, Claim.id == Payment.claim_id)
        .join(Award, Award.id == Claim.award_id)
        .join(Application, Application.id == Award.application_id)
        .join(Batch, Batch.id == Payment.batch_id)
        .join(Fund, Fund.id == Payment.fund_id)
        .join(Party, Party.id == Claim.party_id)
        .where(allowed)
    )  # fmt: skip


PAYMENTS = Resource(
    "payments", "Payment", _l("Payments, without account numbers."), Scope.PAYMENTS,
    (
        Field("code", "text", _l("Its end-to-end reference at the bank."), lambda line: line.end_to_end_id),
        Field("claim", "text", _l("Code of the request.")),
        GRANT,
        Field("state", "word", _l("Where it stands."), None, False, PaymentState),
        Field("state_since", "instant", _l("Since when."), lambda line: line.state_at),
        Field("amount", "money", _l("What is paid.")),
        Field("batch", "count", _l("Number of the batch it went in.")),
        Field("paid_on", "day", _l("Day on which the bank paid it."), None, True),
        Field("payee", "object", _l("Who is paid."), fields=WHO),
    ),
    _payments, Payment.id, lambda name: Payment.end_to_end_id == name, "2026-11-001-C1-1",
    (
        Filter(
            "state", "word", _l("Only in this state."), lambda value: Payment.state == value, PaymentState
        ),
        Filter("grant", "text", _l("Only of this grant."), lambda value: Application.code == value),
        Filter(
            "changed_since", "instant", _l("Only what changed at or after this instant."),
            lambda at: Payment.state_at >= at,
        ),
    ),
)  # fmt: skip


def _postings(caller: Caller) -> Any:
    """Select postings; where a tie bars the maker they keep their amounts and lose their names."""
    if caller.user is None or caller.fund is None:
        return select(Posting.id).where(false())
    hidden = Application.id.in_(barred_for(caller.user))
    money = caller.user.funds(RoleName.FINANCE, RoleName.AUDITOR, RoleName.MANAGER)
    return (
        select(
            Posting.id, Posting.at, Posting.booked_on, Posting.event, Posting.debit, Posting.credit,
            Posting.amount_cents, Posting.reverses_id, Contribution.reference.label("gift"), Round.slug,
            Fund.slug.label("fund"), Fund.currency,
            case((hidden, None), else_=Application.code).label("grant"),
            case((hidden, None), else_=Milestone.ref).label("milestone"),
            case((hidden, None), else_=Payment.end_to_end_id).label("payment"),
        )
        .join(Fund, Fund.id == Posting.fund_id)
        .outerjoin(Contribution, Contribution.id == Posting.contribution_id)
        .outerjoin(Round, Round.id == Posting.round_id)
        .outerjoin(Award, Award.id == Posting.award_id)
        .outerjoin(Application, Application.id == Award.application_id)
        .outerjoin(Milestone, Milestone.id == Posting.milestone_id)
        .outerjoin(Payment, Payment.id == Posting.payment_id)
        .where(Posting.fund_id == caller.fund.id, Posting.fund_id.in_(money))
    )  # fmt: skip


def _call(line: Line) -> str | None:
    return f"{line.fund}/{line.slug}" if line.slug else None


POSTINGS = Resource(
    "postings", "Posting", _l("Postings of the ledger, the oldest first; a posting never changes."),
    Scope.LEDGER,
    (
        Field(
            "code", "text", _l("Number of the posting; rises, and is never used again."),
            lambda line: str(line.id),
        ),
        Field("posted_at", "instant", _l("When it was posted."), lambda line: line.at),
        Field("booked_on", "day", _l("Day of booking in the zone of the fund.")),
        Field("event", "text", _l("What happened, in one word.")),
        Field("debit", "word", _l("The account that is debited."), None, False, Account),
        Field("credit", "word", _l("The account that is credited."), None, False, Account),
        Field("amount", "money", _l("Always above zero.")),
        Field("gift", "text", _l("Reference of the gift whose money it is."), None, True),
        Field("call", "text", _l("Fund and short name of the call."), _call, True),
        Field("grant", "text", _l("Code of the grant; null where a tie hides it."), None, True),
        Field("milestone", "text", _l("Short name of the milestone."), None, True),
        Field("payment", "text", _l("End-to-end reference of the payment."), None, True),
        Field(
            "reverses", "text", _l("Number of the posting that this one takes back."),
            lambda line: str(line.reverses_id) if line.reverses_id else None, True,
        ),
    ),
    _postings, Posting.id,
    lambda name: Posting.id == (int(name) if name.isdecimal() and len(name) < 10 else 0), "4021",
    (
        Filter(
            "from", "day", _l("Only what was booked on or after this day."),
            lambda on: Posting.booked_on >= on,
        ),
        Filter(
            "until", "day", _l("Only what was booked on or before this day."),
            lambda on: Posting.booked_on <= on,
        ),
        Filter(
            "account", "word", _l("Only what touches this account."),
            lambda value: or_(Posting.debit == value, Posting.credit == value), Account,
        ),
    ),
)  # fmt: skip
