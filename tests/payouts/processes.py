"""Real processes at work on one database: at once, and killed in the middle. Run by test_processes.

`python -m tests.payouts.processes CASE URL INSTANCE IDS`: prints what came of it as JSON.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Engine, event, func, select

from fundapp import create_app
from fundapp.accounts.models import User
from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.core.refusals import Refusal
from fundapp.funds.models import Fund, Posting
from fundapp.payouts import bank_lines, batches, ledger_proof, statements
from fundapp.payouts.models import BankStatement, Batch, Payment
from tests.databases import settings
from tests.factories import NOW

DONE, REFUSED = 0, 3
Work = Callable[[dict[str, Any]], None]


def release(ids: dict[str, Any]) -> None:
    batch = db.session.get_one(Batch, ids["batch"])
    fund = db.session.get_one(Fund, batch.fund_id)
    given = current_app.config["SETTINGS"]
    shown = ids["digest"] or batches.list_digest(
        bank_lines.going(bank_lines.of_batch(batch, fund, given, NOW))
    )
    actor = db.session.get_one(User, ids["actor"])
    batches.release_batch(batch, batch.pay_on, shown, settings=given, actor=actor, at=NOW, proved_at=NOW)


def take_in(ids: dict[str, Any]) -> None:
    given = current_app.config["SETTINGS"]
    content = Path(ids["statement"]).read_bytes()
    taken = statements.take_in(content, name="s.xml", settings=given, actor=None, at=NOW)
    if not taken[0].is_new:
        raise Refusal("known")


WORK: dict[str, Work] = {"release": release, "take_in": take_in}


def start(app: Flask, work: Work, ids: dict[str, Any], killed_at: int = 0, gate: int | None = None) -> int:
    """Begin a process that does the work, and give its number; killed_at: at which statement it dies."""
    if (child := os.fork()) != 0:
        return child
    code = 9
    try:
        with app.app_context():
            if killed_at:
                die_at(killed_at)
            if gate is not None:
                os.read(gate, 1)  # all begin when the parent says so
            try:
                work(ids)
                db.session.commit()
                code = DONE
            except Refusal:
                db.session.rollback()
                code = REFUSED
    finally:
        os._exit(code)


def die_at(number: int) -> None:
    """Kill this process at its n-th statement or, past the last of them, at the commit."""
    seen = 0

    def count(*_rest: Any) -> None:
        nonlocal seen
        seen += 1
        if seen >= number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)


def wait_for(child: int) -> str:
    """Wait until a process ended; give how."""
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "killed"
    return {DONE: "done", REFUSED: "refused"}.get(os.WEXITSTATUS(status), "broke")


def at_once(app: Flask, work: Work, ids: list[dict[str, Any]]) -> list[str]:
    """Let one process for each of these begin together; give how they ended."""
    reading, writing = os.pipe()
    children = [start(app, work, one, gate=reading) for one in ids]
    os.write(writing, b"!" * len(children))
    return sorted(wait_for(child) for child in children)


def killed(app: Flask, work: Work, ids: dict[str, Any], seed: int) -> dict[str, Any]:
    """Kill the work at ever later statements until it comes to its end; give what was seen on the way."""
    random, number, seen = Random(seed), 1, []
    while True:
        how = wait_for(start(app, work, ids, killed_at=number))
        seen.append([how, *looked_at(app, ids)])
        if how != "killed" or len(seen) > 80:
            return {"seen": seen, "again": wait_for(start(app, work, ids))}
        number += random.randint(1, 6)


def looked_at(app: Flask, ids: dict[str, Any]) -> list[Any]:
    """Give the states, counts and faults as another process finds them."""
    with app.app_context():
        batch = db.session.get_one(Batch, ids["batch"])
        states = sorted(db.session.scalars(select(Payment.state).where(Payment.batch_id == batch.id)))
        files = db.session.scalar(select(func.count(File.id)).where(File.kind.startswith("pain")))
        taken = db.session.scalar(select(func.count(BankStatement.id)))
        events = db.session.execute(
            select(Posting.event, func.sum(Posting.amount_cents))
            .where(Posting.event.in_(("order", "pay")))
            .group_by(Posting.event)
        )
        sums = {name: int(cents) for name, cents in events}
        faults = list(ledger_proof.prove(db.session.get_one(Fund, batch.fund_id)).faults)
        found = [batch.state.value, [state.value for state in states], files, taken, sums, faults]
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()
    return found


def main() -> None:
    """Do one case."""
    case, url, instance, given = sys.argv[1:]
    ids = json.loads(given)
    app = create_app(settings(Path(instance), url))
    kind, _colon, how = case.partition(":")
    if how == "killed":
        found: dict[str, Any] = killed(app, WORK[kind], ids, ids["seed"])
    else:
        people = ids.get("people") or [ids.get("actor")] * 2
        found = {"ended": at_once(app, WORK[kind], [ids | {"actor": one} for one in people])}
        found["left"] = looked_at(app, ids)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
