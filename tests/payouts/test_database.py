"""What the database itself refuses, whoever writes: three people, exact approvals, one live payment."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.grants.models import BankAccount
from fundapp.payouts.models import Batch, Claim, ClaimLine, Payment, Signoff
from tests.factories import NOW
from tests.payouts.scene import Scene, make_scene


def signoff_of(scene: Scene, claim: Claim, **changes: Any) -> dict[str, Any]:
    """Give the values of a right sign-off, with some wrong ones in place."""
    return {
        "claim_id": claim.id,
        "fund_id": claim.fund_id,
        "number": 9,
        "claimed_by": claim.claimed_by,
        "approved_by": scene.cast.sol.id,
        "approved_at": NOW,
        "amount_cents": claim.amount_cents,
        "bank_account_id": claim.bank_account_id,
        "digest": claim.digest,
    } | changes


def payment_of(scene: Scene, payment: Payment, **changes: Any) -> dict[str, Any]:
    """Give the values of a second payment of a request, with some wrong ones in place."""
    columns = ("fund_id", "claim_id", "batch_id", "signoff_number", "claimed_by", "approved_by")
    columns += ("amount_cents", "bank_account_id")
    kept = {name: getattr(payment, name) for name in columns}
    return kept | {"end_to_end_id": "X-1", "state": "listed", "state_at": NOW} | changes


Forbidden = Callable[[Scene, Payment], Any]

FORBIDDEN: dict[str, Forbidden] = {
    "the claimant approves": lambda s, p: insert(Signoff).values(
        signoff_of(s, p.claim, approved_by=s.cast.ana.id, voided_at=NOW)
    ),
    "a sign-off for another claimant": lambda s, p: insert(Signoff).values(
        signoff_of(s, p.claim, claimed_by=s.cast.ben.id, voided_at=NOW)
    ),
    "a second live sign-off": lambda s, p: insert(Signoff).values(signoff_of(s, p.claim)),
    "a second live payment": lambda s, p: insert(Payment).values(payment_of(s, p)),
    "a payment of another amount": lambda s, p: insert(Payment).values(
        payment_of(s, p, amount_cents=p.amount_cents + 1, state="removed")
    ),
    "a payment to another account": lambda s, p: insert(Payment).values(
        payment_of(s, p, bank_account_id=p.bank_account_id + 1, state="removed")
    ),
    "a payment approved by somebody else": lambda s, p: insert(Payment).values(
        payment_of(s, p, approved_by=s.cast.max.id, state="removed")
    ),
    "a payment without a sign-off": lambda s, p: insert(Payment).values(
        payment_of(s, p, signoff_number=7, state="removed")
    ),
    "the same reference at the bank": lambda s, p: insert(Payment).values(
        payment_of(s, p, end_to_end_id=p.end_to_end_id, state="removed")
    ),
    "a payment ordered by nobody": lambda s, p: (
        update(Payment).where(Payment.id == p.id).values(state="ordered")
    ),
    "a payment released by another than its batch": lambda s, p: (
        update(Payment).where(Payment.id == p.id).values(released_by=s.cast.fin.id)
    ),
    "an amount changed after the approval": lambda s, p: (
        update(Payment).where(Payment.id == p.id).values(amount_cents=p.amount_cents - 1)
    ),
    "a payment paid on no day": lambda s, p: (
        update(Payment).where(Payment.id == p.id).values(state="paid", paid_on=None)
    ),
    "a batch released without its file": lambda s, p: (
        update(Batch)
        .where(Batch.id == p.batch_id)
        .values(state="released", released_by=s.cast.fin.id, released_at=NOW, total_cents=1, digest="d")
    ),
    "a second open batch": lambda s, p: insert(Batch).values(
        fund_id=p.fund_id,
        number=99,
        message_id="X-99",
        state="open",
        state_at=NOW,
        pay_on=NOW.date(),
        created_at=NOW,
        total_cents=0,
    ),
    "an account confirmed by who entered it": lambda s, p: (
        update(BankAccount).where(BankAccount.id == p.bank_account_id).values(confirmed_by=s.cast.ana.id)
    ),
    "two accounts in use": lambda s, p: insert(BankAccount).values(
        party_id=s.award.application.party_id,
        number=2,
        iban_sealed="x",
        holder_sealed="x",
        iban_mark="x",
        masked="x",
        country="NL",
        entered_by=s.cast.ana.id,
        entered_at=NOW,
    ),
    "a line of nothing": lambda s, p: (
        update(ClaimLine).where(ClaimLine.claim_id == p.claim_id).values(amount_cents=0)
    ),
    "a claim of less than nothing": lambda s, p: (
        update(Claim).where(Claim.id == p.claim_id).values(amount_cents=-1)
    ),
    "a milestone of another grant": lambda s, p: insert(ClaimLine).values(
        claim_id=p.claim_id,
        award_id=p.claim.award_id,
        milestone_id=make_scene().award.milestones[0].id,
        amount_cents=1,
        evidence=[],
        note="",
    ),
    "a milestone twice in a claim": lambda s, p: insert(ClaimLine).values(
        claim_id=p.claim_id,
        award_id=p.claim.award_id,
        milestone_id=p.claim.lines[0].milestone_id,
        amount_cents=1,
        evidence=[],
        note="",
    ),
    "an unknown state": lambda s, p: update(Payment).where(Payment.id == p.id).values(state="lost"),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_database_refuses(app: Flask, name: str) -> None:
    scene = make_scene()
    payment = scene.listed()
    statement = FORBIDDEN[name](scene, payment)

    with pytest.raises((IntegrityError, LookupError)) as refused, db.session.begin_nested():
        db.session.execute(statement.execution_options(synchronize_session=False))

    assert "NOT NULL" not in str(refused.value).upper().replace("NOT-NULL", "NOT NULL"), (
        "refused for want of a value"
    )


@pytest.mark.parametrize("person", ["ana", "sol"])
def test_database_refuses_a_release_by_who_asked_or_approved(app: Flask, person: str) -> None:
    scene = make_scene()
    payment = scene.listed()
    who = getattr(scene.cast, person)
    payment.batch.released_by = who.id
    db.session.flush()

    with pytest.raises(IntegrityError, match="three_people"), db.session.begin_nested():
        db.session.execute(update(Payment).where(Payment.id == payment.id).values(released_by=who.id))


def test_database_lets_the_third_person_release(app: Flask) -> None:
    scene = make_scene()
    payment = scene.listed()
    payment.batch.released_by = scene.cast.fin.id
    db.session.flush()

    db.session.execute(update(Payment).where(Payment.id == payment.id).values(released_by=scene.cast.fin.id))

    db.session.refresh(payment)
    assert payment.released_by == scene.cast.fin.id


FROZEN: dict[str, Callable[[Payment], Any]] = {
    "the sum of a batch": lambda p: update(Batch).where(Batch.id == p.batch_id).values(total_cents=1),
    "its file": lambda p: update(Batch).where(Batch.id == p.batch_id).values(digest="0" * 64),
    "its day": lambda p: update(Batch).where(Batch.id == p.batch_id).values(pay_on=NOW.date()),
    "a batch thrown away": lambda p: delete(Batch).where(Batch.id == p.batch_id),
    "who released": lambda p: (
        update(Payment).where(Payment.id == p.id).values(released_by=None, state="removed")
    ),
    "a reference": lambda p: update(Payment).where(Payment.id == p.id).values(end_to_end_id="X-9"),
    "another batch": lambda p: update(Payment).where(Payment.id == p.id).values(batch_id=p.batch_id + 1),
    "a payment thrown away": lambda p: delete(Payment).where(Payment.id == p.id),
    "other bytes": lambda p: update(File).where(File.id == p.batch.file_id).values(storage_key="0" * 64),
    "a file thrown away": lambda p: delete(File).where(File.id == p.batch.file_id),
}


@pytest.mark.parametrize("name", FROZEN)
def test_database_keeps_what_the_bank_has(app: Flask, name: str) -> None:
    payment = make_scene().ordered()
    db.session.flush()
    statement = FROZEN[name](payment)

    with pytest.raises(DatabaseError, match="append-only"), db.session.begin_nested():
        db.session.execute(statement.execution_options(synchronize_session=False))


def release_both(payment: Payment, first: int, second: int) -> None:
    """Write two releasers into a batch and its payment, around everything but the database."""
    given = {"second_released_by": second, "second_released_at": NOW}
    db.session.execute(update(Batch).where(Batch.id == payment.batch_id).values(given))
    both = {"released_by": first, "second_released_by": second}
    db.session.execute(update(Payment).where(Payment.id == payment.id).values(both))


@pytest.mark.parametrize("person", ["ana", "sol", "fin"])
def test_database_refuses_a_second_releaser_who_had_a_hand_in_it(app: Flask, person: str) -> None:
    scene = make_scene()
    payment = scene.listed()
    payment.batch.released_by = scene.cast.fin.id
    db.session.flush()
    who = getattr(scene.cast, person)

    with pytest.raises(IntegrityError), db.session.begin_nested():
        release_both(payment, scene.cast.fin.id, who.id)


def test_database_wants_a_second_releaser_from_the_threshold(app: Flask) -> None:
    payment = make_scene().listed()
    payment.batch.second_from_cents = payment.amount_cents
    payment.batch.released_by = payment.batch.signed_by = None
    db.session.flush()
    file = File(
        subject_type="batch", subject_id=1, name="x", media_type="x", size=1, sha256="x", storage_key="x",
        made_at=NOW,
    )  # fmt: skip
    db.session.add(file)
    db.session.flush()

    with pytest.raises(IntegrityError, match="second_when"), db.session.begin_nested():
        db.session.execute(
            update(Batch)
            .where(Batch.id == payment.batch_id)
            .values(
                state="released",
                released_by=payment.approved_by,
                released_at=NOW,
                file_id=file.id,
                digest="d",
                total_cents=payment.amount_cents,
            )
            .execution_options(synchronize_session=False)
        )
