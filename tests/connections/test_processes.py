"""Workers that are killed between sending and writing it down: each message arrives, at most once more."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import func, select

from fundapp import create_app
from fundapp.connections import hooks
from fundapp.connections.events import EVENTS
from fundapp.connections.models import Delivery, DeliveryState
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.funds import service as funds
from tests.connections.receivers import Receiver, is_signed, receiving
from tests.databases import Database, settings
from tests.factories import make_cast

GIFTS, KILLS = 6, 1
LEASE_S, PATIENCE_S = 2, 90


def _seed(receiver: Receiver, options: Any) -> str:
    """Let gifts come in at a fund whose receiver listens; give the secret."""
    cast, now = make_cast(), clock.now()
    _hook, secret = hooks.add(
        cast.fund, url=receiver.url, events_wanted=list(EVENTS), settings=options, actor=cast.sol, at=now
    )
    for number in range(GIFTS):
        funds.receive(
            cast.fund,
            giver=f"Giver {number}",
            amount_cents=100 + number,
            received_on=now.date(),
            actor=cast.fin,
            at=now,
        )
    db.session.commit()
    return secret


def _worker(instance: Path, url: str, receiver: Receiver) -> subprocess.Popen[bytes]:
    said = [str(instance), url, receiver.setting, str(LEASE_S), str(PATIENCE_S)]
    with (instance / "faults.txt").open("ab") as faults:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.connections.busy_sender", *said], stdout=faults, stderr=faults
        )


def _left() -> int:
    waiting = select(func.count(Delivery.id)).where(Delivery.state != DeliveryState.SENT)
    found = db.session.scalar(waiting) or 0
    db.session.rollback()
    return found


def _until(is_so: Callable[[], bool]) -> bool:
    deadline = monotonic() + PATIENCE_S
    while not is_so() and monotonic() < deadline:
        sleep(0.05)
    return is_so()


def test_a_worker_killed_before_it_wrote_down_what_it_sent_repeats_it_once(
    database: Database, tmp_path: Path
) -> None:
    with database.copy() as url, receiving("hang") as receiver, ExitStack() as opened:
        options = settings(tmp_path, url, webhooks_allow=receiver.setting)
        app = create_app(options)
        opened.enter_context(app.app_context())
        opened.callback(db.engine.dispose)
        opened.callback(db.session.remove)
        secret = _seed(receiver, options)

        for turn in range(KILLS):  # each dies while the receiver has the message and did not answer yet
            worker = _worker(tmp_path, url, receiver)
            opened.callback(lambda one=worker: one.kill() or one.wait())
            assert _until(lambda seen=turn: len(receiver.heard) > seen), (tmp_path / "faults.txt").read_text()
            worker.kill()
            worker.wait()
        receiver.mood = 204
        last = _worker(tmp_path, url, receiver)
        opened.callback(lambda: last.kill() or last.wait())

        assert _until(lambda: _left() == 0), (tmp_path / "faults.txt").read_text()
        kept = set(db.session.scalars(select(Delivery.message_id)))
        heard = Counter(one.headers["webhook-id"] for one in receiver.heard)
        assert set(heard) == kept
        assert len(kept) == GIFTS
        assert heard.total() == GIFTS + KILLS
        assert all(is_signed(one, secret) for one in receiver.heard)
