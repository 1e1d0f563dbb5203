"""The front page of an installation with many funds stays a page: the first calls, and the way to all."""

from sqlalchemy.orm import Session

from fundapp.public.views.pages import MOST_ON_FRONT
from tests.factories import make_fund, make_round
from tests.visitor import Visitor


def test_the_front_page_shows_the_first_calls_and_counts_the_rest(client: Visitor, session: Session) -> None:
    fund = make_fund("commons", received_cents=1_000_000_00)
    for number in range(MOST_ON_FRONT + 3):
        make_round(fund, slug=f"call-{number}")
    session.flush()

    front, calls = client.get("/").text, client.get("/calls").text

    assert front.count('href="/calls/commons/call-') == MOST_ON_FRONT
    assert "3 more open calls" in front
    assert all(f"/calls/commons/call-{number}" in calls for number in range(MOST_ON_FRONT + 3))
