"""Four workers, killed at any moment, and a relay that refuses, hangs and drops: all told, nobody twice."""

import asyncio
import random
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import func, insert, select

from fundapp import create_app
from fundapp.accounts.models import Role, RoleName, User
from fundapp.applications.models import ApplicationState
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.mail import Outbox, Posted
from fundapp.reminders.models import Fate, Notice
from fundapp.reviews.models import Review, ReviewState
from tests.databases import Database, settings
from tests.factories import NOW, make_application, make_cast, make_review, make_round
from tests.mailbox import Mailbox, mail_server

READERS, PROPOSALS, WORKERS, KILLS = 60, 20, 4, 5
PATIENCE_S = 90
REFUSED = "reader.0@example.org"


def _seed() -> datetime:
    """Make twelve hundred reviews due on one day, for sixty people; give the moment of the reminder."""
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
    pattern: Review | None = None
    for _number in range(PROPOSALS):
        own = make_application(call, state=ApplicationState.IN_REVIEW)
        if pattern is None:
            pattern = make_review(own, reviewers[0], state=ReviewState.ACCEPTED)
            continue
        make_review(own, reviewers[0], state=ReviewState.ACCEPTED)
    assert pattern is not None
    _copy_reviews(reviewers)
    db.session.commit()
    return datetime.combine(pattern.due_at.date() - timedelta(days=3), datetime.min.time(), UTC).replace(
        hour=7
    )


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


def _left() -> int:
    """Count what is still to be told and to be sent, the refused reader left out."""
    notices = db.session.scalar(select(func.count(Notice.id)).where(Notice.state == Fate.TOLD)) or 0
    mails = db.session.scalar(
        select(func.count(Outbox.id)).where(Outbox.state != Posted.SENT, Outbox.address != REFUSED)
    )
    db.session.rollback()
    return READERS * PROPOSALS - notices + (mails or 0)


def test_killed_workers_and_a_moody_relay_tell_all_and_nobody_twice(
    database: Database, tmp_path: Path
) -> None:
    chance = random.Random(3)
    with database.copy() as url, mail_server(Moody()) as relay, ExitStack() as opened:
        relay.refused.add(REFUSED)
        app = create_app(settings(tmp_path, url))
        opened.enter_context(app.app_context())
        opened.callback(db.engine.dispose)
        opened.callback(db.session.remove)
        told, begun = _seed(), clock.now()
        workers = [_worker(tmp_path, url, relay.url, begun, told) for _ in range(WORKERS)]
        opened.callback(lambda: [one.kill() or one.wait() for one in workers])

        deadline, killed = monotonic() + PATIENCE_S, 0
        while (left := _left() or killed < KILLS) and monotonic() < deadline:
            sleep(chance.uniform(0.2, 0.8))
            if killed < KILLS and relay.messages:
                victim = chance.randrange(WORKERS)
                workers[victim].kill()
                workers[victim].wait()
                workers[victim] = _worker(tmp_path, url, relay.url, begun, told)
                killed += 1

        assert (left, killed) == (False, KILLS), (tmp_path / "faults.txt").read_text()
        kept = select(func.count(Notice.id), func.count(Notice.key.distinct()))
        assert db.session.execute(kept).one() == (READERS * PROPOSALS, READERS * PROPOSALS)
        mails = db.session.execute(
            select(Outbox.address, Outbox.state).where(Outbox.name == "reminders")
        ).all()
        assert len(mails) == READERS
        assert {state for address, state in mails if address != REFUSED} == {Posted.SENT}
        told_ids = [message["Message-ID"] for message in relay.messages]
        assert {message["To"] for message in relay.messages} == {
            address for address, _state in mails if address != REFUSED
        }
        assert len(set(told_ids)) == READERS - 1
        assert len(told_ids) <= READERS - 1 + KILLS  # at most one again for each kill
