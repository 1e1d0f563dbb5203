"""A grant with an advance: the same start for all tests about settlements and recoveries."""

from dataclasses import dataclass
from typing import Any

from fundapp.core.db import db
from fundapp.funds.models import Account, PaymentScheme
from fundapp.grants.models import ReportBlock, ReportPolicy, ReportRule
from fundapp.payouts import account_writing, advances, payments, queries, service, settlement
from fundapp.payouts.account_writing import Around, Written
from fundapp.payouts.models import Claim, FinalAccount
from tests.factories import NOW
from tests.payouts.scene import LINK, TODAY, Scene, make_scene, release


@dataclass(frozen=True)
class AdvanceScene:
    """Ana's grant of EUR 8,000 with an advance of 80%: EUR 6,400. No report is wanted first."""

    scene: Scene

    @property
    def award(self) -> Any:
        return self.scene.award

    @property
    def cast(self) -> Any:
        return self.scene.cast

    def cents(self, account: Account) -> int:
        return self.scene.cents(account)

    def asked(self) -> Claim:
        (claim,) = advances.ask(self.award, "", actor=self.cast.ana, at=NOW)
        return claim

    def pay(self, claim: Claim) -> None:
        """Bring a submitted or approved request to the bank and back."""
        if claim.state == "submitted":
            service.approve(claim, "", claim.digest, actor=self.cast.sol, at=NOW)
        payment = payments.list_payment(claim, actor=self.cast.fin, at=NOW)
        release(payment, self.cast.fin)
        payments.mark_paid(payment, TODAY, actor=self.cast.fin, at=NOW)

    def advance(self) -> Claim:
        """Give the advance, paid."""
        claim = self.asked()
        self.pay(claim)
        return claim

    def account(self, *net: int, **around: Any) -> FinalAccount:
        """Give a final account that Ana wrote, with one line for each of these cents."""
        account = account_writing.begin(self.award, actor=self.cast.ana, at=NOW)
        lines = [Written(None, f"Line {n}", cents, cents, 0, [LINK]) for n, cents in enumerate(net, 1)]
        given = {"base": account.row_version, "actor": self.cast.ana, "at": NOW}
        account_writing.save(account, lines, Around(**around), **given)
        return account

    def submitted(self, *net: int, **around: Any) -> FinalAccount:
        account = self.account(*net, **around)
        settlement.submit(account, actor=self.cast.ana, at=NOW)
        return account

    def approve(self, account: FinalAccount) -> Any:
        return settlement.approve(account, "", account.digest, actor=self.cast.sol, at=NOW)

    def settled(self, *net: int) -> Any:
        return self.approve(self.submitted(*net))

    @property
    def final(self) -> FinalAccount:
        found = queries.final_account(self.award)
        assert found is not None
        return found


def make_advance(scene: Scene | None = None) -> AdvanceScene:
    """Make the running grant under the scheme of advances."""
    scene = scene or make_scene()
    scene.award.scheme = PaymentScheme.ADVANCE
    db.session.add(
        ReportPolicy(
            fund_id=scene.cast.fund.id, rule=ReportRule.NONE, final_weeks=None, blocks=ReportBlock.NONE
        )
    )
    db.session.flush()
    return AdvanceScene(scene)
