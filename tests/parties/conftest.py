"""A fund with a round in review and one proposal, and its manager at the keyboard."""

import pytest

from fundapp.rounds.models import RoundState
from tests.factories import make_application, make_cast, make_round


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund, state=RoundState.REVIEWING)


@pytest.fixture
def asked(call, cast):
    return make_application(call, cast.ana, title="Tide tables")


@pytest.fixture
def sol(client, cast):
    client.sign_in(cast.sol)
    return client
