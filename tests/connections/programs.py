"""A program that reads through the API, as strict about GET as the visitor, but for the count of its key."""

from contextvars import Context
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fundapp.connections import keys
from fundapp.connections.scopes import Scope
from fundapp.core import clock
from fundapp.core.db import db
from tests.visitor import MOST_QUERIES, statements

COUNTED = "UPDATE api_token"


class Program(FlaskClient):
    """A client with a key. `statements` holds what the last request asked of the database."""

    statements: list[str]
    key: str = ""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Send a request with the key in its header; nothing but the key's own count may be written."""
        db.session.commit()
        options.setdefault("buffered", True)
        if self.key:
            options["headers"] = {"Authorization": f"Bearer {self.key}", **dict(options.get("headers") or {})}
        with statements() as seen:
            response: TestResponse = Context().run(super().open, *args, **options)
        self.statements = seen
        db.session.expire_all()
        written = [one for one in seen if one.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
        assert all(one.startswith(COUNTED) for one in written), written
        assert len(seen) <= MOST_QUERIES, "\n".join(seen)
        return response


def program(app: Flask, key: str = "") -> Program:
    """Give a program with this key, or without one."""
    made = Program(app, app.response_class)
    made.key = key
    return made


def with_key(app: Flask, fund: Any, maker: Any, *wanted: Scope, days: int = 30) -> Program:
    """Make a key in somebody's name, and give a program that has it."""
    at = clock.now()
    until = (at + timedelta(days=days)).date()
    _row, key = keys.make(fund, name="website", wanted=list(wanted), until=until, actor=maker, at=at)
    return program(app, key)
