"""Account numbers that people enter."""

import json
from pathlib import Path

import pytest

from fundapp.core import iban

CASES = Path(__file__).parents[3] / "shared/standards/hostile/iban_cases.json"


@pytest.mark.parametrize(
    "text", ["NL91ABNA0417164300", "nl91 abna 0417 1643 00", " NL91\u00a0ABNA 0417164300\n"]
)
def test_read_takes_an_iban_as_people_write_it(text):
    assert iban.read(text) == iban.Account("NL91ABNA0417164300", "NL", "ABNANL2A")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("NL91-ABNA-0417-1643-00", "characters"),
        ("NL91ABNA041716430٠", "characters"),
        ("NL91ABNA0417164300\u200b", "characters"),
        ("NL", "structure"),
        ("NL91ABNA041716430O", "structure"),
        ("US64SVBKUS6S3300958879", "country"),
        ("NL91ABNA041716430", "length"),
        ("NL91ABNA04171643000", "length"),
        ("NL91ABNA0417164301", "checksum"),
        ("NL91ABNA0417163400", "checksum"),
        ("BR1800360305000010009795493C1", "not_sepa"),
    ],
)
def test_read_refuses_with_the_reason(text, reason):
    with pytest.raises(iban.UnusableIban) as refused:
        iban.read(text)

    assert (refused.value.reason, refused.value.message) == (reason, str(iban.REASONS[reason]))


def test_read_knows_no_bank_for_every_number():
    assert iban.read("VA95994142432834897378").bic is None


def test_masked_shows_country_and_the_last_four():
    assert iban.masked("NL91ABNA0417164300") == "NL•• •••• •••• ••43 00"


@pytest.mark.skipif(not CASES.exists(), reason="the collection of account numbers is not on this machine")
def test_read_agrees_with_the_collection():
    cases = json.loads(CASES.read_text())

    for text in cases["valid"] + cases["formatting_variants_should_normalise"]:
        assert iban.read(text).iban == "".join(text.split()).upper()
    for case in cases["invalid"]:
        if case["why"] != "trailing newline":
            with pytest.raises(iban.UnusableIban):
                iban.read(case["iban"])
