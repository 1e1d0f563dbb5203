"""A worker in a process of its own, for tests that kill it: reminds and sends, a minute to the second."""

import sys
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

from fundapp import create_app
from fundapp.core import clock, jobs
from fundapp.core.db import db
from tests.databases import settings

FASTER = 60


def main(*said: str) -> None:
    """Work until the time is over.

    said: instance, database URL, relay, a real instant (ISO), what the workers' clock says then, seconds.
    """
    instance, url, relay, begun, told, seconds = said
    app = create_app(settings(Path(instance), url, mail_url=relay))
    start, first = datetime.fromisoformat(begun), datetime.fromisoformat(told)
    until = monotonic() + float(seconds)
    with app.app_context():
        while monotonic() < until:
            at = first + (clock.now() - start) * FASTER
            jobs.run("remind", at)
            jobs.run("deliver-mail", at)
            db.session.remove()
            sleep(0.5)


if __name__ == "__main__":
    main(*sys.argv[1:])
