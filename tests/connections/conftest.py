"""The cast of connections, and a server that hears."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from fundapp.connections import hooks
from fundapp.connections.events import EVENTS
from fundapp.connections.models import Webhook
from fundapp.core.db import db
from tests.connections.receivers import Receiver, receiving
from tests.factories import NOW, Cast, make_cast


@pytest.fixture
def cast(app: Flask) -> Cast:
    return make_cast()


@pytest.fixture
def receiver(app: Flask) -> Iterator[Receiver]:
    """A server on this machine that the settings of the app allow."""
    with receiving() as made:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], webhooks_allow=made.setting)
        yield made


@pytest.fixture
def settings(app: Flask, receiver: Receiver) -> Any:
    return app.config["SETTINGS"]


@pytest.fixture
def hook(cast: Cast, receiver: Receiver, settings: Any) -> tuple[Webhook, str]:
    """An address of Sol's that hears of everything, with its secret."""
    made = hooks.add(
        cast.fund, url=receiver.url, events_wanted=list(EVENTS), settings=settings, actor=cast.sol, at=NOW
    )
    db.session.commit()
    return made
