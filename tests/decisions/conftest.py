"""The scene of the services: everybody, a round being decided, two applications."""

import pytest
from flask import Flask

from fundapp.funds.models import Regime
from fundapp.rounds.models import RoundState
from tests.decisions.panel import Panel, make_panel
from tests.decisions.scene import A, Scene
from tests.decisions.told import Told, tell
from tests.factories import make_application, make_cast, make_round


@pytest.fixture
def scene(app: Flask) -> Scene:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.DECIDING)
    ana, ben = (make_application(round, owner, state=A.IN_REVIEW) for owner in (cast.ana, cast.ben))
    return Scene(cast, round, ana, ben)


@pytest.fixture
def panel(app: Flask) -> Panel:
    return make_panel()


@pytest.fixture
def told(app: Flask) -> Told:
    """Tell a refusal under public law."""
    return tell(Regime.AWB)
