"""The shelf of downloads: asked for on a page, made by the clock, taken by who may have it."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest

from fundapp.applications.models import ApplicationState
from fundapp.core import clock, files, task_work, tasks
from fundapp.core.db import db
from fundapp.core.tasks import State, Task
from fundapp.reports.models import IssuedFile, Snapshot
from tests.factories import NOW, make_application, make_conflict

ROUND = "/office/reports/rounds"


def ask(client, url: str) -> Task:
    """Ask for something on a page; give the task, which the shelf shows."""
    answer = client.post(url)
    assert (answer.status_code, answer.location) == (302, "/downloads")
    return db.session.scalars(db.select(Task).order_by(Task.id.desc())).first()


def work() -> dict[str, int]:
    db.session.commit()
    return task_work.work(clock.now())


def test_all_dossiers_of_a_round_come_as_one_zip(client, story):
    client.sign_in(story.cast.sol)
    task = ask(client, f"{ROUND}/{story.round.id}/dossiers")
    waiting = client.get("/downloads").text

    assert work() == {"done": 1}
    ready = client.get("/downloads").text
    answer = client.get(f"/downloads/{task.id}")

    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    lines = list(csv.DictReader(io.StringIO(archive.read("dossiers.csv").decode())))
    assert (task.done, task.total) == (3, 3)
    assert [word in waiting for word in ("Being made", "refresh", f'/downloads/{task.id}"')] == [1, 1, 0]
    assert [word in ready for word in ("Being made", "refresh", f'/downloads/{task.id}"')] == [0, 0, 1]
    assert [line["code"] for line in lines] == sorted(
        one.code for one in (story.funded, story.declined, story.withdrawn)
    )
    assert all(archive.read(line["file"]).startswith(b"%PDF-") for line in lines)
    assert answer.headers["Content-Disposition"].endswith(f"dossiers-{story.round.slug}-en.zip")


def test_zip_leaves_out_what_a_tie_bars(client, story):
    make_conflict(story.funded, story.cast.sol)
    client.sign_in(story.cast.sol)
    task = ask(client, f"{ROUND}/{story.round.id}/dossiers")
    work()

    archive = zipfile.ZipFile(io.BytesIO(client.get(f"/downloads/{task.id}").data))

    assert len(archive.namelist()) == 3  # two dossiers and the list
    assert story.funded.code not in archive.read("dossiers.csv").decode()


def test_tie_that_comes_later_closes_the_download(client, story):
    client.sign_in(story.cast.sol)
    task = ask(client, f"{ROUND}/{story.round.id}/dossiers")
    work()
    make_conflict(story.funded, story.cast.sol)
    db.session.commit()

    assert client.get(f"/downloads/{task.id}").status_code == 404


def test_person_whose_role_ended_gets_nothing(client, story):
    client.sign_in(story.cast.sol)
    task = ask(client, f"{ROUND}/{story.round.id}/applications/csv")
    work()
    for role in story.cast.sol.roles:
        role.ended_at = NOW
    db.session.commit()
    db.session.expire_all()

    assert client.get(f"/downloads/{task.id}").status_code == 404
    assert client.post(f"/downloads/{task.id}/again").status_code == 404


def test_download_of_another_person_is_not_there(client, story):
    client.sign_in(story.cast.sol)
    task = ask(client, f"{ROUND}/{story.round.id}/applications/json")
    work()
    client.sign_in(story.cast.max)

    answers = [client.get(f"/downloads/{task.id}"), client.post(f"/downloads/{task.id}/cancel")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "applications-" not in client.get("/downloads").text


@pytest.mark.parametrize("format", ["csv", "xlsx", "json"])
def test_applications_of_a_large_round_are_made_in_the_background(client, story, format):
    for _ in range(60):
        make_application(story.round, story.cast.ben, state=ApplicationState.SUBMITTED)
    client.sign_in(story.cast.sol)
    page = client.get(f"{ROUND}/{story.round.id}").text
    task = ask(client, f"{ROUND}/{story.round.id}/applications/{format}")

    work()
    answer = client.get(f"/downloads/{task.id}")

    assert f"applications/{format}" in page
    assert (answer.status_code, task.done) == (200, 63)
    if format == "json":
        assert len(json.loads(answer.data)["applications"]) == 63


def test_report_of_a_round_is_printed_and_kept_with_its_record(client, story):
    client.sign_in(story.cast.sol)
    client.post(f"{ROUND}/{story.round.id}")
    work()

    snapshot = db.session.scalars(db.select(Snapshot)).one()
    issued = db.session.scalars(db.select(IssuedFile).where(IssuedFile.format == "pdf")).one()
    task = db.session.scalars(db.select(Task)).one()
    assert (issued.snapshot_id, issued.lang, task.state) == (snapshot.id, "en", State.DONE)
    assert client.get(f"/office/reports/{snapshot.id}/en.pdf").data == files.content(task.file)


def test_cancelled_and_failed_things_are_made_again(client, story):
    client.sign_in(story.cast.sol)
    task = ask(client, f"{ROUND}/{story.round.id}/applications/csv")

    cancelled = client.post(f"/downloads/{task.id}/cancel")
    twice = client.post(f"/downloads/{task.id}/cancel")
    again = client.post(f"/downloads/{task.id}/again")

    assert [cancelled.status_code, twice.status_code, again.status_code] == [302, 409, 302]
    states = db.session.scalars(db.select(Task.state).order_by(Task.id)).all()
    assert states == [State.CANCELLED, State.QUEUED]


def test_what_is_over_is_not_given_any_more(client, story):
    client.sign_in(story.cast.sol)
    task = ask(client, f"{ROUND}/{story.round.id}/applications/csv")
    work()
    task.expires_at = clock.now() - timedelta(minutes=1)
    db.session.commit()

    assert client.get(f"/downloads/{task.id}").status_code == 404


def test_shelf_costs_the_same_for_one_and_for_fifty(client, story):
    client.sign_in(story.cast.sol)
    ask(client, f"{ROUND}/{story.round.id}/applications/csv")
    client.get("/downloads")
    few = len(client.statements)
    for number in range(50):
        db.session.add(
            Task(kind="x", title={"en": "x"}, payload={"application_id": story.funded.id, "n": number},
                 asked_by=story.cast.sol.id, asked_at=NOW, run_at=NOW)
        )  # fmt: skip
    db.session.commit()

    client.get("/downloads")

    assert len(client.statements) <= min(few + 2, 10)


def test_tie_hides_what_is_about_one_application_from_the_shelf(client, story):
    db.session.add(
        Task(kind="x", title={"en": "File of the funded one"}, payload={"application_id": story.funded.id},
             asked_by=story.cast.sol.id, asked_at=NOW, run_at=NOW)
    )  # fmt: skip
    db.session.commit()
    client.sign_in(story.cast.sol)
    before = client.get("/downloads").text
    make_conflict(story.funded, story.cast.sol)
    db.session.commit()

    assert "File of the funded one" in before
    assert "File of the funded one" not in client.get("/downloads").text


def test_worker_that_takes_over_goes_on_with_what_was_frozen(client, story):
    client.sign_in(story.cast.sol)
    task = ask(client, f"{ROUND}/{story.round.id}/dossiers")
    work()
    first = db.session.scalars(db.select(Snapshot.id).order_by(Snapshot.id)).all()
    task.state, task.file_id, task.ended_at, task.tries = State.QUEUED, None, None, 0
    db.session.commit()

    assert task_work.work(clock.now()) == {"done": 1}
    assert db.session.scalars(db.select(Snapshot.id).order_by(Snapshot.id)).all() == first


def test_empty_shelf_has_words(client, story):
    client.sign_in(story.cast.ana)

    assert "Nothing lies here." in client.get("/downloads").text
    assert tasks.MOST_OPEN == 20
