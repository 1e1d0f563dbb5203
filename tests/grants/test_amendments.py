"""Changing a grant that runs: who agrees by the fund's rules, and its money to the cent."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Account
from fundapp.grants import amendments, consequences, expiry, milestones, offering, policy, rulings
from fundapp.grants.amendments import Wish
from fundapp.grants.models import ChangeClass, MilestoneState
from fundapp.grants.policy import By
from tests.factories import NOW
from tests.grants.scene import Start, cents, decided, in_force, row, sign, write

WHY = "We learned that the format has to come first."


def begun(start: Start, **wish: Any) -> Start:
    amendments.begin(start.award, Wish(WHY, **wish), actor=start.cast.sol, at=NOW)
    db.session.flush()
    db.session.refresh(start.award)
    return start


def found(start: Start) -> dict[str, By]:
    return {one.rule: one.by for one in consequences.of(start.draft)}


def test_small_move_within_the_total_is_for_staff(app: Flask) -> None:
    start = begun(in_force())
    write(start, row("Format", 450_000, ref="M1"), row("Form", 350_000, ref="M2"))

    assert found(start) == {"moved": By.STAFF}
    sign(start)

    assert [one.amount_cents for one in start.award.milestones] == [450_000, 350_000]
    assert start.award.agreements[-1].change_class is ChangeClass.STAFF


def test_large_move_is_for_the_committee_and_waits_for_it(app: Flask) -> None:
    start = begun(in_force())
    write(start, row("Format", 300_000, ref="M1"), row("Form", 500_000, ref="M2"))

    assert found(start)["moved"] is By.COMMITTEE
    with pytest.raises(Refusal, match="committee"):
        offering.offer(start.draft, actor=start.cast.sol, at=NOW)
    decided(start)
    sign(start)

    assert start.award.agreements[-1].change_class is ChangeClass.COMMITTEE


def test_limit_is_the_funds_own(app: Flask) -> None:
    start = begun(in_force())
    write(start, row("Format", 300_000, ref="M1"), row("Form", 500_000, ref="M2"))
    rules = policy.shipped() | {"moved": {"by": "nobody", "upto": 25}}
    policy.rewrite(start.cast.fund, rules, base=0, actor=start.cast.sol, at=NOW)

    assert found(start)["moved"] is By.STAFF
    rules["moved"] = {"by": "nobody", "upto": 24}
    policy.rewrite(start.cast.fund, rules, base=1, actor=start.cast.sol, at=NOW)

    assert found(start)["moved"] is By.NOBODY
    with pytest.raises(Refusal, match="do not allow"):
        offering.offer(start.draft, actor=start.cast.sol, at=NOW)


def test_no_of_the_committee_is_a_no(app: Flask) -> None:
    start = begun(in_force(), aim="Something else")
    decided(start, is_yes=False)

    with pytest.raises(Refusal, match="said no"):
        offering.offer(start.draft, actor=start.cast.sol, at=NOW)


def test_ruling_is_about_the_change_that_was_laid_before_the_committee(app: Flask) -> None:
    start = begun(in_force())
    write(start, row("Format", 300_000, ref="M1"), row("Form", 500_000, ref="M2"))
    decided(start)
    write(start, row("Format", 100_000, ref="M1"), row("Form", 700_000, ref="M2"))

    with pytest.raises(Refusal, match="committee"):
        offering.offer(start.draft, actor=start.cast.sol, at=NOW)


def test_two_other_managers_may_agree_in_the_committees_place(app: Flask) -> None:
    start = begun(in_force(), aim="Something else")
    digest = rulings.laid_before(start.draft)

    with pytest.raises(MoveRefused):
        rulings.approve(start.draft, digest, actor=start.cast.sol, at=NOW)
    assert rulings.approve(start.draft, digest, actor=start.cast.max, at=NOW) == 1
    with pytest.raises(MoveRefused):
        rulings.approve(start.draft, digest, actor=start.cast.max, at=NOW)

    assert not rulings.standing(start.draft).is_yes


@pytest.mark.parametrize(
    "given",
    [
        {"decided_by": " "},
        {"decided_on": NOW.date() + timedelta(days=2)},
        {"meeting_id": 999_999},
        {"shown_digest": "0" * 64},
    ],
)
def test_ruling_that_is_not_whole_is_refused(app: Flask, given: dict[str, Any]) -> None:
    start = begun(in_force(), aim="Something else")
    whole: dict[str, Any] = {
        "is_yes": True, "decided_on": NOW.date(), "decided_by": "The committee", "meeting_id": None,
        "note": "", "shown_digest": rulings.laid_before(start.draft),
    }  # fmt: skip

    with pytest.raises(Refusal):
        rulings.record(start.draft, **(whole | given), actor=start.cast.sol, at=NOW)


def test_every_reason_is_found(app: Flask) -> None:
    start = in_force()
    start.cast.fund.ends_on = date(2027, 6, 1)
    begun(start, amount_cents=900_000, ends_on=date(2027, 12, 31), aim="Another", is_licence=True)
    late = row("Format 2", 500_000, ref="M1") | {"due_on": date(2027, 12, 1)}
    write(start, late, row("Extra", 400_000))

    assert found(start) == {
        "moved": By.COMMITTEE,
        "added": By.COMMITTEE,
        "dropped": By.COMMITTEE,
        "new": By.STAFF,
        "reworded": By.STAFF,
        "licence": By.COMMITTEE,
        "aim": By.COMMITTEE,
        "later": By.COMMITTEE,
        "past_fund": By.COMMITTEE,
    }


def test_added_money_comes_from_the_call(app: Flask) -> None:
    start = begun(in_force(), amount_cents=900_000)
    write(start, row("Format", 600_000, ref="M1"), row("Form", 300_000, ref="M2"))
    round_before = left_of_round(start)
    decided(start)
    sign(start)

    assert start.award.amount_cents == cents(start.award, Account.COMMITTED) == 900_000
    assert left_of_round(start) == round_before - 100_000


def left_of_round(start: Start) -> int:
    where = ledger.Where(round_id=start.award.round_id)
    return ledger.balances(start.award.fund_id, where)[Account.RESERVED]


def test_more_than_the_call_has_is_refused(app: Flask) -> None:
    start = in_force()
    begun(start, amount_cents=start.award.amount_cents + left_of_round(start) + 1)
    decided(start)

    with pytest.raises(Refusal, match="left"):
        offering.offer(start.draft, actor=start.cast.sol, at=NOW)


def test_lower_amount_gives_back_to_the_call(app: Flask) -> None:
    start = begun(in_force(), amount_cents=500_000)
    write(start, row("Format", 500_000, ref="M1"))
    before = left_of_round(start)
    decided(start)
    sign(start)

    assert start.award.amount_cents == cents(start.award, Account.COMMITTED) == 500_000
    assert left_of_round(start) == before + 300_000
    assert [one.state for one in start.award.milestones] == [MilestoneState.OPEN, MilestoneState.DROPPED]


def test_paid_part_cannot_be_amended_away(app: Flask) -> None:
    start = in_force()
    first = start.award.milestones[0]
    onto = ledger.Where(start.award.round_id, start.award.id, first.id)
    source = ledger.Where(award_id=start.award.id)
    fund, key = start.cast.fund, "approve:test"
    ledger.move(fund, ledger.APPROVE, key, 500_000, at_source=source, onto=onto, actor=None, at=NOW)
    begun(start, amount_cents=499_999)
    write(start, row("Form", 300_000, ref="M2"))
    decided(start)

    with pytest.raises(Refusal) as refused:
        offering.offer(start.draft, actor=start.cast.sol, at=NOW)

    assert "M1" in refused.value.message
    assert "€5,000" in refused.value.message


def test_delivered_milestone_keeps_its_amount(app: Flask) -> None:
    start = in_force()
    milestones.moves.make("deliver", start.award.milestones[0], actor=start.cast.sol, at=NOW)
    begun(start)
    write(start, row("Format", 510_000, ref="M1"), row("Form", 290_000, ref="M2"))

    with pytest.raises(Refusal, match="delivered"):
        offering.offer(start.draft, actor=start.cast.sol, at=NOW)


def test_what_expired_is_left_out_of_the_next_version(app: Flask) -> None:
    start = in_force()
    later = NOW.replace(year=2030)
    milestones.expire(start.award.milestones[1], actor=None, at=later, note="late")
    db.session.flush()
    begun(start)

    assert [line["ref"] for line in start.draft.plan] == ["M1"]
    assert start.award.amount_cents == start.draft.total_cents == 500_000


def test_number_of_a_dropped_milestone_is_not_given_out_again(app: Flask) -> None:
    start = begun(in_force())
    write(start, row("Format", 500_000, ref="M1"), row("Other", 300_000))
    decided(start)
    sign(start)
    begun(start)
    write(start, row("Format", 500_000, ref="M1"), row("Again", 300_000, ref="M2"))

    assert [line["ref"] for line in start.draft.plan] == ["M1", "M4"]


def test_grantee_asks_for_a_change_and_the_fund_is_told(app: Flask) -> None:
    start = in_force()
    amendments.begin(start.award, Wish(WHY), actor=start.cast.ana, at=NOW)
    db.session.flush()
    db.session.refresh(start.award)

    told = db.session.scalars(select(Outbox).where(Outbox.name == "amendment-asked")).all()

    assert start.draft.reason == WHY
    assert start.cast.sol.id in {one.user_id for one in told}
    with pytest.raises(MoveRefused):
        offering.offer(start.draft, actor=start.cast.ana, at=NOW)


@pytest.mark.parametrize("wish", [Wish(" "), Wish(WHY, amount_cents=0), Wish(WHY, amount_cents=-1)])
def test_wish_that_says_nothing_is_refused(app: Flask, wish: Wish) -> None:
    start = in_force()

    with pytest.raises(Refusal):
        amendments.begin(start.award, wish, actor=start.cast.sol, at=NOW)


def test_two_who_change_the_reason_are_told(app: Flask) -> None:
    start = begun(in_force())
    seen = start.draft.row_version
    amendments.describe(start.draft, Wish("Once"), base=seen, actor=start.cast.sol, at=NOW)
    db.session.flush()

    with pytest.raises(ChangedMeanwhile):
        amendments.describe(start.draft, Wish("Twice"), base=seen, actor=start.cast.max, at=NOW)


def test_day_before_the_grant_began_is_refused(app: Flask) -> None:
    start = begun(in_force())
    write(start, row("Format", 500_000, ref="M1") | {"due_on": NOW.date() - timedelta(days=30)})

    with pytest.raises(Refusal, match="before the grant began"):
        offering.offer(start.draft, actor=start.cast.sol, at=NOW)


@pytest.mark.parametrize(
    "rules",
    [
        {},
        policy.shipped() | {"moved": {"by": "everybody", "upto": 3}},
        policy.shipped() | {"moved": {"by": "staff", "upto": 101}},
        policy.shipped() | {"moved": {"by": "staff", "upto": -1}},
        policy.shipped() | {"moved": {"by": "staff", "upto": None}},
    ],
)
def test_rules_that_say_too_little_are_refused(app: Flask, rules: dict[str, Any]) -> None:
    start = in_force()

    with pytest.raises(Refusal):
        policy.rewrite(start.cast.fund, rules, base=0, actor=start.cast.sol, at=NOW)


def test_clock_waits_while_a_changed_agreement_waits_for_signatures(app: Flask) -> None:
    start = begun(in_force(), ends_on=date(2027, 4, 1))
    offering.offer(start.draft, actor=start.cast.sol, at=NOW)
    db.session.commit()

    done = expiry.expire_due(NOW.replace(year=2035))

    assert done["expired"] == 0
    assert [one.state for one in start.award.milestones] == [MilestoneState.OPEN] * 2


def test_change_that_no_longer_fits_does_not_come_into_force(app: Flask) -> None:
    start = begun(in_force())
    draft = start.draft
    offering.offer(draft, actor=start.cast.sol, at=NOW)
    offering.accept(draft, draft.digest or "", actor=start.cast.ana, at=NOW)
    milestones.expire(start.award.milestones[1], actor=None, at=NOW.replace(year=2035), note="late")
    db.session.flush()

    with pytest.raises(Refusal, match="Take €3,000 off"):
        offering.countersign(draft, draft.digest or "", actor=start.cast.max, at=NOW)
