"""Nothing that anybody typed runs in a spreadsheet: hostile words everywhere, then every list of the app."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from itertools import product

import openpyxl
import pytest
from flask_login import AnonymousUserMixin
from sqlalchemy import func, select, update
from werkzeug.routing import AnyConverter, Rule

from fundapp.core import clock, task_work
from fundapp.core.db import Base, db
from fundapp.core.spreadsheet import RUNS
from fundapp.core.tasks import State, Task
from fundapp.rounds.models import Round, RoundState
from tests.databases import rolled_back
from tests.demo.conftest import Played, played  # noqa: F401 - a fixture
from tests.permission_scene import Scene
from tests.reports.printed_kinds import ONE_ENGINE
from tests.test_permission_matrix import IN, PEOPLE, routes, written

pytestmark = ONE_ENGINE
HOSTILE = ('=HYPERLINK("https://example.org","x")', "@SUM(A1)", "+1", "-1+1", "\t=1", "\r=1", "x;=1+1")
TYPED = (
    "application.title", "application.applicant_name", "user.name", "user.organisation", "party.name",
    "milestone.title", "milestone.deliverable", "contribution.giver", "conflict.note", "score.reason",
    "built_report.name", "statement_line.name", "statement_line.text", "reviewer.organisation",
    "claim.note", "appeal.ground", "tag.name", "bank_account.holder", "grant_result.title",
)  # fmt: skip
"""What people write, as far as there is such a column; names in two languages are poisoned beside it."""
LISTS = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip")
NUMBER = re.compile(r"-?\d+([.,]\d+)?%?\Z")
OFFICE = "MFAI"


@pytest.fixture
def scene(played: Played) -> Iterator[Scene]:  # noqa: F811
    """The demo with the words of attackers wherever somebody types; taken back afterwards."""
    with rolled_back(played.app), played.app.app_context():
        made = Scene(played.app)
        assert poison() >= 8
        db.session.commit()
        yield made
        db.session.remove()


def poison() -> int:
    """Put hostile words into every row of what people write; give how many columns there were."""
    known = [one.split(".") for one in TYPED]
    found = [Base.metadata.tables[table].c[name] for table, name in known if name in _columns(table)]
    for column in found:
        for place, words in enumerate(HOSTILE):
            number = func.coalesce(column.table.c.id, 0) % len(HOSTILE)
            db.session.execute(update(column.table).where(number == place).values({column: words}))
    for name in ("round", "fund"):
        table = Base.metadata.tables[name]
        db.session.execute(update(table).values(name={"en": HOSTILE[0], "nl": HOSTILE[1]}))
    db.session.flush()
    db.session.expire_all()
    return len(found)


def _columns(table: str) -> list[str]:
    return list(Base.metadata.tables[table].c.keys()) if table in Base.metadata.tables else []


def addresses(scene: Scene, rule: Rule, kind: str) -> Iterator[str]:
    """Give every address of a route: each of the words it takes, with a row that exists."""
    values, _application = scene.values(rule, kind)
    decided = db.session.scalars(select(Round).where(Round.state == RoundState.RELEASED)).first()
    assert decided is not None
    values |= dict.fromkeys(rule.arguments & {"fund_slug"}, scene.fund.slug)
    values |= dict.fromkeys(rule.arguments & {"round_slug"}, decided.slug)
    ways = {slot: one.items for slot, one in rule._converters.items() if isinstance(one, AnyConverter)}
    rows = [values, values | {"id": decided.id}] if kind == "round" else [values]
    for row, chosen in product(rows, product(*ways.values())):
        filled = row | dict(zip(ways, chosen, strict=True))
        yield scene.app.url_map.bind("").build(rule.endpoint, filled, method=next(iter(rule.methods or ())))


def running(content: bytes, media_type: str) -> list[str]:
    """List the cells of a list that a spreadsheet would run."""
    if media_type == LISTS[1]:
        book = openpyxl.load_workbook(io.BytesIO(content))
        return [str(cell.value) for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    if media_type == LISTS[2]:
        archive = zipfile.ZipFile(io.BytesIO(content))
        ends = {".csv": LISTS[0], ".xlsx": LISTS[1]}
        inside = [(name, end) for name in archive.namelist() for end in ends if name.endswith(end)]
        return [one for name, end in inside for one in running(archive.read(name), ends[end])]
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    cells = [part for row in rows for cell in row for part in (cell, *cell.split(";"))]
    return [one for one in cells if one.lstrip(" ").startswith(RUNS) and not NUMBER.match(one)]


def asked(
    scene: Scene, address: str, letter: str, method: str = "GET", data: dict[str, str] | None = None
) -> tuple[str, bytes]:
    """Ask for an address as somebody; give the type and the content of what comes."""
    person = scene.people[letter]
    client = scene.app.test_client()
    if not isinstance(person, AnonymousUserMixin):
        client.sign_in(person)
    answer = client.open(address, method=method, data=data)
    return answer.mimetype if answer.status_code == 200 else "", answer.data


def test_no_list_of_any_page_runs_what_somebody_typed(scene: Scene) -> None:
    table, given, wrong = written(), set(), []
    for key, rule in routes(scene.app):
        kind, cells = table.get(key, ("-", " " * len(PEOPLE)))
        letter = next((one for one in OFFICE if cells[list(PEOPLE).index(one)] == IN), "P")
        if key[0] != "GET" or not _gives_lists(rule):
            continue
        for address in addresses(scene, rule, kind):
            media_type, content = asked(scene, address, letter)
            if media_type in LISTS:
                given.add(rule.endpoint)
                wrong += [f"{address}: {one!r}" for one in running(content, media_type)]

    assert wrong == []
    assert sorted(_named(scene) - given) == []


def _gives_lists(rule: Rule) -> bool:
    """Tell whether a route may give a list: it says so, or nothing in its address says what it gives."""
    return bool(re.search(r"csv|xlsx|zip|format|export|/files?\b", str(rule)))


def _named(scene: Scene) -> set[str]:
    """Name the routes that give lists by their own word."""
    return {
        rule.endpoint
        for key, rule in routes(scene.app)
        if key[0] == "GET" and re.search(r"csv|xlsx", str(rule)) and rule.endpoint not in NEEDS_MORE
    }


NEEDS_MORE = {"applications.import_lines"}
"""Lists of rows that the demo lacks; each has a test of its own beside its feature."""


def test_no_list_that_is_made_beside_runs_what_somebody_typed(scene: Scene) -> None:
    table, wrong = written(), []
    decided = db.session.scalars(select(Round).where(Round.state == RoundState.RELEASED)).first()
    assert decided is not None
    for key, rule in routes(scene.app):
        kind, cells = table.get(key, ("-", " " * len(PEOPLE)))
        if key[0] == "POST" and "csv" in str(rule) and cells[list(PEOPLE).index("M")] == IN:
            for address in addresses(scene, rule, kind):
                asked(scene, address, "M", "POST")
                task_work.work(clock.now())
    for format in ("csv", "xlsx"):
        scores = f"/office/reports/rounds/{decided.id}/scores"
        asked(scene, scores, "M", "POST", {"format": format, "reviewers": "names"})
    task_work.work(clock.now())

    given: set[str] = set()
    for one in db.session.scalars(select(Task).where(Task.state == State.DONE)).all():
        kind, address = one.kind, f"/downloads/{one.id}"
        media_type, content = asked(scene, address, "M")
        if media_type in LISTS:
            given.add(kind)
            wrong += [f"{kind}: {cell!r}" for cell in running(content, media_type)]

    assert wrong == []
    assert {"applications", "built-report", "reviews"} <= given
