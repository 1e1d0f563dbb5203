"""The last minute of a call: applicants save and send all at once, over HTTP, against the real server.

Usage: python bench/rush.py [--applicants 500] [--seconds 60] [--database sqlite|postgresql]

Before the minute everybody has a draft that lacks its last answers, and its pages open. In the minute each
one saves twice, agrees and sends, the more of them the closer the deadline comes. Then the database is
asked whether everything that was answered "sent" is there. Exit code 1 when something is not.
"""

import argparse
import asyncio
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select, update

from fundapp import create_app
from fundapp.applications import service as applications
from fundapp.applications.models import Application, ApplicationState, ApplicationVersion
from fundapp.config import Settings
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.places import MIGRATIONS
from fundapp.rounds import service as rounds
from fundapp.rounds.models import Stage
from tests import postgres
from tests.factories import make_cast, make_round, make_user

ROOT = Path(__file__).resolve().parents[1]
WORDS = ("upkeep", "harbour", "protocol", "library", "commons", "release", "reader", "season", "council")
PAUSE_S = (1.0, 4.0)
"""How long somebody writes between two savings."""


@dataclass
class Applicant:
    """One person with a draft, a session and what they will write last."""

    id: int
    application_id: int
    cookie: str
    text: str = ""
    form: dict[str, str] = field(default_factory=dict)
    closing: dict[str, str] = field(default_factory=dict)
    sent_at: datetime | None = None
    """When they pressed the button: whoever did so before the deadline is in time."""


@dataclass
class Answer:
    """How one request went."""

    kind: str
    status: int
    seconds: float


# --- the ground --------------------------------------------------------------------


def prepare(app: Flask, number: int) -> list[Applicant]:
    """Fill an empty database with a call and drafts that lack only their last section."""
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
        at = clock.now()
        closes_at = at + timedelta(days=1)  # moved once everybody is ready
        form, rubric = rounds.install_form("proposal_form", at=at), rounds.install_rubric("ostrom", at=at)
        call = make_round(
            make_cast().fund, form=form, rubric=rubric, opens_at=at - timedelta(days=30), closes_at=closes_at,
            slug="rush",
        )  # fmt: skip
        call.stage.reviews_due_at = closes_at + timedelta(days=30)
        made = [_draft(app, call, place) for place in range(number)]
        db.session.commit()
        db.engine.dispose()
    return made


def _draft(app: Flask, call: object, place: int) -> Applicant:
    at, user = clock.now(), make_user(f"Applicant {place}")
    row = applications.start(call, actor=user, at=at)  # type: ignore[arg-type]
    db.session.flush()
    long = " ".join(random.choices(WORDS, k=400))
    answers = {
        "contact_name": user.name, "email": user.email, "country": "NL", "title": f"Project {place}",
        "abstract": long[:1400], "experience": long, "comparison": long, "challenges": long,
        "ecosystem": long, "amount": 1_000_000, "budget": long, "uses_genai": False,
    }  # fmt: skip
    applications.save(row, answers, {}, actor=user, at=at)
    signed = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookie = signed.dumps({"_user_id": user.get_id(), "_fresh": True})
    return Applicant(user.id, row.id, f"fundapp={cookie}")


