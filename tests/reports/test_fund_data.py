"""A fund's figures: true to the cent, adding up, and silent about what is sealed or small."""

import json
from datetime import UTC, datetime

import pytest

from fundapp.core.db import db
from fundapp.core.words import LANGUAGES
from fundapp.funds import ledger
from fundapp.funds.models import Account
from fundapp.grants.models import AwardState
from fundapp.reports import chapters, documents, evaluations, fund_data
from fundapp.reports.wording import Say
from fundapp.rounds.models import RoundState
from tests.core.test_pdf import faults
from tests.factories import NOW, make_application, make_cast, make_round

AT = datetime(2026, 12, 12, 13, 5, tzinfo=UTC)


def test_money_is_the_ledgers_to_the_cent(story):
    data = fund_data.gather(story.round.fund, at=NOW)

    held = ledger.figures(story.round.fund_id)
    money = data["money"]
    parts = ("free", "reserved", "committed", "approved", "ordered", "paid")
    assert {key: money[key] for key in parts} == {key: getattr(held, key) for key in parts}
    assert money["received"] == held.received == sum(gift["cents"] for gift in data["gifts"])
    assert sum(money[key] for key in parts) == money["received"]
    assert money["granted"] == held.granted == sum(one["awarded_cents"] for one in data["projects"])
    assert money["paid"] == sum(one["paid_cents"] for one in data["projects"]) == 300_000


def test_months_end_at_what_the_ledger_holds_today(story):
    data = fund_data.gather(story.round.fund, at=NOW)

    assert data["months"][-1]["paid"] == data["money"]["paid"]
    assert data["months"][-1]["granted"] == data["money"]["granted"]


def test_rounds_and_breakdowns_add_up_to_the_whole(story):
    data = fund_data.gather(story.round.fund, at=NOW)

    assert data["headline"]["received"] == sum(one["received"] for one in data["rounds"]) == 3
    for trait in ("themes", "countries", "forms", "first"):
        assert sum(one["received"] for one in data[trait]) == 3
        assert sum(one["awarded_cents"] for one in data[trait]) == 800_000


def test_sealed_round_stands_in_no_figure(story):
    sealed = make_round(story.round.fund, is_sealed=True)
    make_application(sealed, requested_cents=9_999_999)
    trial = make_round(story.round.fund, is_trial=True, state=RoundState.DRAFT)

    data = fund_data.gather(story.round.fund, at=NOW)

    assert data["headline"]["received"] == 3
    assert data["headline"]["rounds_open"] == 1
    assert [one["slug"] for one in data["rounds"]] == [story.round.slug]
    assert trial.slug not in json.dumps(data)


def test_undecided_round_has_no_success_rate(session):
    cast = make_cast()
    round = make_round(cast.fund)
    make_application(round, cast.ana)

    data = fund_data.gather(cast.fund, at=NOW)

    assert data["rounds"][0]["rate"] is None
    assert data["headline"]["rate"] is None


def test_snapshot_hides_small_cells(story):
    made = evaluations.take_figures(story.round.fund, actor=None, at=NOW)

    assert all(row["received"] is None for row in made.data["countries"])
    assert made.data["headline"]["received"] == 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_report_of_a_fund_is_a_sound_document(story, lang, tmp_path):
    data = evaluations.take_figures(story.round.fund, actor=None, at=NOW).data

    found = documents.pdf(data, lang=lang, made_at=AT)

    assert found == documents.pdf(data, lang=lang, made_at=AT)
    assert faults(found, tmp_path) == []


def test_report_of_an_empty_fund_says_so(session):
    cast = make_cast()
    data = evaluations.take_figures(cast.fund, actor=None, at=NOW).data

    page = documents.page(data, lang="en", made_at=AT)

    assert "There are no applications to set costs against" in page
    assert "No task has been agreed" in page


def test_every_figure_a_text_may_name_has_a_value(story):
    data = fund_data.gather(story.round.fund, at=NOW)

    for lang in LANGUAGES:
        assert set(chapters.values(data, Say(lang, "EUR"))) == set(chapters.TOKENS)


def test_text_names_figures_and_keeps_other_braces(story):
    values = chapters.values(fund_data.gather(story.round.fund, at=NOW), Say("nl", "EUR"))

    assert chapters.filled("Betaald: {paid}. {nothing}", values) == "Betaald: €\u00a03.000. {nothing}"
    assert chapters.unknown("{paid} {nothing}") == ["nothing"]


def test_stopped_grant_counts_with_what_was_paid(story):
    db.session.execute(db.update(type(story.award)).values(state=AwardState.TERMINATED))

    data = fund_data.gather(story.round.fund, at=NOW)

    assert data["projects"][0]["group"] == "terminated"


@pytest.mark.parametrize(
    ("debit", "credit", "step"),
    [
        (Account.RESERVED, Account.COMMITTED, 1),
        (Account.COMMITTED, Account.RESERVED, -1),
        (Account.COMMITTED, Account.TO_RECOVER, -1),
        (Account.TO_RECOVER, Account.RECOVERABLE, 1),
        (Account.TO_RECOVER, Account.RESERVED, 0),
        (Account.RECOVERABLE, Account.ADVANCES, 0),
        (Account.ORDERED, Account.BANK, 0),
    ],
)
def test_what_is_granted_follows_settlements_and_recoveries(debit, credit, step):
    assert fund_data._granted(debit, credit) == step
