"""The ledger to take along: sums on the screen, in each file and on paper are the same."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zipfile import ZipFile

from click.testing import Result
from flask import Flask
from lxml import etree

from fundapp import create_app
from fundapp.applications.models import ConflictState
from fundapp.config import Settings
from fundapp.core.db import db
from fundapp.funds import ledger
from fundapp.funds.models import Account
from fundapp.payouts import audit_file, ledger_files, year_account
from fundapp.rounds.models import Round
from tests.factories import NOW, make_conflict
from tests.payouts.scene import make_scene
from tests.visitor import Visitor

XAF = {"x": audit_file.NAMESPACE}
LINE = [
    "nr",
    "accID",
    "docRef",
    "effDate",
    "amnt",
    "amntTp",
    "matchKeyID",
    "custSupID",
    "invRef",
    "costID",
    "projID",
]
SIGN = {"D": 1, "C": -1}


def audited(fund, year=2026, **options) -> etree._Element:
    out = io.BytesIO()
    audit_file.write(fund, year, out, made_at=NOW, **options)
    return etree.fromstring(out.getvalue(), etree.XMLParser(resolve_entities=False))


def cents(text: str) -> int:
    return round(float(text) * 100)


def test_audit_file_balances_and_controls_fit(app: Flask) -> None:
    scene = make_scene()
    scene.paid()

    root = audited(scene.cast.fund)

    lines = root.findall(".//x:trLine", XAF)
    sums = dict.fromkeys("DC", 0)
    for line in lines:
        sums[line.findtext("x:amntTp", namespaces=XAF)] += cents(line.findtext("x:amnt", namespaces=XAF))
    control = root.find(".//x:transactions", XAF)
    assert int(control.findtext("x:linesCount", namespaces=XAF)) == len(lines)
    assert sums["D"] == sums["C"] == cents(control.findtext("x:totalDebit", namespaces=XAF))
    known = {one.text for one in root.findall(".//x:ledgerAccount/x:accID", XAF)}
    assert {line.findtext("x:accID", namespaces=XAF) for line in lines} <= known
    relations = {one.text for one in root.findall(".//x:customerSupplier/x:custSupID", XAF)}
    assert {one.text for one in root.findall(".//x:trLine/x:custSupID", XAF)} <= relations
    for line in lines:
        order = [etree.QName(child).localname for child in line]
        assert order == [name for name in LINE if name in order]
    bank = sum(
        cents(line.findtext("x:amnt", namespaces=XAF)) * SIGN[line.findtext("x:amntTp", namespaces=XAF)]
        for line in lines
        if line.findtext("x:accID", namespaces=XAF) == "1000"
    )  # fmt: skip
    assert bank == ledger.balances(scene.cast.fund.id)[Account.BANK]


def test_next_year_opens_with_what_this_year_closed(app: Flask) -> None:
    scene = make_scene()
    scene.paid()

    root = audited(scene.cast.fund, 2027)

    opening = root.find(".//x:openingBalance", XAF)
    held = ledger.balances(scene.cast.fund.id)
    at_bank = [
        one.findtext("x:amnt", namespaces=XAF)
        for one in opening.findall("x:obLine", XAF)
        if one.findtext("x:accID", namespaces=XAF) == "1000"
    ]
    assert [cents(text) for text in at_bank] == [held[Account.BANK]]
    assert opening.findtext("x:totalDebit", namespaces=XAF) == opening.findtext(
        "x:totalCredit", namespaces=XAF
    )
    assert root.findall(".//x:trLine", XAF) == []


def test_every_form_has_the_same_sums(app: Flask) -> None:
    scene = make_scene()
    scene.paid()
    fund = scene.cast.fund
    held, out = ledger.balances(fund.id), io.StringIO()

    number = ledger_files.write_csv(fund, out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    book, in_book = ledger_files.xlsx(fund, NOW, "nl")
    account = year_account.year_account(fund, 2026)

    for name in Account:
        side = sum(
            int(row["amount_cents"]) * ((row["debit"] == name) - (row["credit"] == name)) for row in rows
        )
        assert abs(side) == held[name]
    assert number == in_book == len(rows)
    with ZipFile(io.BytesIO(book)) as opened:
        names = re.findall(r'sheet name="([^"]+)"', opened.read("xl/workbook.xml").decode())
    assert len(names) == 3
    assert account.bank.closing == held[Account.BANK]
    assert sum(flow.closing for flow in account.gifts.values()) == held[Account.BANK]
    budget = db.session.get_one(Round, scene.round.id).budget_cents
    assert sum(flow.closing for flow in account.rounds.values()) == budget - 500_000
    assert year_account.year_account(fund, 2027).bank.opening == held[Account.BANK]


def test_files_are_for_those_who_read_postings_and_keep_ties_hidden(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    scene.paid()
    make_conflict(scene.award.application, scene.cast.aud, state=ConflictState.BARRED)
    db.session.commit()
    place = f"/ledger/{scene.cast.fund.id}"
    files = [f"{place}/{name}" for name in ("postings.csv", "postings.xlsx", "audit-file.xml")]

    client.sign_in(scene.cast.fin)
    mine = client.get(files[0]).text
    client.sign_in(scene.cast.aud)
    shut = [client.get(files[0]).text, client.get(files[2]).text]
    client.sign_in(scene.cast.sol)
    refused = {client.get(file).status_code for file in files}
    paper = client.get(f"{place}/statement.pdf?year=2026")

    code = scene.award.application.code
    assert code in mine
    assert all(f">{code}<" not in text and f",{code}," not in text for text in shut)
    assert refused == {403}
    assert paper.data.startswith(b"%PDF")


def test_command_writes_each_form(
    run: Callable[..., Result], environment: dict[str, str], tmp_path: Path
) -> None:
    app = create_app(Settings.load(None, environment))
    with app.app_context():
        scene = make_scene()
        scene.paid()
        slug = scene.cast.fund.slug
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    for form in ("csv", "xlsx", "xaf"):
        found = run("ledger", "export", "--fund", slug, "--format", form, "--output", str(tmp_path / form))
        assert found.exit_code == 0, found.output

    assert (tmp_path / "xlsx").read_bytes()[:2] == b"PK"
    root = etree.parse(tmp_path / "xaf").getroot()
    assert root.findtext("x:header/x:fiscalYear", namespaces=XAF) == str(date(2026, 1, 1).year)
    assert run("ledger", "export", "--fund", "nothing", "--output", "x").exit_code == 1