@contextmanager
def served(environ: dict[str, str]) -> Iterator[int]:
    """Run `fundapp serve` on a free port, with its worker, and stop it afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(  # noqa: S603 our own program on our own port
        [sys.executable, "-m", "fundapp", "serve", "--port", str(port)],
        cwd=ROOT, env={**os.environ, **environ}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


# --- the applicants ----------------------------------------------------------------


async def ask(
    port: int, who: Applicant, method: str, path: str, form: dict[str, str] | None = None
) -> tuple[int, str, str]:
    """Send one request on a connection of its own; give status, headers and body."""
    body = urlencode(form or {}).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {who.cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.encode() + body)
    await writer.drain()
    whole = await reader.read()
    writer.close()
    await writer.wait_closed()
    headers, _blank, text = whole.partition(b"\r\n\r\n")
    return int(headers.split(b" ", 2)[1] or 0), headers.decode("latin-1"), text.decode("utf-8", "replace")


def hidden(page: str, name: str) -> str:
    """Read a hidden field of a page."""
    before, _found, after = page.partition(f'name="{name}"')
    tag = before.rpartition("<input")[2] + after.partition(">")[0]
    return tag.partition('value="')[2].partition('"')[0]


async def open_pages(port: int, who: Applicant) -> None:
    """Open the two pages that are still to be filled in, as everybody did before the last minute."""
    for section, kept in (("commons", who.form), ("closing", who.closing)):
        status, headers, page = await ask(port, who, "GET", f"/proposals/{who.application_id}/edit/{section}")
        if status != 200:
            raise RuntimeError(f"the page {section} answered {status}")
        for line in headers.splitlines():
            if line.lower().startswith("set-cookie: fundapp="):
                who.cookie = line.split(": ", 1)[1].partition(";")[0]
        kept.update({name: hidden(page, name) for name in ("csrf_token", "version", "asked")})


async def last_minute(port: int, who: Applicant, at: float, answers: list[Answer]) -> None:
    """Write, save, write, save, agree, send, and look whether it arrived.

    at: when to send, on the clock of the loop.
    """

    async def timed(kind: str, method: str, path: str, form: dict[str, str] | None = None) -> str:
        begun = time.perf_counter()
        status, _headers, text = await ask(port, who, method, path, form)
        answers.append(Answer(kind, status, time.perf_counter() - begun))
        return text if status in (200, 302) else ""

    base = f"/proposals/{who.application_id}"
    first, second = random.uniform(*PAUSE_S), random.uniform(*PAUSE_S)
    await asyncio.sleep(max(at - first - second - asyncio.get_running_loop().time(), 0))
    for words in (40, 300):
        who.text = f"{who.application_id}: " + " ".join(random.choices(WORDS, k=words))
        form = who.form | {"a_ecosystem": "Neighbours.", "a_stewardship": who.text}
        said = await timed("save while writing", "POST", f"{base}/autosave/commons", form)
        who.form["version"] = said.partition('"version":"')[2].partition('"')[0]
        await asyncio.sleep(first if words == 40 else second)
    agree = who.closing | {"a_uses_genai": "no", "a_privacy": "y", "a_send_copy": "y"}
    await timed("agree", "POST", f"{base}/autosave/closing", agree)
    who.sent_at = clock.now()
    await timed("send", "POST", f"{base}/submit", {"csrf_token": who.form["csrf_token"]})
    await timed("look whether it arrived", "GET", base)


async def everybody_opens(port: int, people: list[Applicant]) -> None:
    """Let everybody open their pages, eight at a time."""
    gate = asyncio.Semaphore(8)

    async def opened(who: Applicant) -> None:
        async with gate:
            await open_pages(port, who)

    await asyncio.gather(*(opened(who) for who in people))


async def rush(port: int, people: list[Applicant], seconds: float) -> list[Answer]:
    """Let everybody come in the seconds before the deadline, the more the later."""
    loop, answers = asyncio.get_running_loop(), list[Answer]()
    end = loop.time() + seconds
    moments = [end - 1 - (seconds - 1) * (1 - random.random() ** 0.5) for _ in people]
    await asyncio.gather(
        *(last_minute(port, who, at, answers) for who, at in zip(people, moments, strict=True))
    )
    return answers


def close_in(app: Flask, seconds: float) -> datetime:
    """Set the deadline so many seconds from now, and give it."""
    with app.app_context():
        closes_at = clock.now() + timedelta(seconds=seconds)
        db.session.execute(update(Stage).values(closes_at=closes_at))
        db.session.commit()
        db.engine.dispose()
    return closes_at


# --- what came of it ---------------------------------------------------------------


def faults(app: Flask, people: list[Applicant], answers: list[Answer], closes_at: datetime) -> list[str]:
    """List everything that was lost, doubled or refused; empty when all is well."""
    in_time = [who for who in people if who.sent_at and who.sent_at < closes_at]
    late = len(people) - len(in_time)
    bad = Counter((one.kind, one.status) for one in answers if one.status not in (200, 302))
    bad["send", 422] -= late  # who pressed the button too late is told so
    found = [f"{number} x {kind}: {status}" for (kind, status), number in bad.items() if number > 0]
    with app.app_context():
        sent = {row.application_id: row for row in db.session.scalars(select(ApplicationVersion))}
        rows = {row.id: row for row in db.session.scalars(select(Application))}
        receipts = select(Outbox.user_id).where(Outbox.name == "application-received")
        mails = Counter(db.session.scalars(receipts))
        for who in in_time:
            row, version = rows[who.application_id], sent.get(who.application_id)
            if row.state is not ApplicationState.SUBMITTED or version is None:
                found.append(f"{who.application_id}: {row.state}")
            elif version.answers.get("stewardship") != who.text:
                found.append(f"{who.application_id}: the last text is not in the version")
            if mails[who.id] != 1:
                found.append(f"{who.application_id}: {mails[who.id]} receipts")
        numbers = sorted(int(row.code.rpartition("-")[2]) for row in rows.values() if row.code)
        if numbers != list(range(1, len(sent) + 1)):
            found.append(f"the codes are not 1 to {len(sent)}")
        db.engine.dispose()
    print(f"{late} pressed the button after the deadline" if late else "everybody pressed in time")
    return found


def table(answers: list[Answer]) -> list[str]:
    """Write how long each kind of request took."""
    kinds: dict[str, list[float]] = defaultdict(list)
    for one in answers:
        kinds[one.kind].append(one.seconds)
        kinds["all"].append(one.seconds)
    lines = [f"{'request':26}{'number':>8}{'median':>9}{'p95':>9}{'p99':>9}{'longest':>9}"]
    for kind, times in kinds.items():
        times.sort()
        shown = [times[min(int(len(times) * part), len(times) - 1)] for part in (0.5, 0.95, 0.99, 1)]
        lines.append(f"{kind:26}{len(times):>8}" + "".join(f"{second:>8.3f}s" for second in shown))
    return lines


def run(asked: argparse.Namespace, engine: str) -> bool:
    """Run the rush on one engine and print what came of it; give whether all is well."""
    with ExitStack() as held:
        place = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="fundapp-rush-")))
        environ = {"FUNDAPP_INSTANCE": str(place), "FUNDAPP_DATABASE_URL": ""}
        if engine == "postgresql":
            url = held.enter_context(postgres.database(held.enter_context(postgres.server()), "rush"))
            environ["FUNDAPP_DATABASE_URL"] = url.render_as_string(hide_password=False)
        app = create_app(Settings.load(place, environ))
        people = prepare(app, asked.applicants)
        port = held.enter_context(served(environ))
        asyncio.run(everybody_opens(port, people))
        load, closes_at = os.getloadavg()[0], close_in(app, asked.seconds)
        answers = asyncio.run(rush(port, people, asked.seconds))
        found = faults(app, people, answers, closes_at)
    print(f"\n{engine}: {asked.applicants} applicants in {asked.seconds} s; {os.cpu_count()} cores; "
          f"load before {load:.1f}, after {os.getloadavg()[0]:.1f}")  # fmt: skip
    print("\n".join([*table(answers), *(found or ["nothing lost, nothing refused"])]), flush=True)
    return not found


def main() -> int:
    """Run it on the engines that were asked for."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--applicants", type=int, default=500)
    asked.add_argument("--seconds", type=float, default=60.0, help="length of the rush")
    asked.add_argument("--database", choices=["sqlite", "postgresql"], help="one engine only")
    given = asked.parse_args()
    engines = [given.database] if given.database else ["sqlite", "postgresql"]
    went_well = [run(given, engine) for engine in engines]
    return 0 if all(went_well) else 1


if __name__ == "__main__":
    sys.exit(main())
