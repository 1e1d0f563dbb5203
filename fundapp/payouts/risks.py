"""Warnings about payments before their release: each is looked at by a person and answered with a reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from sqlalchemy import Exists, func, or_, select
from sqlalchemy.orm import aliased

from fundapp.accounts.models import Party
from fundapp.core import clock, countries
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.grants.account_checks import CHECK_WORDS
from fundapp.grants.models import Award, BankAccount, Milestone, NameCheck
from fundapp.payouts.countries import in_sepa, watched
from fundapp.payouts.models import (
    Claim,
    ClaimLine,
    EvidenceMark,
    Payment,
    PaymentState,
    WarningAnswer,
)
from fundapp.payouts.queries import DEAD

LATELY = timedelta(days=30)
"""For so long after a change an account is pointed out."""


class RiskKind(StrEnum):
    """What a warning is about."""

    FIRST = "first"
    SHARED = "shared"
    CHANGED = "changed"
    ABOVE_PLAN = "above_plan"
    EVIDENCE = "evidence"
    WATCHED = "watched"
    NOT_SEPA = "not_sepa"
    NAME_CHECK = "name_check"
    ELSEWHERE = "elsewhere"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Risk:
    """One warning about one payment. fact: what exactly; another fact asks for another answer."""

    payment_id: int
    kind: RiskKind
    fact: str
    shape: str
    words: str
    answer: WarningAnswer | None = None

    @property
    def group(self) -> str:
        """What one reason may answer together: slight warnings of a kind, and each grave one by itself."""
        own = f"-{self.payment_id}-{self.fact}" if self.shape == "bad" else ""
        return f"why-{self.kind.value}{own}"


def of_batch(batch_id: int, fund: Fund, at: datetime) -> dict[int, list[Risk]]:
    """Give the warnings about the listed payments of a batch, by payment; two statements."""
    rows = db.session.execute(_asked().where(Payment.batch_id == batch_id)).all()
    answers = _answers([row.payment_id for row in rows])
    return {
        row.payment_id: [
            Risk(row.payment_id, kind, fact, shape, words, answers.get((row.payment_id, kind.value, fact)))
            for kind, fact, shape, words in _found(row, fund, at)
        ]
        for row in rows
    }


def unanswered(risks: dict[int, list[Risk]], payment_ids: Sequence[int]) -> list[Risk]:
    """List the warnings about these payments that nobody answered yet."""
    return [risk for id in payment_ids for risk in risks.get(id, []) if risk.answer is None]


def _answers(payment_ids: Sequence[int]) -> dict[tuple[int, str, str], WarningAnswer]:
    found = db.session.scalars(select(WarningAnswer).where(WarningAnswer.payment_id.in_(payment_ids)))
    return {(one.payment_id, one.kind, one.fact): one for one in found}


def _asked() -> Any:
    """Select what the warnings rest on, one row for each listed payment."""
    paid, other = aliased(Payment), aliased(Claim)
    paid_before = (
        select(paid.id)
        .join(other, other.id == paid.claim_id)
        .where(other.party_id == Claim.party_id, paid.state == PaymentState.PAID)
    )
    return (
        select(
            Payment.id.label("payment_id"),
            Payment.amount_cents,
            Claim.party_id,
            Party.country.label("party_country"),
            BankAccount.id.label("account_id"),
            BankAccount.number.label("account_number"),
            BankAccount.entered_at,
            BankAccount.country.label("account_country"),
            BankAccount.name_check,
            BankAccount.name_checked_on,
            BankAccount.name_check_said,
            paid_before.exists().label("was_paid"),
            _others(BankAccount.iban_mark, Claim.party_id).label("others"),
            or_(_above_milestone(), _above_award()).label("is_above"),
            _seen_before().label("is_seen"),
            func.count(Payment.id).over(partition_by=BankAccount.iban_mark).label("same_account"),
        )
        .join(Claim, Claim.id == Payment.claim_id)
        .join(Award, Award.id == Claim.award_id)
        .join(Party, Party.id == Claim.party_id)
        .join(BankAccount, BankAccount.id == Payment.bank_account_id)
        .where(Payment.state == PaymentState.LISTED)
        .order_by(Payment.id)
    )


def _others(mark: Any, party_id: Any) -> Any:
    """Select how many other parties ever had the same account number."""
    twin = aliased(BankAccount)
    return (
        select(func.count(twin.party_id.distinct()))
        .where(twin.iban_mark == mark, twin.party_id != party_id)
        .scalar_subquery()
    )


def _above_milestone() -> Exists:
    """Select whether more is asked for one of the milestones than stands in the plan."""
    line, every, asked = aliased(ClaimLine), aliased(ClaimLine), aliased(Claim)
    total = (
        select(func.sum(every.amount_cents))
        .join(asked, asked.id == every.claim_id)
        .where(every.milestone_id == line.milestone_id, asked.state.not_in(DEAD))
        .scalar_subquery()
    )
    return (
        select(line.id)
        .join(Milestone, Milestone.id == line.milestone_id)
        .where(line.claim_id == Claim.id, total > Milestone.amount_cents)
        .exists()
    )


def _above_award() -> Any:
    """Select whether the requests of a grant add up to more than the grant."""
    asked = aliased(Claim)
    total = select(func.sum(asked.amount_cents)).where(asked.award_id == Award.id, asked.state.not_in(DEAD))
    return total.correlate(Award).scalar_subquery() > Award.amount_cents


def _seen_before() -> Exists:
    """Select whether a file, or a link of another grant, served an earlier request as evidence."""
    own, earlier, its = aliased(EvidenceMark), aliased(EvidenceMark), aliased(Claim)
    return (
        select(own.id)
        .join(earlier, (earlier.mark == own.mark) & (earlier.claim_id != own.claim_id))
        .join(its, its.id == earlier.claim_id)
        .where(
            own.claim_id == Claim.id,
            its.id < Claim.id,
            its.state.not_in(DEAD),
            or_(own.is_file, its.award_id != Claim.award_id),
        )
        .exists()
    )


# --- in words --------------------------------------------------------------------------

Found = tuple[RiskKind, str, str, str]


def _found(row: Any, fund: Fund, at: datetime) -> Iterator[Found]:
    """Give the warnings that one row bears out: kind, fact, shape of its badge, words."""
    kind = RiskKind
    if row.others:
        yield kind.SHARED, f"{row.others}", "bad", _("Another grantee is paid to the same account")
    if not row.was_paid:
        yield kind.FIRST, f"{row.party_id}", "warn", _("First payment to this grantee")
    if row.account_number > 1 and at - row.entered_at < LATELY:
        day = format_date(clock.day(row.entered_at, fund.zone), "d MMMM")
        yield kind.CHANGED, f"{row.account_id}", "warn", _("The account was changed on %(day)s", day=day)
    if row.is_above:
        yield kind.ABOVE_PLAN, f"{row.amount_cents}", "bad", _("More is asked than the plan holds")
    if row.is_seen:
        yield kind.EVIDENCE, "seen", "bad", _("The same evidence served an earlier request")
    if row.same_account > 1:
        told = _("%(n)s payments of this batch go to one account", n=row.same_account)
        yield kind.TWICE, f"{row.same_account}", "warn", told
    yield from _about_countries(row, fund)
    yield from _about_name(row)


def _about_countries(row: Any, fund: Fund) -> Iterator[Found]:
    home, bank = row.party_country or "", row.account_country
    named = countries.names(str(get_locale() or "en").split("_")[0])
    for code in dict.fromkeys((home, bank)):
        if code and (listed := watched(code, fund)) is not None:
            which, source = listed
            told = _("%(country)s is on the fund’s own list", country=named.get(code, code))
            if source is not None:
                told = _(
                    "%(country)s is on a list: %(source)s (%(day)s)", country=named.get(code, code),
                    source=source.source, day=format_date(source.written_on, "d MMM y"),
                )  # fmt: skip
            yield RiskKind.WATCHED, f"{which}:{code}", "bad", told
    if home and not in_sepa(home):
        told = _("The grantee is outside SEPA: %(country)s", country=named.get(home, home))
        yield RiskKind.NOT_SEPA, home, "warn", told
    if home and home != bank:
        told = _("The account is in %(bank)s, the grantee in %(home)s", bank=named.get(bank, bank),
                 home=named.get(home, home))  # fmt: skip
        yield RiskKind.ELSEWHERE, f"{home}:{bank}", "warn", told


def _about_name(row: Any) -> Iterator[Found]:
    if row.name_check is NameCheck.MATCH:
        return
    if row.name_check is None:
        told = _("The bank was not asked whether name and account fit")
        yield RiskKind.NAME_CHECK, f"{row.account_id}", "warn", told
        return
    shape, words = CHECK_WORDS[row.name_check]
    day = format_date(row.name_checked_on, "d MMM y")
    told = _("%(answer)s (bank, %(day)s)", answer=words, day=day)
    if row.name_check_said:
        told += f": {row.name_check_said}"
    yield RiskKind.NAME_CHECK, f"{row.account_id}:{row.name_check.value}:{row.name_checked_on}", shape, told
