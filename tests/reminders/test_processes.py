"""Four workers and two web servers, killed at any moment, and a relay that refuses, hangs and drops:
all told, nobody twice, also while deadlines are changed in the pages.
"""

import asyncio
import random
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

from flask import current_app
from sqlalchemy import func, insert, select, update

from fundapp import create_app
from fundapp.accounts import passwords
from fundapp.accounts.models import Role, RoleName, User
from fundapp.applications.models import Access, Application, ApplicationState
from fundapp.core import clock
from fundapp.core.db import db, writing
from fundapp.core.mail import Outbox, Posted
from fundapp.reminders.models import Fate, Notice
from fundapp.reviews.models import Review, ReviewState
from fundapp.rounds.models import Stage
from tests.databases import Database, settings
from tests.factories import NOW, PASSWORD, Cast, make_application, make_cast, make_review, make_round
from tests.mailbox import Mailbox, mail_server
from tests.reminders.web_servers import Browser, WebServer

READERS, PROPOSALS, WORKERS, KILLS = 100, 20, 4, 5
DRAFTS, SERVERS, WEB_KILLS = 24, 2, 3
PATIENCE_S = 400
REFUSED = "reader.0@example.org"


def _seed() -> tuple[datetime, Cast]:
    """Make two thousand reviews due on one day, for a hundred people; give the moment of the reminder."""
    cast = make_cast()
    call = make_round(cast.fund)
    rows = [
        {"email": f"reader.{n}@example.org", "name": f"Reader {n}", "created_at": NOW} for n in range(READERS)
    ]
    readers = list(
        db.session.scalars(
            insert(User).returning(User.id),
            [
                {**row, "language": "en", "is_administrator": False, "session_number": 1, "failed_logins": 0}
                for row in rows
            ],
        )
    )
    role = {"fund_id": cast.fund.id, "name": RoleName.REVIEWER, "granted_at": NOW}
    db.session.execute(insert(Role), [{**role, "user_id": id} for id in readers])
    reviewers = list(db.session.scalars(select(User).where(User.id.in_(readers))))
    for _number in range(PROPOSALS):
        own = make_application(call, state=ApplicationState.IN_REVIEW)
        make_review(own, reviewers[0], state=ReviewState.ACCEPTED)
    _copy_reviews(reviewers)
    # All days follow the real clock: the web servers know no other.
    due = datetime.combine((clock.now() + timedelta(days=40)).date(), time(11), UTC)
    yesterday = clock.now() - timedelta(days=1)
    db.session.execute(update(Review).values(due_at=due, state_at=yesterday))
    cast.sol.password_digest = passwords.digest(PASSWORD, current_app.config["SETTINGS"])
    told = due.replace(hour=7) - timedelta(days=3)
    closing = make_round(cast.fund, closes_at=told + timedelta(days=1, hours=4))
    for _number in range(DRAFTS):
        make_application(closing, state=ApplicationState.DRAFT)
    db.session.execute(
        update(Application)
        .where(Application.state == ApplicationState.DRAFT)
        .values(state_at=yesterday, saved_at=yesterday)
    )
    db.session.commit()
    return told, cast


def _copy_reviews(reviewers: list[User]) -> None:
    table: Any = Review.__table__
    first = db.session.execute(select(table).where(table.c.reviewer_id == reviewers[0].id)).mappings().all()
    copies = [
        {key: value for key, value in row.items() if key != "id"} | {"reviewer_id": other.id}
        for other in reviewers[1:]
        for row in first
    ]
    db.session.execute(insert(table), copies)


class Moody(Mailbox):
    """A relay that refuses one reader for good, hangs now and then, and drops the line."""

    chance = random.Random(5)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 the name aiosmtpd calls
        mood = self.chance.random()
        if mood < 0.1:
            await asyncio.sleep(0.4)
        elif mood < 0.2:
            return "451 come back later"
        elif mood < 0.25:
            server.transport.abort()
            return "451 gone"
        return await super().handle_DATA(server, session, envelope)


def _worker(instance: Path, url: str, relay: str, begun: datetime, told: datetime) -> subprocess.Popen[bytes]:
    said = [str(instance), url, relay, begun.isoformat(), told.isoformat(), str(PATIENCE_S)]
    with (instance / "faults.txt").open("ab") as faults:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.reminders.busy_worker", *said], stdout=faults, stderr=faults
        )


class Manager(Thread):
    """Somebody who gives half of those who write more time in the pages, while the servers are killed."""

    def __init__(self, browser: Browser, email: str, path: str, writers: list[str], until: datetime) -> None:
        super().__init__(daemon=True)
        self.browser, self.email, self.path, self.writers = browser, email, path, writers
        self.wall = f"{until:%Y-%m-%dT%H:%M}"
        self.answers: list[int] = []

    def run(self) -> None:
        """Sign in and change one deadline after the other."""
        self.browser.post("/login", email=self.email, password=PASSWORD)
        for writer in self.writers:
            asked = {"email": writer, "until": self.wall, "reason": "The site was down."}
            self.answers.append(self.browser.post(self.path, **asked))


