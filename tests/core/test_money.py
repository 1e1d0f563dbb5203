"""Money: what people read and what they type."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.core.money import Amount, UnreadableAmount, is_doubtful, read, read_exact, show, split

REAL = Path(__file__).parents[3] / "shared/standards/hostile/real_money_duration_strings.json"


@pytest.mark.parametrize(
    ("cents", "language", "shown"),
    [
        (1240000, "en", "€12,400"),
        (1240050, "en", "€12,400.50"),
        (5, "en", "€0.05"),
        (0, "en", "€0"),
        (-1240050, "en", "-€12,400.50"),
        (1240000, "nl", "€\u00a012.400"),
        (1240050, "nl", "€\u00a012.400,50"),
        (-1240000, "nl", "€\u00a0-12.400"),
    ],
)
def test_show_writes_as_the_language_does(cents, language, shown):
    assert show(cents, "EUR", language) == shown


def test_show_writes_more_than_all_the_money_there_is():
    assert show(10**28 + 1, "EUR", "en") == "€100,000,000,000,000,000,000,000,000.01"


def test_show_can_write_cents_always():
    assert show(1240000, "EUR", "en", always_cents=True) == "€12,400.00"
    assert show(1240000, "EUR", "nl", always_cents=True) == "€\u00a012.400,00"


def test_show_names_another_currency():
    assert show(1240000, "CHF", "nl") == "CHF\u00a012.400"


def test_show_is_exact_for_sums_no_float_could_hold():
    assert show(90071992547409930100, "EUR", "en") == "€900,719,925,474,099,301"


@pytest.mark.parametrize(
    ("text", "cents", "currency"),
    [
        ("EUR 50,000.", 5000000, "EUR"),
        ("€49.729", 4972900, "EUR"),
        ("50.000 €", 5000000, "EUR"),
        ("43850", 4385000, None),
        ("8000eur", 800000, "EUR"),
        ("€25k", 2500000, "EUR"),
        ("5kEUR", 500000, "EUR"),
        ("25K€", 2500000, "EUR"),
        ("42 K$", 4200000, "USD"),
        ("5,5k", 550000, None),
        ("15 duizend euro", 1500000, "EUR"),
        ("1.234,50", 123450, None),
        ("1,234.50", 123450, None),
        ("12,5", 1250, None),
        ("1.000.000", 100000000, None),
        ("€\u00a012.400,50", 1240050, "EUR"),
        ("€ 5 000", 500000, "EUR"),
        ("CHF 87'000", 8700000, "CHF"),
        ("CHF 87’000.–", 8700000, "CHF"),
        ("€ 5.000,-", 500000, "EUR"),
        ("15,000 U$D", 1500000, "USD"),
        ("$30,000 (USD)", 3000000, "USD"),
        ("# Requested amount  39000", 3900000, None),
        ("Requested Amount 50.000 (in Euro)", 5000000, "EUR"),
        ("The total requested budget is **€30,000**", 3000000, "EUR"),
        ("Gevraagd bedrag: 8000 euro", 800000, "EUR"),
        ("30,000 USD 💰", 3000000, "USD"),
        ("0", 0, None),
    ],
)
def test_read_understands_what_people_type(text, cents, currency):
    assert read(text) == Amount(cents, currency)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("to be agreed", "no_number"),
        ("5kEUR each", "each"),
        ("€60/hour", "each"),
        ("5000 per maand", "each"),
        ("10-12k", "range"),
        ("€5.000 tot €8.000", "range"),
        ("up to 5000", "limit"),
        ("maximaal € 5.000", "limit"),
        ("~27600 USD", "approximate"),
        ("ongeveer 5000", "approximate"),
        ("$100,000 DAI", "two_currencies"),
        ("EUR $50,000.", "two_currencies"),
        ("10,000 EUR + 5,000 USD", "several"),
        ("100 x 6", "several"),
        ("-5", "negative"),
        ("- 22,500 USD", "negative"),
        ("(5,000)", "negative"),
        ("14,7500 USD", "ambiguous"),
        ("$30, 000", "ambiguous"),
        ("1,00,000", "ambiguous"),
        ("1.234,567", "ambiguous"),
        ("1.234k", "ambiguous"),
        ("12400.505", "ambiguous"),
        ("€.50", "ambiguous"),
        ("007", "ambiguous"),
        ("5000²", "ambiguous"),
        ("٣٠٠٠", "ambiguous"),
        ("€5\u202e000", "ambiguous"),
        ("€0.005", "too_fine"),
        ("12345678901", "too_large"),
        ("2 BTC", "not_money"),
        ("10,000 DAI", "not_money"),
        ("5000 kroner", "prose"),
        ("all 5000", "prose"),
        ("5 %", "prose"),
        ("€5000 " + "and then some more " * 10, "prose"),
        ("9" * 5000, "prose"),
    ],
)
def test_read_refuses_what_leaves_a_doubt(text, reason):
    with pytest.raises(UnreadableAmount) as refused:
        read(text)

    assert refused.value.reason == reason
    assert refused.value.message


def test_refusal_shows_the_text_shortened():
    with pytest.raises(UnreadableAmount) as refused:
        read("word " * 50 + "12")

    assert refused.value.message.count("word") < 20


def test_read_exact_keeps_all_decimals_of_a_token():
    assert str(read_exact("0.728 BTC").value) == "0.728"
    assert read_exact("3,37 BTC").currency == "BTC"
    with pytest.raises(UnreadableAmount):
        read_exact("1.465 BTC")


@given(st.integers(0, 10**12 - 1), st.sampled_from(["en", "nl"]), st.sampled_from(["EUR", "USD", "CHF"]))
def test_read_gives_back_what_show_wrote(cents, language, currency):
    assert read(show(cents, currency, language)) == Amount(cents, currency)


@given(st.text())
def test_read_reads_or_refuses_anything(text):
    try:
        amount = read(text)
    except UnreadableAmount:
        return

    assert amount.cents >= 0


@pytest.mark.parametrize(
    ("cents", "shares", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (100, [50, 30, 20], [50, 30, 20]),
        (1, [1, 1], [1, 0]),
        (0, [1, 2], [0, 0]),
        (1001, [Fraction(1, 3), Fraction(2, 3)], [334, 667]),
        (700, [0, 7], [0, 700]),
    ],
)
def test_split_gives_the_largest_remainders_their_cent(cents, shares, parts):
    assert split(cents, shares) == parts


@given(st.integers(0, 10**12), st.lists(st.integers(0, 1000), min_size=1).filter(any))
def test_split_adds_up_and_stays_within_a_cent(cents, shares):
    parts = split(cents, shares)

    assert sum(parts) == cents
    assert all(
        abs(part - Fraction(cents * share, sum(shares))) < 1
        for part, share in zip(parts, shares, strict=True)
    )


@pytest.mark.parametrize(("cents", "shares"), [(100, [0, 0]), (100, []), (-1, [1]), (100, [2, -1])])
def test_split_refuses_what_cannot_be_divided(cents, shares):
    with pytest.raises(ValueError, match="shares"):
        split(cents, shares)


@pytest.mark.skipif(not REAL.exists(), reason="the collection of real amounts is not on this machine")
def test_real_strings_are_read_as_their_first_reader_did_or_refused():
    strings = json.loads(REAL.read_text())["money"]
    wrong, read_right = [], 0
    for text, guess in strings.items():
        try:
            written = read_exact(text)
        except UnreadableAmount:
            continue
        same = float(written.value) == guess["amount"] and written.currency == guess["currency"]
        read_right += same
        wrong += [] if same else [text]

    assert (read_right, len(strings), wrong) == (260, 295, [])


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("10.005", "en", True),
        ("€ 10.005", "en", True),
        ("10,005", "nl", True),
        ("17.500", "en", False),
        ("33.333", "en", True),
        ("10,005", "en", False),
        ("10.005", "nl", False),
        ("10.00", "en", False),
        ("1.234.567", "en", False),
        ("10.005,50", "en", False),
        ("10005", "en", False),
    ],
)
def test_three_digits_behind_the_decimal_sign_are_doubtful(text, lang, found):
    assert is_doubtful(text, lang) is found
