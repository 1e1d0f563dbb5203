"""A worker in a process of its own whose clock says what it is told, line by line."""

import sys
from datetime import datetime
from pathlib import Path

from fundapp import create_app
from fundapp.core import jobs
from fundapp.core.db import db
from tests.databases import settings


def main(instance: str, url: str, relay: str) -> None:
    """Read instants (ISO) from standard input; run the jobs of each and say when they are done."""
    app = create_app(settings(Path(instance), url, mail_url=relay))
    with app.app_context():
        for line in sys.stdin:
            at = datetime.fromisoformat(line.strip())
            for kind in ("remind", "deliver-mail"):
                result = jobs.run(kind, at)
                if "fault" in result or result.get("faults"):
                    raise SystemExit(f"{kind} at {at}: {result}")
            db.session.remove()
            sys.stdout.write(f"{at.isoformat()}\n")
            sys.stdout.flush()
        db.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
