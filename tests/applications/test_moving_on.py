"""Applications that go on elsewhere: deferred to a later call, joined with another, taken up again."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fundapp.applications import deferral, joining, likenesses, questions, service
from fundapp.applications.models import (
    Access,
    Application,
    ApplicationState,
    Capacity,
    Level,
    LikenessState,
    ThreadState,
)
from fundapp.applications.questions import Question
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.reviews.models import ReviewState
from fundapp.rounds.models import RoundState
from tests.factories import (
    FORM,
    NOW,
    make_application,
    make_cast,
    make_conflict,
    make_form,
    make_fund,
    make_review,
    make_round,
)

S = ApplicationState


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1))


@pytest.fixture
def later(cast, call):
    return make_round(
        cast.fund, closes_at=NOW + timedelta(days=60), form=call.stage.form, budget_cents=500_000
    )


@pytest.fixture
def own(cast, call):
    return make_application(call, cast.ana, state=S.IN_REVIEW)


def mails(name):
    return list(db.session.scalars(select(Outbox).where(Outbox.name == name).order_by(Outbox.id)))


def defer(own, later, cast):
    made = deferral.defer(own, later, reason="No answer in time.", actor=cast.sol, at=NOW)
    db.session.flush()
    return made


# --- deferral ----------------------------------------------------------------------------


def test_successor_stands_in_the_later_call(cast, own, later):
    made = defer(own, later, cast)

    assert (own.state, made.state) == (S.DEFERRED, S.SUBMITTED)
    assert (made.round_id, made.previous_id, made.code != own.code) == (later.id, own.id, True)
    assert made.current.answers == own.current.answers
    assert (made.title, made.requested_cents) == (own.title, own.requested_cents)
    assert service.queries.own_application(cast.ana, made.id) is made
    assert deferral.successor(own.id) is made
    assert "No answer in time." in mails("application-deferred")[0].body_text


def test_people_go_along(cast, own, later):
    service.let_in(own, cast.ben, Capacity.PARTNER, Level.READ, actor=cast.ana, at=NOW)

    made = defer(own, later, cast)

    found = {(row.user_id, row.capacity, row.level) for row in db.session.scalars(
        select(Access).where(Access.application_id == made.id))}  # fmt: skip
    assert found == {
        (cast.ana.id, Capacity.OWNER, Level.WRITE), (cast.ben.id, Capacity.PARTNER, Level.READ)
    }  # fmt: skip


def test_call_that_asks_more_gets_a_draft(cast, own):
    more = {"key": "plan", "type": "long", "label": {"en": "Plan", "nl": "Plan"}, "required": True}
    section = FORM["sections"][0]
    form = make_form()
    form.definition = FORM | {"sections": [section | {"fields": [*section["fields"], more]}]}
    later = make_round(cast.fund, closes_at=NOW + timedelta(days=60), form=form)

    made = defer(own, later, cast)

    assert (made.state, made.code, made.version_number) == (S.DRAFT, None, 0)
    assert {answer.field for answer in made.answers} == {"title", "abstract", "amount"}
    assert "complete it and send it" in mails("application-deferred")[0].body_text


def test_reviews_and_questions_are_let_go(cast, own, later):
    review = make_review(own, cast.rhea)
    (thread,) = questions.ask(
        own, [Question("Who?", "Who?")], due_at=NOW + timedelta(days=1), actor=cast.sol, at=NOW
    )

    defer(own, later, cast)

    assert (review.state, thread.state) == (ReviewState.RELEASED, ThreadState.CLOSED)


def test_only_calls_that_still_take_proposals_are_offered(cast, own, later):
    small = {"budget_cents": 500_000}
    make_round(cast.fund, state=RoundState.DRAFT)
    make_round(cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=3), **small)
    make_round(make_fund())
    make_round(cast.fund, is_trial=True, **small)
    rolling = make_round(cast.fund, closes_at=None, **small)

    assert [round.id for round in deferral.next_rounds(own, NOW)] == [later.id, rolling.id]
    with pytest.raises(Refusal, match="still takes"):
        defer(own, own.round, cast)


def test_deferral_has_a_reason(cast, own, later):
    with pytest.raises(MoveRefused, match="reason"):
        deferral.defer(own, later, reason=" ", actor=cast.sol, at=NOW)


# --- joining -----------------------------------------------------------------------------


def merge(source, target, cast, *, lets_read=False):
    joining.merge(source, target, lets_read=lets_read, actor=cast.sol, at=NOW)
    db.session.flush()


def test_joined_application_stops_and_points_to_the_other(cast, call, own):
    other = make_application(call, cast.ben)
    review = make_review(own, cast.rhea)

    merge(own, other, cast)

    assert (own.state, own.merged_into_id, other.state) == (S.MERGED, other.id, S.SUBMITTED)
    assert review.state is ReviewState.RELEASED
    assert [one.id for one in joining.joined_with(cast.sol, other)] == [own.id]


def test_mail_names_the_other_only_to_who_may_read_it(cast, call, own):
    other = make_application(call, cast.ben, title="Bens secret")

    merge(own, other, cast)

    (mail,) = mails("application-merged")
    assert mail.user_id == cast.ana.id
    assert "Bens secret" not in mail.body_text
    assert service.queries.own_application(cast.ana, other.id) is None


def test_applicants_may_be_let_in_as_readers(cast, call, own):
    other = make_application(call, cast.ben, title="Bens project")

    merge(own, other, cast, lets_read=True)

    access = service.queries.live_access(other.id, cast.ana.id, Capacity.PARTNER)
    assert access.level is Level.READ
    assert "Bens project" in mails("application-merged")[0].body_text


def test_chain_ends_at_what_goes_on(cast, call, own):
    second, third = make_application(call, cast.ben), make_application(call, cast.ben)

    merge(own, second, cast)
    merge(second, third, cast)
    db.session.expire_all()

    assert own.merged_into_id == second.merged_into_id == third.id


def test_likeness_is_settled_with_it(cast, call, own):
    other = make_application(call, cast.ben)
    alike = likenesses.pair(own, other, at=NOW)

    merge(own, other, cast)

    assert (alike.state, alike.settled_by) == (LikenessState.JOINED, cast.sol.id)


def test_target_is_under_way_in_the_same_fund(cast, call, own):
    elsewhere = make_application(make_round(make_fund()), cast.ben)
    over = make_application(call, cast.ben, state=S.DECLINED)

    for target in (elsewhere, over, own):
        with pytest.raises(Refusal, match="under way"):
            merge(own, target, cast)


def test_who_may_not_handle_the_target_does_not_join(cast, call, own):
    other = make_application(call, cast.ben)
    make_conflict(other, cast.sol)

    with pytest.raises(MoveRefused):
        merge(own, other, cast)


def test_database_keeps_joined_ones_within_a_fund(cast, own):
    elsewhere = make_application(make_round(make_fund()), cast.ben)
    table = Application.__table__

    with pytest.raises(IntegrityError):
        db.session.execute(
            table.update().where(table.c.id == own.id).values(state="merged", merged_into_id=elsewhere.id)
        )


# --- taken up again ------------------------------------------------------------------------


@pytest.mark.parametrize("state", [S.DECLINED, S.INELIGIBLE])
def test_objection_that_was_right_brings_it_back(cast, call, state):
    over = make_application(call, cast.ana, state=state)

    deferral.overturn(over, reason="The objection is right.", actor=cast.sol, at=NOW)

    assert over.state is S.IN_REVIEW
