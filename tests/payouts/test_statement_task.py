"""A large statement is left to the worker: progress on the shelf, a report, nothing booked twice."""

import csv
from io import BytesIO, StringIO

import pytest
from flask import current_app
from sqlalchemy import func, select

from fundapp.core import clock, files, task_work, tasks
from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.core.tasks import State, Task
from fundapp.funds.queries import own_account
from fundapp.payouts import statement_task, statements
from fundapp.payouts.models import BankStatement, PaymentState, StatementLine
from tests.payouts.answers import camt, entry
from tests.payouts.scene import IBAN, TODAY, make_scene

LINES = 800


@pytest.fixture
def scene(app):
    made = make_scene()
    db.session.commit()
    return made


def large(scene, payment):
    told = entry("5000.00", payment.end_to_end_id, on=TODAY, iban=IBAN)
    told += "".join(
        entry(f"{n + 1}.00", f"UNKNOWN-{n}", on=TODAY, iban=IBAN, ref=f"R{n}") for n in range(LINES)
    )
    found = camt(told, iban=own_account(scene.cast.fund.id).iban)
    assert len(found) > statement_task.LARGE
    return found


def give(client, scene, content):
    client.sign_in(scene.cast.fin)
    return client.post(
        f"/ledger/{scene.cast.fund.id}/statements",
        data={"file": (BytesIO(content), "may.xml")},
        content_type="multipart/form-data",
    )


def count(kind):
    return db.session.scalar(select(func.count(kind.id)))


def test_large_statement_is_taken_in_by_the_worker_with_a_report(client, scene):
    payment = scene.ordered()
    db.session.commit()
    content = large(scene, payment)

    answers = [
        give(client, scene, content),
        give(client, scene, content),
    ]  # the second press asks nothing new
    (row,) = db.session.scalars(select(Task))
    before = (row.state, count(BankStatement), client.get("/downloads").text.count("may.xml"))
    ended = task_work.work(clock.now())

    report = list(csv.reader(StringIO(files.content(row.file).decode("utf-8-sig"))))
    assert [answer.headers["Location"] for answer in answers] == ["/downloads", "/downloads"]
    assert before[:2] == (State.QUEUED, 0)
    assert before[2] >= 1
    assert (ended, row.state, payment.state) == ({"done": 1}, State.DONE, PaymentState.PAID)
    assert (count(StatementLine), len(report)) == (LINES + 1, LINES + 2)
    assert report[1][2:6:3] == ["-5000.00", "Paid"]
    assert client.get(f"/downloads/{row.id}").status_code == 200


def test_worker_that_begins_again_books_nothing_twice(app, scene):
    payment = scene.ordered()
    content, fin = large(scene, payment), scene.cast.fin
    row = statement_task.order(content, name="may.xml", fund=scene.cast.fund, actor=fin, at=clock.now())
    statements.take_in(  # what the first worker committed before it was killed
        content, name="may.xml", fund=scene.cast.fund, settings=current_app.config["SETTINGS"], actor=fin,
        at=clock.now(),
    )  # fmt: skip
    db.session.commit()

    task_work.work(clock.now())

    assert (row.state, count(BankStatement), count(StatementLine)) == (State.DONE, 1, LINES + 1)


def test_cancelled_statement_is_not_taken_in_and_its_file_goes(app, scene):
    fin = scene.cast.fin
    content = large(scene, scene.ordered())
    row = statement_task.order(content, name="may.xml", fund=scene.cast.fund, actor=fin, at=clock.now())
    db.session.commit()
    kept = row.given_id

    tasks.cancel(row, actor=fin, at=clock.now())
    db.session.commit()
    worked = task_work.work(clock.now())
    task_work.sweep(clock.now() + 2 * tasks.KEPT)

    assert (worked, count(BankStatement)) == ({}, 0)
    assert db.session.scalar(select(File.id).where(File.id == kept)) is None


def test_file_of_another_account_ends_with_words_for_the_person(app, scene):
    content = large(scene, scene.ordered()).replace(
        own_account(scene.cast.fund.id).iban.encode(), b"NL02ABNA0123456789"
    )
    fin = scene.cast.fin
    row = statement_task.order(content, name="may.xml", fund=scene.cast.fund, actor=fin, at=clock.now())
    db.session.commit()

    task_work.work(clock.now())

    assert row.state is State.FAILED
    assert "another account" in (row.fault or "")
