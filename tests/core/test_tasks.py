"""Long work: asked for once, done by one worker, one result whatever happens to it."""

from datetime import timedelta
from pathlib import Path

import pytest

from fundapp.core import clock, files, jobs, task_work, tasks
from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.core.task_work import LEASE, TRIES, Progress
from fundapp.core.tasks import KINDS, Made, State, Task
from tests.factories import NOW, make_cast, make_user


@pytest.fixture
def kind(app):
    """A kind of work that does what its payload says."""

    def do(task: Task, progress: Progress) -> Made:
        if "refuse" in task.payload:
            raise Refusal(task.payload["refuse"])
        if "fault" in task.payload:
            raise ValueError(task.payload["fault"])
        progress(3, 3)
        return Made("list.txt", "text/plain", task.payload["text"].encode(), {"lines": 1})

    tasks.task("say", may=lambda user, task: user.email != "gone@example.org")(do)
    yield "say"
    del KINDS["say"]


def asked(kind: str, actor: object, **payload: str) -> Task:
    made = tasks.ask(
        kind, payload or {"text": "hello"}, title={"en": "A list", "nl": "Een lijst"}, actor=actor,
        fund_id=None, at=NOW,
    )  # fmt: skip
    db.session.commit()
    return made


def test_what_was_asked_for_is_made_and_kept_for_a_week(app, kind):
    task = asked(kind, make_user())

    result = task_work.work(clock.now())

    assert result == {"done": 1}
    assert (task.state, task.done, task.total, task.result) == (State.DONE, 3, 3, {"lines": 1})
    assert files.content(task.file) == b"hello"
    assert task.expires_at - task.ended_at == tasks.KEPT
    assert (task.lease_token, task.file.name) == (None, "list.txt")


def test_same_wish_of_the_same_person_is_one_task(app, kind):
    ana, ben = make_user(), make_user()

    first, second, other, another = (
        asked(kind, ana), asked(kind, ana), asked(kind, ben), asked(kind, ana, text="x"),
    )  # fmt: skip

    assert first.id == second.id
    assert len({first.id, other.id, another.id}) == 3


def test_nobody_fills_the_queue(app, kind):
    ana = make_user()
    for number in range(tasks.MOST_OPEN):
        asked(kind, ana, text=str(number))

    with pytest.raises(Refusal):
        asked(kind, ana, text="one more")


def test_refusal_is_told_and_not_tried_again(app, kind):
    task = asked(kind, make_user(), refuse="The round is sealed.")

    task_work.work(clock.now())

    assert (task.state, task.fault, task.tries) == (State.FAILED, "The round is sealed.", 1)


def test_fault_is_tried_again_later_and_given_up_in_the_end(app, kind):
    task = asked(kind, make_user(), fault="out of paper")

    seen = []
    for turn in range(TRIES):
        task_work.work(clock.now() + timedelta(minutes=2 * turn))
        seen.append(task.state)

    assert seen == [State.QUEUED, State.QUEUED, State.FAILED]
    assert task.fault == "ValueError: out of paper"


def test_person_who_lost_the_right_gets_nothing(app, kind):
    gone = make_user()
    task = asked(kind, gone)
    gone.email = "gone@example.org"
    db.session.commit()

    task_work.work(clock.now())

    assert (task.state, task.file_id) == (State.FAILED, None)
    assert not tasks.may_take(gone, task)


def test_task_of_another_person_is_not_ours(app, kind):
    ana, ben = make_user(), make_user()

    task = asked(kind, ana)

    assert tasks.may_take(ana, task)
    assert not tasks.may_take(ben, task)


def test_waiting_task_can_be_cancelled_once(app, kind):
    ana = make_user()
    task = asked(kind, ana)

    tasks.cancel(task, actor=ana, at=NOW)
    task_work.work(clock.now())

    assert (task.state, task.file_id) == (State.CANCELLED, None)
    with pytest.raises(MoveRefused):
        tasks.cancel(task, actor=ana, at=NOW)


def test_task_that_is_cancelled_while_it_runs_leaves_no_file(app, kind):
    ana = make_user()
    task = asked(kind, ana)
    claimed = task_work._claim(clock.now())
    tasks.cancel(task, actor=ana, at=NOW)
    db.session.commit()

    ended = task_work._do(claimed)

    assert (ended, task.state, task.file_id) == ("stopped", State.CANCELLED, None)
    assert db.session.scalar(db.select(db.func.count(File.id))) == 0


