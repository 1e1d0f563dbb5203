"""A rolling upgrade with real processes: an older version serves while this one migrates and takes over.

Usage: python bench/upgrade.py [--from COMMIT] [--clients 8] [--seconds 8]

The older version is a git worktree, by default at the commit before the newest migration. Two nodes of it
serve; clients write and read all the time. This version starts (its /readyz must say 503), migrates, and
takes the place of the older one, node by node; then a node of the older version is put back, as somebody
does who found something wrong. Exit code 1 when a request was refused or broken, or a write is missing.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.nodes import Diary, Node, lost, node, write
from bench.rush import ROOT, Applicant, ask, everybody_opens
from fundapp import create_app
from fundapp.config import Settings
from tests import postgres

Make, Migrate = Callable[[], Node], Callable[[], str]

PREPARE = """
import json, sys
from bench.rush import prepare
from fundapp import create_app
from fundapp.config import Settings
people = prepare(create_app(Settings.load()), int(sys.argv[1]))
print(json.dumps([[who.id, who.application_id, who.cookie] for who in people]))
"""


def git(*words: str) -> str:
    """Ask git about this checkout."""
    return subprocess.run(  # noqa: S603 our own words
        ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True  # noqa: S607 git of this machine
    ).stdout.strip()  # fmt: skip


def before_newest_migration() -> str:
    """Give the commit before the one that brought the newest migration."""
    newest = max((ROOT / "migrations" / "versions").glob("[0-9]*.py"))
    added = git("log", "--diff-filter=A", "--format=%H", "-1", "--", str(newest))
    return git("rev-parse", f"{added}^")


@contextmanager
def older_version(commit: str, place: Path) -> Iterator[Path]:
    """Put the older version beside this one, and take it away afterwards."""
    git("worktree", "add", "--detach", str(place), commit)
    try:
        yield place
    finally:
        git("worktree", "remove", "--force", str(place))


def run(tree: Path, environ: dict[str, str], *words: str) -> str:
    """Run Python in a tree to its end; give what it printed. A code other than 0 is shown."""
    begun = time.perf_counter()
    done = subprocess.run(  # noqa: S603 our own program
        [sys.executable, *words], cwd=tree, env={**os.environ, **environ}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{words[-2:]} ended with {done.returncode}: {done.stderr[-2000:]}")
    print(f"  ({time.perf_counter() - begun:.1f} s)", end=" ")
    return done.stdout


def ready(one: Node) -> int:
    """Ask a node whether it is ready, as a proxy does."""
    try:
        with urlopen(f"http://127.0.0.1:{one.port}/readyz", timeout=30) as answer:
            return int(answer.status)
    except HTTPError as refused:
        return refused.code


def step(told: str, *outcome: object) -> None:
    """Print one step with its time of day."""
    print(f"{time.strftime('%H:%M:%S')}  {told}", *outcome, flush=True)


async def read(who: Applicant, nodes: list[Node], until: list[float], seen: Counter[str]) -> None:
    """Look at pages until the time is over; count the answers."""
    number = 0
    while time.monotonic() < until[0]:
        number += 1
        path = ("/", "/calls", f"/proposals/{who.application_id}", "/projects")[number % 4]
        try:
            status, _head, _text = await ask(nodes[number % len(nodes)].port, who, "GET", path)
        except (OSError, ValueError, IndexError):
            seen[f"GET {path} broken"] += 1
        else:
            seen["pages" if status in (200, 302) else f"GET {path} {status}"] += 1


async def leave(alive: list[Node], one: Node) -> None:
    """Take a node out of the proxy, let it finish, and end it in order."""
    alive.remove(one)
    await asyncio.sleep(1)
    one.process.send_signal(signal.SIGTERM)
    code = await asyncio.to_thread(one.process.wait, 60)
    step(f"node on port {one.port} left, exit code {code}")


async def roll(old: list[Node], alive: list[Node], new_node: Make, migrate: Migrate, seconds: float) -> None:
    """Upgrade under load, step by step."""
    await asyncio.sleep(seconds)
    first = await asyncio.to_thread(new_node)
    step("the new version started; /readyz before the migration:", await asyncio.to_thread(ready, first))
    step("migrated", (await asyncio.to_thread(migrate)).strip())
    step("/readyz, old nodes:", [await asyncio.to_thread(ready, one) for one in old],
         "new node:", await asyncio.to_thread(ready, first))  # fmt: skip
    await asyncio.sleep(seconds)
    alive.append(first)
    await leave(alive, old[0])
    alive.append(await asyncio.to_thread(new_node))
    await leave(alive, old[1])
    step("only the new version serves")
    await asyncio.sleep(seconds)


async def under_load(
    people: list[Applicant], alive: list[Node], work: Coroutine[None, None, None]
) -> tuple[list[Diary], Counter[str]]:
    """Write and read all the time while the work is done."""
    diaries, seen, until = [Diary() for _ in people], Counter[str](), [float("inf")]

    async def whole() -> None:
        await work
        until[0] = time.monotonic()

    async def writing(who: Applicant, diary: Diary) -> None:
        while time.monotonic() < until[0]:
            await write(who, diary, alive, time.monotonic() + 1)

    readers = (read(people[0], alive, until, seen) for _ in range(2))
    writers = (writing(who, diary) for who, diary in zip(people, diaries, strict=True))
    await asyncio.gather(whole(), *readers, *writers)
    return diaries, seen


async def both_states(
    people: list[Applicant], old: list[Node], given: argparse.Namespace, versions: tuple[Make, Make, Migrate]
) -> tuple[list[Diary], Counter[str]]:
    """Upgrade under load; then put a node of the older version back, beside the new ones."""
    new_node, put_back, migrate = versions
    alive = list(old)

    async def work() -> None:
        await roll(old, alive, new_node, migrate, given.seconds)
        again = await asyncio.to_thread(put_back)
        step("the older version put back; /readyz:", await asyncio.to_thread(ready, again))
        alive.append(again)
        await asyncio.sleep(given.seconds)

    return await under_load(people, alive, work())


def report(diaries: list[Diary], seen: Counter[str], missing: list[str]) -> bool:
    """Print what came of it; give whether all is well."""
    times = sorted(second for diary in diaries for second in diary.seconds)
    broken = sum(diary.broken for diary in diaries) + sum(seen.values()) - seen["pages"]
    print(f"{len(times)} saves (p95 {times[int(len(times) * 0.95)]:.2f} s, longest {times[-1]:.2f} s) and "
          f"{seen['pages']} pages; {broken} refused or broken; {len(missing)} writes lost")  # fmt: skip
    print("\n".join([*missing, *(f"{number} x {what}" for what, number in seen.items() if what != "pages")]))
    return not (broken or missing)


def main() -> int:
    """Run it and say what came of it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--from", dest="commit", help="default: before the newest migration")
    asked.add_argument("--clients", type=int, default=8)
    asked.add_argument("--seconds", type=float, default=8.0, help="how long each state lasts")
    given = asked.parse_args()
    with ExitStack() as held:
        place = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="fundapp-upgrade-")))
        url = held.enter_context(postgres.database(held.enter_context(postgres.server()), "upgrade"))
        environ = {
            "FUNDAPP_INSTANCE": str(place / "instance"),
            "FUNDAPP_DATABASE_URL": url.render_as_string(hide_password=False),
            "FUNDAPP_WORKERS": "1",
            "FUNDAPP_MIGRATE_AT_START": "false",
        }
        commit = given.commit or before_newest_migration()
        older = held.enter_context(older_version(commit, place / "older"))
        step("the older version:", git("log", "-1", "--format=%h %s", commit), "; this one:",
             git("log", "-1", "--format=%h %s"), "; load", f"{os.getloadavg()[0]:.1f}")  # fmt: skip
        print(run(older, environ, "-m", "fundapp", "migrate").strip())
        rows = json.loads(run(older, environ, "-c", PREPARE, str(given.clients)).splitlines()[-1])
        people = [Applicant(*row) for row in rows]
        old = [held.enter_context(node(environ, older)) for _ in range(2)]
        asyncio.run(everybody_opens(old[0].port, people))
        print(run(ROOT, environ, "-m", "fundapp", "migrate", "--check"), end="")
        versions = (
            lambda: held.enter_context(node(environ)),
            lambda: held.enter_context(node(environ, older)),
            lambda: run(ROOT, environ, "-m", "fundapp", "migrate"),
        )
        diaries, seen = asyncio.run(both_states(people, old, given, versions))
        missing = lost(create_app(Settings.load(place, environ)), people, diaries)
    return 0 if report(diaries, seen, missing) else 1


if __name__ == "__main__":
    sys.exit(main())
