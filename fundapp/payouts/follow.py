"""Following the euro: from who gave it, over round and grant, to what was paid; and back."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import case, func, literal, select

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.applications.queries import barred_for
from fundapp.core.charts.screen import MONEY
from fundapp.core.charts.streams import Ribbon, Stop
from fundapp.core.db import db
from fundapp.core.words import pick
from fundapp.funds.figures import booked
from fundapp.funds.models import DEBIT_NORMAL, Account, Contribution, Fund, Posting
from fundapp.grants.models import Award, Milestone
from fundapp.payouts.models import Payment
from fundapp.rounds.models import Round

A = Account
HELD = (A.COMMITTED, A.APPROVED, A.ORDERED)
MOST = 8
"""How many boxes of one kind are drawn by name; the smaller ones stand together."""


@dataclass(frozen=True)
class Names:
    """What is called how for whoever reads; an award without a name stands among the others."""

    gifts: dict[int, str]
    rounds: dict[int, str]
    awards: dict[int, str]


@dataclass(frozen=True)
class Flow:
    """Columns of boxes and the ribbons between them, exact to the cent; whole: what was received."""

    columns: list[list[Stop]]
    ribbons: list[Ribbon]
    whole: int


def cells(
    fund_id: int, gift_id: int | None = None
) -> dict[tuple[int, int | None, int | None], dict[Account, int]]:
    """Give balances by (gift, round, grant) and account in cents, on the normal side; one query."""
    given = [Posting.fund_id == fund_id, Posting.contribution_id.is_not(None)]
    if gift_id is not None:
        given.append(Posting.contribution_id == gift_id)
    columns = (Posting.contribution_id, Posting.round_id, Posting.award_id, Posting.amount_cents)
    debit = select(*columns, Posting.debit.label("account"), literal(1).label("sign")).where(*given)
    credit = select(*columns, Posting.credit, literal(-1)).where(*given)
    rows = debit.union_all(credit).subquery()
    keys = (rows.c.contribution_id, rows.c.round_id, rows.c.award_id, rows.c.account)
    found: dict[Any, dict[Account, int]] = defaultdict(lambda: dict.fromkeys(Account, 0))
    sums = select(*keys, func.sum(rows.c.amount_cents * rows.c.sign)).group_by(*keys)
    for gift, round, award, account, cents in db.session.execute(sums):
        sign = 1 if Account(account) in DEBIT_NORMAL else -1
        found[gift, round, award][Account(account)] = int(cents) * sign
    return found


def _received(fund_id: int, gift_id: int | None) -> dict[int, dict[str, int]]:
    """Give by gift the cents that came in, that went back to the giver, and that the bank kept."""
    kinds = {"receipt": "in", "earmarked_receipt": "in", "gift_refund": "gone", "bank_costs": "gone"}
    rows = select(Posting.contribution_id, Posting.event, booked()).where(
        Posting.fund_id == fund_id, Posting.event.in_(sorted(kinds))
    )
    if gift_id is not None:
        rows = rows.where(Posting.contribution_id == gift_id)
    found: dict[int, dict[str, int]] = defaultdict(lambda: {"in": 0, "gone": 0})
    for gift, event, cents in db.session.execute(rows.group_by(Posting.contribution_id, Posting.event)):
        found[int(gift or 0)][kinds[event]] += int(cents)
    return found


def flow(
    fund_id: int, names: Names, gift_id: int | None = None, *, without_name_is_left: bool = False
) -> Flow:
    """Follow all gifts of a fund, or one: gifts, rounds, grants, then what is paid and what is promised.

    without_name_is_left: what is promised to a grant without a name counts as not given yet (for the
    public, while a decision is not out).
    """
    into, sums = _received(fund_id, gift_id), cells(fund_id, gift_id)
    gifts = {id: one["in"] for id, one in into.items() if one["in"]}
    to_round: dict[tuple[int, int], int] = defaultdict(int)
    left: dict[int, int] = defaultdict(int)
    paid: dict[tuple[int, int], int] = defaultdict(int)
    promised: dict[tuple[int, int], int] = defaultdict(int)
    free: dict[int, int] = defaultdict(int)
    for (gift, round, award), held in sums.items():
        free[gift] += held[A.FREE] + held[A.RESTRICTED]
        if round is None:
            continue
        left[round] += held[A.RESERVED]
        to_round[gift, round] += held[A.RESERVED]
        if award is None:  # kept for a change that is offered
            left[round] += held[A.COMMITTED]
            to_round[gift, round] += held[A.COMMITTED]
        else:
            out = -held[A.BANK]
            due = sum(held[account] for account in HELD) - held[A.ADVANCES]
            paid[round, award] += out
            if without_name_is_left and award not in names.awards:
                left[round] += due
            else:
                promised[round, award] += due
            to_round[gift, round] += out + due
    gone = {id: one["gone"] for id, one in into.items()}
    return _draw(_Sums(gifts, free, gone, to_round, left, paid, promised), names)


@dataclass(frozen=True)
class _Sums:
    gifts: dict[int, int]
    free: dict[int, int]
    gone: dict[int, int]
    to_round: dict[tuple[int, int], int]
    left: dict[int, int]
    paid: dict[tuple[int, int], int]
    promised: dict[tuple[int, int], int]


def _draw(sums: _Sums, names: Names) -> Flow:
    gift_box = _grouped(sums.gifts, names.gifts, "gift", _other_gifts)
    awards: dict[int, int] = defaultdict(int)
    for (_round, award), cents in [*sums.paid.items(), *sums.promised.items()]:
        awards[award] += cents
    award_box = _grouped(awards, names.awards, "award", _other_grants)
    links: dict[tuple[str, str], int] = defaultdict(int)
    for id in sums.gifts:
        links[gift_box[id].key, "free"] += sums.free.get(id, 0)
        links[gift_box[id].key, "gone"] += sums.gone.get(id, 0)
    for (gift, round), cents in sums.to_round.items():
        if cents:
            links[gift_box[gift].key, f"round{round}"] += cents
    for round, cents in sums.left.items():
        links[f"round{round}", "left"] += cents
    _to_the_end(links, sums.paid, "paid", award_box)
    _to_the_end(links, sums.promised, "promised", award_box)
    return _flow(links, gift_box, award_box, names, sum(sums.gifts.values()))


def _to_the_end(
    links: dict[tuple[str, str], int], part: dict[tuple[int, int], int], end: str, box: dict[int, Stop]
) -> None:
    for (round, award), cents in part.items():
        links[f"round{round}", box[award].key] += cents
        links[box[award].key, end] += cents


def _other_gifts(number: int) -> str:
    return str(ngettext("%(num)d other gift", "%(num)d other gifts", number))


def _other_grants(number: int) -> str:
    return str(ngettext("%(num)d other grant", "%(num)d other grants", number))


def _flow(
    links: dict[tuple[str, str], int],
    gift_box: dict[int, Stop],
    award_box: dict[int, Stop],
    names: Names,
    whole: int,
) -> Flow:
    into: dict[str, int] = defaultdict(int)
    for (_source, target), cents in links.items():
        into[target] += cents
    rounds = [
        Stop(f"round{id}", name, into[f"round{id}"])
        for id, name in names.rounds.items()
        if into[f"round{id}"]
    ]
    ends = {
        "free": Stop("free", _("not set apart"), into["free"], MONEY["free"]),
        "gone": Stop("gone", _("back to givers, and bank costs"), into["gone"]),
        "left": Stop("left", _("set apart, not given yet"), into["left"], MONEY["reserved"]),
        "paid": Stop("paid", _("paid"), into["paid"], MONEY["paid"]),
        "promised": Stop("promised", _("promised"), into["promised"], MONEY["promised"]),
    }
    columns = [
        _once(gift_box),
        [*sorted(rounds, key=lambda stop: -stop.cents), ends["free"], ends["gone"]],
        [*_once(award_box), ends["left"]],
        [ends["paid"], ends["promised"]],
    ]
    kept = [[stop for stop in column if stop.cents] for column in columns]
    order = {stop.key: place for column in kept for place, stop in enumerate(column)}
    ribbons = [Ribbon(source, target, cents) for (source, target), cents in links.items() if cents]
    ribbons.sort(key=lambda one: (order[one.source], order[one.target]))
    return Flow(kept, ribbons, whole)


def _grouped(
    sums: dict[int, int], names: dict[int, str], kind: str, others: Callable[[int], str]
) -> dict[int, Stop]:
    """Give each id its box: the largest with a name have their own, the rest share one."""
    order = sorted((id for id in sums if id in names and sums[id]), key=lambda id: (-sums[id], id))
    own = set(order if len(order) <= MOST + 1 else order[:MOST])
    rest = [id for id in sums if id not in own]
    shared = Stop(f"{kind}s", others(sum(1 for id in rest if sums[id])), sum(sums[id] for id in rest))
    return {id: Stop(f"{kind}{id}", names[id], sums[id]) if id in own else shared for id in sums}


def _once(boxes: dict[int, Stop]) -> list[Stop]:
    found = {stop.key: stop for stop in boxes.values()}
    return sorted(found.values(), key=lambda stop: (stop.key.endswith("s"), -stop.cents))


# --- names ---------------------------------------------------------------------


def office_names(user: User, fund: Fund, language: str) -> Names:
    """Give the names the person may read: projects they have a tie to stand among the others."""
    gifts = select(Contribution.id, Contribution.giver).where(Contribution.fund_id == fund.id)
    awards = (
        select(Award.id, Application.title)
        .join(Application, Application.id == Award.application_id)
        .where(Award.fund_id == fund.id, Application.id.not_in(barred_for(user)))
    )
    return Names(
        {row.id: row.giver for row in db.session.execute(gifts)},
        round_names(fund, language),
        {row.id: row.title for row in db.session.execute(awards)},
    )


def round_names(fund: Fund, language: str) -> dict[int, str]:
    """Give the names of a fund's rounds."""
    rows = db.session.execute(select(Round.id, Round.name).where(Round.fund_id == fund.id).order_by(Round.id))
    return {row.id: pick(row.name, language) for row in rows}


