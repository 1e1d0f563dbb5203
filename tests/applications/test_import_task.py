"""Applications taken in by the worker: looked through, confirmed, told line by line, never twice."""

import json
from io import BytesIO

import pytest
from sqlalchemy import func, select

from fundapp.applications import import_task, imports
from fundapp.applications.models import Application
from fundapp.core import clock, files, handed_in, task_work, tasks
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.tasks import State, Task
from fundapp.rounds import service as rounds
from fundapp.rounds.models import RoundState
from tests.applications.test_imports import GOOD
from tests.factories import NOW, make_cast, make_conflict, make_round


@pytest.fixture
def cast(app):
    return make_cast()


@pytest.fixture
def call(cast):
    made = make_round(cast.fund, form=rounds.install_form("proposal_form", at=NOW))
    db.session.commit()
    return made


def text(*records) -> bytes:
    return "\n".join(one if isinstance(one, str) else json.dumps(one) for one in records).encode()


def many(number: int) -> bytes:
    return text(*(GOOD | {"name": f"Project {place}"} for place in range(number)))


def look_through(call, cast, content: bytes, **rates) -> Task:
    row = import_task.order(
        content, name="old.jsonl", round=call, rates=rates, actor=cast.sol, at=clock.now()
    )
    db.session.commit()
    task_work.work(clock.now())
    return row


def take_in(checked: Task, cast) -> Task:
    row = handed_in.take_in(checked, title="Import", actor=cast.sol, at=clock.now())
    db.session.commit()
    return row


def count() -> int:
    return db.session.scalar(select(func.count(Application.id)))


def told(row: Task) -> list[tuple[int, str]]:
    return [(line.number, line.outcome) for line in handed_in.outcomes(row)]


def test_a_file_is_looked_through_before_anything_is_written(call, cast):
    row = look_through(call, cast, text(GOOD, "{", GOOD))

    assert (row.state, count()) == (State.DONE, 0)
    assert told(row) == [(1, "imported"), (2, "refused"), (3, "refused")]
    assert row.result == {"counts": {"imported": 1, "known": 0, "refused": 2}}


def test_what_was_confirmed_comes_in_and_is_told(call, cast):
    checked = look_through(call, cast, text(GOOD, "{", GOOD | {"name": "Other"}))

    row = take_in(checked, cast)
    task_work.work(clock.now())

    assert told(row) == [(1, "imported"), (2, "refused"), (3, "imported")]
    assert (row.state, row.done, row.total) == (State.DONE, 3, 3)
    codes = {line.code for line in handed_in.outcomes(row)}
    assert codes - {None} == set(db.session.scalars(select(Application.code)))
    by_whom = db.session.scalars(select(AuditEvent.actor_id).where(AuditEvent.verb == "import")).all()
    assert by_whom == [cast.sol.id] * 2


def test_confirming_twice_is_one_task(call, cast):
    checked = look_through(call, cast, text(GOOD))

    assert take_in(checked, cast).id == take_in(checked, cast).id
    assert handed_in.taking_of(checked).payload["checked"] == checked.id


def test_the_same_file_again_changes_nothing(call, cast):
    for _turn in range(2):
        row = take_in(look_through(call, cast, many(3)), cast)
        task_work.work(clock.now())

    assert row.result["counts"] == {"imported": 0, "known": 3, "refused": 0}
    assert count() == 3


def test_worker_that_died_in_the_middle_is_gone_on_for(call, cast, monkeypatch):
    monkeypatch.setattr(import_task, "AT_ONCE", 2)
    row, number = take_in(look_through(call, cast, many(7)), cast), 7
    whole, calls = imports.one, []

    def dies(*given, **more):
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt  # as a killed worker: nobody ends the task
        return whole(*given, **more)

    monkeypatch.setattr(imports, "one", dies)
    with pytest.raises(KeyboardInterrupt):
        task_work.work(clock.now())
    db.session.rollback()
    before = count()
    db.session.refresh(row)
    row.lease_until_at = clock.now() - task_work.OLD
    db.session.commit()
    monkeypatch.undo()
    task_work.work(clock.now())

    assert (before, count()) == (4, number)
    assert told(row) == [(line, "imported") for line in range(1, number + 1)]
    assert len({line.code for line in handed_in.outcomes(row)}) == number


