"""The arithmetic of a final account, in whole cents: what it cost, who carried it, what is settled."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class Costs(Protocol):
    """A line with what it cost: net and the VAT on it, in cents."""

    budget_cents: int
    net_cents: int
    vat_cents: int


@dataclass(frozen=True)
class Sums:
    """A final account added up. costs: what counts, with VAT only where it is not got back.

    asked: what the fund is asked to carry, never below zero.
    """

    budget: int
    net: int
    vat: int
    costs: int
    own: int
    other: int
    asked: int


def sums(lines: Iterable[Costs], *, reclaims_vat: bool, own_cents: int, other_cents: int) -> Sums:
    """Add a final account up."""
    rows = list(lines)
    net, vat = sum(row.net_cents for row in rows), sum(row.vat_cents for row in rows)
    costs = net if reclaims_vat else net + vat
    asked = max(costs - own_cents - other_cents, 0)
    budget = sum(row.budget_cents for row in rows)
    return Sums(budget, net, vat, costs, own_cents, other_cents, asked)


@dataclass(frozen=True)
class Settled:
    """What follows from a settlement, in cents. Source: domain model, section 5.

    final: what the grantee may keep in all, min(costs, award). against: of the advance that is
    covered. to_pay: still to be paid. back: to be paid back by the grantee. released: goes back to
    the round. covered by `final == against + to_pay` and `against + back == advance`.
    """

    award: int
    advance: int
    final: int
    against: int
    to_pay: int
    back: int
    released: int


def settled(asked_cents: int, advance_cents: int, award_cents: int) -> Settled:
    """Settle costs against an advance within an award. Raises ValueError for an advance above the award."""
    if not 0 <= advance_cents <= award_cents or asked_cents < 0:
        raise ValueError("an advance lies between nothing and the award")
    final = min(asked_cents, award_cents)
    against = min(final, advance_cents)
    return Settled(
        award=award_cents,
        advance=advance_cents,
        final=final,
        against=against,
        to_pay=final - against,
        back=advance_cents - against,
        released=award_cents - max(final, advance_cents),
    )
