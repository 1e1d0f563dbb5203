"""What keeps an account from being used yet, and what the bank answered about its name."""

from datetime import date, datetime
from typing import Any

from flask_babel import LazyString, format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from fundapp.accounts.models import User
from fundapp.core import audit, clock
from fundapp.core.newer import Told
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.grants.accounts import held_account
from fundapp.grants.models import Award, BankAccount, NameCheck
from fundapp.grants.rules import CONFIRM, WAIVE

LONGEST_WHY = 500
CHECK_WORDS: dict[NameCheck, tuple[str, LazyString]] = Told(
    {
        NameCheck.MATCH: ("ok", _l("The name fits")),
        NameCheck.CLOSE: ("warn", _l("The name nearly fits")),
        NameCheck.NONE: ("bad", _l("The name does not fit")),
        NameCheck.IMPOSSIBLE: ("warn", _l("The bank could not check the name")),
    }
)
"""What a bank answers when it holds a name against an account (Verification of Payee)."""


def is_cooling(account: Any, at: datetime) -> bool:
    """Tell whether nothing may be paid to an account yet because it took another's place.

    account: a row of it, or one with its columns usable_from_at and waived_at.
    """
    ends = account.usable_from_at
    return ends is not None and account.waived_at is None and at < ends


def why_not_usable(account: BankAccount, *, zone: str, at: datetime) -> str:
    """Say what keeps an account from being paid to now; empty when nothing does."""
    if account.retired_at is not None or account.confirmed_at is None:
        return str(_("The account of this request is not confirmed, or no longer in use."))
    if is_cooling(account, at) and account.usable_from_at is not None:
        day = format_date(clock.day(account.usable_from_at, zone), "long")
        return str(_("The account was changed. Nothing is paid to it before %(day)s.", day=day))
    return ""


def waive(award: Award, account_id: int, why: str, *, actor: User, at: datetime) -> BankAccount:
    """Let a changed account be used before its cooling-off is over, with the reason.

    Raises MoveRefused: not for the actor, who is neither the one who entered nor the one who confirmed
    it; Refusal: no reason, not confirmed, or nothing to waive; ChangedMeanwhile.
    """
    account = held_account(award, account_id)
    if not WAIVE(actor, award) or actor.id in (account.entered_by, account.confirmed_by):
        raise MoveRefused(_("Somebody who neither entered nor confirmed the account decides this."))
    if account.confirmed_at is None or not is_cooling(account, at):
        raise Refusal(_("Nothing keeps this account waiting, or it is not confirmed yet."))
    if not why.strip():
        raise Refusal(_("Give a reason for this step."))
    account.waived_by, account.waived_at, account.waived_why = actor.id, at, why.strip()[:LONGEST_WHY]
    audit.record(
        "waive_cooling", award, actor=actor, at=at, note=account.waived_why, detail={"number": account.number}
    )
    return account


def note_name_check(
    award: Award, account_id: int, answer: NameCheck, on: date, said: str, *, actor: User, at: datetime
) -> BankAccount:
    """Write down what the bank answered about the name of an account; a later answer takes its place.

    on: the day of the answer, not in the future. said: the name the bank gave, if it gave one. Raises
    MoveRefused for who is not finance, Refusal for a day to come, ChangedMeanwhile.
    """
    account = held_account(award, account_id)
    if not CONFIRM(actor, award):
        raise MoveRefused(_("Only finance writes down what the bank answered."))
    if on > clock.day(at, award.application.fund.zone):
        raise Refusal(_("The bank cannot have answered after today."))
    account.name_check, account.name_checked_on, account.name_checked_by = answer, on, actor.id
    account.name_check_said = " ".join(said.split())[:140]
    detail = {"number": account.number, "answer": answer.value, "on": on.isoformat()}
    audit.record("check_name", award, actor=actor, at=at, detail=detail)
    return account
