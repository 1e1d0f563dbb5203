"""A report too long to wait for: made in the background, page by page, then kept."""

import pytest

from fundapp.core import clock, pdf, task_work, tasks
from fundapp.core.db import db
from fundapp.core.tasks import State, Task
from fundapp.reports import long_reports, printing, service
from fundapp.reports.models import IssuedFile

LIST = "/office/reports"


@pytest.fixture
def made(story, monkeypatch):
    """A report of the round, where everything longer than half a page is long."""
    monkeypatch.setattr(long_reports, "LONG", 0.5)
    snapshot = service.take_round(story.round, actor=story.cast.sol, at=clock.now())
    db.session.commit()
    return snapshot


def test_long_report_is_offered_in_the_background(client, story, made):
    client.sign_in(story.cast.sol)
    path = f"{LIST}/{made.id}/nl.pdf"

    offered = client.get(path)
    asked = client.post(path)
    waiting = client.get(path)
    db.session.commit()
    done = task_work.work(clock.now())
    ready = client.get(path)

    assert "Have it made" in offered.text
    assert (asked.status_code, asked.location) == (302, "/downloads")
    assert "Have it made" not in waiting.text
    assert "See how far it is" in waiting.text
    assert (done, ready.mimetype) == ({"done": 1}, "application/pdf")
    assert ready.data == printing.pdf(made, lang="nl")


def test_short_report_comes_at_once(client, story, made, monkeypatch):
    monkeypatch.setattr(long_reports, "LONG", 500)
    client.sign_in(story.cast.sol)

    assert client.get(f"{LIST}/{made.id}/nl.pdf").data.startswith(b"%PDF-")


def test_printing_tells_each_page_and_stops_when_it_is_told(story, made):
    paper, heard = printing.paper(made, lang="en"), []

    pdf.set_paper(paper, heard.append)

    def stop(page: int) -> None:
        raise task_work.Stopped

    assert heard[:2] == [1, 2]
    with pytest.raises(task_work.Stopped):
        pdf.set_paper(paper, stop)


def test_cancelled_printing_stops_at_the_next_page(story, made, monkeypatch):
    task = long_reports.ask_print(made, lang="en", actor=story.cast.sol, at=clock.now())
    db.session.commit()
    claimed = task_work._claim(clock.now())
    seen = []

    def cancelled(self: task_work.Progress, done: int, total: int) -> None:
        seen.append((done, total))
        self.is_lost = True
        raise task_work.Stopped

    monkeypatch.setattr(task_work.Progress, "__call__", cancelled)
    tasks.cancel(task, actor=story.cast.sol, at=clock.now())
    db.session.commit()

    assert task_work._do(claimed) == "stopped"
    assert (task.state, seen[0][0], len(seen)) == (State.CANCELLED, 1, 1)
    assert db.session.scalars(db.select(IssuedFile).where(IssuedFile.format == "pdf")).all() == []


def test_report_is_printed_ahead_in_both_languages_once(story, made):
    for _time in range(2):
        long_reports.print_ahead(made, at=clock.now())
        db.session.commit()

    task_work.work(clock.now())

    assert sorted(db.session.scalars(db.select(IssuedFile.lang).where(IssuedFile.format == "pdf"))) == [
        "en",
        "nl",
    ]
    assert {one.asked_by for one in db.session.scalars(db.select(Task))} == {None}
