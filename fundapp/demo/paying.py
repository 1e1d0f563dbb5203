"""Requests for payment, and the batches in which they are paid."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from fundapp.core.db import db
from fundapp.demo import content
from fundapp.demo.calendar import on
from fundapp.demo.cast import Cast
from fundapp.funds.models import Fund
from fundapp.payouts import answering, batches, payments, risks
from fundapp.payouts import service as payouts
from fundapp.payouts.asking import Asked
from fundapp.payouts.models import Batch, Claim
from fundapp.payouts.risks import RiskKind

ANSWERS = {
    RiskKind.FIRST: "Name and address held against the signed agreement.",
    RiskKind.NAME_CHECK: "The bank compares name and account when the file is uploaded.",
    RiskKind.ELSEWHERE: "The account is at a foreign bank; a letter of that bank is on file.",
}
"""Why payments of the demo can go."""

LICENCE = "EUPL-1.2"


def claim(cast: Cast, key: str, number: int) -> None:
    """Let a grantee ask for a payment, staff answer, and finance put it in the batch, as far as told."""
    given, plan = content.grants()[key]["claims"][number], cast.calendar.plan
    plan(_when(cast, given["claimed"], "20:35"), partial(_ask, cast, key, given))
    if "returned" in given:
        plan(_when(cast, given["returned"], "11:05"), partial(_return, cast, key, number, given["reason"]))
        plan(_when(cast, given["again"], "17:50"), partial(_revise, cast, key, number, given))
    if "approved" in given:
        plan(_when(cast, given["approved"], "15:20"), partial(_approve, cast, key, number, given["answer"]))
    if "listed" in given:
        plan(_when(cast, given["listed"], "10:10"), partial(_list, cast, key, number))


def batch(cast: Cast, number: int) -> None:
    """Let finance put what is approved in a batch, release it, and record what the bank carried out."""
    given, plan = content.batches()[number], cast.calendar.plan
    released, paid = on(given["released"], "11:30"), on(given["pay_on"], "16:45")
    for place, (key, claimed) in enumerate(_in_batch(number)):
        plan(released - timedelta(minutes=40 - 4 * place), partial(_list, cast, key, claimed))
    plan(released, partial(_release, cast, number, given["pay_on"]))
    plan(paid, partial(_mark_paid, cast, number, given["pay_on"]))


def _in_batch(number: int) -> Iterator[tuple[str, int]]:
    """Give (proposal, which of its claims) of one batch."""
    for key, given in content.grants().items():
        for place, asked in enumerate(given["claims"]):
            if asked.get("batch") == number:
                yield key, place


def _when(cast: Cast, given: date | int, wall: str) -> datetime:
    return cast.calendar.days(given, wall) if isinstance(given, int) else on(given, wall)


def _claim_of(cast: Cast, key: str, number: int) -> Claim:
    wanted = (Claim.award_id == cast.award(key).id, Claim.number == number + 1)
    return db.session.scalars(select(Claim).where(*wanted)).one()


def _batch(cast: Cast, number: int) -> Batch:
    wanted = (Batch.fund_id == cast.fund.id, Batch.number == number)
    return db.session.scalars(select(Batch).where(*wanted)).one()


def _lines(cast: Cast, key: str, given: dict[str, Any]) -> list[Asked]:
    """Ask the whole amount of each milestone, with its addresses."""
    milestones = {milestone.ref: milestone for milestone in cast.award(key).milestones}
    found = [milestones[f"M{number}"] for number in given["milestones"]]
    pairs = zip(found, given["links"], strict=True)
    return [
        Asked(milestone.id, milestone.amount_cents, links, licence=LICENCE, place=links[0])
        for milestone, links in pairs
    ]


def _ask(cast: Cast, key: str, given: dict[str, Any], at: datetime) -> None:
    owner = cast[content.proposal(key).applicant]
    payouts.claim(cast.award(key), _lines(cast, key, given), given["note"], actor=owner, at=at)


def _return(cast: Cast, key: str, number: int, reason: str, at: datetime) -> None:
    payouts.return_claim(_claim_of(cast, key, number), reason, actor=cast["noor"], at=at)


def _revise(cast: Cast, key: str, number: int, given: dict[str, Any], at: datetime) -> None:
    owner = cast[content.proposal(key).applicant]
    asked, lines = _claim_of(cast, key, number), _lines(cast, key, given)
    payouts.revise(asked, lines, given["note"], actor=owner, at=at)


def _approve(cast: Cast, key: str, number: int, answer: str, at: datetime) -> None:
    asked = _claim_of(cast, key, number)
    payouts.approve(asked, answer, asked.digest, actor=cast["noor"], at=at)


def _list(cast: Cast, key: str, number: int, at: datetime) -> None:
    payments.list_payment(_claim_of(cast, key, number), actor=cast["femke"], at=at)


def _release(cast: Cast, number: int, pay_on: date, at: datetime) -> None:
    row = _batch(cast, number)
    digest = batches.list_digest(list(row.payments))
    _answer(cast, row, at - timedelta(minutes=4))
    batches.release_batch(
        row, pay_on, digest, settings=cast.settings, actor=cast["femke"], at=at, proved_at=at
    )


def _answer(cast: Cast, row: Batch, at: datetime) -> None:
    """Say of each warning why the payment can go."""
    found = risks.of_batch(row.id, db.session.get_one(Fund, row.fund_id), at)
    open_ = risks.unanswered(found, [payment.id for payment in row.payments])
    reasons = {risk.group: ANSWERS.get(risk.kind, "Checked by telephone.") for risk in open_}
    answering.answer_warnings(row, reasons, actor=cast["femke"], at=at)


def _mark_paid(cast: Cast, number: int, paid_on: date, at: datetime) -> None:
    for payment in _batch(cast, number).payments:
        payments.mark_paid(payment, paid_on, actor=cast["femke"], at=at)
