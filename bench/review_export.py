"""`fundapp export reviews` of 10,000 applications with 40,000 reviews: rows a second, and memory.

Usage: python bench/review_export.py [--applications 10000] [--reviews 4] [--database sqlite|postgresql]
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask_migrate import upgrade
from review_figures import fill, options, place, timed
from sqlalchemy import func, select, update
from working import most_memory

from fundapp import create_app
from fundapp.core.db import db
from fundapp.core.places import MIGRATIONS
from fundapp.reviews.models import Score
from fundapp.rounds.models import Round
from tests.databases import settings

REASON = (
    "The plan names who looks after the code once the money is spent, and how newcomers find their way. " * 2
)
FORMATS = ("csv", "json", "xlsx")


def export(slug: str, form: str, folder: Path, url: str) -> tuple[float, float, int]:
    """Run the command in a process of its own; give seconds, busy seconds, and MiB at most."""
    environment = os.environ | {"FUNDAPP_INSTANCE": str(folder), "FUNDAPP_DATABASE_URL": url}
    output = str(folder / f"{slug}.{form}")
    words = ["export", "reviews", "--round", slug, "--format", form, "--output", output]
    start = time.perf_counter()
    command = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "fundapp", *words], env=environment, stderr=subprocess.DEVNULL
    )
    ended: tuple[int, int, Any] = (0, 0, None)
    memory = 0
    while not ended[0]:
        memory = max(memory, most_memory(command.pid))
        time.sleep(0.02)
        ended = os.wait4(command.pid, os.WNOHANG)
    _pid, status, used = ended
    if status or used is None:
        raise SystemExit(f"the export ended with {status}")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, memory


def main() -> None:
    """Fill a small and a large round on each engine that was asked for, and export both."""
    asked = options()
    many = asked.applications
    for engine in asked.database or ("sqlite", "postgresql"):
        print(f"{engine}: {many} applications, {asked.reviews} reviews each")
        with place(engine) as url, tempfile.TemporaryDirectory() as folder:
            app = create_app(settings(Path(folder), url))
            with app.app_context():
                upgrade(directory=str(MIGRATIONS))
                timed("made", lambda: fill(asked))
                db.session.execute(update(Score).values(reason=REASON))
                db.session.commit()
                slug = db.session.scalar(select(Round.slug)) or ""
                scores = db.session.scalar(select(func.count(Score.id))) or 0
                db.session.remove()
                db.engine.dispose()
            for form in FORMATS:
                seconds, busy, memory = export(slug, form, Path(folder), url)
                print(
                    f"  {form:<5} {scores} rows in {seconds:6.1f} s: {scores / seconds:7.0f} rows a second;"
                    f" {busy:6.1f} s of the processor: {scores / busy:7.0f} a second; {memory} MiB;"
                    f" load {os.getloadavg()[0]:.1f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
