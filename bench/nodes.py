"""One to three web nodes on one PostgreSQL, one of them killed under load: what was answered must be there.

Usage: python bench/nodes.py [--nodes 1 2 3] [--clients 24] [--seconds 20]

Each client writes its proposal and saves it, again and again, each time with a text of its own, on any of
the nodes; when a connection breaks it goes on at another. Halfway the first node is killed (SIGKILL), where
there are more. Then the database is asked for the last text that was answered as saved. Exit code 1 when
one is missing.
"""

import argparse
import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask import Flask
from sqlalchemy import select

from bench.rush import ROOT, Applicant, ask, everybody_opens, prepare
from fundapp import create_app
from fundapp.applications.models import Answer
from fundapp.config import Settings
from fundapp.core.db import db
from tests import postgres


@dataclass
class Node:
    """One web node: a process and its port."""

    process: subprocess.Popen[bytes]
    port: int


@dataclass
class Diary:
    """What one client was told: the texts that were answered as saved, how long each took, and the tries."""

    saved: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    broken: int = 0


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def node(environ: dict[str, str], tree: Path = ROOT) -> Iterator[Node]:
    """Run `fundapp serve --no-worker` of a checkout on a free port, and end it afterwards."""
    port = _free_port()
    words = [sys.executable, "-m", "fundapp", "serve", "--no-worker", "--port", str(port)]
    process = subprocess.Popen(  # noqa: S603 our own program on our own port
        words, cwd=tree, env={**os.environ, **environ}, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield Node(process, port)
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a node with all its processes at once, as when a machine loses its power."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


async def write(who: Applicant, diary: Diary, nodes: list[Node], until: float) -> None:
    """Save text after text until the time is over."""
    number = 0
    while time.monotonic() < until:
        number += 1
        text = f"{who.application_id}/{number}"
        form = who.form | {"a_ecosystem": "Neighbours.", "a_stewardship": text}
        diary.tried.append(text)
        begun = time.perf_counter()
        try:
            path = f"/proposals/{who.application_id}/autosave/commons"
            status, _head, said = await ask(random.choice(nodes).port, who, "POST", path, form)
        except (OSError, ValueError, IndexError):
            diary.broken += 1
            await asyncio.sleep(0.05)
            continue
        if status == 200:
            diary.saved.append(text)
            diary.seconds.append(time.perf_counter() - begun)
            who.form["version"] = said.partition('"version":"')[2].partition('"')[0]
        elif status == 409:  # a save whose answer was lost has counted: take up its version
            try:
                await everybody_opens(random.choice(nodes).port, [who])
            except (OSError, ValueError, IndexError):
                diary.broken += 1
        else:
            raise RuntimeError(f"saving answered {status}")


async def load(people: list[Applicant], nodes: list[Node], seconds: float) -> list[Diary]:
    """Let everybody write; halfway the first node dies, where there are more."""
    diaries, alive = [Diary() for _ in people], list(nodes)
    until = time.monotonic() + seconds

    async def strike() -> None:
        await asyncio.sleep(seconds / 2)
        if len(alive) > 1:
            kill(alive[0].process)
            await asyncio.sleep(0.5)  # until whoever shares out the requests notices
            alive.pop(0)

    writing = (write(who, diary, alive, until) for who, diary in zip(people, diaries, strict=True))
    await asyncio.gather(strike(), *writing)
    return diaries


def lost(app: Flask, people: list[Applicant], diaries: list[Diary]) -> list[str]:
    """List the clients whose last answered text is not in the database, nor one they tried after it."""
    found = []
    with app.app_context():
        rows = db.session.execute(
            select(Answer.application_id, Answer.value).where(Answer.field == "stewardship")
        )
        kept = {row.application_id: row.value["v"] for row in rows}
        for who, diary in zip(people, diaries, strict=True):
            last = diary.tried.index(diary.saved[-1]) if diary.saved else len(diary.tried)
            if kept.get(who.application_id) not in diary.tried[last:]:
                found.append(
                    f"{who.application_id}: {kept.get(who.application_id)} is older than {diary.saved[-1:]}"
                )
        db.engine.dispose()
    return found


def run(number: int, clients: int, seconds: float) -> bool:
    """Try one number of nodes and print what came of it; give whether nothing was lost."""
    with ExitStack() as held:
        place = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="fundapp-nodes-")))
        url = held.enter_context(postgres.database(held.enter_context(postgres.server()), "nodes"))
        environ = {
            "FUNDAPP_INSTANCE": str(place),
            "FUNDAPP_DATABASE_URL": url.render_as_string(hide_password=False),
            "FUNDAPP_WORKERS": "1",
        }
        app = create_app(Settings.load(place, environ))
        people = prepare(app, clients)
        nodes = [held.enter_context(node(environ)) for _ in range(number)]
        asyncio.run(everybody_opens(nodes[0].port, people))
        before = os.getloadavg()[0]
        diaries = asyncio.run(load(people, nodes, seconds))
        found = lost(app, people, diaries)
    times = sorted(second for diary in diaries for second in diary.seconds)
    saved, broken = len(times), sum(diary.broken for diary in diaries)
    killed = "one killed halfway" if number > 1 else "none killed"
    print(
        f"{number} nodes, {killed}: {saved} saves in {seconds:g} s ({saved / seconds:.0f} a second), "
        f"p95 {times[int(saved * 0.95)]:.3f} s, {broken} connections broken, {len(found)} writes lost; "
        f"{os.cpu_count()} cores, load before {before:.1f}"
    )
    print("\n".join(found), end="\n" if found else "", flush=True)
    return not found


def main() -> int:
    """Run it for each number of nodes that was asked for."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--nodes", type=int, nargs="+", default=[1, 2, 3])
    asked.add_argument("--clients", type=int, default=24)
    asked.add_argument("--seconds", type=float, default=20.0)
    given = asked.parse_args()
    went_well = [run(number, given.clients, given.seconds) for number in given.nodes]
    return 0 if all(went_well) else 1


if __name__ == "__main__":
    sys.exit(main())
