"""One's own pages: what wants attention first, where a proposal stands, how long it usually takes."""

from datetime import timedelta

import pytest

from fundapp.applications import own_lists, service, usual
from fundapp.applications.models import ApplicationState
from fundapp.core import clock
from fundapp.rounds.models import RoundState
from tests.factories import make_application, make_cast, make_round

S = ApplicationState
NOW = clock.now()


@pytest.fixture
def cast(session):
    return make_cast()


def a_call(cast, *, closes_in=5, **values):
    return make_round(
        cast.fund, budget_cents=500_000, opens_at=NOW - timedelta(days=90),
        closes_at=clock.now() + timedelta(days=closes_in), **values,
    )  # fmt: skip


# --- the list ------------------------------------------------------------------------


def test_list_begins_with_the_first_deadline(cast):
    late, soon, over = a_call(cast), a_call(cast, closes_in=1), a_call(cast, closes_in=-1)
    drafts = [make_application(one, cast.ana, state=S.DRAFT) for one in (late, soon, over)]
    sent = make_application(late, cast.ana)
    declined = make_application(over, cast.ana, state=S.DECLINED)

    to_write, under_way = own_lists.present(cast.ana, NOW)

    assert [line.row.id for line in to_write] == [drafts[1].id, drafts[0].id, drafts[2].id]
    assert [line.is_open for line in to_write] == [True, True, False]
    assert [line.row.id for line in under_way] == [sent.id]
    assert [row.id for row in own_lists.over(cast.ana)] == [declined.id]
    assert own_lists.present(cast.ben, NOW) == ([], [])


def test_list_tells_what_is_missing_and_what_is_not_sent(cast):
    call = a_call(cast)
    draft = make_application(call, cast.ana, state=S.DRAFT)
    service.save(draft, {"abstract": None}, {"abstract": 1}, actor=cast.ana, at=NOW)
    sent = make_application(call, cast.ana, state=S.DRAFT)
    service.submit(sent, actor=cast.ana, at=clock.now())
    assert [line.is_unsent for line in own_lists.present(cast.ana, NOW)[1]] == [False]
    service.save(sent, {"abstract": "New."}, {"abstract": 1}, actor=cast.ana, at=NOW)

    to_write, under_way = own_lists.present(cast.ana, NOW)

    assert [line.missing for line in to_write] == [1]
    assert [line.is_unsent for line in under_way] == [True]


def test_list_page_in_parts_and_empty(client, cast):
    client.sign_in(cast.ana)
    assert "No proposals yet." in client.get("/proposals").text
    call = a_call(cast)
    for state in (S.DRAFT, S.SUBMITTED, S.DECLINED):
        make_application(call, cast.ana, state=state, title=f"The {state.value} one")

    page = client.get("/proposals").text

    places = [page.index(f"The {state} one") for state in ("draft", "submitted", "declined")]
    assert places == sorted(places)
    assert "Complete, ready to send" in page


def test_list_costs_the_same_for_one_and_many(client, cast):
    client.sign_in(cast.ana)
    call = a_call(cast)
    make_application(call, cast.ana, state=S.DRAFT)
    client.get("/proposals")
    few = len(client.statements)
    for state in (S.DRAFT, S.SUBMITTED, S.DECLINED) * 8:
        make_application(call, cast.ana, state=state)

    client.get("/proposals")

    assert len(client.statements) == few


# --- usual times -----------------------------------------------------------------------


def decided(cast, *days, state=RoundState.RELEASED, **values):
    call = a_call(cast, closes_in=-60, state=state, **values)
    for number in days:
        make_application(call, state=S.DECLINED).state_at = call.stage.closes_at + timedelta(days=number)
    return call


def test_usual_times_are_median_and_ninetieth_percentile(cast):
    decided(cast, 10, 20, 30, 40, 50, 60)
    decided(cast, 70, 80, 90, 100)

    assert usual.times(cast.fund.id) == usual.Usual(median=55, ninetieth=90, proposals=10, rounds=2)


def test_usual_times_are_left_out_where_they_say_nothing(cast):
    decided(cast, 10, 20, 30, 40)
    decided(cast, 10, 20, 30, state=RoundState.DECIDING)
    decided(cast, 10, 20, 30, is_trial=True)

    assert usual.times(cast.fund.id) is None


# --- where it stands ---------------------------------------------------------------------


def test_page_says_where_it_stands_in_plain_words(client, cast):
    decided(cast, 10, 20, 30, 40, 50, 60)
    call = a_call(cast, closes_in=-1, state=RoundState.REVIEWING)
    own = make_application(call, cast.ana, state=S.IN_REVIEW)
    client.sign_in(cast.ana)

    page = client.get(f"/proposals/{own.id}").text

    assert "People who know the field are reading your proposal" in page
    assert "half of 6 proposals had their decision within 35 days" in page
    assert f"/proposals/{own.id}/people" in page
    assert f"/proposals/{own.id}/proposal.pdf?version=1" in page


@pytest.mark.parametrize("state", [state for state in S if state is not S.DRAFT])
def test_every_state_has_a_sentence(client, cast, state):
    own = make_application(a_call(cast), cast.ana, state=state)
    client.sign_in(cast.ana)

    assert client.get(f"/proposals/{own.id}").status_code == 200