def test_what_came_in_before_it_was_stopped_stays_and_the_rest_follows(call, cast, monkeypatch):
    monkeypatch.setattr(import_task, "AT_ONCE", 2)
    row = take_in(look_through(call, cast, many(5)), cast)
    whole = imports.one

    def stopped(*given, **more):
        found = whole(*given, **more)
        if found.number == 3:  # somebody presses Stop; the beat beside the work hears of it
            raise task_work.Stopped
        return found

    monkeypatch.setattr(imports, "one", stopped)
    task_work.work(clock.now())
    tasks.cancel(row, actor=cast.sol, at=clock.now())
    db.session.commit()
    before = count()
    monkeypatch.undo()
    rest = tasks.again(row, actor=cast.sol, at=clock.now())
    db.session.commit()
    task_work.work(clock.now())

    assert (before, count()) == (2, 5)
    assert rest.result["counts"] == {"imported": 3, "known": 2, "refused": 0}


def test_round_that_ends_meanwhile_takes_no_more(call, cast):
    row = take_in(look_through(call, cast, many(2)), cast)
    over = make_round(cast.fund, state=RoundState.RELEASED)
    row.payload = row.payload | {"round": over.id}
    db.session.commit()

    task_work.work(clock.now())

    assert (row.state, count()) == (State.FAILED, 0)
    assert "over" in (row.fault or "")


def test_somebody_who_is_no_manager_any_more_takes_nothing_in(call, cast):
    row = take_in(look_through(call, cast, many(2)), cast)
    for role in list(cast.sol.roles):
        db.session.delete(role)
    db.session.commit()

    task_work.work(clock.now())

    assert (row.state, count()) == (State.FAILED, 0)


# --- the pages -----------------------------------------------------------------------


def hand_in(client, call, content, **fields):
    return client.post(
        f"/office/rounds/{call.id}/import/applications",
        data={"file": (BytesIO(content), "old.jsonl"), **fields},
        content_type="multipart/form-data",
    )


def test_the_whole_way_through_the_pages(client, call, cast):
    client.sign_in(cast.sol)

    begin = client.get(f"/office/rounds/{call.id}/import/applications").text
    to = hand_in(client, call, text(GOOD, "[]", GOOD | {"name": "Other"})).headers["Location"]
    waiting = client.get(to).text
    task_work.work(clock.now())
    checked = client.get(to).text
    taking = client.post(f"{to}/take").headers["Location"]
    task_work.work(clock.now())
    done = client.get(taking).text
    refused = client.get(f"{taking}?outcome=refused").text
    lines = client.get(f"{taking}/lines.csv").data.decode("utf-8-sig").splitlines()

    assert "requested_amount_eur" in begin
    assert ["<progress" in page for page in (waiting, checked, done)] == [True, False, False]
    assert "Take 2 lines in" in checked
    assert "See how it is taken in" in client.get(to).text
    made = db.session.scalars(select(Application).order_by(Application.id)).all()
    assert [f'/office/applications/{one.id}"' in done for one in made] == [True, True]
    assert ("Sluiswachter" in done, "Sluiswachter" in refused) == (True, False)
    assert lines[0] == "Line,Outcome,Code,Title,Why"
    assert lines[1].startswith(f"1,came in,{made[0].code},Sluiswachter,")
    assert len(lines) == 4
    assert client.get("/downloads").text.count(f'href="{taking}"') == 1


def test_a_form_without_a_file_or_with_a_wrong_rate_is_shown_again(client, call, cast):
    client.sign_in(cast.sol)

    without = client.post(f"/office/rounds/{call.id}/import/applications", data={})
    wrong = hand_in(client, call, text(GOOD), rates="USD=cheap")

    assert (without.status_code, wrong.status_code) == (422, 422)
    assert "is not a rate such as USD=0.92" in wrong.text
    assert db.session.scalar(select(func.count(Task.id))) == 0


