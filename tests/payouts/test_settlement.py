"""Advances and their settlement. Source: domain model, section 5."""

import pytest

from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.funds.models import Account
from fundapp.payouts import account_writing, advances, cost_sums, recoveries, service, settlement
from fundapp.payouts.account_writing import Around, Written
from fundapp.payouts.models import Claim, ClaimState, Recovery
from tests.factories import NOW
from tests.payouts.advance_scene import make_advance
from tests.payouts.scene import LINK, TODAY

A = Account


def held(one, *accounts):
    return [one.cents(account) for account in accounts]


def test_advance_is_rounded_down_to_a_whole_cent(session):
    one = make_advance()
    one.award.amount_cents, one.award.advance_percent = 100_001, 33

    assert advances.amount(one.award) == 33_000


def test_paid_advance_leaves_the_grant_promised_in_full(session):
    one = make_advance()

    claim = one.advance()

    assert claim.amount_cents == 640_000
    assert claim.state is ClaimState.PAID
    assert held(one, A.COMMITTED, A.APPROVED, A.ADVANCES, A.BANK) == [800_000, 0, 640_000, -640_000]


def test_advance_is_asked_once(session):
    one = make_advance()
    one.asked()

    with pytest.raises(Refusal):
        one.asked()


def test_grant_by_milestone_has_no_advance(session):
    one = make_advance()
    one.award.scheme = "milestones"

    with pytest.raises(Refusal):
        one.asked()


def test_advance_is_never_approved_by_who_asked(session):
    one = make_advance()
    claim = one.asked()

    with pytest.raises(MoveRefused):
        service.approve(claim, "", claim.digest, actor=one.cast.ana, at=NOW)


def test_voided_advance_leaves_no_trace_in_the_sums(session):
    one = make_advance()
    claim = one.asked()
    service.approve(claim, "", claim.digest, actor=one.cast.sol, at=NOW)

    service.void(claim, "Too early.", actor=one.cast.sol, at=NOW)

    assert held(one, A.COMMITTED, A.APPROVED, A.ADVANCES) == [800_000, 0, 0]


def test_costs_above_the_advance_are_paid_and_the_rest_goes_back(session):
    one = make_advance()
    one.advance()

    found = one.settled(700_000)

    assert (found.against, found.to_pay, found.back, found.released) == (640_000, 60_000, 0, 100_000)
    assert held(one, A.COMMITTED, A.APPROVED, A.ADVANCES, A.RECOVERABLE) == [0, 60_000, 0, 0]
    assert one.award.amount_cents == 700_000
    one.pay(db.session.get(Claim, one.final.claim_id))
    assert held(one, A.APPROVED, A.BANK) == [0, -700_000]


def test_costs_above_the_grant_are_paid_up_to_it(session):
    one = make_advance()
    one.advance()

    found = one.settled(950_000)

    assert (found.final, found.to_pay, found.released) == (800_000, 160_000, 0)
    assert one.award.amount_cents == 800_000


def test_costs_below_the_advance_are_claimed_back(session):
    one = make_advance()
    one.advance()

    found = one.settled(540_000)

    owed = db.session.query(Recovery).one()
    assert (found.to_pay, found.back, found.released) == (0, 100_000, 160_000)
    assert (owed.amount_cents, owed.reason, owed.state) == (100_000, "settlement", "open")
    assert held(one, A.COMMITTED, A.ADVANCES, A.RECOVERABLE, A.TO_RECOVER) == [0, 0, 100_000, 100_000]
    assert one.award.amount_cents == 540_000
    assert one.final.claim_id is None
    recoveries.receive(owed, 100_000, TODAY, actor=one.cast.fin, at=NOW)
    assert held(one, A.RECOVERABLE, A.TO_RECOVER, A.BANK) == [0, 0, -540_000]
    assert owed.state == "settled"


def test_costs_equal_to_the_advance_end_without_a_payment(session):
    one = make_advance()
    one.advance()

    found = one.settled(640_000)

    assert (found.to_pay, found.back, found.released) == (0, 0, 160_000)
    assert one.award.amount_cents == 640_000


def test_settlement_without_an_advance_pays_the_costs(session):
    one = make_advance()

    found = one.settled(300_000)

    assert (found.to_pay, found.released) == (300_000, 500_000)
    assert held(one, A.COMMITTED, A.APPROVED) == [0, 300_000]


