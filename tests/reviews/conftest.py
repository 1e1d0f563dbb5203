"""The scene of the services: everybody, a round in review, Ana's application."""

import pytest
from flask import Flask

from fundapp.applications.models import ApplicationState
from fundapp.rounds.models import Round, RoundState
from tests.factories import make_application, make_cast, make_round
from tests.reviews.scene import Scene


@pytest.fixture
def scene(app: Flask) -> Scene:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.REVIEWING)
    return Scene(cast, round, make_application(round, cast.ana, state=ApplicationState.IN_REVIEW))


@pytest.fixture
def round(app: Flask) -> Round:
    """A round in review, with money for one and a half."""
    return make_round(make_cast().fund, state=RoundState.REVIEWING, budget_cents=1_500_000)
