"""What is sent of an event: its name, its instant, codes, and where to read more; nothing about people."""

from collections.abc import Callable
from json import dumps
from typing import Any

from sqlalchemy import select

from fundapp.applications.models import Application
from fundapp.connections.declared import instant
from fundapp.connections.models import WebhookEvent
from fundapp.core.db import db
from fundapp.decisions.models import Decision
from fundapp.funds.models import Contribution, Fund
from fundapp.grants.models import Agreement, Award, Milestone
from fundapp.payouts.models import Claim, Payment
from fundapp.reports.models import Evaluation
from fundapp.rounds.models import Round

Told = dict[str, Any]


def body(event: WebhookEvent, site: str) -> bytes:
    """Write the message: {"type", "timestamp", "data"}, the same bytes at every try."""
    slug = db.session.scalar(select(Fund.slug).where(Fund.id == event.fund_id)) or ""
    told = _SUBJECTS[event.subject_type](event.subject_id, slug)
    data = {"fund": slug, **told}
    if event.application_id is not None and "application" not in data:
        code = select(Application.code).where(Application.id == event.application_id)
        data["application"] = db.session.scalar(code)
    if "href" in data:
        data["href"] = f"{site}{data['href']}"
    message = {"type": event.name, "timestamp": instant(event.at), "data": data}
    return dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def _round(id: int, slug: str) -> Told:
    code = f"{slug}/{db.session.scalar(select(Round.slug).where(Round.id == id))}"
    return {"call": code, "href": f"/api/v1/calls/{code}"}


def _application(id: int, slug: str) -> Told:
    code = db.session.scalar(select(Application.code).where(Application.id == id))
    return {"application": code, "href": f"/api/v1/applications/{code}"}


def _decision(id: int, slug: str) -> Told:
    of = select(Application.code).join(Decision, Decision.application_id == Application.id)
    code = db.session.scalar(of.where(Decision.id == id))
    return {"decision": str(id), "application": code, "href": f"/api/v1/decisions/{id}"}


def _grant(code: str | None) -> Told:
    return {"grant": code, "href": f"/api/v1/grants/{code}"}


def _award(id: int, slug: str) -> Told:
    of = select(Application.code).join(Award, Award.application_id == Application.id)
    return _grant(db.session.scalar(of.where(Award.id == id)))


def _agreement(id: int, slug: str) -> Told:
    row = db.session.get_one(Agreement, id)
    return {**_award(row.award_id, slug), "agreement": row.number}


def _milestone(id: int, slug: str) -> Told:
    row = db.session.get_one(Milestone, id)
    return {**_award(row.award_id, slug), "milestone": row.ref}


def _claim(id: int, slug: str) -> Told:
    code = db.session.scalar(select(Claim.code).where(Claim.id == id))
    return {"claim": code, "href": f"/api/v1/claims/{code}"}


def _payment(id: int, slug: str) -> Told:
    code = db.session.scalar(select(Payment.end_to_end_id).where(Payment.id == id))
    return {"payment": code, "href": f"/api/v1/payments/{code}"}


def _gift(id: int, slug: str) -> Told:
    code = db.session.scalar(select(Contribution.reference).where(Contribution.id == id))
    return {"gift": code, "href": f"/api/v1/gifts/{code}"}


def _evaluation(id: int, slug: str) -> Told:
    number = db.session.scalar(select(Evaluation.number).where(Evaluation.id == id))
    return {"evaluation": number, "href": f"/evaluations/{slug}/{number}"}


def _fund(id: int, slug: str) -> Told:
    return {"href": f"/api/v1/funds/{slug}"}


_SUBJECTS: dict[str, Callable[[int, str], Told]] = {
    "round": _round,
    "application": _application,
    "decision": _decision,
    "award": _award,
    "agreement": _agreement,
    "milestone": _milestone,
    "claim": _claim,
    "payment": _payment,
    "contribution": _gift,
    "evaluation": _evaluation,
    "fund": _fund,
}
"""By the table of what it is about: who reads its codes."""
