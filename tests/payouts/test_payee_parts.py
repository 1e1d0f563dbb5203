"""An advance and its settlement with several payees: by fixed shares, to the cent."""

import pytest
from flask import current_app
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from fundapp.accounts import service as people
from fundapp.applications import doors
from fundapp.applications.models import Capacity, Level
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.funds.models import Account
from fundapp.grants import accounts, shares
from fundapp.grants.models import Payee
from fundapp.payouts import advances, ledger_proof, payee_parts, recovery_lists, settlement
from fundapp.payouts.models import ClaimState, Recovery
from tests.factories import NOW
from tests.factories.granting import give_address
from tests.payouts.advance_scene import make_advance
from tests.payouts.scene import OTHER_IBAN

ANA, BEN = 266_667, 533_333
"""Shares of EUR 8,000; the advance of 80% is 2,133.336 and 4,266.664, so 2,133.34 and 4,266.66."""


@pytest.fixture
def two(app):
    """Ana gets a third of the grant and Ben the rest; Ben's account is not entered yet."""
    made = make_advance()
    award, cast = made.award, made.cast
    doors.let_in(award.application, cast.ben, Capacity.CO_APPLICANT, Level.WRITE, actor=cast.ana, at=NOW)
    party = people.party_of(cast.ben, at=NOW)
    db.session.flush()
    db.session.scalars(select(Payee).where(Payee.award_id == award.id)).one().share_cents = ANA
    db.session.add(
        Payee(
            award_id=award.id, fund_id=award.fund_id, party_id=party.id, user_id=cast.ben.id, share_cents=BEN
        )
    )
    give_address(party)
    db.session.flush()
    award.agreement_in_force.payees = [
        {"party_id": one.party_id, "user_id": one.user_id, "name": one.party.legal_name, "ppm": None,
         "cents": one.share_cents}
        for one in db.session.scalars(select(Payee).where(Payee.award_id == award.id).order_by(Payee.id))
    ]  # fmt: skip
    db.session.flush()
    return made


def give_account(two):
    """Let Ben enter his account and Fin confirm it."""
    cast, given = two.cast, {"settings": current_app.config["SETTINGS"], "at": NOW}
    party = cast.ben.party_id
    made = accounts.enter_account(two.award, "B. Beek", OTHER_IBAN, party_id=party, actor=cast.ben, **given)
    accounts.confirm_account(two.award, made.id, actor=cast.fin, at=NOW)


def asked(two):
    return advances.ask(two.award, "", actor=two.cast.ana, at=NOW)


def advanced(two):
    """Give the advance, paid to both."""
    give_account(two)
    claims = asked(two)
    for claim in claims:
        two.pay(claim)
    return claims


def test_each_payee_has_a_request_for_their_part_of_the_advance(two):
    give_account(two)

    claims = asked(two)

    assert [claim.amount_cents for claim in claims] == [213_334, 426_666]
    assert sum(claim.amount_cents for claim in claims) == advances.amount(two.award) == 640_000
    assert [claim.bank_account.party_id for claim in claims] == [
        two.cast.ana.party_id or claims[0].party_id,
        two.cast.ben.party_id,
    ]
    with pytest.raises(Refusal, match="asked for already"):
        asked(two)


def test_payee_without_an_account_is_asked_for_later(two):
    (first,) = asked(two)
    assert first.amount_cents == 213_334
    with pytest.raises(Refusal, match="Enter the bank account"):
        asked(two)

    give_account(two)
    (second,) = asked(two)

    assert second.amount_cents == 426_666
    assert len(advances.live(two.award)) == 2


def test_rest_is_divided_so_that_everybody_ends_at_their_share(two):
    advanced(two)
    account = two.submitted(700_001)

    claims = settlement.live_claims(account)
    assert sum(claim.amount_cents for claim in claims) == 60_001
    two.approve(account)

    assert [claim.state for claim in claims] == [ClaimState.APPROVED] * 2
    for claim in claims:
        two.pay(claim)
    got = {claim.party_id: claim.amount_cents for claim in claims}
    had = {claim.party_id: claim.amount_cents for claim in advances.live(two.award)}
    assert sorted(got[party] + had[party] for party in got) == shares.portions(700_001, [ANA, BEN])
    assert ledger_proof.prove(two.cast.fund).faults == []


def test_account_that_is_changed_brings_every_request_along(two):
    advanced(two)
    account = two.submitted(700_000)
    settlement.return_account(account, "Why?", actor=two.cast.sol, at=NOW)
    before = [claim.id for claim in settlement.live_claims(account)]
    two.account(640_000)  # nothing is left to pay

    settlement.submit(account, actor=two.cast.ana, at=NOW)

    assert len(before) == 2
    assert settlement.live_claims(account) == []
    assert account.claim_id is None


def test_too_much_comes_back_from_each_payee_with_a_letter_of_their_own(two):
    advanced(two)

    two.settled(500_000)

    owed = db.session.scalars(select(Recovery).order_by(Recovery.id)).all()
    assert [one.amount_cents for one in owed] == [213_334 - 166_667, 426_666 - 333_333]
    assert sum(one.amount_cents for one in owed) == two.cents(Account.RECOVERABLE) == 140_000
    assert [one.party.legal_name for one in owed] == [
        one.party.legal_name for one in payee_parts.of_award(two.award)
    ]
    assert len({one.reference for one in owed}) == 2
    assert [one.code for one in recovery_lists.beside(two.award).recoveries] == [one.code for one in owed]
    assert ledger_proof.prove(two.cast.fund).faults == []


def test_account_of_a_payee_is_missed_before_the_final_account_is_handed_in(two):
    (claim,) = asked(two)
    two.pay(claim)
    account = two.account(700_000)

    assert settlement.open_points(account) == ["Ben Bosch: Enter the bank account you are paid to first."]


def test_grant_page_and_the_page_of_the_advance_show_both_parts(client, two):
    give_account(two)
    db.session.commit()
    client.sign_in(two.cast.ana)

    page = client.get(f"/grants/{two.award.id}/advance").text
    assert "2,133.34" in page
    assert "4,266.66" in page
    asked(two)
    db.session.commit()
    grant = client.get(f"/grants/{two.award.id}").text
    assert "2,133.34" in grant
    assert "4,266.66" in grant


@given(cents=st.integers(0, 10**12), weights=st.lists(st.integers(0, 10**12), min_size=1, max_size=20))
def test_portions_are_whole_and_never_a_cent_off(cents, weights):
    parts = shares.portions(cents, weights)

    whole = sum(weights)
    assert sum(parts) == (cents if whole else 0)
    assert all(
        cents * weight // whole <= part <= cents * weight // whole + 1
        for part, weight in zip(parts, weights, strict=True)
        if whole
    )
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if not weight)
