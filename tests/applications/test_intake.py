"""Applications from elsewhere: every line taken in or named, amounts never guessed."""

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fundapp.applications.intake import Broken, Intake, Milestone, read
from fundapp.rounds.definitions import load_library
from tests.applications.intake_samples import NLNET, USD, WEB3, lines, one

DATA = Path(__file__).parents[3] / "shared/data"


def test_read_turns_a_proposal_to_nlnet_into_our_fields():
    intake = one(NLNET)

    assert isinstance(intake, Intake)
    assert (intake.title, intake.applicant_name, intake.country) == (
        "Sluis & “Wachter”",
        "Stichting Sluis",
        "NL",
    )
    assert (intake.requested_cents, intake.currency, intake.amount_note) == (800000, "EUR", "")
    assert intake.answers["abstract"] == NLNET["abstract"]
    assert intake.answers["budget"] == "80 hours.\n\nNo other funding."
    assert intake.answers["challenges"] == "Tides."
    assert "comparison" not in intake.answers
    assert intake.milestones == (Milestone("Format", "Published", 800000),)
    assert (intake.language, intake.source, intake.notes) == ("en", NLNET["source"], ())


def test_read_turns_a_web3_application_into_our_fields():
    intake = one(WEB3, rates=USD)

    assert isinstance(intake, Intake)
    assert (intake.title, intake.organisation, intake.country) == ("Lock pallet", "Keepers", "DE")
    assert (intake.requested_cents, intake.amount_note) == (920092, "Converted from 10,001 USD at 0.92.")
    assert intake.submitted_on == date(2024, 5, 18)
    assert intake.source == "grants/program: applications/lock.md"
    assert intake.answers["stewardship"] == "Licences: Apache-2.0, MIT"
    assert intake.milestones == (
        Milestone("Milestone 1", "Cost: 3,333\n\n- **0a Docs**: A guide.", 306636),
        Milestone("Launch", "Cost: 6,668 USD", 613456),
    )


def test_read_gives_answers_that_the_proposal_form_knows():
    form = load_library("proposal_form")

    for record in (NLNET, WEB3):
        answers = one(record, rates=USD).form_answers()
        assert {key for key in answers if form.field(key) is None} == set()
        assert {fault.code for fault in form.check(answers)} == {"required"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"requested_amount_eur": "5kEUR each"}, "“5kEUR each” is an amount for each piece or period."),
        (
            {"requested_amount_eur": None, "amount_as_written": "5kEUR  each"},
            "“5kEUR each” is an amount for each",
        ),
        ({"amount_as_written": "5kEUR each"}, "“5kEUR each” is an amount for each piece or period."),
        ({"requested_amount_eur": None, "amount_as_written": "10-12k"}, "“10-12k” is a range."),
        ({"amount_as_written": "€ 80.000"}, "Two amounts disagree: 8,000 EUR and “€ 80.000”."),
        ({"amount_as_written": "$8,000"}, "Two amounts disagree: 8,000 EUR and “$8,000”."),
        (
            {"requested_amount_eur": None, "amount_as_written": "$8,000"},
            "It asks for 8,000 USD. Give a rate for USD",
        ),
        ({"requested_amount_eur": -5}, "“-5” is not an amount."),
        ({"milestones": [{"title": "t", "amount_eur": "5kEUR each"}]}, "“5kEUR each” is an amount for each"),
        ({"milestones": "three"}, "“milestones” is not a list."),
        ({"milestones": ["one"]}, "“milestones” is not a list."),
        ({"name": " \u200b"}, "There is no name of a project (“name”)."),
        ({"abstract": ["a"]}, "“abstract” is not a text."),
    ],
)
def test_read_names_what_is_wrong_with_a_line(changes, reason):
    result = one(NLNET | changes)

    assert isinstance(result, Broken)
    assert result.reason.startswith(reason)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"total_cost_raw": "28 500 DAI"}, "It asks for 28,500 DAI. Give a rate for DAI and import again."),
        ({"total_cost_raw": "~27600 USD"}, "“~27600 USD” is a rough figure."),
        ({"total_cost_raw": "10K"}, "“10K” names no currency."),
        ({"total_cost_raw": "$100,000 DAI"}, "“$100,000 DAI” names more than one currency."),
        ({"submitted_on": "last May"}, "“last May” is not a date."),
        ({"title": None}, "There is no name of a project (“title”)."),
    ],
)
def test_read_names_what_is_wrong_with_a_web3_line(changes, reason):
    result = one(WEB3 | changes, rates=USD)

    assert isinstance(result, Broken)
    assert result.reason.startswith(reason)


