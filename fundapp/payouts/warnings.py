"""What stands out about a request before it is paid, and who of the three people did their part."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.accounts.rules import finance, manager
from fundapp.core import clock
from fundapp.funds.models import Fund
from fundapp.grants.account_checks import is_cooling
from fundapp.payouts.bank_file import address_fault
from fundapp.payouts.bank_lines import address_of
from fundapp.payouts.models import ClaimState, PaymentState

LATELY = timedelta(days=14)


@dataclass(frozen=True)
class Hands:
    """Three people and what to look at, as (shape, words); what the reader can do now.

    can: check, list, remove, or empty. is_ready: approved, on a usable account.
    """

    people: list[tuple[str, str]]
    to_look_at: list[tuple[str, str]]
    can: str
    is_ready: bool


def hands_of(row: Any, user: User, fund: Fund, at: datetime) -> Hands:
    """Read one row of the room for one person. row: of `room.waiting`."""
    is_approved = row.state is ClaimState.APPROVED
    return Hands(
        people=[_asked(row, fund), _checked(row, user, fund), _releases(row, user, fund)],
        to_look_at=_to_look_at(row, at),
        can=_can(row, user, fund, at),
        is_ready=is_approved and _is_payable(row, at) and row.payment_state is not PaymentState.ORDERED,
    )


def _day(at: datetime | None, fund: Fund) -> str:
    return format_date(clock.day(at, fund.zone), "d MMM") if at else ""


def _asked(row: Any, fund: Fund) -> tuple[str, str]:
    return "ok", _("asked: %(name)s, %(day)s", name=row.asked_by, day=_day(row.submitted_at, fund))


def _checked(row: Any, user: User, fund: Fund) -> tuple[str, str]:
    if row.approved_by is None:
        return "wait", _("checked: nobody yet")
    name = _("%(name)s (you)", name=row.checked_by) if row.approved_by == user.id else row.checked_by
    return "ok", _("checked: %(name)s, %(day)s", name=name, day=_day(row.approved_at, fund))


def _releases(row: Any, user: User, fund: Fund) -> tuple[str, str]:
    if row.payment_state is PaymentState.ORDERED:
        return "ok", _("released: at the bank")
    if row.approved_by is None or row.confirmed_at is None:
        return "wait", _("releases: later")
    if user.id == row.approved_by:
        return "wait", _("releases: not you: you checked")
    if user.id == row.claimed_by:
        return "wait", _("releases: not you: you asked")
    if finance(user, fund):
        return "now", _("releases: you")
    return "wait", _("releases: somebody at finance")


def _to_look_at(row: Any, at: datetime) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if fault := address_fault(address_of(row.party_address, row.party_country)):
        found.append(("bad", fault))
    if is_cooling(row, at):
        day = format_date(row.usable_from_at, "d MMMM")
        found.append(("warn", _("Not before %(day)s: the account was changed", day=day)))
    if row.confirmed_at is None:
        found.append(("bad", _("The account is not confirmed yet")))
    if row.is_shared:
        found.append(("bad", _("Another grantee is paid to the same account")))
    if row.is_first:
        found.append(("warn", _("First payment to this account")))
    if row.account_number > 1 and at - row.entered_at < LATELY:
        found.append(("warn", _("The account was changed in the last two weeks")))
    if row.is_partial:
        found.append(("warn", _("Part of a milestone")))
    return found


def _can(row: Any, user: User, fund: Fund, at: datetime) -> str:
    if row.state is ClaimState.SUBMITTED:
        return "check" if manager(user, fund) and user.id != row.claimed_by else ""
    if not finance(user, fund) or row.payment_state is PaymentState.ORDERED:
        return ""
    if row.payment_state is PaymentState.LISTED:
        return "remove"
    return "list" if _is_payable(row, at) else ""


def _is_payable(row: Any, at: datetime) -> bool:
    """Tell whether nothing about the account or the address keeps a request back."""
    is_kept = is_cooling(row, at) or address_fault(address_of(row.party_address, row.party_country))
    return row.confirmed_at is not None and row.retired_at is None and not is_kept
