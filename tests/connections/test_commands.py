"""The commands about other programs."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fundapp import create_app
from fundapp.config import Settings
from fundapp.connections import hooks, keys
from fundapp.core import clock
from fundapp.core.db import db
from tests.command import Run
from tests.databases import let_go
from tests.factories import make_cast


@pytest.fixture
def slug(environment: dict[str, str]) -> str:
    """A fund with two keys, and an address with one message on its way."""
    options = Settings.load(Path(environment["FUNDAPP_INSTANCE"]), environment)
    app, at = create_app(options), clock.now()
    with app.app_context():
        cast = make_cast()
        until = (at + timedelta(days=9)).date()
        for name in ("Website", "Books"):
            keys.make(cast.fund, name=name, wanted=["calls:read"], until=until, actor=cast.sol, at=at)
        given = {"url": "https://example.org/hooks", "events_wanted": ["gift.received"], "settings": options}
        hook, _secret = hooks.add(cast.fund, **given, actor=cast.sol, at=at)
        hooks.ping(hook, actor=cast.sol, at=at)
        hooks.pause(hook, "hand", actor=cast.sol, at=at)
        db.session.commit()
        found = str(cast.fund.slug)
    let_go(app)
    return found


def cells(result: Any) -> list[list[str]]:
    return [line.split("\t") for line in result.stdout.splitlines()]


def test_keys_are_listed_and_ended(run: Run, slug: str) -> None:
    listed = cells(run("tokens", "list", "--fund", slug))
    ended, twice = run("tokens", "revoke", listed[0][0]), run("tokens", "revoke", listed[0][0])

    assert [row[1:3] + row[4:5] + row[-1:] for row in listed] == [
        [slug, "Website", "calls:read", "live"],
        [slug, "Books", "calls:read", "live"],
    ]
    assert (ended.exit_code, twice.exit_code) == (0, 1)
    assert [row[-1] for row in cells(run("tokens", "list"))] == ["revoked", "live"]
    assert run("tokens", "revoke", "77").exit_code == 1
    assert run("tokens", "list", "--fund", "none").exit_code == 1


def test_addresses_and_deliveries_are_listed_and_go_again(run: Run, slug: str) -> None:
    addresses, each = cells(run("webhooks", "list")), cells(run("webhooks", "list", "--deliveries"))
    again = run("webhooks", "retry", each[0][0])

    assert [row[1:] for row in addresses] == [[slug, "paused", "1", "0", "https://example.org/hooks"]]
    assert [row[1:4] for row in each] == [["ping", "queued", "0"]]
    assert again.exit_code == 0
    assert cells(run("webhooks", "list", "--state", "failed")) == []
    assert run("webhooks", "retry", "msg_none").exit_code == 1
