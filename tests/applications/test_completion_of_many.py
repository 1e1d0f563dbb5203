"""Asking many applicants at once for what is missing: shown first, held back, taken back without a trace."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from fundapp.applications import questions, steps, undoing
from fundapp.applications.models import ApplicationState, StepKind, Thread, ThreadState
from fundapp.applications.steps import Asked, Doing
from fundapp.applications.threads import keep_draft
from fundapp.core import clock, mail
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import Refusal
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_application, make_cast, make_round

S, K = ApplicationState, StepKind
SOON = NOW + timedelta(minutes=3)
DUE = (NOW + timedelta(days=14)).date()
DOING = Doing(K.COMPLETION, asked=Asked("Please send the budget.", ("amount",), DUE))


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1))


@pytest.fixture
def two(cast, call):
    return [make_application(call, cast.ana, title="One"), make_application(call, cast.ben, title="Two")]


def ask(cast, rows, doing=DOING):
    step = steps.take(doing, [row.id for row in rows], actor=cast.sol, at=NOW)
    db.session.flush()
    return step


def threads():
    return list(db.session.scalars(select(Thread).order_by(Thread.id)))


def mails():
    return list(db.session.scalars(select(Outbox).where(Outbox.name == "question-asked")))


def test_plan_leaves_alone_what_is_not_waiting(cast, call, two):
    asked = make_application(call, cast.ana, title="Asked")
    questions.ask_completion(
        asked, body="x", unlocks=(), due_at=NOW + timedelta(days=2), actor=cast.sol, at=NOW
    )
    read = make_application(call, cast.ana, title="Read", state=S.IN_REVIEW)

    plan = steps.plan(Doing(K.COMPLETION), [row.id for row in (*two, asked, read)], actor=cast.sol, at=NOW)

    assert {row.title for row in plan.done} == {"One", "Two"}
    assert {row.title: why for row, why in plan.skipped} == {
        "Asked": "It was asked to complete the proposal already.",
        "Read": "It does not wait to be taken into review.",
    }


def test_each_is_asked_and_its_clock_stops(cast, two):
    ask(cast, two)

    assert [row.state for row in two] == [S.INCOMPLETE, S.INCOMPLETE]
    assert [row.clock_stopped_at for row in two] == [NOW, NOW]
    assert [(one.unlocks, one.messages[0].body) for one in threads()] == [
        (["amount"], "Please send the budget.")
    ] * 2
    assert {one.due_at for one in threads()} == {questions.end_of(DUE, cast.fund.zone)}


def test_mail_waits_until_it_can_no_longer_be_taken_back(cast, two):
    step = ask(cast, two)

    assert {row.user_id for row in mails()} == {cast.ana.id, cast.ben.id}
    assert {row.not_before_at for row in mails()} == {step.undo_until_at}


def test_taking_back_tells_nobody_and_gives_the_clock_its_time_again(cast, two):
    step = ask(cast, two)

    kept = undoing.undo(step, actor=cast.sol, at=SOON)

    assert (kept, [row.state for row in two], mails()) == ([], [S.SUBMITTED, S.SUBMITTED], [])
    assert [(row.clock_stopped_at, row.clock_stopped_s) for row in two] == [(None, 0), (None, 0)]
    assert {one.state for one in threads()} == {ThreadState.CLOSED}


def test_what_an_applicant_began_to_answer_stays_asked(cast, two):
    step = ask(cast, two)
    first = next(one for one in threads() if one.application_id == two[0].id)
    keep_draft(first, "Here it is", actor=cast.ana, at=SOON)
    db.session.flush()

    kept = undoing.undo(step, actor=cast.sol, at=SOON)

    assert (kept, two[0].state, two[1].state) == ([two[0]], S.INCOMPLETE, S.SUBMITTED)
    assert [row.user_id for row in mails()] == [cast.ana.id]


def test_answer_that_a_form_does_not_ask_is_not_opened(cast, two):
    doing = Doing(K.COMPLETION, asked=Asked("x", ("nothing",), DUE))

    with pytest.raises(Refusal):
        ask(cast, two, doing)
    assert threads() == []


def test_mail_under_way_is_neither_held_nor_thrown_away(cast, two):
    ask(cast, two)
    row = mails()[0]
    row.state = mail.Posted.SENDING
    db.session.flush()

    mail.take_back("message:")

    assert [one.id for one in mails()] == [row.id]


# --- pages -------------------------------------------------------------------------------


@pytest.fixture
def sol(client, cast):
    client.sign_in(cast.sol)
    return client


def sent(two, **values):
    due = (clock.now() + timedelta(days=20)).date().isoformat()
    picks = {"pick": [str(row.id) for row in two]}
    return {"once": "k", "do": "completion", "body": "Send it.", "due_on": due, **picks, **values}


def test_page_asks_what_is_missing_and_shows_to_whom(sol, two):
    page = sol.post("/office/applications/steps", data={"do": "completion", "pick": [row.id for row in two]})

    assert page.status_code == 200
    for told in ("The term for deciding stands still", "One", "Two", 'name="unlocks"', "goes out after that"):
        assert told in page.text


def test_page_asks_all_and_offers_to_take_it_back(sol, two):
    done = sol.post("/office/applications/steps/take", data=sent(two, unlocks=["amount"]))
    page = sol.get(done.headers["Location"])

    assert (done.status_code, two[0].state) == (302, S.INCOMPLETE)
    assert ("Asked for what is missing" in page.text, "Take it back" in page.text) == (True, True)


@pytest.mark.parametrize(
    ("values", "message"),
    [({"body": " "}, "Fill this in."), ({"due_on": "2020-01-01"}, "The date has to be in the future.")],
)
def test_page_keeps_what_was_typed_and_says_what_is_wrong(sol, two, values, message):
    page = sol.post("/office/applications/steps/take", data=sent(two, **{"unlocks": ["amount"], **values}))

    assert (page.status_code, two[0].state) == (422, S.SUBMITTED)
    assert message in page.text
    assert 'value="amount" checked' in page.text or "checked" in page.text