def test_account_is_approved_only_by_another_and_as_it_was_shown(session):
    one = make_advance()
    one.advance()
    account = one.submitted(700_000)

    with pytest.raises(MoveRefused):
        settlement.approve(account, "", account.digest, actor=one.cast.ana, at=NOW)
    with pytest.raises(ChangedMeanwhile):
        settlement.approve(account, "", "another", actor=one.cast.sol, at=NOW)


def test_request_for_the_rest_waits_for_its_account(session):
    one = make_advance()
    one.advance()
    claim = db.session.get(Claim, one.submitted(700_000).claim_id)

    with pytest.raises(MoveRefused):
        service.approve(claim, "", claim.digest, actor=one.cast.sol, at=NOW)


def test_returned_account_comes_back_with_another_sum(session):
    one = make_advance()
    one.advance()
    account = one.submitted(700_000)
    first = account.claim_id
    settlement.return_account(account, "Which bill is this?", actor=one.cast.sol, at=NOW)

    again = one.submitted(690_000)

    assert again.id == account.id
    assert account.claim_id == first
    assert db.session.get(Claim, first).amount_cents == 50_000
    assert one.approve(account).to_pay == 50_000


def test_account_that_asks_less_the_second_time_drops_its_request(session):
    one = make_advance()
    one.advance()
    account = one.submitted(700_000)
    claim = db.session.get(Claim, account.claim_id)
    settlement.take_back(account, actor=one.cast.ana, at=NOW)

    one.submitted(600_000)

    assert claim.state is ClaimState.WITHDRAWN
    assert account.claim_id is None
    assert one.approve(account).back == 40_000


def test_every_cost_needs_evidence(session):
    one = make_advance()
    account = one.account(100_000)
    rows = [Written(None, "Hours", 100_000, 100_000, 0)]
    account_writing.save(account, rows, Around(), base=account.row_version, actor=one.cast.ana, at=NOW)

    with pytest.raises(Refusal, match="evidence"):
        settlement.submit(account, actor=one.cast.ana, at=NOW)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://example.org", "example.org"])
def test_evidence_is_a_web_address(session, link):
    one = make_advance()
    account = one.account(100_000)
    rows = [Written(None, "Hours", 0, 100, 0, [link])]

    with pytest.raises(Refusal, match="http"):
        account_writing.save(account, rows, Around(), base=account.row_version, actor=one.cast.ana, at=NOW)


def test_amount_below_zero_is_refused(session):
    one = make_advance()
    account = one.account(100_000)
    rows = [Written(None, "Hours", 0, -1, 0, [LINK])]

    with pytest.raises(Refusal, match="below zero"):
        account_writing.save(account, rows, Around(), base=account.row_version, actor=one.cast.ana, at=NOW)


def test_second_writer_does_not_overwrite_the_first(session):
    one = make_advance()
    account = one.account(100_000)
    seen = account.row_version
    account_writing.save(account, [], Around(note="First"), base=seen, actor=one.cast.ana, at=NOW)

    with pytest.raises(ChangedMeanwhile):
        account_writing.save(account, [], Around(note="Second"), base=seen, actor=one.cast.ana, at=NOW)


def test_advance_that_nobody_accounts_for_is_claimed_back_whole(session):
    one = make_advance()
    one.advance()

    found = settlement.settle_without(
        one.award, "No account after two reminders.", actor=one.cast.sol, at=NOW
    )

    assert (found.back, found.released) == (640_000, 160_000)
    assert one.award.amount_cents == 0
    assert held(one, A.COMMITTED, A.RECOVERABLE) == [0, 640_000]


def test_sums_leave_vat_out_where_it_is_got_back():
    lines = [Written(None, "Laptop", 0, 100_000, 21_000)]

    kept = cost_sums.sums(lines, reclaims_vat=False, own_cents=1_000, other_cents=500)
    reclaimed = cost_sums.sums(lines, reclaims_vat=True, own_cents=1_000, other_cents=500)

    assert (kept.costs, kept.asked) == (121_000, 119_500)
    assert (reclaimed.costs, reclaimed.asked) == (100_000, 98_500)


def test_worked_example_of_the_domain_model():
    found = cost_sums.settled(700_000, 800_000, 1_000_000)

    assert (found.against, found.to_pay, found.back, found.released) == (700_000, 0, 100_000, 200_000)
