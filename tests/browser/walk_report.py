"""The walk, last part: the ledger agrees, and the reports come out as paper and as workbook."""

from pathlib import Path

import pikepdf
from openpyxl import load_workbook

from fundapp.funds import ledger
from tests.browser.conftest import LiveServer
from tests.browser.people import Person
from tests.browser.walk_call import ROUND, TITLE


def read_the_ledger(fin: Person, server: LiveServer) -> None:
    """The page says that the figures agree, and they are the right ones."""
    fin.go("/ledger/1")
    fin.sees("The figures agree")
    fin.look("60-ledger")
    with server.app.app_context():
        figures = ledger.figures(1)
    held = [figures.received, figures.free, figures.reserved, figures.committed, figures.paid]
    assert held == [10_000_000, 4_000_000, 3_000_000, 1_750_000, 1_250_000], held


def report(sol: Person, folder: Path) -> None:
    """The manager makes the report of the round and a dossier, and takes them along."""
    sol.go("/office/reports")
    sol.follow(ROUND)
    sol.press("Make the report now")
    sol.press("Make the dossier")
    sol.look("61-reports")
    dossier = sol.main.get_by_role("row", name=TITLE)
    for paper, place in (("PDF, English", None), ("PDF, Dutch", None), ("PDF, Dutch", dossier)):
        path = sol.download(paper, folder, place)
        with pikepdf.open(path) as pdf:
            assert len(pdf.pages) >= 2, path.name
            assert pdf.Root.MarkInfo.Marked, path.name
    book = load_workbook(sol.download("Workbook (XLSX)", folder))
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert TITLE in cells


def be_public(anybody: Person) -> None:
    """What was granted and paid is there for anyone to read."""
    anybody.go("/projects")
    anybody.follow(TITLE)
    anybody.look("62-public-project")
    anybody.go("/money")
    anybody.look("63-public-money")