# --- payments --------------------------------------------------------------------


def payments_of(user: User, gift: Contribution) -> Sequence[Any]:
    """List what was paid from one gift, less what came back: day, project, milestone, reference, cents.

    What was recovered from a grantee stands below zero, without a payment.
    """
    signed = case((Posting.event == "pay", Posting.amount_cents), else_=-Posting.amount_cents)
    hidden = Application.id.in_(barred_for(user))
    return db.session.execute(
        select(
            Payment.id, Payment.end_to_end_id, Payment.paid_on, Award.id.label("award_id"), Application.title,
            hidden.label("is_hidden"), Milestone.ref, func.sum(signed).label("cents"),
        )
        .select_from(Posting)
        .outerjoin(Payment, Payment.id == Posting.payment_id)
        .join(Award, Award.id == Posting.award_id)
        .join(Application, Application.id == Award.application_id)
        .outerjoin(Milestone, Milestone.id == Posting.milestone_id)
        .where(Posting.contribution_id == gift.id, Posting.event.in_(["pay", "return", "recovered"]))
        .group_by(Payment.id, Award.id, Application.id, Milestone.id)
        .having(func.sum(signed) != 0)
        .order_by(func.max(Posting.id))
    ).all()  # fmt: skip


def origin(payment_id: int) -> Sequence[Any]:
    """List the gifts a payment was, or will be, paid from: gift, giver, milestone, cents."""
    out = select(Posting.event).where(Posting.payment_id == payment_id, Posting.event == "pay").limit(1)
    event = db.session.scalar(out) or "order"
    return db.session.execute(
        select(
            Contribution.id, Contribution.reference, Contribution.giver, Contribution.is_anonymous,
            Contribution.received_on, Contribution.theme, Milestone.ref,
            func.sum(Posting.amount_cents).label("cents"),
        )
        .join(Contribution, Contribution.id == Posting.contribution_id)
        .outerjoin(Milestone, Milestone.id == Posting.milestone_id)
        .where(Posting.payment_id == payment_id, Posting.event == event)
        .group_by(Contribution.id, Milestone.id)
        .order_by(Contribution.received_on, Contribution.id, Milestone.ref)
    ).all()  # fmt: skip