def test_rates_turn_other_currencies_into_the_fund_s(client, call, cast):
    client.sign_in(cast.sol)
    dollars = {
        "title": "Node",
        "program": "G",
        "total_cost_raw": "10,000 USD",
        "team": "Us",
        "milestones": [],
    }

    to = hand_in(client, call, text(dollars), rates="USD=0.92 DAI=0.9").headers["Location"]
    task_work.work(clock.now())

    assert "Converted from 10,000 USD at 0.92." in client.get(to).text


def test_the_double_click_hands_in_once(client, call, cast):
    client.sign_in(cast.sol)

    first, second = (hand_in(client, call, text(GOOD), once="same").headers["Location"] for _turn in "ab")

    assert first == second
    assert db.session.scalar(select(func.count(Task.id))) == 1


def test_only_who_handed_it_in_sees_it(client, call, cast):
    row = look_through(call, cast, text(GOOD))

    seen = {}
    for name in ("sol", "fin", "rhea", "ana"):
        client.sign_in(getattr(cast, name))
        seen[name] = client.get(f"/office/imports/{row.id}").status_code

    assert seen == {"sol": 200, "fin": 404, "rhea": 404, "ana": 404}


def test_of_a_proposal_its_reader_is_tied_to_only_the_line_is_told(client, call, cast):
    row = take_in(look_through(call, cast, text(GOOD, GOOD | {"name": "Other"})), cast)
    task_work.work(clock.now())
    tied = db.session.scalars(select(Application).where(Application.title == "Sluiswachter")).one()
    make_conflict(tied, cast.sol)
    db.session.commit()
    client.sign_in(cast.sol)

    page = client.get(f"/office/imports/{row.id}").text
    lines = client.get(f"/office/imports/{row.id}/lines.csv").text
    shelf = client.get(f"/downloads/{row.id}")

    assert [tied.title in text or tied.code in text for text in (page, lines)] == [False, False]
    assert ("Other" in page, "Other" in lines) == (True, True)
    assert shelf.headers["Location"] == f"/office/imports/{row.id}"


def test_a_sealed_round_tells_numbers_only(client, cast):
    sealed = make_round(cast.fund, form=rounds.install_form("proposal_form", at=NOW), is_sealed=True)
    db.session.commit()
    row = take_in(look_through(sealed, cast, text(GOOD)), cast)
    task_work.work(clock.now())
    client.sign_in(cast.sol)

    page = client.get(f"/office/imports/{row.id}").text

    assert row.result["counts"]["imported"] == 1, list(handed_in.outcomes(row))
    assert "Sluiswachter" not in page


def test_stopping_and_going_on_in_the_browser(client, call, cast):
    row = take_in(look_through(call, cast, many(2)), cast)
    client.sign_in(cast.sol)

    client.post(f"/office/imports/{row.id}/stop")
    stopped = client.get(f"/office/imports/{row.id}").text
    task_work.work(clock.now())
    before = count()
    to = client.post(f"/office/imports/{row.id}/take").headers["Location"]
    task_work.work(clock.now())

    assert "Go on" in stopped
    assert (before, count()) == (0, 2)
    assert "came in" in client.get(to).text.lower()


def test_the_outcome_is_told_by_pages(client, call, cast):
    row = look_through(call, cast, many(130))
    client.sign_in(cast.sol)

    first = client.get(f"/office/imports/{row.id}").text
    second = client.get(f"/office/imports/{row.id}?after=100").text

    assert ("Project 99<" in first, "Project 100<" in first) == (True, False)
    assert ("Project 99<" in second, "Project 129<" in second) == (False, True)


def test_a_file_that_is_gone_is_told(call, cast, monkeypatch):
    row = import_task.order(many(1), name="x", round=call, rates={}, actor=cast.sol, at=clock.now())
    db.session.commit()
    files.place(row.given).unlink()

    task_work.work(clock.now())

    assert (row.state, "gone" in (row.fault or "")) == (State.FAILED, True)
