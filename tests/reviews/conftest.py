"""The scene of the services: everybody, a round in review, Ana's application."""

import pytest
from flask import Flask

from fundapp.applications.models import ApplicationState
from fundapp.rounds.models import RoundState
from tests.factories import make_application, make_cast, make_round
from tests.reviews.scene import Scene


@pytest.fixture
def scene(app: Flask) -> Scene:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.REVIEWING)
    return Scene(cast, round, make_application(round, cast.ana, state=ApplicationState.IN_REVIEW))
