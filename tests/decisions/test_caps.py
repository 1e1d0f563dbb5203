"""Limits of a fund: for one proposal, and for one party over all funds."""

import pytest

from fundapp.applications.models import ApplicationState
from fundapp.core.refusals import Refusal
from fundapp.decisions import caps, service
from fundapp.decisions.caps import OverCap
from fundapp.decisions.models import DecisionState, Outcome
from fundapp.rounds.models import RoundState
from tests.factories import (
    NOW,
    make_application,
    make_award,
    make_cast,
    make_decision,
    make_fund,
    make_round,
    make_user,
)

A = ApplicationState


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund, state=RoundState.DECIDING)


@pytest.fixture
def asked(call, cast):
    return make_application(call, cast.ana, state=A.IN_REVIEW)


def awarded(owner, *, fund=None, amount_cents=800_000, **values):
    """Make an award of this owner, at a fund of its own."""
    round = make_round(fund or make_fund(f"fund-{amount_cents}"), **values)
    application = make_application(round, owner, state=A.AWARDED)
    return make_award(application, make_user(), make_user(), amount_cents=amount_cents, parts=(amount_cents,))


def propose(application, cast, amount_cents):
    return service.propose(
        application, outcome=Outcome.AWARDED, amount_cents=amount_cents, to_applicant="It serves many.",
        actor=cast.sol, at=NOW,
    )  # fmt: skip


def test_one_proposal_gets_no_more_than_the_fund_gives(asked, cast):
    cast.fund.cap_proposal_cents = 1_000_000

    with pytest.raises(OverCap) as refused:
        propose(asked, cast, 1_000_001)
    propose(asked, cast, 1_000_000)

    assert "at most €10,000" in refused.value.message


def test_party_gets_no_more_than_the_limit_over_all_funds(asked, cast):
    cast.fund.cap_party_cents = 2_000_000
    awarded(cast.ana, amount_cents=800_000)
    awarded(cast.ana, amount_cents=700_000)
    awarded(cast.ben, amount_cents=900_000)

    with pytest.raises(OverCap) as refused:
        propose(asked, cast, 500_001)
    propose(asked, cast, 500_000)

    assert "was awarded €15,000, so €5,000 is left" in refused.value.message


def test_what_a_grant_gave_back_counts_no_more(asked, cast):
    award = awarded(cast.ana, amount_cents=800_000)
    award.amount_cents = 300_000

    assert caps.room(asked).used == 300_000


def test_other_currencies_and_trials_do_not_count(asked, cast):
    swedish = make_fund("swedish")
    swedish.currency = "SEK"
    awarded(cast.ana, fund=swedish)
    trial = make_round(cast.fund, is_trial=True)
    tried = make_application(trial, cast.ana, state=A.AWARDED)
    make_decision(tried, cast.sol, state=DecisionState.RELEASED, releaser=cast.max)

    assert caps.room(asked) == caps.Room(0, None)


def test_what_is_under_way_counts_when_more_is_proposed(asked, call, cast):
    cast.fund.cap_party_cents = 1_500_000
    other = make_application(call, cast.ana, state=A.IN_REVIEW)
    propose(other, cast, 1_000_000)

    with pytest.raises(OverCap):
        propose(asked, cast, 600_000)


def test_release_looks_again(asked, cast):
    cast.fund.cap_party_cents = 1_500_000
    decision = propose(asked, cast, 1_000_000)
    service.approve(decision, actor=cast.max, at=NOW)
    awarded(cast.ana, amount_cents=600_000)

    with pytest.raises(OverCap):
        service.release(decision, actor=cast.max, at=NOW)

    assert asked.state is A.IN_REVIEW


def test_refused_awards_leave_room_for_others(asked, call, cast):
    cast.fund.cap_party_cents = 1_000_000
    propose(asked, cast, 1_000_000)
    declined = make_application(call, cast.ana, state=A.IN_REVIEW)

    with pytest.raises(Refusal):
        propose(declined, cast, 500_000)
    service.propose(
        declined, outcome=Outcome.DECLINED, amount_cents=None, to_applicant="Not this time.",
        actor=cast.sol, at=NOW,
    )  # fmt: skip


def test_applicant_is_warned_before_sending(client, cast):
    cast.fund.cap_party_cents = 1_000_000
    awarded(cast.ana, amount_cents=800_000)
    draft = make_application(make_round(cast.fund), cast.ana, state=A.DRAFT, requested_cents=1_000_000)
    client.sign_in(cast.ana)

    page = client.get(f"/proposals/{draft.id}/check").text

    assert "for you €2,000 of it is left" in page
    assert "You can send the proposal as it is" in page


def test_page_puts_the_refusal_beside_the_amount(client, asked, cast):
    cast.fund.cap_proposal_cents = 1_000_000
    client.sign_in(cast.sol)

    answer = client.post(
        f"/office/applications/{asked.id}/decision",
        data={"outcome": "awarded", "amount": "20000", "to_applicant": "It serves many.", "once": "cap"},
    )

    assert answer.status_code == 422
    assert "at most €10,000" in answer.text
