"""One record, five faces: each figure of page, paper, workbook, list and data is the same."""

import csv
import html
import io
import json
import re
from collections import Counter
from decimal import Decimal

import openpyxl
import pypdf
import pytest
from flask_babel import force_locale
from sqlalchemy import select

from fundapp.core.db import db
from fundapp.funds.models import Account, Posting
from fundapp.reports import printing, service, tables
from fundapp.reports.models import Snapshot
from fundapp.reports.round_words import keys
from fundapp.reports.wording import Say
from fundapp.rounds.models import Round, RoundState
from tests.demo.conftest import played, stage  # noqa: F401 - the played demo, once an engine
from tests.factories import NOW

SHOWN = ("steps", "themes", "countries", "forms")


@pytest.fixture
def snapshots(stage) -> list[Snapshot]:  # noqa: F811
    """A report of every round of the demo that can have one."""
    rounds = db.session.scalars(
        select(Round)
        .where(Round.state.not_in([RoundState.DRAFT, RoundState.PUBLISHED]), Round.is_trial.is_(False))
        .order_by(Round.id)
    ).all()
    made = [service.take_round(round, actor=None, at=NOW) for round in rounds if not round.is_sealed]
    db.session.flush()
    assert made
    return made


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def paper(snapshot: Snapshot, lang: str) -> str:
    pages = pypdf.PdfReader(io.BytesIO(printing.printed(snapshot, "pdf", lang))).pages
    return squeezed("".join(page.extract_text() for page in pages))


def test_workbook_and_list_hold_every_figure_of_the_data(snapshots):
    for made in snapshots:
        kept = json.loads(printing.printed(made, "json"))["data"]
        book = openpyxl.load_workbook(io.BytesIO(printing.printed(made, "xlsx", "en")))
        with force_locale("en"):
            wanted = tables.of_round(kept, "en")

        for table in wanted:
            rows = list(book[table.name[:31]].iter_rows(min_row=2, values_only=True))
            expected = [_cells(row, table.columns) for row in table.rows]
            assert rows == expected, table.key
        lines = list(csv.DictReader(io.StringIO(printing.printed(made, "csv").decode())))
        main = wanted[0]
        for line, row in zip(lines, main.rows, strict=True):
            for one in main.columns:
                assert _number(line[one.key.removesuffix("_cents")]) == _number(
                    _plain(row.get(one.key), one.kind)
                )


def _cells(row, columns):
    values = [(row.get(one.key), one.kind) for one in columns]
    return tuple(
        None if value in (None, "") else value / 100 if kind == "money" else value for value, kind in values
    )


def _plain(value, kind):
    if value is None:
        return ""
    return str(Decimal(value) / 100) if kind == "money" else str(value)


def _number(text: str):
    try:
        return Decimal(text)
    except ArithmeticError:
        return text


def test_single_figures_stand_in_the_workbook_as_in_the_data(snapshots):
    for made in snapshots:
        book = openpyxl.load_workbook(io.BytesIO(printing.printed(made, "xlsx", "nl")))
        told = {row[0]: row[2] for row in book["Kerncijfers"].iter_rows(min_row=2, values_only=True)}

        for part in tables.SINGLE:
            for key, value in made.data[part].items():
                if isinstance(value, int | float):
                    size = value / 100 if part == "money" or key.endswith("_cents") else value
                    assert told[f"{part}.{key}"] == size


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_paper_prints_every_figure_of_the_data(snapshots, lang):
    for made in snapshots:
        text, data = paper(made, lang), made.data
        say = Say(lang, data["fund"]["currency"])

        for one in data["ranking"]:
            assert squeezed(one["code"]) in text
            tail = squeezed(f"{say.money(one['asked_cents'])}{say.money(one['awarded_cents'])}")
            assert tail in text, one["code"]
        for part in ("themes", "countries", "forms"):
            for one in data[part]:
                row = [say.words(one["name"]), say.number(one["received"]), say.number(one["funded"])]
                money = [say.money(one["asked_cents"]), say.money(one["awarded_cents"] or None)]
                assert squeezed("".join(row)) in text, (part, one["key"])
                assert squeezed("".join(money)) in text, (part, one["key"])
        for key in ("reserved", "committed", "approved", "ordered", "paid", "budget"):
            assert squeezed(say.money(data["money"][key])) in text, key
        for one in data["reviewers"]:
            row = f"{one['reviewer']}{say.number(one['assigned'])}{say.number(one['done'])}"
            assert squeezed(row) in text


def test_page_shows_the_figures_of_the_record(snapshots, stage):  # noqa: F811
    for made in snapshots:
        say = Say("en", made.data["fund"]["currency"])
        with stage.app.test_request_context("/"), force_locale("en"):
            shown = keys(made.data, say)

        headline = made.data["headline"]
        texts = squeezed(html.unescape(" ".join(f"{one[0]} {one[1]} {one[2]}" for one in shown)))
        for figure in (
            say.number(headline["received"]), say.money(headline["asked_cents"]),
            say.number(headline["funded"]), say.money(headline["awarded_cents"]),
        ):  # fmt: skip
            assert squeezed(figure) in texts


def test_money_of_the_report_is_the_ledgers_line_by_line(snapshots):
    for made in snapshots:
        money, held = made.data["money"], Counter()
        of_round = select(Posting.debit, Posting.credit, Posting.amount_cents, Posting.reverses_id).where(
            Posting.round_id == made.round_id
        )
        for debit, credit, cents, _reverses in db.session.execute(of_round):
            held[credit] += cents
            held[debit] -= cents

        for pot in (Account.RESERVED, Account.APPROVED, Account.ORDERED):
            assert money[pot.value] == held[pot], pot
        assert money["committed"] == held[Account.COMMITTED] + held[Account.ADVANCES]
        assert money["paid"] == held[Account.BANK]
        parts = ("reserved", "committed", "approved", "ordered", "paid")
        assert money["budget"] == sum(money[pot] for pot in parts)
        granted = sum(one["awarded_cents"] or 0 for one in made.data["ranking"])
        assert made.data["headline"]["awarded_cents"] == granted
