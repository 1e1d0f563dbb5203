"""Every kind of report there is: all its faces say the same, and each file is known again."""

import csv
import io
import json
import re
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest
from flask_babel import force_locale
from sqlalchemy import func, select

from fundapp.applications.models import Application
from fundapp.core import papers
from fundapp.core.db import db
from fundapp.core.words import LANGUAGES
from fundapp.funds.models import Account, Posting
from fundapp.grants.models import Award
from fundapp.reports import printing
from fundapp.reports.models import Snapshot
from fundapp.reports.verifying import Outcome, verify
from fundapp.reports.wording import Say
from fundapp.reports.workbook import sheet_name
from tests.demo.conftest import played, stage  # noqa: F401 - the played demo, once an engine
from tests.reports.every_kind import record
from tests.reports.printed_kinds import (
    KINDS,
    ONE_ENGINE,
    every,  # noqa: F401 - a fixture
    paper_text,
    rows,
    squeezed,
    tree,
)

ONLY_IN_FILES = {
    "round": {("applications", "lowest"), ("applications", "highest")},  # drawn in the ladder
    "fund": {("rounds", "opened_on"), ("rounds", "closed_on")},
    "evaluation": {("rounds", "opened_on"), ("rounds", "closed_on")},
    "round_public": {("figures", "value")},  # how many reviews there were
    "transparency": {("criteria", "weight")},  # on the rubric beside it
}
"""Columns of the workbook that the paper draws or leaves out."""
NOTHING = {"–", "-", "n/a", "n.v.t.", "undefined", "onbepaald", ""}


# --- page, screen, paper -----------------------------------------------------------


@ONE_ENGINE
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_paper_prints_every_row_and_figure_of_the_page(every, kind, lang):  # noqa: F811
    made = every[kind]

    text = paper_text(made.files["pdf", lang]).replace("-", "")

    for face in (made.pages[lang], made.screens[lang]):
        assert [row for row in rows(face) if row.replace("-", "") not in text] == []


@ONE_ENGINE
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_of_the_workbook_stands_on_the_page(every, kind, lang):  # noqa: F811
    made = every[kind]
    say, text = Say(lang, made.data["fund"]["currency"]), squeezed(tree(made.pages[lang]).text_content())
    missing = set()

    for table in made.tables[lang]:
        for column in table.columns:
            for row in table.rows:
                value = row.get(column.key)
                if value in (None, "") or column.kind == "text":
                    continue
                if not any(one in text for one in written(value, column.kind, say)):
                    missing.add((table.key, column.key, row.get("key"), value))

    hidden = ONLY_IN_FILES.get(kind, set())
    assert [one for one in missing if one[:2] not in hidden] == []


@ONE_ENGINE
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_of_the_page_is_one_of_the_record(every, kind, lang):  # noqa: F811
    made = every[kind]
    say = Say(lang, made.data["fund"]["currency"])

    said = squeezed(json.dumps(made.data, ensure_ascii=False))  # what people wrote, tables of theirs too
    known = {form for value, key in leaves(made.data) for form in written(value, kind_of(key), say)}
    strange = []
    for row in tree(made.pages[lang]).xpath("//tbody/tr | //tfoot/tr"):
        for cell in row.xpath('./*[contains(@class, "num")]'):
            text = squeezed(cell.text_content())
            parts = [text] if text in known else re.split(r"–|of|van|/", text)  # "1–7", "2 of 3"
            if text in said or all(
                one in NOTHING or one in known or not re.search(r"\d", one) for one in parts
            ):
                continue
            if not derived(text, row, made.data, lang):
                strange.append((squeezed(row.text_content())[:60], text))

    assert strange == [], strange