def test_task_of_a_dead_worker_is_taken_over_and_has_one_result(app, kind):
    task = asked(kind, make_user())
    dead = task_work._claim(clock.now())
    dead_token = dead.lease_token
    assert task_work.work(clock.now()) == {}
    task.lease_until_at = clock.now() - LEASE
    db.session.commit()

    taken_over = task_work.work(clock.now())
    late = Progress(db.engine, task, Path(app.config["INSTANCE"]) / "late")
    late.token = dead_token

    assert taken_over == {"done": 1}
    with pytest.raises(task_work.Stopped):
        task_work._handed_in(task, Made("list.txt", "text/plain", b"twice"), late)
    assert db.session.scalar(db.select(db.func.count(File.id))) == 1


def test_work_that_kills_every_worker_is_given_up(app, kind):
    task = asked(kind, make_user())
    for _death in range(TRIES):
        task_work._claim(clock.now())
        task.lease_until_at = clock.now() - LEASE
        db.session.commit()

    result = task_work.work(clock.now())

    assert (result, task.state) == ({"failed": 1}, State.FAILED)


def test_shelf_is_cleared_with_its_files(app, kind):
    task = asked(kind, make_user())
    task_work.work(clock.now())
    until = task.expires_at

    kept, gone = task_work.sweep(until - timedelta(hours=1)), task_work.sweep(until + timedelta(hours=1))

    assert (kept, gone) == (0, 1)
    assert db.session.scalar(db.select(db.func.count(File.id))) == 0
    assert db.session.scalar(db.select(db.func.count(Task.id))) == 0


def test_failed_work_can_be_asked_for_again(app, kind):
    ana = make_user()
    first = asked(kind, ana, refuse="Not yet.")
    task_work.work(clock.now())

    second = tasks.again(first, actor=ana, at=NOW)

    assert (second.id != first.id, second.payload, second.state) == (True, first.payload, State.QUEUED)


def test_file_written_in_the_workplace_is_taken_in(app):
    place = files.workplace() / "one.bin"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"x" * 1000)
    cast = make_cast()

    kept = files.keep(cast.fund, place, name="one.bin", media_type="x/y", actor_id=None, at=NOW)

    assert (kept.size, files.content(kept), place.exists()) == (1000, b"x" * 1000, False)


def test_long_task_is_no_stalled_worker(app, kind):
    asked(kind, make_user())
    hours_ago = clock.now() - timedelta(hours=3)
    db.session.add(
        jobs.Job(kind="make-downloads", state=jobs.Run.DONE, started_at=hours_ago, ended_at=hours_ago)
    )
    task_work._claim(clock.now())

    assert "make-downloads" not in jobs.stalled(clock.now())

    db.session.execute(db.update(Task).values(lease_until_at=hours_ago))
    assert "make-downloads" in jobs.stalled(clock.now())


def test_takeover_clears_what_the_dead_worker_left(app, kind):
    task = asked(kind, make_user())
    dead = task_work._claim(clock.now())
    left = files.workplace() / f"{task.id}-{dead.lease_token}"
    other = files.workplace() / f"{task.id}9-parts"
    for folder in (left, other):
        folder.mkdir(parents=True)
    task.lease_until_at = clock.now() - LEASE
    db.session.commit()

    task_work.work(clock.now())

    assert (left.exists(), other.exists()) == (False, True)


def test_sweep_removes_the_folders_of_what_has_ended(app, kind):
    ana = make_user()
    over, going = asked(kind, ana), asked(kind, ana, text="more")
    tasks.cancel(over, actor=ana, at=NOW)
    folders = [files.workplace() / f"{one.id}-parts" for one in (over, going)]
    for folder in folders:
        folder.mkdir(parents=True)
    db.session.flush()

    fresh = [task_work.sweep(clock.now()), *(folder.exists() for folder in folders)]
    later = [task_work.sweep(clock.now() + 2 * LEASE), *(folder.exists() for folder in folders)]

    assert (fresh, later) == ([0, True, True], [0, False, True])


def test_how_far_it_is_shows_while_one_transaction_writes(app):
    seen = []

    def do(task: Task, progress: Progress) -> Made:
        id = task.id
        with progress.writing():
            progress(5, 10)
            seen.append(db.session.get_one(Task, id).far)
        return Made("x", "text/plain", b"x")

    tasks.task("write", may=lambda user, task: True)(do)
    row = asked("write", make_user())
    before = row.far
    task_work.work(clock.now())
    del KINDS["write"]

    is_noted = db.engine.dialect.name == "sqlite"  # PostgreSQL lets the beat beside it write
    assert (before, seen) == ((0, 0), [(5, 10) if is_noted else (0, 0)])
    assert (row.state, row.far) == (State.DONE, (10, 10))
