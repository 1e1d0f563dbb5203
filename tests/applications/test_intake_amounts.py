"""Amounts of applications from elsewhere: read, converted, noted; never guessed."""

from decimal import Decimal

import pytest

from fundapp.applications.intake import read
from tests.applications.intake_samples import NLNET, USD, WEB3, one


def test_read_splits_a_converted_amount_so_that_the_parts_add_up():
    record = WEB3 | {
        "total_cost_raw": "100 USD",
        "milestones": [
            {"number": n, "cost_raw": f"{cost} USD"} for n, cost in ((1, "33.33"), (2, "33.33"), (3, "33.34"))
        ],
    }

    intake = one(record, rates={"usd": Decimal("0.917")})

    assert intake.requested_cents == sum(m.amount_cents for m in intake.milestones) == 9170


@pytest.mark.parametrize(
    ("figure", "words", "cents", "note"),
    [
        (50000, "EUR $50,000.", 5000000, "Written as “EUR $50,000.”."),
        (49729, "Total budget: €49.729", 4972900, ""),
        (50000.5, None, 5000050, ""),
        (None, "8000eur", 800000, ""),
        (None, "€25k", 2500000, ""),
        ("50.000 €", None, 5000000, ""),
        (None, None, None, "No amount was written."),
        (None, "to be agreed", None, "There is no amount in “to be agreed”."),
        (
            None,
            "We want 8000 for boats",
            None,
            "“We want 8000 for boats” holds more than an amount. Write the amount alone.",
        ),
    ],
)
def test_read_takes_the_amount_as_it_was_asked(figure, words, cents, note):
    intake = one(NLNET | {"requested_amount_eur": figure, "amount_as_written": words, "milestones": []})

    assert (intake.requested_cents, intake.amount_note) == (cents, note)


@pytest.mark.parametrize(
    ("raw", "costs", "cents", "note"),
    [
        (
            "10K",
            ["10k USD"],
            920000,
            "“10K” names no currency; its milestones do. Converted from 10,000 USD at 0.92.",
        ),
        (None, ["4000 USD"], None, "No total was written; the milestones add up to 4,000 USD."),
        (None, [None], None, "No amount was written."),
        ("disclosed privately", ["x"], None, "There is no amount in “disclosed privately”."),
    ],
)
def test_read_looks_at_the_milestones_when_the_total_says_too_little(raw, costs, cents, note):
    milestones = [{"number": 1, "cost_raw": cost} for cost in costs]

    intake = one(WEB3 | {"total_cost_raw": raw, "total_cost": None, "milestones": milestones}, rates=USD)

    assert (intake.requested_cents, intake.amount_note) == (cents, note)


def test_read_takes_the_figure_when_no_words_are_there():
    record = {"title": "T", "total_cost": 1000, "currency": "USD", "milestones": []}

    assert one(record, rates=USD).requested_cents == 92000


def test_read_leaves_a_milestone_open_whose_amount_leaves_a_doubt():
    milestones = [{"number": 1, "cost_raw": "10 ,000 USD"}, {"number": 2, "cost_raw": "5 BTC"}]

    intake = one(WEB3 | {"total_cost_raw": "10,000 USD", "milestones": milestones}, rates=USD)

    assert [milestone.amount_cents for milestone in intake.milestones] == [None, None]
    assert intake.milestones[0].description == "Cost: 10 ,000 USD"


def test_read_refuses_a_rate_that_is_none():
    with pytest.raises(ValueError, match="more than zero"):
        list(read([], rates={"USD": Decimal(0)}))
