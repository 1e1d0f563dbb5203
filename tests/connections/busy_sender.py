"""A worker in a process of its own, for tests that kill it: sends what other programs are to hear."""

import sys
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep

from fundapp import create_app
from fundapp.core import clock
from fundapp.core.db import db
from tests.databases import settings


def main(*said: str) -> None:
    """Work until the time is over.

    said: instance, database URL, allowed host, seconds that a lease lasts, seconds.
    """
    instance, url, host, lease, seconds = said
    app = create_app(settings(Path(instance), url, webhooks_allow=host))
    outbox = import_module("fundapp.connections.outbox")  # after every model is known
    outbox.LEASE = timedelta(seconds=float(lease))
    until = monotonic() + float(seconds)
    with app.app_context():
        while monotonic() < until:
            outbox.deliver(clock.now(), settings=app.config["SETTINGS"], site="https://fund.example.org")
            db.session.remove()
            sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
