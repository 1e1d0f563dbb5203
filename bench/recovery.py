"""Rehearse the loss of a database: back to a moment before a mistake, and over to the replica.

Usage: python bench/recovery.py [--clients 6] [--seconds 6] [--asynchronous]

With PostgreSQL's own programs: a primary that archives its log, a base backup, a streaming replica. The demo
stands in it, its ledger is sealed, and the digest kept apart. Then:

1. a mistake: all answers are deleted. The base backup is put back and rolled forward to the moment before;
2. people write through `fundapp serve`; the primary is killed (SIGKILL, all its processes); the replica is
   promoted. The web node is left alone: its database_url names both. No answered write may be missing.

After each, `fundapp ledger verify --seal DIGEST` and `fundapp doctor` must be content. Exit code 1 when not.
"""

import argparse
import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import create_engine, text

from bench.nodes import Diary, lost, node
from bench.rush import ROOT, Applicant, ask, everybody_opens, prepare
from fundapp import create_app
from fundapp.config import Settings
from tests import postgres

OWNER: dict[str, Any] = postgres.owner()
PROGRAMS = postgres.programs()


def program(name: str, *words: object) -> str:
    """Run one of PostgreSQL's programs to its end, and show the line."""
    line = [str(PROGRAMS / name), *map(str, words)]
    print("  $", name, *words, flush=True)
    done = subprocess.run(line, cwd="/", capture_output=True, text=True, check=False, **OWNER)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr}")
    return done.stdout


