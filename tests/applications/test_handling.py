"""What the office does with applications: admitted, filed, concluded; who is let in; ties."""

import pytest
from sqlalchemy import select

from fundapp.applications import drafts, queries, service
from fundapp.applications.models import (
    Access,
    ApplicationState,
    Capacity,
    ConflictKind,
    ConflictSource,
    ConflictState,
    Level,
)
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_application, make_cast, make_conflict, make_round

WHOLE = {"title": "Sluiswachter", "abstract": "Opening times of locks.", "amount": 800_000}


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund)


@pytest.fixture
def draft(cast, call):
    return service.start(call, actor=cast.ana, at=NOW)


def revisions(application):
    return {field: answer.revision for field, answer in drafts.answers_of(application.id).items()}


# --- the office -------------------------------------------------------------------


def test_admit_waits_until_the_applicant_can_change_nothing(cast, call):
    own = make_application(call, cast.ana)

    with pytest.raises(Refusal):
        service.admit(own, actor=cast.sol, at=NOW)
    service.admit(own, actor=cast.sol, at=call.stage.closes_at)

    assert own.state is ApplicationState.IN_REVIEW


def test_rolling_call_admits_at_once(cast):
    own = make_application(make_round(cast.fund, closes_at=None), cast.ana)

    service.admit(own, actor=cast.sol, at=NOW)

    assert own.state is ApplicationState.IN_REVIEW


def test_admit_is_not_for_a_barred_manager(cast, call):
    own = make_application(call, cast.ana)
    make_conflict(own, cast.sol)

    with pytest.raises(MoveRefused):
        service.admit(own, actor=cast.sol, at=call.stage.closes_at)


def test_admit_all_leaves_barred_ones_to_somebody_else(cast):
    call = make_round(cast.fund, state=RoundState.REVIEWING, closes_at=NOW)
    free, tied = make_application(call, cast.ana), make_application(call, cast.ben)
    make_conflict(tied, cast.sol)

    assert service.admit_all(call, actor=cast.sol, at=NOW) == 1
    assert service.admit_all(call, actor=cast.max, at=NOW) == 1
    assert {free.state, tied.state} == {ApplicationState.IN_REVIEW}


def test_admit_all_costs_the_same_queries_for_one_and_ten(cast, count_statements):
    counts = []
    for number in (1, 10):
        call = make_round(cast.fund, state=RoundState.REVIEWING, closes_at=NOW, budget_cents=1_000_000)
        for _ in range(number):
            make_application(call, cast.ana)
        db.session.flush()
        db.session.expire_all()
        with count_statements() as seen:
            service.admit_all(call, actor=cast.max, at=NOW)
        counts.append(len([one for one in seen if one.startswith("SELECT")]))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("before", "outcome"),
    [
        (ApplicationState.IN_REVIEW, ApplicationState.AWARDED),
        (ApplicationState.IN_REVIEW, ApplicationState.RESERVE),
        (ApplicationState.IN_REVIEW, ApplicationState.DECLINED),
        (ApplicationState.RESERVE, ApplicationState.AWARDED),
        (ApplicationState.SUBMITTED, ApplicationState.INELIGIBLE),
    ],
)
def test_conclude_brings_the_outcome(cast, call, before, outcome):
    own = make_application(call, cast.ana, state=before)

    service.conclude(own, outcome, actor=cast.sol, at=NOW)

    assert own.state is outcome


def test_conclude_refuses_a_second_outcome(cast, call):
    own = make_application(call, cast.ana, state=ApplicationState.DECLINED)

    with pytest.raises(MoveRefused):
        service.conclude(own, ApplicationState.AWARDED, actor=cast.sol, at=NOW)


def test_file_under_takes_a_theme_of_the_fund(cast, call):
    own = make_application(call, cast.ana)

    service.file_under(own, theme="web", lead=cast.sol, actor=cast.sol, at=NOW)

    assert (own.theme, own.lead_id) == ("web", cast.sol.id)
    with pytest.raises(Refusal):
        service.file_under(own, theme="tools", lead=None, actor=cast.sol, at=NOW)


# --- who is let in; ties -----------------------------------------------------------


def test_let_in_raises_the_level_of_the_same_access(cast, call, session):
    own = make_application(call, cast.ana)

    card = service.let_in(own, cast.rhea, Capacity.REVIEWER, Level.CARD, actor=cast.sol, at=NOW)
    read = service.let_in(own, cast.rhea, Capacity.REVIEWER, Level.READ, actor=cast.sol, at=NOW)

    assert card is read
    assert read.level is Level.READ
    assert queries.seen_application(cast.rhea, own.id) is own


