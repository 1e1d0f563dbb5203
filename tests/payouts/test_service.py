"""Asking for a payment, checking it, and how an approval falls away."""

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.funds.models import Account
from fundapp.grants import accounts, awards, dates
from fundapp.grants.models import MilestoneState
from fundapp.payouts import payments, queries, service
from fundapp.payouts.models import ClaimState, PaymentState
from tests.factories import NOW, make_conflict
from tests.payouts.scene import LATER, LINK, OTHER_IBAN, enter, make_scene


def mails() -> list[str]:
    return list(db.session.scalars(select(Outbox.name).order_by(Outbox.id)))


def test_claim_gets_a_code_and_a_bank_reference_and_is_told(app: Flask) -> None:
    scene = make_scene()

    claim = scene.claim(scene.asked(1), scene.asked(2, cents=100))

    code = scene.award.application.code
    assert (claim.state, claim.code, claim.amount_cents) == (ClaimState.SUBMITTED, f"{code}-C1", 500_100)
    assert claim.reference.startswith("RF")
    assert mails()[-1] == "claim-received"
    assert scene.cents(Account.APPROVED) == 0


@pytest.mark.parametrize(
    ("cents", "links"),
    [
        (500_001, (LINK,)),
        (0, (LINK,)),
        (-1, (LINK,)),
        (1, ()),
        (1, ("javascript:alert(1)",)),
        (1, ("ftp://example.org/x",)),
        (1, (LINK, "example.org")),
        (1, (LINK,) * 21),
        (1, ("https://example.org/" + "x" * 500,)),
    ],
)
def test_claim_refuses_what_cannot_be_paid(app: Flask, cents: int, links: tuple[str, ...]) -> None:
    scene = make_scene()

    with pytest.raises(Refusal):
        scene.claim(scene.asked(1, cents=cents, links=links))

    assert queries.open_rest(scene.award)[scene.award.milestones[0].id] == 500_000


def test_claim_refuses_nothing_twice_and_strangers(app: Flask) -> None:
    scene, other = make_scene(), make_scene()

    for lines in ((), (scene.asked(1), scene.asked(1, cents=1)), (other.asked(1),)):
        with pytest.raises(Refusal):
            service.claim(scene.award, lines, "", actor=scene.cast.ana, at=NOW)
    for stranger in (scene.cast.ben, scene.cast.sol, scene.cast.fin):
        with pytest.raises(MoveRefused):
            scene.claim(actor=stranger)


def test_claims_together_never_ask_more_than_the_milestone(app: Flask) -> None:
    scene = make_scene()
    scene.claim(scene.asked(1, cents=300_000))

    with pytest.raises(Refusal):
        scene.claim(scene.asked(1, cents=200_001))
    rest = scene.claim(scene.asked(1, cents=200_000))

    assert rest.number == 2


def test_refused_and_withdrawn_claims_free_their_milestones(app: Flask) -> None:
    scene = make_scene()
    first = scene.claim()
    service.refuse(first, "Nothing is public.", actor=scene.cast.sol, at=NOW)
    second = scene.claim()
    service.withdraw(second, actor=scene.cast.ana, at=NOW)

    third = scene.claim()

    assert [one.state for one in (first, second, third)] == ["refused", "withdrawn", "submitted"]
    assert "claim-refused" in mails()


def test_claim_wants_a_confirmed_account_and_a_running_grant(app: Flask) -> None:
    scene = make_scene(account=False)
    with pytest.raises(Refusal):
        scene.claim()
    entered = enter(scene.award, scene.cast.ana)
    with pytest.raises(Refusal):
        scene.claim()
    accounts.confirm_account(scene.award, entered.id, actor=scene.cast.fin, at=NOW)
    awards.pause(scene.award, actor=scene.cast.sol, at=NOW, note="Waits for the audit.")

    with pytest.raises(Refusal):
        scene.claim()


def test_milestone_on_hold_cannot_be_claimed(app: Flask) -> None:
    scene = make_scene()
    dates.put_on_hold(scene.award.milestones[0], actor=scene.cast.sol, at=NOW, note="Later.")

    with pytest.raises(Refusal):
        scene.claim()


def test_returned_claim_is_sent_again_with_other_lines(app: Flask) -> None:
    scene = make_scene()
    claim = scene.claim()
    before = claim.digest

    service.return_claim(claim, "The link is dead.", actor=scene.cast.sol, at=NOW)
    state, answer = claim.state, claim.answer
    service.revise(claim, [scene.asked(2, cents=50)], "Mended.", actor=scene.cast.ana, at=NOW)

    assert (state, answer) == (ClaimState.RETURNED, "The link is dead.")
    assert (claim.state, claim.amount_cents, len(claim.lines)) == (ClaimState.SUBMITTED, 50, 1)
    assert claim.digest != before
    assert mails()[-3:] == ["claim-received", "claim-returned", "claim-received"]


# --- approval ----------------------------------------------------------------------


def test_approval_moves_the_money_and_delivers_the_milestone(app: Flask) -> None:
    scene = make_scene()

    claim = scene.approved()

    assert (scene.cents(Account.COMMITTED), scene.cents(Account.APPROVED)) == (300_000, 500_000)
    assert [one.state for one in scene.award.milestones] == [MilestoneState.DELIVERED, MilestoneState.OPEN]
    signoff = queries.live_signoff(claim)
    assert signoff is not None
    assert (signoff.claimed_by, signoff.approved_by) == (scene.cast.ana.id, scene.cast.sol.id)
    assert (signoff.amount_cents, signoff.digest) == (500_000, claim.digest)
    assert mails()[-1] == "claim-approved"


