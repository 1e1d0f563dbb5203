"""Write the rows that are missing in permissions.txt: `python -m tests.write_permissions`.

It asks the doors as they are now; --anew asks all of them again. Read what it wrote before you commit
it: it writes down what is, not what should be.
"""

import sys
import tempfile
from pathlib import Path

from flask_migrate import upgrade

from fundapp import create_app
from fundapp.core.db import db
from fundapp.core.places import MIGRATIONS
from fundapp.demo import play
from tests.databases import settings
from tests.factories import NOW
from tests.permission_scene import PEOPLE, Scene, kind_of
from tests.test_permission_matrix import TABLE, cells, routes, written

HEAD = """# Who may pass which door. One row a route: method, endpoint, whose id stands in the address, cells.
# Cells, in the order of the columns: + let in, - not there (404), x not allowed (403), > to sign in.
# A row of a table without rows in the demo would be - for everybody: give the demo a scene.
{people}
"""


def main() -> None:
    """Play the demo on SQLite, ask every door, and write the table anew; rows that stand are kept."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings(Path(folder), f"sqlite:///{folder}/demo.sqlite3"))
        with app.app_context():
            upgrade(str(MIGRATIONS))
            play.play(at=NOW, settings=app.config["SETTINGS"])
            db.session.commit()
            scene, known = Scene(app), written() if TABLE.exists() and "--anew" not in sys.argv else {}
            found = {
                key: known.get(key) or (kind_of(rule), cells(scene, rule, kind_of(rule)))
                for key, rule in sorted(routes(app), key=lambda pair: pair[0])
            }
            db.session.rollback()
            db.engine.dispose()
    _write(found)


def _write(found: dict[tuple[str, str], tuple[str, str]]) -> None:
    people = "\n".join(f"#   {letter} {word}" for letter, word in PEOPLE.items())
    wide = (
        max(len(endpoint) for _method, endpoint in found),
        max(len(kind) for kind, _cells in found.values()),
    )
    lines, feature = [HEAD.format(people=people)], ""
    for (method, endpoint), (kind, given) in sorted(found.items(), key=lambda row: (row[0][1], row[0][0])):
        if endpoint.partition(".")[0] != feature:
            feature = endpoint.partition(".")[0]
            lines.append(f"\n#{'':{wide[0] + wide[1] + 6}}{''.join(PEOPLE)}  {feature}\n")
        lines.append(f"{method:4} {endpoint:{wide[0]}} {kind:{wide[1]}} {given}\n")
    TABLE.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
