"""What runs by the clock, seen on its page and on the command line; a job that stopped shows red."""

from datetime import timedelta

import pytest

from fundapp.core import clock, health, jobs, tasks
from fundapp.core.db import db
from fundapp.core.jobs import Job, Run
from fundapp.core.tasks import Task
from tests.factories import NOW, make_user


def ran(kind: str, ago: timedelta, **values: object) -> Job:
    at = clock.now() - ago
    state = values.pop("state", Run.DONE)
    made = Job(kind=kind, state=state, started_at=at, ended_at=at + timedelta(seconds=3), **values)
    db.session.add(made)
    db.session.commit()
    return made


@pytest.fixture
def administrator(client, app):
    client.sign_in(make_user("Ilse", is_administrator=True))
    return client


def test_page_shows_jobs_and_what_people_asked_for(administrator):
    ran("clear-downloads", timedelta(minutes=5), result={"removed": 4})
    tasks.ask("dossiers", {}, title="x", actor=make_user(), fund_id=None, at=NOW)
    db.session.commit()

    page = administrator.get("/admin/jobs")

    assert page.status_code == 200
    assert "4 removed" in page.text
    assert "dossiers" in page.text


def test_job_that_stopped_shows_red_everywhere(administrator):
    for kind in jobs.SCHEDULE:
        ran(kind, timedelta(seconds=1))
    well = administrator.get("/readyz").status_code
    db.session.execute(db.update(Job).where(Job.kind == "remind").values(started_at=NOW - timedelta(days=3)))
    db.session.commit()

    ready, page = administrator.get("/readyz"), administrator.get("/admin/jobs")
    pages = administrator.get("/readyz/pages")  # a dead worker takes no web node out of the proxy
    found = {one.name: one for one in health.examine(clock.now())}["jobs"]

    assert (well, ready.status_code, pages.status_code) == (200, 503, 200)
    assert "remind" in ready.text
    assert "Stopped" in page.text
    assert (found.mark, "remind" in found.word) == ("bad", True)


def test_queue_that_nobody_works_off_is_seen(app):
    db.session.add(Task(kind="x", title={}, asked_at=NOW, run_at=clock.now() - timedelta(hours=2)))
    db.session.commit()

    found = {one.name: one for one in health.examine(clock.now())}["downloads"]

    assert (found.mark, found.word) == ("look", "1 waiting, 0 failed")


def test_jobs_are_listed_and_run_on_the_command_line(run):
    before = run("jobs", "list")
    done, unknown = run("jobs", "run", "clear-downloads"), run("jobs", "run", "nothing")
    after = run("jobs", "list")

    lines = {line.split("\t")[0]: line.split("\t") for line in after.output.splitlines()}
    assert [one.exit_code for one in (before, done, unknown, after)] == [0, 0, 1, 0]
    assert set(lines) == set(jobs.SCHEDULE)
    assert all(len(line) == 8 for line in lines.values())
    assert lines["clear-downloads"][4] == "done"
    assert lines["remind"][4] == "never ran"
