"""A running grant, ready to be paid: the same start for all tests about money."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import current_app

from fundapp.accounts import passwords
from fundapp.accounts.models import User
from fundapp.applications.models import ApplicationState
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.funds import ledger
from fundapp.funds.models import Account, Fund
from fundapp.grants import accounts
from fundapp.grants.models import Award, BankAccount
from fundapp.payouts import answering, batches, payments, risks, service
from fundapp.payouts.asking import Asked
from fundapp.payouts.bank_days import next_bank_day
from fundapp.payouts.models import Batch, Claim, Payment
from fundapp.rounds.models import Round
from tests.factories import NOW, Cast, make_application, make_award, make_cast, make_round

IBAN = "NL91ABNA0417164300"
OTHER_IBAN = "DE89370400440532013000"
PASSWORD = "correct horse battery"
LINK = "https://example.org/release/1.0"
TODAY = date(2026, 11, 22)
LATER = NOW + timedelta(days=3)


@dataclass(frozen=True)
class Scene:
    """Ana's grant of EUR 8,000 in two milestones (5,000 and 3,000), with a confirmed account."""

    cast: Cast
    round: Round
    award: Award

    def cents(self, account: Account) -> int:
        """Give what the ledger holds on one account for the grant."""
        where = ledger.Where(award_id=self.award.id)
        return ledger.balances(self.cast.fund.id, where)[account]

    def asked(self, number: int = 1, cents: int | None = None, links: tuple[str, ...] = (LINK,)) -> Asked:
        """Give a line for the milestone with this number; all of it unless cents are given."""
        milestone = self.award.milestones[number - 1]
        amount = milestone.amount_cents if cents is None else cents
        return Asked(milestone.id, amount, list(links), licence="EUPL-1.2", place=LINK)

    def claim(self, *lines: Asked, **options: Any) -> Claim:
        """Let Ana ask for milestone 1, or for these lines."""
        actor = options.pop("actor", self.cast.ana)
        return service.claim(self.award, lines or (self.asked(),), "", actor=actor, at=NOW)

    def approved(self, *lines: Asked) -> Claim:
        """Give a request that Sol approved."""
        claim = self.claim(*lines)
        service.approve(claim, "Well done.", claim.digest, actor=self.cast.sol, at=NOW)
        return claim

    def listed(self, *lines: Asked) -> Payment:
        """Give a payment in the open batch."""
        return payments.list_payment(self.approved(*lines), actor=self.cast.fin, at=NOW)

    def ordered(self, *lines: Asked) -> Payment:
        """Give a payment that Fin released to the bank."""
        payment = self.listed(*lines)
        release(payment, self.cast.fin)
        return payment

    def paid(self, *lines: Asked) -> Payment:
        """Give a payment that the bank carried out."""
        payment = self.ordered(*lines)
        payments.mark_paid(payment, TODAY, actor=self.cast.fin, at=NOW)
        return payment


def release(payment: Payment, by: User) -> None:
    """Answer every warning about the batch a payment is in, and release it."""
    answer_all(payment.batch, by)
    listed = [one for one in payment.batch.payments if one.state == "listed"]
    batches.release_batch(
        payment.batch,
        payment.batch.pay_on,
        batches.list_digest(listed),
        settings=current_app.config["SETTINGS"],
        actor=by,
        at=NOW,
        proved_at=NOW,
    )


def answer_all(batch: Batch, by: User) -> None:
    """Give a reason for every warning about a batch."""
    fund = db.session.get_one(Fund, batch.fund_id)
    open_ = risks.unanswered(risks.of_batch(batch.id, fund, NOW), [one.id for one in batch.payments])
    reasons = {risk.group: "We called them." for risk in open_}
    answering.answer_warnings(batch, reasons, actor=by, at=NOW)


def enter(award: Award, by: User, iban: str = IBAN) -> BankAccount:
    """Enter an account for a grant."""
    settings = current_app.config["SETTINGS"]
    return accounts.enter_account(award, "A. Alders", iban, settings=settings, actor=by, at=NOW)


def make_scene(cast: Cast | None = None, *, account: bool = True, budget_cents: int = 5_000_000) -> Scene:
    """Make the running grant; without its account when account is False."""
    cast = cast or make_cast()
    round = make_round(cast.fund, budget_cents=budget_cents)
    application = make_application(round, cast.ana, state=ApplicationState.AWARDED)
    award = make_award(application, cast.sol, cast.max)
    db.session.refresh(award)
    if account:
        entered = enter(award, cast.ana)
        accounts.confirm_account(award, entered.id, actor=cast.fin, at=NOW)
    return Scene(cast, round, award)


def give_password(user: User) -> None:
    """Let somebody know a password, to give it once more."""
    user.password_digest = passwords.digest(PASSWORD, current_app.config["SETTINGS"])


def bank_day() -> str:
    """Give the next day on which banks pay, counted from the present, as a form sends it."""
    return next_bank_day(clock.now().date()).isoformat()
