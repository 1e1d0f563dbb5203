"""Codes and references, with the worked examples of the domain model."""

from datetime import date
from string import ascii_uppercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.core.references import (
    LONGEST,
    application_code,
    claim_code,
    creditor_reference,
    end_to_end_id,
    gift_reference,
    is_creditor_reference,
    message_id,
    refund_id,
)

NOVEMBER = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("prefix", "number", "code"),
    [("", 1, "2026-11-001"), ("MEENT", 42, "MEENT-2026-11-042"), ("", 1234, "2026-11-1234")],
)
def test_application_code_names_month_and_number(prefix, number, code):
    assert application_code(NOVEMBER, number, prefix) == code


@pytest.mark.parametrize(
    ("prefix", "number"), [("", 0), ("toolongprefix", 1), ("a_b", 1), ("meent", 1), ("ABCDEFGHI", 1)]
)
def test_application_code_refuses(prefix, number):
    with pytest.raises(ValueError, match="no application code"):
        application_code(NOVEMBER, number, prefix)


def test_claims_and_payments_follow_from_the_application():
    claim = claim_code("2026-11-001", 1)

    assert claim == "2026-11-001-C1"
    assert end_to_end_id(claim, 2) == "2026-11-001-C1-2"
    assert refund_id(42, 1) == "G42-R1"


@pytest.mark.parametrize("claim", ["2026-11-001_C1", "2026-11-001-c1", "x" * 40, "-C1", "C1--2", ""])
def test_end_to_end_id_refuses_what_a_bank_would_change(claim):
    with pytest.raises(ValueError, match="not a reference"):
        end_to_end_id(claim, 1)


@pytest.mark.parametrize(
    "make", [lambda: claim_code("2026-11-001", 0), lambda: refund_id(0, 1), lambda: gift_reference(0)]
)
def test_numbers_are_counted_from_one(make):
    with pytest.raises(ValueError, match="counted from 1"):
        make()


@pytest.mark.parametrize(
    ("slug", "number", "expected"),
    [
        ("meent", 12, "MEENT-12"),
        ("open_commons fund", 3, "OPEN-COMMONS-FUND-3"),
        ("x" * 60, 1234, "X" * 30 + "-1234"),
    ],
)
def test_message_id_fits_a_bank(slug, number, expected):
    assert message_id(slug, number) == expected
    assert len(expected) <= LONGEST


@pytest.mark.parametrize(
    ("code", "reference"),
    [
        ("2026-11-001-C1", "RF34202611001C1"),
        ("GIFT00000042", "RF35GIFT00000042"),
        ("539007547034", "RF18539007547034"),
    ],
)
def test_creditor_reference_has_its_check_digits(code, reference):
    assert creditor_reference(code) == reference
    assert is_creditor_reference(reference)


def test_gift_reference_is_the_worked_one():
    assert gift_reference(42) == "RF35GIFT00000042"


@pytest.mark.parametrize("code", ["", "x" * 22, "ÄB", "A B", "a-b"])
def test_creditor_reference_refuses(code):
    with pytest.raises(ValueError, match="no creditor reference"):
        creditor_reference(code)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("RF18 5390 0754 7034", True), ("rf18539007547034", True), ("RF19539007547034", False),
        ("RF18", False), ("", False), ("RF18٥39007547034", False), ("XX18539007547034", False),
    ],
)  # fmt: skip
def test_is_creditor_reference_checks_the_digits(text, is_one):
    assert is_creditor_reference(text) is is_one


@given(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=21), st.integers(0, 20), st.data()
)
def test_creditor_reference_notices_a_digit_or_letter_for_another(body, place, data):
    reference = creditor_reference(body)
    at = 4 + place % len(body)
    alike = digits if reference[at].isdigit() else ascii_uppercase
    other = data.draw(st.sampled_from(alike.replace(reference[at], "")))

    assert is_creditor_reference(reference)
    assert not is_creditor_reference(reference[:at] + other + reference[at + 1 :])
