"""The cast of connections, and a server that hears."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests.connections.receivers import Receiver, receiving
from tests.factories import Cast, make_cast


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