def leaves(data, key=""):
    """Give every number and day of the record, with its key."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from leaves(value, name)
    elif isinstance(data, list):
        yield len(data), "count"
        for value in data:
            yield from leaves(value, key)
    elif isinstance(data, str):
        yield from told(data, key)
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield data, key


def told(text, key):
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        yield text, "day"
    elif re.fullmatch(r"-?\d+(\.\d+)?", text):
        yield float(text), key


def kind_of(key: str) -> str:
    return "day" if key == "day" else "any"


def written(value, kind: str, say: Say) -> set[str]:
    """List the ways in which a value may stand on a page."""
    lang = say.lang
    if kind == "day":
        on = str(value)[:10]
        return {squeezed(papers.day(on, lang=lang)), squeezed(papers.day(on, lang=lang, short=True))}
    if kind == "money":
        return {squeezed(say.money(value)), *(NOTHING if value == 0 else ())}
    plain = {papers.number(abs(value), digits, lang=lang) for digits in (0, 1, 2)}
    if isinstance(value, float) or kind == "any":
        plain |= {papers.number(abs(value) / 100, digits, lang=lang) for digits in (0, 1, 2)}
    found = {f"{sign}{one}{unit}" for one in plain for sign in ("", "+", "−", "-") for unit in ("", "%")}
    found |= {str(value), *(NOTHING if value == 0 else ())}
    if kind == "any":
        found.add(squeezed(say.money(value if isinstance(value, int) else round(value * 100))))
    return found


def derived(text: str, row, data, lang: str) -> bool:
    """Tell whether a cell is a share of figures beside it, or several figures that are all known."""
    table = row.getparent().getparent()
    if not text.endswith("%"):
        return any(number(text, lang) == sum(one for one in found if one) for found in columns(table, lang))
    wanted = text[:-1]
    cells = [number(one.text_content(), lang) for one in table.xpath('.//*[contains(@class, "num")]')]
    here = [number(one.text_content(), lang) for one in row.xpath('./*[contains(@class, "num")]')]
    totals = {one for one in cells if one} | {
        sum(one for one in column if one) for column in columns(table, lang)
    }
    totals |= {Decimal(value) / 100 for value, key in leaves(data) if isinstance(value, int) and value}
    return any(
        papers.number(part * 100 / whole, digits, lang=lang) == wanted
        for part in here
        if part is not None
        for whole in totals
        if whole
        for digits in (0, 1)
    )


def columns(table, lang: str):
    lines = [[number(one.text_content(), lang) for one in row] for row in table.xpath("./tbody/tr")]
    return list(zip(*(line for line in lines if len(line) == max(map(len, lines))), strict=False))


def number(text: str, lang: str) -> Decimal | None:
    plain = re.sub(r"[^\d.,-]", "", text)
    plain = plain.replace(",", "") if lang == "en" else plain.replace(".", "").replace(",", ".")
    try:
        return Decimal(plain)
    except ArithmeticError:
        return None


# --- workbook, list, data ----------------------------------------------------------


@ONE_ENGINE
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_workbook_holds_every_table_with_real_numbers_and_a_codebook(every, kind, lang):  # noqa: F811
    made = every[kind]

    book = openpyxl.load_workbook(io.BytesIO(made.files["xlsx", lang]))

    for table in made.tables[lang]:
        found = list(book[sheet_name(table.name)].iter_rows(min_row=2, values_only=True))
        assert found == [cells(row, table.columns) for row in table.rows], table.key
    told = [row[2] for row in book.worksheets[-1].iter_rows(min_row=2, values_only=True)]
    assert told == [column.key for table in made.tables[lang] for column in table.columns]
    assert all(
        cell.data_type != "f" and cell.hyperlink is None
        for sheet in book.worksheets
        for line in sheet.iter_rows()
        for cell in line
    )


def cells(row, columns):
    return tuple(cell(row.get(one.key), one.kind) for one in columns)


def cell(value, kind):
    if value in (None, ""):
        return None
    if kind == "money":
        return value / 100
    return datetime.fromisoformat(value[:10]) if kind == "day" else str(value) if kind == "text" else value


@ONE_ENGINE
@pytest.mark.parametrize("kind", KINDS)
def test_list_and_data_hold_what_the_workbook_holds(every, kind):  # noqa: F811
    made = every[kind]
    main = made.tables["en"][0]

    lines = list(csv.DictReader(io.StringIO(made.files["csv", ""].decode())))
    told = json.loads(made.files["json", ""])

    assert told["data"] == made.data
    assert told["digest"] == made.row["digest"]
    assert len(lines) == len(main.rows)
    for line, row in zip(lines, main.rows, strict=True):
        for one in main.columns:
            value, text = row.get(one.key), line[one.key.removesuffix("_cents")]
            if value is None or isinstance(value, str):
                assert text.removeprefix("'") == (value or "").removeprefix("'")
            else:
                assert Decimal(text) == (Decimal(value) / 100 if one.kind == "money" else Decimal(str(value)))


# --- the ledger --------------------------------------------------------------------


def _of_award(code: str) -> list:
    wanted = select(Award.id).join(Application).where(Application.code == code)
    return [Posting.award_id.in_(wanted)]


def _round(made: Snapshot) -> list:
    return [Posting.round_id == made.round_id]


def _fund(made: Snapshot) -> list:
    return [Posting.fund_id == made.fund_id]


PAID = {
    "application": (lambda d: d["paid_cents"], lambda made: _of_award(made.data["code"])),
    "round": (lambda d: d["money"]["paid"], _round),
    "round_public": (lambda d: d["money"]["paid"], _round),
    "transparency": (lambda d: d["money"]["paid"], _round),
    "fund": (lambda d: d["money"]["paid"], _fund),
    "grant": (lambda d: d["money"]["paid"], lambda made: [Posting.award_id == made.award_id]),
}
"""What each kind says was paid, and which postings of the ledger that is."""
WITHOUT = {
    "application_own",
    "register-payments",
    "evaluation",
    "register-ties",
    "register-decisions",
    "register-cascade",
}
"""They say nothing of payments, or of a time that is over; a register counts what came back apart."""


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_report_says_was_paid_is_what_left_the_bank(stage, kind):  # noqa: F811
    assert (kind in PAID) is not (kind in WITHOUT), "say of a new kind where its money stands in the ledger"
    if kind in WITHOUT:
        return
    made = record(kind)
    figure, where = PAID[kind]

    left, came = (
        db.session.scalar(
            select(func.coalesce(func.sum(Posting.amount_cents), 0)).where(side == Account.BANK, *where(made))
        )
        for side in (Posting.credit, Posting.debit)
    )

    gifts = select(func.coalesce(func.sum(Posting.amount_cents), 0)).where(
        Posting.debit == Account.BANK, Posting.award_id.is_(None), *where(made)
    )
    paid = left - (came - (db.session.scalar(gifts) or 0))
    assert figure(made.data) == paid, (figure(made.data), paid)


# --- known again -------------------------------------------------------------------


@ONE_ENGINE
@pytest.mark.parametrize("kind", KINDS)
def test_every_file_is_printed_again_byte_for_byte_whoever_asks(every, stage, kind):  # noqa: F811
    made = every[kind]
    snapshot = made.snapshot()
    spoken = LANGUAGES[KINDS.index(kind) % 2]  # one language each: setting a paper takes a second
    for (format, lang), content in made.files.items():
        if format == "pdf" and lang != spoken:
            continue

        with force_locale("nl" if lang == "en" else "en"):
            found = verify(content, printing.file_name(snapshot, format, lang))

        assert (found.outcome, found.format, found.lang) == (Outcome.SAME, format, lang)
        assert found.snapshot.id == made.row["id"]


@ONE_ENGINE
@pytest.mark.parametrize("format", printing.FORMATS)
@pytest.mark.parametrize("kind", ["round", "register-payments"])
def test_changed_and_foreign_files_are_told_from_our_own(every, stage, kind, format):  # noqa: F811
    made = every[kind]
    lang = "nl" if format in printing.SPOKEN else ""
    content, changed = made.files[format, lang], bytearray(made.files[format, lang])
    changed[len(changed) // 2] ^= 1

    unknown = verify(content)
    snapshot = made.snapshot()
    name = printing.file_name(snapshot, format, lang)
    foreign = content.replace(snapshot.digest.encode(), b"0" * 64)

    assert unknown.outcome is Outcome.UNKNOWN  # printed where a record of this number is not
    assert verify(bytes(changed), name).outcome is Outcome.CHANGED
    if format in {"pdf", "json"}:  # a CSV says nothing of itself, and a workbook says it packed
        assert verify(foreign, name).outcome is Outcome.UNKNOWN  # the record of this number is another one


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n%%EOF\n", b"code,title\r\nA-1,Words\r\n", b'{"snapshot": "0"}', b"PK"]
)
def test_file_of_somebody_else_is_not_known(stage, content):  # noqa: F811
    assert verify(content, "report.bin").outcome is Outcome.UNKNOWN