def test_card_shows_nothing(cast, call):
    own = make_application(call, cast.ana)

    service.let_in(own, cast.rhea, Capacity.REVIEWER, Level.CARD, actor=cast.sol, at=NOW)

    assert queries.seen_application(cast.rhea, own.id) is None


def test_shut_out_ends_access_and_can_be_let_in_again(cast, call):
    own = make_application(call, cast.ana)
    service.let_in(own, cast.rhea, Capacity.REVIEWER, Level.READ, actor=cast.sol, at=NOW)

    service.shut_out(own, cast.rhea, Capacity.REVIEWER, actor=cast.sol, at=NOW)
    gone = queries.seen_application(cast.rhea, own.id)
    service.let_in(own, cast.rhea, Capacity.REVIEWER, Level.READ, actor=cast.sol, at=NOW)

    assert gone is None
    assert queries.seen_application(cast.rhea, own.id) is own


@pytest.mark.parametrize("state", [ConflictState.UNSURE, ConflictState.BARRED])
def test_tie_shuts_a_reviewer_out_at_once(cast, call, state):
    own = make_application(call, cast.ana)
    service.let_in(own, cast.rhea, Capacity.REVIEWER, Level.READ, actor=cast.sol, at=NOW)

    service.declare_conflict(own, cast.rhea, state, kind=ConflictKind.FAMILY, actor=cast.rhea, at=NOW)

    assert queries.seen_application(cast.rhea, own.id) is None
    with pytest.raises(Refusal):
        service.let_in(own, cast.rhea, Capacity.REVIEWER, Level.READ, actor=cast.sol, at=NOW)


def test_manager_settles_what_somebody_was_unsure_of(cast, call):
    own = make_application(call, cast.ana)
    tie = service.declare_conflict(own, cast.rhea, ConflictState.UNSURE, actor=cast.rhea, at=NOW)

    service.settle_conflict(tie, ConflictState.CLEAR, note="They met once.", actor=cast.sol, at=NOW)

    assert (tie.state, tie.bars) == (ConflictState.CLEAR, False)


def test_nobody_settles_their_own_tie(cast, call):
    own = make_application(call, cast.ana)
    tie = service.declare_conflict(own, cast.sol, ConflictState.UNSURE, actor=cast.sol, at=NOW)

    with pytest.raises(MoveRefused):
        service.settle_conflict(tie, ConflictState.CLEAR, note="It is nothing.", actor=cast.sol, at=NOW)


def test_unsure_person_cannot_clear_themselves(cast, call):
    own = make_application(call, cast.ana)
    service.declare_conflict(own, cast.rhea, ConflictState.UNSURE, actor=cast.rhea, at=NOW)

    with pytest.raises(MoveRefused):
        service.declare_conflict(own, cast.rhea, ConflictState.CLEAR, actor=cast.rhea, at=NOW)


def test_pinned_tie_stays(cast, call):
    own = service.start(call, actor=cast.rhea, at=NOW)
    tie = queries.conflict_of(own.id, cast.rhea.id)

    with pytest.raises(MoveRefused):
        service.settle_conflict(tie, ConflictState.CLEAR, note="Fine.", actor=cast.sol, at=NOW)


def test_hint_does_not_weaken_what_is_known(cast, call):
    own = make_application(call, cast.ana)
    tie = make_conflict(own, cast.rhea)

    service.declare_conflict(
        own, cast.rhea, ConflictState.HINTED, source=ConflictSource.DETECTED, actor=None, at=NOW
    )

    assert tie.state is ConflictState.BARRED


def test_every_change_leaves_a_line_in_the_log(cast, draft, session):
    service.save(draft, WHOLE, {}, actor=cast.ana, at=NOW)
    service.submit(draft, actor=cast.ana, at=NOW)
    service.withdraw(draft, reason="No.", actor=cast.ana, at=NOW)
    session.flush()

    verbs = session.scalars(
        select(AuditEvent.verb).where(AuditEvent.application_id == draft.id).order_by(AuditEvent.id)
    ).all()

    assert verbs == ["start", "let_in", "pin", "submit", "withdraw"]
    assert session.scalars(select(Access).where(Access.application_id == draft.id)).one().ended_at is None
