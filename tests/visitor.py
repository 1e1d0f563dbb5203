"""The test client: a browser without a screen that also watches the rules every page must keep."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from typing import Any

import html5lib
from flask import has_app_context
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from fundapp.core.db import db

MOST_QUERIES = 10
"""What one page may ask of the database, however many rows it shows."""

_watching: list[list[str]] = []
_SILENT = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")
_WRITES = ("INSERT", "UPDATE", "DELETE")


@event.listens_for(Engine, "before_cursor_execute")
def _note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
    if _watching and not statement.lstrip().upper().startswith(_SILENT):
        _watching[-1].append(statement)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the SQL statements of a block, without those that only begin and end transactions."""
    _watching.append([])
    try:
        yield _watching[-1]
    finally:
        _watching.pop()


class Visitor(FlaskClient):
    """A test client for which each request is a world of its own.

    No request may break. Every HTML answer must be strict HTML5 without a doubled id; a GET must
    write nothing and ask at most ten queries. `statements` holds those of the last request.
    """

    statements: list[str]

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Send a request; what the test has added so far is visible to it."""
        if has_app_context():
            db.session.commit()
        options.setdefault("buffered", True)
        with statements() as seen:
            # An empty context: the test's own app context would lend its g, and with it the
            # first user that Flask-Login saw, to every request.
            response: TestResponse = Context().run(super().open, *args, **options)
        self.statements = seen
        if has_app_context():
            db.session.expire_all()
        _judge(response, seen)
        return response

    def sign_in(self, user: Any) -> None:
        """Be this user from now on, without the sign-in form."""
        with self.session_transaction() as session:
            session["_user_id"] = user.get_id()
            session["_fresh"] = True

    def sign_out(self) -> None:
        """Be nobody from now on."""
        with self.session_transaction() as session:
            session.clear()


def _judge(response: TestResponse, seen: list[str]) -> None:
    page = f"{response.request.method} {response.request.path}"
    assert response.status_code != 500, f"{page} broke; the log says how"
    if response.request.method in {"GET", "HEAD"}:
        written = [statement for statement in seen if statement.lstrip().upper().startswith(_WRITES)]
        assert not written, f"{page} writes:\n" + "\n".join(written)
        assert len(seen) <= MOST_QUERIES, f"{page} asks {len(seen)} queries:\n" + "\n".join(seen)
    if response.mimetype == "text/html" and response.request.method != "HEAD":
        assert_strict_html(response.text, page)


def assert_strict_html(text: str, page: str = "page") -> None:
    """Fail where HTML5 would have to repair the page, or two elements share an id."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(text)
    faults = [f"line {line}: {code} {values}" for (line, _), code, values in parser.errors]
    assert not faults, f"{page} is not strict HTML:\n" + "\n".join(faults)
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    doubled = [name for name, times in ids.items() if times > 1]
    assert not doubled, f"{page} has two elements with the id {', '.join(doubled)}"
