"""What happens to a round: made, changed, published, closed, cancelled, archived."""

from datetime import date, timedelta

import pytest

from fundapp.accounts.models import RoleName
from fundapp.applications.models import ApplicationState
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds import ledger
from fundapp.funds import service as funds
from fundapp.funds.models import Account
from fundapp.rounds import service
from fundapp.rounds.models import RoundState
from tests.factories import (
    NOW,
    make_application,
    make_form,
    make_fund,
    make_round,
    make_rubric,
    make_user,
)


@pytest.fixture
def fund(session):
    return make_fund()


@pytest.fixture
def sol(fund):
    return make_user("Sol Smit", roles={fund: [RoleName.MANAGER]})


def create(fund, actor, **values):
    given = {
        "slug": "call-1",
        "name": {"en": "Call 1", "nl": "Oproep 1"},
        "summary": {},
        "conditions": {},
        "budget_cents": 4_000_000,
        "lowest_cents": 500_000,
        "highest_cents": 5_000_000,
        "opens_at": NOW - timedelta(days=1),
        "closes_at": NOW + timedelta(days=20),
        "reviews_due_at": NOW + timedelta(days=40),
        "reviews_wanted": 3,
        "decide_by_on": date(2027, 2, 1),
        "form": make_form(),
        "rubric": make_rubric(),
        **values,
    }
    return service.create(fund, **given, actor=actor, at=NOW)


def test_installing_twice_gives_the_same_rows(session):
    form, rubric = (
        service.install_form("proposal_form", at=NOW),
        service.install_rubric("digital_commons", at=NOW),
    )

    assert service.install_form("proposal_form", at=NOW) is form
    assert service.install_rubric("digital_commons", at=NOW) is rubric
    assert sum(criterion.weight for criterion in rubric.criteria) == 100
    assert form.fund_id is None


def test_installed_rubric_keeps_its_anchors(session):
    rubric = service.install_rubric("ostrom", at=NOW)

    first = rubric.criteria[0]

    assert [criterion.key for criterion in rubric.criteria] == [f"P{n}" for n in range(1, 9)]
    assert [level["value"] for level in first.levels] == [0, 1, 2, 3, 4]
    assert set(first.levels[0]) == {"value", "label", "anchor"}


def test_create_makes_a_draft_with_one_stage(fund, sol):
    made = create(fund, sol)

    assert made.state is RoundState.DRAFT
    assert [stage.reviews_wanted for stage in made.stages] == [3]


@pytest.mark.parametrize(
    "values",
    [
        {"lowest_cents": 600_000, "highest_cents": 500_000},
        {"lowest_cents": 0},
        {"budget_cents": 400_000},
        {"closes_at": NOW - timedelta(days=2)},
        {"reviews_due_at": NOW + timedelta(days=19)},
        {"decide_by_on": date(2026, 12, 13)},
    ],
    ids=["bounds", "nothing", "poor", "closing", "reviews", "decision"],
)
def test_create_refuses_what_contradicts_itself(fund, sol, values):
    with pytest.raises(Refusal):
        create(fund, sol, **values)


def test_create_refuses_a_slug_twice_in_a_fund(fund, sol):
    create(fund, sol)

    with pytest.raises(Refusal):
        create(fund, sol)


def test_publish_freezes_and_reserves(fund, sol):
    made = create(fund, sol)

    service.publish(made, actor=sol, at=NOW)

    assert made.state is RoundState.PUBLISHED
    assert (made.stage.form.frozen_at, made.stage.rubric.frozen_at) == (NOW, NOW)
    assert ledger.figures(fund.id, ledger.Where(round_id=made.id)).reserved == 4_000_000


def test_publish_refuses_more_than_the_fund_has(fund, sol):
    made = create(fund, sol, budget_cents=10_000_001)

    with pytest.raises(ledger.NotEnough):
        service.publish(made, actor=sol, at=NOW)


def test_publish_is_for_managers_of_this_fund(fund, sol):
    made = create(fund, sol)
    stranger = make_user("Max Maas", roles={make_fund(): [RoleName.MANAGER]})

    with pytest.raises(MoveRefused):
        service.publish(made, actor=stranger, at=NOW)