def test_read_notes_what_does_not_fit():
    milestones = [{"title": "a", "amount_eur": 5000}]

    intake = one(NLNET | {"country": "France & Denmark", "milestones": milestones})

    assert intake.country is None
    assert intake.notes == (
        "Country as written: France & Denmark.",
        "The milestones do not add up to the amount asked.",
    )


def test_read_goes_on_after_a_broken_line_and_counts_every_line():
    text = (
        b"\xef\xbb\xbf"
        + lines(NLNET)[0]
        + b"\r\n\n{not json}\n"
        + lines(WEB3)[0]
        + b"\n[1]\nnull\n\xff\n{}\n"
    )

    results = list(read(text.splitlines(keepends=True), rates=USD))

    assert [(type(result), result.line) for result in results] == [
        (Intake, 1), (Broken, 3), (Intake, 4), (Broken, 5), (Broken, 6), (Broken, 7), (Broken, 8),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        b'{"name": "a", "name": "b"}',
        b'{"name": "a", "requested_amount_eur": NaN}',
        b'{"name": "a", "requested_amount_eur": 1e999}',
        b"[" * 100_000,
        b'{"name": "' + b"x" * 2_000_001 + b'"}',
        b'"name"',
    ],
)
def test_read_refuses_what_json_lets_through(line):
    (result,) = read([line])

    assert isinstance(result, Broken)


def test_import_key_stays_when_the_text_is_corrected_and_the_order_changes():
    first = [result.import_key for result in read(lines(NLNET, WEB3), rates=USD)]
    again = [result.import_key for result in read(lines(WEB3, NLNET | {"abstract": "Better."}), rates=USD)]

    assert sorted(first) == sorted(again)


@pytest.mark.parametrize("changes", [{"call": "ELFA"}, {"source": "elsewhere"}, {"organisation": "Another"}])
def test_import_key_differs_for_another_call_or_applicant(changes):
    keys = {result.import_key for result in read(lines(NLNET, NLNET | changes))}

    assert len(keys) == 2


def test_read_names_the_same_application_the_second_time():
    first, second = read(lines(NLNET, NLNET | {"experience": "More."}))

    assert isinstance(first, Intake)
    assert second == Broken(2, "This is the application of line 1 again.")


def test_read_takes_invisible_orders_out_of_texts():
    intake = one(NLNET | {"name": "a\u202eb\x00c", "abstract": "half \ud800 a pair"})

    assert (intake.title, intake.abstract) == ("abc", "half  a pair")


@pytest.mark.skipif(not DATA.exists(), reason="the real applications are not on this machine")
def test_all_real_applications_to_nlnet_are_taken_in():
    results = list(read((DATA / "nlnet_applications.jsonl").read_bytes().splitlines()))

    assert Counter(type(result) for result in results) == {Intake: 24}
    assert len({result.import_key for result in results}) == 24
    assert [result.line for result in results if result.requested_cents is None] == [15, 16]


@pytest.mark.skipif(not DATA.exists(), reason="the real applications are not on this machine")
def test_every_real_web3_application_is_taken_in_or_named():
    rates = {code: Decimal("0.92") for code in ("USD", "DAI", "USDT", "USDC", "CHF")} | {
        "BTC": Decimal(60000)
    }
    written = (DATA / "web3_grants.jsonl").read_bytes().splitlines()

    in_dollars = Counter(type(result) for result in read(written, rates=USD))
    with_all_rates = list(read(written, rates=rates))

    assert in_dollars == {Intake: 121, Broken: 67}
    assert [result.line for result in with_all_rates if isinstance(result, Broken)] == [
        3, 13, 14, 23, 38, 43, 68, 84, 106, 160, 168,
    ]  # fmt: skip
    assert len(with_all_rates) == 188