def test_approval_of_a_part_leaves_the_milestone_open(app: Flask) -> None:
    scene = make_scene()

    scene.approved(scene.asked(1, cents=499_999))

    assert scene.award.milestones[0].state is MilestoneState.OPEN


def test_approval_binds_to_what_was_on_the_page(app: Flask) -> None:
    scene = make_scene()
    claim = scene.claim()
    seen = claim.digest
    service.revise(claim, [scene.asked(1, cents=10)], "", actor=scene.cast.ana, at=NOW)

    with pytest.raises(ChangedMeanwhile):
        service.approve(claim, "", seen, actor=scene.cast.sol, at=NOW)

    assert claim.state is ClaimState.SUBMITTED


def test_only_a_manager_without_a_tie_approves(app: Flask) -> None:
    scene = make_scene()
    claim = scene.claim()
    make_conflict(scene.award.application, scene.cast.max)

    for person in (scene.cast.ana, scene.cast.fin, scene.cast.aud, scene.cast.ben, scene.cast.max):
        with pytest.raises(MoveRefused):
            service.approve(claim, "", claim.digest, actor=person, at=NOW)


def test_claim_is_approved_once(app: Flask) -> None:
    scene = make_scene()
    claim = scene.approved()

    with pytest.raises(MoveRefused):
        service.approve(claim, "", claim.digest, actor=scene.cast.max, at=NOW)

    assert scene.cents(Account.APPROVED) == 500_000


# --- void --------------------------------------------------------------------------


def test_change_by_the_grantee_voids_the_approval(app: Flask) -> None:
    scene = make_scene()
    payment = scene.listed()
    claim = payment.claim

    service.revise(claim, [scene.asked(1, cents=400_000)], "", actor=scene.cast.ana, at=NOW)

    assert (claim.state, claim.amount_cents) == (ClaimState.SUBMITTED, 400_000)
    assert claim.signoffs[0].voided_at == NOW
    assert payment.state is PaymentState.REMOVED
    assert (scene.cents(Account.COMMITTED), scene.cents(Account.APPROVED)) == (800_000, 0)
    assert scene.award.milestones[0].state is MilestoneState.OPEN


def test_change_of_account_voids_the_approval_and_wants_a_new_confirmation(app: Flask) -> None:
    scene = make_scene()
    payment = scene.listed()
    claim, old = payment.claim, payment.bank_account_id

    entered = enter(scene.award, scene.cast.ana, OTHER_IBAN)

    assert (claim.state, payment.state) == (ClaimState.SUBMITTED, PaymentState.REMOVED)
    assert claim.bank_account_id == entered.id != old
    assert scene.cents(Account.APPROVED) == 0
    with pytest.raises(Refusal):
        service.approve(claim, "", claim.digest, actor=scene.cast.sol, at=NOW)
    db.session.rollback()


def test_change_of_account_leaves_what_the_bank_has(app: Flask) -> None:
    scene = make_scene()
    payment = scene.ordered()

    enter(scene.award, scene.cast.ana, OTHER_IBAN)

    assert (payment.state, payment.claim.state) == (PaymentState.ORDERED, ClaimState.APPROVED)
    assert payment.claim.bank_account_id == payment.bank_account_id


def test_void_by_a_manager_and_approval_again(app: Flask) -> None:
    scene = make_scene()
    claim = scene.approved()

    service.void(claim, "Looked at the wrong page.", actor=scene.cast.max, at=NOW)
    service.approve(claim, "", claim.digest, actor=scene.cast.max, at=NOW)

    assert [one.number for one in claim.signoffs] == [1, 2]
    assert [one.voided_at is None for one in claim.signoffs] == [False, True]
    assert (scene.cents(Account.COMMITTED), scene.cents(Account.APPROVED)) == (300_000, 500_000)


def test_void_is_refused_once_the_bank_has_the_payment(app: Flask) -> None:
    scene = make_scene()
    payment = scene.ordered()

    with pytest.raises(MoveRefused):
        service.void(payment.claim, "Too late.", actor=scene.cast.sol, at=NOW)
    with pytest.raises(MoveRefused):
        service.revise(payment.claim, [scene.asked(1, cents=1)], "", actor=scene.cast.ana, at=NOW)

    assert scene.cents(Account.ORDERED) == 500_000


def test_returned_payment_follows_a_new_account_and_is_paid_once(app: Flask) -> None:
    scene = make_scene()
    first = scene.paid()
    payments.return_payment(first, "Account closed.", actor=scene.cast.fin, at=NOW)
    claim = first.claim

    entered = enter(scene.award, scene.cast.ana, OTHER_IBAN)
    accounts.confirm_account(scene.award, entered.id, actor=scene.cast.fin, at=NOW)
    service.approve(claim, "", claim.digest, actor=scene.cast.sol, at=NOW)
    with pytest.raises(Refusal, match="before"):
        payments.list_payment(claim, actor=scene.cast.fin, at=NOW)
    second = payments.list_payment(claim, actor=scene.cast.fin, at=LATER)

    assert second.end_to_end_id == f"{claim.code}-2"
    assert second.bank_account_id == entered.id
    assert scene.cents(Account.APPROVED) == 500_000
    assert scene.cents(Account.BANK) == 0
