"""Taking in applications from a file: whole, marked, never twice, broken lines told."""

import csv
import json
from decimal import Decimal

import pytest
from sqlalchemy import select

from fundapp.applications import imports, queries, reading
from fundapp.applications.models import Application, ApplicationState, VersionReason
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.rounds import service as rounds
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_cast, make_round

GOOD = {
    "name": "Sluiswachter",
    "applicant": "Fenna Wiarda",
    "organisation": "Stichting Havenbericht",
    "country": "Netherlands",
    "call": "NGI Zero",
    "abstract": "Opening times of locks.",
    "amount_as_written": "EUR 8,000.",
    "milestones": [{"title": "Format", "description": "A specification.", "amount_eur": 8000}],
}


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund, form=rounds.install_form("proposal_form", at=NOW))


@pytest.fixture
def take(call, tmp_path):
    def take(*lines, dry_run=False, rates=None, into=None):
        path = tmp_path / "applications.jsonl"
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        path.write_text("\n".join(texts), encoding="utf-8", errors="surrogatepass")
        taken = imports.take_in(into or call, path, rates=rates or {}, dry_run=dry_run, actor=None, at=NOW)
        return list(taken)

    return take


def stored():
    return db.session.scalars(select(Application)).all()


def test_application_is_taken_in_whole(take, cast):
    (line,) = take(GOOD)

    (made,) = stored()
    assert (line.outcome, line.code, line.title) == ("imported", made.code, "Sluiswachter")
    assert (made.state, made.requested_cents, made.country) == (ApplicationState.SUBMITTED, 800_000, "NL")
    assert made.applicant_name == "Stichting Havenbericht"
    assert made.party.legal_name == "Stichting Havenbericht"
    assert made.current.reason is VersionReason.IMPORTED
    assert made.current.answers["milestones"] == [
        {"title": "Format", "description": "A specification.", "amount_cents": 800_000}
    ]
    assert queries.seen_application(cast.sol, made.id) is made


def test_second_run_makes_no_duplicates(take):
    take(GOOD)

    assert [line.outcome for line in take(GOOD, GOOD | {"name": "Other"})] == ["known", "imported"]
    assert len(stored()) == 2


def test_dry_run_writes_nothing(take):
    (line,) = take(GOOD, dry_run=True)

    assert (line.outcome, line.code, stored()) == ("imported", None, [])


def test_broken_lines_are_told_and_good_ones_go_in(take):
    lines = take("{", GOOD | {"name": " "}, GOOD | {"amount_as_written": "5kEUR each"}, GOOD, "[]")

    assert [(line.number, line.outcome) for line in lines] == [
        (1, "refused"),
        (2, "refused"),
        (3, "refused"),
        (4, "imported"),
        (5, "refused"),
    ]
    assert all(line.reason for line in lines if line.outcome == "refused")
    assert len(stored()) == 1


def test_long_answers_are_whole_and_marked(take):
    take(GOOD | {"abstract": "é" * 4146})

    (made,) = stored()
    assert (len(made.current.answers["abstract"]), made.current.is_over_limit) == (4146, True)
    assert "2,646 characters over the limit" in made.import_note


def test_short_answers_are_not_marked(take):
    take(GOOD)

    assert stored()[0].current.is_over_limit is False


def test_other_currency_needs_a_rate(take):
    line = {
        "title": "Node",
        "program": "Grants",
        "total_cost_raw": "10,000 USD",
        "team": "Us",
        "milestones": [],
    }

    (refused,), (taken,) = take(line), take(line, rates={"USD": Decimal("0.92")})

    assert (refused.outcome, taken.outcome) == ("refused", "imported")
    assert stored()[0].requested_cents == 920_000


def test_what_the_form_does_not_ask_is_kept_and_shown(take):
    take(GOOD | {"generative_ai": "A model, in May.", "follow_up": "Q: Who? A: We."})

    (made,) = stored()
    parts = reading.sections(made.current.form.definition, made.current.answers, "en")
    shown = {item.key: item.content for part in parts for item in part.items}
    assert "A model, in May." in shown["genai_details"]
    assert "Q: Who? A: We." in shown["follow_up"]


def test_line_the_database_refuses_stops_nothing(take, call, monkeypatch):
    monkeypatch.setattr(imports.codes, "next_code", lambda *given, **more: "2026-12-001")

    lines = take(GOOD, GOOD | {"name": "Other"}, GOOD | {"name": "Third"})

    assert [line.outcome for line in lines] == ["imported", "refused", "refused"]
    assert len(stored()) == 1


def test_round_that_is_over_takes_nothing(take, cast):
    over = make_round(cast.fund, state=RoundState.RELEASED)

    with pytest.raises(Refusal):
        take(GOOD, into=over)


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8"), (";", "cp1252"), ("\t", "utf-8-sig")])
def test_table_from_a_spreadsheet_is_taken_in_row_by_row(call, tmp_path, delimiter, encoding):
    path = tmp_path / "applications.csv"
    rows = [
        ["Name", "Applicant", "Country", "Requested amount EUR", "Abstract"],
        ["Sluiswachter", "Fenna Wiarda", "Netherlands", "8000", "Opening times\nof locks, één"],
        ["", "Nobody", "", "5", ""],
        ["Other", "Fenna Wiarda", "BE", "EUR 4.000", ""],
    ]
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)

    lines = list(imports.take_in(call, path, rates={}, dry_run=False, actor=None, at=NOW))

    assert [(line.number, line.outcome) for line in lines] == [
        (2, "imported"),
        (4, "refused"),
        (5, "imported"),
    ]
    made = db.session.scalars(select(Application).order_by(Application.id)).all()
    assert [(one.title, one.requested_cents, one.country) for one in made] == [
        ("Sluiswachter", 800_000, "NL"), ("Other", 400_000, "BE"),
    ]  # fmt: skip
    assert made[0].current.answers["abstract"] == "Opening times\nof locks, één"


def test_row_with_more_cells_than_the_heading_is_refused(call, tmp_path):
    path = tmp_path / "applications.csv"
    path.write_text("name,abstract\nOne,two,three\nOther,fine,\n")

    lines = list(imports.take_in(call, path, rates={}, dry_run=True, actor=None, at=NOW))

    assert [line.outcome for line in lines] == ["refused", "imported"]
