"""Money that comes in finds what it is for by its reference: claimed back, or a promised gift."""

from datetime import date, timedelta

import pytest
from flask import current_app
from sqlalchemy import select

from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.funds import gifts, invariants
from fundapp.funds.models import Account, Contribution, Gift
from fundapp.funds.queries import own_account
from fundapp.payouts import ledger_proof, open_lines, recoveries, recovery_lists, statements
from fundapp.payouts.models import LineState, RecoveryReason, RecoveryState, StatementLine
from tests.factories import NOW, make_conflict
from tests.payouts.answers import camt, entry
from tests.payouts.scene import TODAY, make_scene


@pytest.fixture
def scene(app):
    return make_scene()


@pytest.fixture
def owed(scene):
    """EUR 1,000 of what Ana was paid has to come back."""
    scene.paid()
    given = {"actor": scene.cast.sol, "at": NOW}
    return recoveries.open_claim(
        scene.award, RecoveryReason.WRONG_PAYMENT, 100_000, "Paid twice.", (), **given
    )


def take(scene, *entries, id="S1", actor=None):
    content = camt("".join(entries), iban=own_account(scene.cast.fund.id).iban, id=id)
    given = {"settings": current_app.config["SETTINGS"], "actor": actor, "at": NOW}
    (taken,) = statements.take_in(content, name="s.xml", **given)
    return [(line.state, line.amount_cents, line.why) for line in taken.statement.lines]


def came(amount, **options):
    return entry(amount, on=options.pop("on", TODAY), side="CRDT", **options)


def is_whole(scene):
    return ledger_proof.prove(scene.cast.fund).faults == []


def grouped(reference):
    return " ".join(reference[start : start + 4] for start in range(0, len(reference), 4))


@pytest.mark.parametrize(
    "how",
    [
        lambda owed: {"named": owed.reference},
        lambda owed: {"told": f"terug {grouped(owed.reference).lower()} met dank"},
        lambda owed: {"told": f"Repayment {owed.code}, thank you"},
        lambda owed: {"end_to_end": owed.code},
    ],
)
def test_repayment_is_matched_by_its_reference(scene, owed, how):
    told = take(scene, came("1000.00", **how(owed)))

    assert told == [(LineState.MATCHED, 100_000, "")]
    assert (owed.state, owed.rest_cents) == (RecoveryState.SETTLED, 0)
    assert owed.receipts[0].statement_line_id is not None
    assert scene.cents(Account.RECOVERABLE) == 0
    assert is_whole(scene)
    assert open_lines.count(scene.cast.fin, scene.cast.fund) == 0


def test_parts_are_matched_and_what_is_too_much_waits_for_people(scene, owed):
    told = take(scene, came("400.00", named=owed.reference), came("700.00", named=owed.reference))

    assert told == [
        (LineState.MATCHED, 40_000, ""),
        (LineState.MATCHED, 60_000, ""),
        (LineState.UNMATCHED, 10_000, f"more than was owed for {owed.code}"),
    ]
    assert owed.state is RecoveryState.SETTLED
    assert recovery_lists.too_much(owed) == 10_000
    assert is_whole(scene)


def test_repayment_after_the_last_cent_is_shown_not_booked(scene, owed):
    take(scene, came("1000.00", named=owed.reference))

    told = take(scene, came("5.00", named=owed.reference), id="S2")

    assert told == [(LineState.UNMATCHED, 500, f"{owed.code} is not open any more")]
    assert recovery_lists.too_much(owed) == 500


def test_same_repayment_in_two_statements_is_booked_once(scene, owed):
    line = came("400.00", named=owed.reference, ref="BANK-7")
    take(scene, line)

    told = take(scene, line, line, id="S2")

    assert told == [(LineState.KNOWN, 40_000, "an earlier statement told of this")] * 2
    assert owed.rest_cents == 60_000


def test_two_repayments_of_one_amount_on_one_day_both_count(scene, owed):
    told = take(scene, *[came("400.00", named=owed.reference)] * 2)

    assert [state for state, *_rest in told] == [LineState.MATCHED] * 2
    assert owed.rest_cents == 20_000


def test_line_that_names_two_things_or_nothing_is_left_to_people(scene, owed):
    gift = pledged(scene)

    told = take(
        scene,
        came("10.00", told=f"{owed.code} and {gift.reference}"),
        came("10.00", told="RF18539007547034"),
        came("10.00", on=TODAY + timedelta(days=1), named=owed.reference),
    )

    assert [state for state, *_rest in told] == [LineState.UNMATCHED] * 3
    assert owed.rest_cents == 100_000


def test_officer_with_a_tie_may_give_the_file_and_sees_no_name_of_it(scene, owed, client):
    make_conflict(scene.award.application, scene.cast.fin)

    told = take(scene, came("1200.00", named=owed.reference), actor=scene.cast.fin)

    assert [state for state, *_rest in told] == [LineState.MATCHED, LineState.UNMATCHED]
    assert open_lines.count(scene.cast.fin, scene.cast.fund) == 0
    statement = db.session.scalars(select(StatementLine)).first().statement_id
    db.session.commit()
    code = owed.code
    client.sign_in(scene.cast.fin)
    page = client.get(f"/statements/{statement}")
    assert page.status_code == 200
    assert code not in page.text
    assert "hidden" in page.text


# --- gifts -----------------------------------------------------------------------------


def pledged(scene, cents=500_000):
    return gifts.pledge(
        scene.cast.fund,
        giver="Stadslab",
        amount_cents=cents,
        pledged_on=date(2026, 11, 1),
        email="lab@example.org",
        actor=scene.cast.fin,
        at=NOW,
    )


@pytest.mark.parametrize("how", ["named", "told", "end_to_end"])
def test_promised_gift_is_matched_by_its_reference(scene, how):
    gift = pledged(scene)

    told = take(scene, came("5000.00", **{how: gift.bank_reference}))

    assert told == [(LineState.MATCHED, 500_000, "")]
    assert (gift.state, gift.received_on) == (Gift.RECEIVED, TODAY)
    letters = db.session.scalars(select(Outbox.name).where(Outbox.address == "lab@example.org"))
    assert set(letters) == {"gift-pledged", "gift-received"}
    assert is_whole(scene)


def test_gift_in_parts_keeps_its_first_reference(scene):
    gift = pledged(scene)

    told = take(
        scene,
        came("2000.00", named=gift.bank_reference),
        came("1000.00", told=gift.reference),
        came("2500.00", named=gift.bank_reference),
        came("1.00", named=gift.bank_reference),
    )

    assert [state for state, *_rest in told] == [*[LineState.MATCHED] * 3, LineState.UNMATCHED]
    received = db.session.scalars(
        select(Contribution.amount_cents).where(Contribution.giver == "Stadslab").order_by(Contribution.id)
    )
    assert list(received) == [200_000, 100_000, 250_000]
    assert invariants.broken(invariants.Books(invariants.rows_of(scene.cast.fund))) == []


def test_gift_of_a_shorter_number_is_not_mistaken_for_a_longer_one(scene):
    gift = pledged(scene)

    told = take(scene, came("5000.00", told=gift.reference + "7"))

    assert [state for state, *_rest in told] == [LineState.UNMATCHED]
    assert gift.state is Gift.PLEDGED
