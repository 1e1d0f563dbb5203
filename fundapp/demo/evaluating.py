"""What came of it: an evaluation of the fund, a grant scored again, and a project that lives on."""

from datetime import date, datetime
from functools import cache, partial
from typing import Any

import yaml
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.core.db import db
from fundapp.demo import content
from fundapp.demo.calendar import on
from fundapp.demo.cast import Cast, join
from fundapp.reports import alive, closing, evaluation_signing, evaluations, evaluators, fund_service
from fundapp.reports.models import AliveCheck, Course, Evaluation
from fundapp.reviews.models import Review, ReviewPurpose
from fundapp.reviews.sheet import Entry

ASSESSORS = ("saskia", "jonas")


@cache
def _told() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((content.PLACE / "evaluation.yaml").read_text(encoding="utf-8"))
    return found


def evaluate(cast: Cast) -> None:
    """Plan the evaluation of the end of 2024, and what followed for one grant."""
    plan = cast.calendar.plan
    plan(on("2024-11-04", "10:10"), partial(_begin, cast))
    plan(on("2024-11-05", "09:25"), partial(_invite, cast))
    for number, key in enumerate(_told()["chapters"]):
        plan(on(f"2024-11-{11 + number:02}", "14:20"), partial(_write, cast, key))
    plan(on("2024-11-25", "11:00"), partial(_remark, cast))
    plan(on("2024-11-26", "15:30"), partial(_settle, cast))
    plan(on("2024-12-02", "13:45"), partial(_sign, cast))
    plan(on("2024-12-12", "16:20"), partial(_decide, cast))
    plan(on("2024-12-13", "09:05"), partial(_confirm, cast))
    plan(on("2024-12-16", "10:00"), partial(_publish, cast))
    for place, person in enumerate(ASSESSORS):
        plan(on("2025-01-20", f"10:0{place}"), partial(_ask, cast, person))
        plan(on(f"2025-02-0{3 + place}", "20:15"), partial(_score, cast, person, place))
    plan(on("2025-03-03", "11:30"), partial(_report, cast))
    plan(on("2026-02-18", "19:40"), partial(_live_on, cast))


def _row() -> Evaluation:
    return db.session.scalars(select(Evaluation).order_by(Evaluation.id)).first() or Evaluation()


def _begin(cast: Cast, at: datetime) -> None:
    period = {"from_on": date(2023, 8, 21), "until_on": date(2024, 11, 30)}
    evaluations.begin(cast.fund, _told()["title"], **period, actor=cast["noor"], at=at)


def _invite(cast: Cast, at: datetime) -> None:
    who = join(cast, _told()["evaluator"], at=at)
    evaluators.invite(
        _row(), who.email, who.name, office=_told()["office"], language=who.language, actor=cast["noor"],
        at=at, settings=cast.settings,
    )  # fmt: skip


def _write(cast: Cast, key: str, at: datetime) -> None:
    for lang, body in _told()["chapters"][key].items():
        evaluations.save_text(_row(), key, lang, body, base=0, actor=cast["noor"], at=at)
    db.session.flush()
    if key == "advice":
        evaluations.recommend(_row(), Course.CHANGE, actor=cast["noor"], at=at)


def _evaluator(cast: Cast) -> User:
    return cast[_told()["evaluator"]]


def _remark(cast: Cast, at: datetime) -> None:
    given = _told()["remark"]
    evaluations.remark(_row(), given["chapter"], given["text"], actor=_evaluator(cast), at=at)


def _settle(cast: Cast, at: datetime) -> None:
    row = _row()
    db.session.refresh(row, ["remarks"])
    evaluations.settle_remark(row, row.remarks[0].id, actor=cast["noor"], at=at)


def _sign(cast: Cast, at: datetime) -> None:
    row, who = _row(), _evaluator(cast)
    db.session.refresh(row, ["texts", "remarks"])
    evaluation_signing.sign(row, who.name, evaluations.content_digest(row), actor=who, at=at)


def _decide(cast: Cast, at: datetime) -> None:
    evaluation_signing.decide(
        _row(), Course.CHANGE, decided_on=at.date(), text=_told()["decision"], actor=cast["noor"], at=at
    )


def _confirm(cast: Cast, at: datetime) -> None:
    evaluation_signing.confirm_decision(_row(), actor=cast["maarten"], at=at)


def _publish(cast: Cast, at: datetime) -> None:
    evaluation_signing.publish(_row(), actor=cast["noor"], at=at)


# --- one grant ---------------------------------------------------------------------------


def _key() -> str:
    return str(_told()["closing"]["project"])


def _ask(cast: Cast, person: str, at: datetime) -> None:
    closing.ask(cast.award(_key()), cast[person], due_on=date(2025, 2, 14), actor=cast["noor"], at=at)


def _score(cast: Cast, person: str, place: int, at: datetime) -> None:
    """Take it on, fill in the sheet and hand it in."""
    who, given = cast[person], _told()["closing"]
    wanted = (Review.reviewer_id == who.id, Review.purpose == ReviewPurpose.CLOSING)
    review = db.session.scalars(select(Review).where(*wanted)).one()
    closing.begin(review, actor=who, at=at)
    entries = {
        one.id: Entry(value=given["scores"][one.key][place], reason=given["reasons"][place])
        for one in closing.criteria_of(review)
    }
    closing.save(review, entries, actor=who, at=at)
    closing.hand_in(review, actor=who, at=at)


def _report(cast: Cast, at: datetime) -> None:
    fund_service.take_grant(cast.award(_key()), actor=cast["noor"], at=at)


def _live_on(cast: Cast, at: datetime) -> None:
    given, award = _told()["alive"], cast.award(_key())
    wanted = (AliveCheck.award_id == award.id, AliveCheck.year == 1)
    check = db.session.scalars(select(AliveCheck).where(*wanted)).one()
    details = {**given, "released_on": date(2026, 1, 30)}
    alive.answer(check, True, details, actor=cast[content.proposal(_key()).applicant], at=at)
