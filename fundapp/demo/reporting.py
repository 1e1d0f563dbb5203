"""Reports in several states, one grant with an advance and its settlement, and money that comes back."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from fundapp.core import clock
from fundapp.demo import content
from fundapp.demo.calendar import ZONE, on
from fundapp.demo.cast import Cast
from fundapp.funds.models import PaymentScheme
from fundapp.grants import awards, report_days, report_review, report_writing
from fundapp.grants.models import ProgressReport, ReportKind
from fundapp.payouts import account_writing, advances, payments, recoveries, settlement
from fundapp.payouts import service as payouts
from fundapp.payouts.account_writing import Around, Written
from fundapp.payouts.models import RecoveryReason
from fundapp.payouts.queries import final_account
from fundapp.payouts.recovery_lists import recoveries_of

Given = dict[str, Any]


def tell(cast: Cast) -> None:
    """Let grantees report, staff answer, one grant be settled, and one pay something back."""
    told = content.reports()
    for given in told["reports"]:
        _report(cast, given)
    _settle(cast, told["account"])
    _claim_back(cast, told["recovery"])


def _when(cast: Cast, given: date | int, wall: str) -> datetime:
    return cast.calendar.days(given, wall) if isinstance(given, int) else on(given, wall)


def _owner(cast: Cast, key: str) -> Any:
    return cast[content.proposal(key).applicant]


# --- reports -----------------------------------------------------------------------


def _report(cast: Cast, given: Given) -> None:
    plan = cast.calendar.plan
    if "asked" in given:
        plan(_when(cast, given["asked"], "09:20"), partial(_ask, cast, given))
    written = given.get("sent", -1)
    plan(_when(cast, written, "19:40"), partial(_write, cast, given))
    if "sent" in given:
        plan(_when(cast, given["sent"], "20:10"), partial(_send, cast, given))
    if "returned" in given:
        plan(_when(cast, given["returned"], "14:25"), partial(_return, cast, given))
    if "accepted" in given:
        plan(_when(cast, given["accepted"], "11:50"), partial(_accept, cast, given))


def _row(cast: Cast, given: Given) -> ProgressReport:
    kind = ReportKind(given["kind"])
    return next(one for one in report_days.reports_of(cast.award(given["key"])) if one.kind is kind)


def _ask(cast: Cast, given: Given, at: datetime) -> None:
    kind, day = ReportKind(given["kind"]), cast.calendar.day(given["due"])
    report_days.add(cast.award(given["key"]), kind, day, actor=cast["noor"], at=at)


def _write(cast: Cast, given: Given, at: datetime) -> None:
    owner = _owner(cast, given["key"])
    report_writing.save(_row(cast, given), given["answers"], {}, actor=owner, at=at)


def _send(cast: Cast, given: Given, at: datetime) -> None:
    report_writing.submit(_row(cast, given), actor=_owner(cast, given["key"]), at=at)


def _return(cast: Cast, given: Given, at: datetime) -> None:
    asked: Given = {"shown_number": 1, "actor": cast["noor"], "at": at}
    report_review.ask_change(_row(cast, given), given["note"], given["questions"], **asked)


def _accept(cast: Cast, given: Given, at: datetime) -> None:
    report_review.accept(_row(cast, given), given["note"], shown_number=1, actor=cast["noor"], at=at)


# --- an advance and its settlement -----------------------------------------------------


def _settle(cast: Cast, given: Given) -> None:
    plan, offered = cast.calendar.plan, content.grants()[given["key"]]["offered"]
    steps: list[tuple[datetime, Callable[..., None]]] = [
        (on(offered, "09:05"), _choose),
        (_when(cast, given["asked"], "21:15"), _ask_advance),
        (_when(cast, given["approved"], "15:30"), _approve_advance),
        (_when(cast, given["listed"], "10:15"), _list_advance),
        (_when(cast, given["submitted"], "20:20"), _hand_in),
        (_when(cast, given["settled"], "10:35"), _approve_account),
    ]
    for when, step in steps:
        plan(when, partial(step, cast, given))


def _choose(cast: Cast, given: Given, at: datetime) -> None:
    awards.choose_scheme(cast.award(given["key"]), PaymentScheme.ADVANCE, 80, actor=cast["noor"], at=at)


def _ask_advance(cast: Cast, given: Given, at: datetime) -> None:
    advances.ask(cast.award(given["key"]), "", actor=_owner(cast, given["key"]), at=at)


def _approve_advance(cast: Cast, given: Given, at: datetime) -> None:
    if (claim := advances.of(cast.award(given["key"]))) is not None:
        payouts.approve(claim, "", claim.digest, actor=cast["noor"], at=at)


def _list_advance(cast: Cast, given: Given, at: datetime) -> None:
    if (claim := advances.of(cast.award(given["key"]))) is not None:
        payments.list_payment(claim, actor=cast["femke"], at=at)


def _hand_in(cast: Cast, given: Given, at: datetime) -> None:
    owner = _owner(cast, given["key"])
    account = account_writing.begin(cast.award(given["key"]), actor=owner, at=at)
    lines = [
        Written(None, title, _cents(budget), _cents(net), _cents(vat), [link])
        for title, budget, net, vat, link in given["lines"]
    ]
    around = Around(note=given["note"])
    account_writing.save(account, lines, around, base=account.row_version, actor=owner, at=at)
    settlement.submit(account, actor=owner, at=at)


def _approve_account(cast: Cast, given: Given, at: datetime) -> None:
    if (account := final_account(cast.award(given["key"]))) is not None:
        settlement.approve(account, given["answer"], account.digest, actor=cast["noor"], at=at)


def _cents(euros: float) -> int:
    return round(euros * 100)


# --- money that comes back ---------------------------------------------------------------


def _claim_back(cast: Cast, given: Given) -> None:
    day, euros = given["received"]
    plan = cast.calendar.plan
    plan(_when(cast, given["opened"], "11:15"), partial(_open, cast, given))
    plan(_when(cast, day, "09:45"), partial(_receive, cast, given, _cents(euros)))


def _open(cast: Cast, given: Given, at: datetime) -> None:
    parts = [recoveries.Part(cast.calendar.day(day), _cents(euros)) for day, euros in given["parts"]]
    recoveries.open_claim(
        cast.award(given["key"]),
        RecoveryReason.WRONG_PAYMENT,
        _cents(given["euros"]),
        given["why"],
        parts,
        actor=cast["maarten"],
        at=at,
    )


def _receive(cast: Cast, given: Given, cents: int, at: datetime) -> None:
    owed = recoveries_of(cast.award(given["key"]))[0]
    recoveries.receive(owed, cents, clock.day(at, ZONE), actor=cast["femke"], at=at)