def _left() -> int:
    """Count what is still to be planned, told and sent; the refused reader left out.

    Whoever got more time may have had the one mail of their day already: planning is enough there.
    """
    told = db.session.scalar(
        select(func.count(Notice.id)).where(Notice.kind == "review-due", Notice.state == Fate.TOLD)
    )
    drafts = db.session.scalars(
        select(Notice.subject_id).where(Notice.kind == "draft-open", _stands()).distinct()
    ).all()
    mails = db.session.scalar(
        select(func.count(Outbox.id)).where(Outbox.state != Posted.SENT, Outbox.address != REFUSED)
    )
    db.session.rollback()
    return READERS * PROPOSALS - (told or 0) + DRAFTS - len(drafts) + (mails or 0)


def _stands() -> Any:
    """Give the condition that a reminder of a draft is about the deadline that counts now."""
    extended = select(Application.extended_until_at).where(Application.id == Notice.subject_id)
    closes = (
        select(Stage.closes_at)
        .join(Application, Application.stage_id == Stage.id)
        .where(Application.id == Notice.subject_id)
    )
    now = func.coalesce(extended.scalar_subquery(), closes.scalar_subquery())
    return Notice.due_at == now


def test_killed_processes_and_a_moody_relay_tell_all_and_nobody_twice(
    database: Database, tmp_path: Path
) -> None:
    chance = random.Random(3)
    with database.copy() as url, mail_server(Moody()) as relay, ExitStack() as opened:
        relay.refused.add(REFUSED)
        app = create_app(settings(tmp_path, url))
        opened.enter_context(app.app_context())
        opened.callback(db.engine.dispose)
        opened.callback(db.session.remove)
        (told, cast), begun = _seed(), clock.now()
        drafts = db.session.execute(
            select(Application.id, Application.round_id, User.email)
            .join(Access, Access.application_id == Application.id)
            .join(User, User.id == Access.user_id)
            .where(Application.state == ApplicationState.DRAFT)
            .order_by(Application.id)
        ).all()
        extended, writers = [row.id for row in drafts[::2]], [row.email for row in drafts[::2]]
        email, path = cast.sol.email, f"/office/rounds/{drafts[0].round_id}/extension"
        db.session.rollback()
        servers = [WebServer(tmp_path, url) for _ in range(SERVERS)]
        opened.callback(lambda: [one.end() for one in servers])
        manager = Manager(Browser(servers, PATIENCE_S), email, path, writers, told + timedelta(days=5))
        manager.start()
        opened.callback(manager.join, 60)
        workers = [_worker(tmp_path, url, relay.url, begun, told) for _ in range(WORKERS)]
        opened.callback(lambda: [one.kill() or one.wait() for one in workers])

        deadline, killed, web_killed = monotonic() + PATIENCE_S, 0, 0
        reading = writing.set(False)  # whoever only looks must not queue for the writer's place on SQLite
        opened.callback(writing.reset, reading)
        while (left := manager.is_alive() or _left() or killed < KILLS) and monotonic() < deadline:
            sleep(chance.uniform(0.2, 0.8))
            if killed < KILLS and relay.messages:
                victim = chance.randrange(WORKERS)
                workers[victim].kill()
                workers[victim].wait()
                workers[victim] = _worker(tmp_path, url, relay.url, begun, told)
                killed += 1
            if web_killed < min(WEB_KILLS, len(manager.answers)):
                servers[web_killed % SERVERS].again()
                web_killed += 1

        said = (tmp_path / "faults.txt").read_text() + (tmp_path / "servers.txt").read_text()
        assert (left, killed) == (False, KILLS), said
        _check_web(manager, extended, said)
        _check_mail(relay)


def _check_web(manager: Manager, extended: list[int], said: str) -> None:
    """See that every change came through, though one whose answer was lost may have been asked twice."""
    assert len(manager.answers) == len(extended), said
    assert set(manager.answers) <= {200, 422}, said
    until = select(Application.extended_until_at).where(Application.id.in_(extended))
    assert len(set(db.session.scalars(until))) == 1, said
    assert all(db.session.scalars(until)), said
    assert all(manager.browser.answered.values()), "each server answered something"


def _check_mail(relay: Mailbox) -> None:
    kept = select(func.count(Notice.id), func.count(Notice.key.distinct())).where(Notice.kind == "review-due")
    assert db.session.execute(kept).one() == (READERS * PROPOSALS, READERS * PROPOSALS)
    of_drafts = db.session.scalars(
        select(Notice.subject_id).where(Notice.kind == "draft-open", _stands())
    ).all()
    assert sorted(of_drafts) == sorted(set(of_drafts)), "one reminder of each deadline that counts"
    assert len(of_drafts) == DRAFTS
    mails = db.session.execute(select(Outbox.address, Outbox.state, Outbox.name)).all()
    assert (
        Counter(address for address, _state, name in mails if name == "reminders").most_common(1)[0][1] == 1
    )
    assert Counter(name for _address, _state, name in mails)["deadline-extended"] == DRAFTS // 2
    assert {state for address, state, _name in mails if address != REFUSED} == {Posted.SENT}
    sent = [(address, name) for address, _state, name in mails if address != REFUSED]
    told_ids = [message["Message-ID"] for message in relay.messages]
    assert {message["To"] for message in relay.messages} == {address for address, _name in sent}
    assert len(set(told_ids)) == len(sent)
    assert len(told_ids) <= len(sent) + KILLS  # at most one again for each kill of who sends