@dataclass
class Server:
    """One PostgreSQL in a folder of its own, which is also where its socket lies."""

    home: Path
    options: list[str] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """Where its data lie."""
        return self.home / "data"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        words = [word for option in self.options for word in ("-c", option)]
        line = [
            str(PROGRAMS / "postgres"),
            "-D",
            str(self.data),
            "-k",
            str(self.home),
            "-c",
            "listen_addresses=",
        ]
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                [*line, *words], cwd="/", stdout=log, stderr=log, start_new_session=True, **OWNER
            )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            asked = [str(PROGRAMS / "pg_isready"), "-q", "-h", str(self.home)]
            if subprocess.run(asked, check=False).returncode == 0:  # noqa: S603
                return
            time.sleep(0.1)
        raise RuntimeError(f"{self.home.name} does not answer: {(self.home / 'log').read_text()[-2000:]}")

    def ask(self, statement: str) -> Any:
        """Run one statement as the owner; give the first value, if there is one."""
        engine = create_engine(
            f"postgresql+psycopg://fundapp@/fundapp?host={self.home}", isolation_level="AUTOCOMMIT"
        )
        try:
            with engine.connect() as connection:
                result = connection.execute(text(statement))
                return result.scalar() if result.returns_rows else None
        finally:
            engine.dispose()

    def stop(self) -> None:
        """End it in order."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)

    def kill(self) -> None:
        """End it with all its processes at once, as when the machine is lost."""
        if self.process is None:
            return
        listed = subprocess.run(  # noqa: S603
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False  # noqa: S607
        )  # fmt: skip
        for number in (self.process.pid, *map(int, listed.stdout.split())):
            os.kill(number, signal.SIGKILL)
        self.process.wait()


@dataclass
class Rehearsal:
    """The servers, the archive and the settings of one rehearsal."""

    place: Path
    archive: Path
    primary: Server
    replica: Server
    environ: dict[str, str]
    digest: str = ""


def folder(place: Path, name: str) -> Path:
    """Make a folder that belongs to whoever runs PostgreSQL."""
    made = place / name
    made.mkdir()
    if OWNER:
        os.chown(made, OWNER["user"], OWNER["group"])
    return made


def fundapp(environ: dict[str, str], *words: str) -> str:
    """Run a command of fundapp; give what it printed, and stop when it fails."""
    print("  $ fundapp", *words, flush=True)
    line = [sys.executable, "-m", "fundapp", *words]
    done = subprocess.run(  # noqa: S603
        line, cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"fundapp {words}: {done.stdout}{done.stderr[-2000:]}")
    return done.stdout


def content(environ: dict[str, str], digest: str) -> None:
    """Hold the books against the digest that was kept apart, and examine the installation."""
    print(" ", fundapp(environ, "ledger", "verify", "--seal", digest).strip().replace("\n", "\n  "))
    fundapp(environ, "doctor")


# --- 1: back to the moment before a mistake ----------------------------------------


def back_before_a_mistake(made: Rehearsal) -> bool:
    """Delete all answers, put back a base backup and roll forward to just before."""
    primary, home = made.primary, folder(made.place, "restored")
    base = home / "data"
    program("pg_basebackup", "-h", primary.home, "-U", "fundapp", "-D", base, "-X", "none", "-c", "fast")
    answers = primary.ask("SELECT count(*) FROM answer")
    moment = primary.ask("SELECT clock_timestamp()")
    time.sleep(1)
    primary.ask("DELETE FROM answer")
    left = primary.ask("SELECT count(*) FROM answer")
    print(f"a mistake after {moment:%H:%M:%S.%f}: {answers} answers deleted, {left} left")
    segment = primary.ask("SELECT pg_walfile_name(pg_switch_wal())")
    while not (made.archive / segment).exists():
        time.sleep(0.1)
    begun = time.monotonic()
    with (base / "postgresql.auto.conf").open("a") as file:
        file.write(
            f"restore_command = 'cp {made.archive}/%f %p'\n"
            f"recovery_target_time = '{moment.isoformat()}'\nrecovery_target_action = 'promote'\n"
        )
    (base / "recovery.signal").touch()
    restored = Server(home)
    restored.start()
    try:
        while restored.ask("SELECT pg_is_in_recovery()"):
            time.sleep(0.1)
        there = restored.ask("SELECT count(*) FROM answer")
        print(f"put back in {time.monotonic() - begun:.1f} s: {there} of {answers} answers")
        there_url = {"FUNDAPP_DATABASE_URL": f"postgresql://fundapp@/fundapp?host={home}"}
        content(made.environ | there_url, made.digest)
    finally:
        restored.stop()
    return bool(there == answers)


# --- 2: over to the replica --------------------------------------------------------


async def write(who: Applicant, diary: Diary, port: int, until: list[float], answered: list[float]) -> None:
    """Save text after text; while the database is away go on trying."""
    number = 0
    while time.monotonic() < until[0]:
        number += 1
        words = f"{who.application_id}/{number}"
        diary.tried.append(words)
        path, form = f"/proposals/{who.application_id}/autosave/commons", who.form | {"a_stewardship": words}
        try:
            status, _head, said = await ask(port, who, "POST", path, form | {"a_ecosystem": "Neighbours."})
        except (OSError, ValueError, IndexError):
            status, said = 0, ""
        if status == 200:
            diary.saved.append(words)
            answered.append(time.monotonic())
            who.form["version"] = said.partition('"version":"')[2].partition('"')[0]
            continue
        diary.broken += 1
        await asyncio.sleep(0.2)
        if status == 409:  # a save whose answer was lost has counted
            try:
                await everybody_opens(port, [who])
            except (OSError, ValueError, IndexError, RuntimeError):
                continue


async def lose_the_primary(
    people: list[Applicant], port: int, made: Rehearsal, seconds: float
) -> list[Diary]:
    """Let everybody write, kill the primary, promote the replica, write on."""
    diaries, until, answered = [Diary() for _ in people], [float("inf")], list[float]()

    async def strike() -> None:
        await asyncio.sleep(seconds)
        made.primary.kill()
        killed = time.monotonic()
        await asyncio.to_thread(program, "pg_ctl", "promote", "-w", "-D", made.replica.data)
        promoted = time.monotonic()
        while not [at for at in answered if at > promoted]:
            await asyncio.sleep(0.05)
        first = min(at for at in answered if at > promoted)
        wait = f"first save answered after {first - killed:.1f} s"
        print(f"promoted {promoted - killed:.1f} s after the kill; {wait}", flush=True)
        await asyncio.sleep(seconds)
        until[0] = time.monotonic()

    writers = (write(who, diary, port, until, answered) for who, diary in zip(people, diaries, strict=True))
    await asyncio.gather(strike(), *writers)
    return diaries


def prepared(held: ExitStack, place: Path) -> Rehearsal:
    """Make the primary and fill it with the demo; seal its ledger."""
    place.chmod(0o755)
    archive, first, second = (folder(place, name) for name in ("archive", "primary", "replica"))
    keep = f"test ! -f {archive}/%f && cp %p {archive}/%f"
    options = ["wal_level=replica", "archive_mode=on", f"archive_command={keep}", "max_connections=100"]
    primary, replica = Server(first, options), Server(second, ["hot_standby=on"])
    words = ("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums")
    program("initdb", "-D", primary.data, "-U", "fundapp", *words)
    primary.start()
    held.callback(primary.stop)
    program("createdb", "-h", first, "-U", "fundapp", "fundapp")
    both = f"postgresql://fundapp@/fundapp?host={first}&host={second}&target_session_attrs=read-write"
    environ = {"FUNDAPP_INSTANCE": str(place / "instance"), "FUNDAPP_DATABASE_URL": both}
    made = Rehearsal(place, archive, primary, replica, environ)
    fundapp(environ, "demo")
    made.digest = re.findall(r"[0-9a-f]{64}", fundapp(environ, "ledger", "seal"))[-1]
    return made


def replicate(made: Rehearsal, held: ExitStack, *, synchronous: bool) -> None:
    """Give the primary a replica that follows it; synchronous: an answer waits for both disks."""
    begun = time.monotonic()
    where = ("-h", made.primary.home, "-U", "fundapp", "-D", made.replica.data)
    program("pg_basebackup", *where, "-X", "stream", "-c", "fast", "-R")
    made.replica.start()
    held.callback(made.replica.stop)
    if synchronous:  # only now, and not in a file that the replica copied: it would wait for one of its own
        made.primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
        made.primary.ask("SELECT pg_reload_conf()")
        time.sleep(1)
    told = made.primary.ask("SELECT state || ', ' || sync_state FROM pg_stat_replication")
    print(f"a replica follows after {time.monotonic() - begun:.1f} s: {told}; load {os.getloadavg()[0]:.1f}")


def main() -> int:
    """Run both rehearsals."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--clients", type=int, default=6)
    asked.add_argument("--seconds", type=float, default=6.0)
    asked.add_argument(
        "--asynchronous", action="store_true", help="do not wait for the replica at each commit"
    )
    given = asked.parse_args()
    with ExitStack() as held:
        roomy = tempfile.TemporaryDirectory(prefix="fundapp-pg-", dir=postgres.roomy_folder())
        made = prepared(held, Path(held.enter_context(roomy)))
        well = back_before_a_mistake(made)
        replicate(made, held, synchronous=not given.asynchronous)
        app = create_app(Settings.load(made.place / "instance", made.environ))
        people = prepare(app, given.clients)
        one = held.enter_context(node(made.environ | {"FUNDAPP_WORKERS": "1"}))
        asyncio.run(everybody_opens(one.port, people))
        diaries = asyncio.run(lose_the_primary(people, one.port, made, given.seconds))
        missing = lost(app, people, diaries)
        content(made.environ, made.digest)
    saved, broken = sum(len(one.saved) for one in diaries), sum(one.broken for one in diaries)
    print(
        f"{saved} saves answered, {broken} refused or broken meanwhile, {len(missing)} answered writes lost"
    )
    print("\n".join(missing), end="\n" if missing else "")
    return 0 if well and not missing else 1


if __name__ == "__main__":
    sys.exit(main())