def test_publish_refuses_a_closing_that_passed(fund, sol):
    made = create(fund, sol)

    with pytest.raises(Refusal):
        service.publish(made, actor=sol, at=NOW + timedelta(days=20))


def test_draft_changes_freely(fund, sol):
    made = create(fund, sol)

    changed = service.change(
        made, actor=sol, at=NOW, budget_cents=3_000_000, slug="call-2", reviews_wanted=2, lowest_cents=500_000
    )

    assert sorted(changed) == ["budget_cents", "reviews_wanted", "slug"]
    assert (made.budget_cents, made.stage.reviews_wanted) == (3_000_000, 2)


def test_published_round_moves_its_closing_with_a_reason(fund, sol):
    made = make_round(fund)
    later = made.stage.closes_at + timedelta(days=7)

    service.change(made, actor=sol, at=NOW, reason="The server was down.", closes_at=later)

    assert made.stage.closes_at == later


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"budget_cents": 1_000_000}, "Less"),
        ({"reviews_due_at": NOW + timedelta(days=50)}, " "),
        ({"closes_at": NOW + timedelta(days=9)}, "Sooner"),
    ],
    ids=["money", "no reason", "earlier"],
)
def test_published_round_keeps_its_promises(fund, sol, values, reason):
    made = make_round(fund)

    with pytest.raises(Refusal):
        service.change(made, actor=sol, at=NOW, reason=reason, **values)


def test_close_waits_for_deadline_and_grace(fund, sol):
    made = make_round(fund, closes_at=NOW)
    made.stage.grace_minutes = 10

    with pytest.raises(Refusal):
        service.close(made, actor=None, at=NOW + timedelta(minutes=9, seconds=59))
    service.close(made, actor=None, at=NOW + timedelta(minutes=10))

    assert made.state is RoundState.REVIEWING


def test_close_waits_for_an_extension(fund, sol):
    made = make_round(fund, closes_at=NOW)
    make_application(made, state=ApplicationState.DRAFT, extended_until_at=NOW + timedelta(days=1))

    with pytest.raises(Refusal):
        service.close(made, actor=None, at=NOW)
    service.close(made, actor=None, at=NOW + timedelta(days=1))

    assert made.state is RoundState.REVIEWING


def test_close_unseals(fund, sol):
    made = make_round(fund, closes_at=NOW, is_sealed=True)

    service.close(made, actor=None, at=NOW)

    assert made.is_sealed is False


def test_rolling_round_closes_by_hand(fund, sol):
    made = make_round(fund, closes_at=None)

    service.close(made, actor=sol, at=NOW)

    assert made.state is RoundState.REVIEWING


def test_reopen_wants_a_future_closing_and_a_reason(fund, sol):
    made = make_round(fund, closes_at=NOW, state=RoundState.REVIEWING)

    with pytest.raises(Refusal):
        service.reopen(made, NOW, actor=sol, at=NOW, note="The server was down.")
    with pytest.raises(MoveRefused):
        service.reopen(made, NOW + timedelta(days=1), actor=sol, at=NOW, note="")
    service.reopen(made, NOW + timedelta(days=1), actor=sol, at=NOW, note="The server was down.")

    assert made.opens_for(NOW + timedelta(hours=1))


def test_cancel_gives_the_money_back_to_its_earmark(fund, sol):
    funds.receive(
        fund,
        giver="Friend",
        amount_cents=100_000,
        received_on=date(2026, 2, 1),
        theme="web",
        actor=None,
        at=NOW,
    )
    made = create(fund, sol)
    service.publish(made, actor=sol, at=NOW)

    service.cancel(made, actor=sol, at=NOW, note="No reviewers.")

    held = ledger.balances(fund.id)
    assert (held[Account.RESERVED], held[Account.RESTRICTED], held[Account.FREE]) == (0, 100_000, 10_000_000)


def test_cancel_is_refused_while_there_are_applications(fund, sol):
    made = make_round(fund)
    make_application(made)

    with pytest.raises(Refusal):
        service.cancel(made, actor=sol, at=NOW, note="No reviewers.")


def test_archive_gives_back_what_was_not_given(fund, sol):
    made = make_round(fund, state=RoundState.RELEASED)

    left = service.archive(made, actor=sol, at=NOW)

    assert left == 5_000_000
    assert ledger.figures(fund.id).free == 10_000_000
