"""Conditions: two people where it matters, drawn by a lot nobody knows, settled where they differ."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from fundapp.accounts.models import RoleName
from fundapp.applications import check_lists, conditions, eligibility, knockouts, questions, service
from fundapp.applications.check_lists import Queue
from fundapp.applications.knockouts import Verdict
from fundapp.applications.models import ApplicationState, Knockout, Screening, Stand
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.rounds import clones
from fundapp.rounds.models import RoundState
from tests.applications.checking import ITEMS, check, list_of
from tests.factories import NOW, give_role, make_application, make_cast, make_conflict, make_round, make_user

S = ApplicationState


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1))


@pytest.fixture
def checklist(call, cast):
    return list_of(call, cast)


@pytest.fixture
def own(cast, call, checklist):
    return make_application(call, cast.ana)


@pytest.fixture
def third(cast):
    user = make_user("Tim Terpstra")
    give_role(user, cast.fund, RoleName.MANAGER)
    return user


# --- the list --------------------------------------------------------------------------


def test_library_has_the_conditions_most_calls_set():
    keys = [item["key"] for item in conditions.library()]

    assert keys == [
        "complete", "scope", "open_licence", "digital_commons", "european_dimension", "amount", "not_funded",
    ]  # fmt: skip
    assert all(
        item["label"]["nl"] and item["help"]["nl"] and item["help"]["en"] for item in conditions.library()
    )


def test_new_condition_gets_a_key_of_its_own(cast, call):
    label = {"en": "Open licence!", "nl": "Open licentie"}
    found = conditions.adopt(
        call, [{"label": label}, {"label": label}], second_look_percent=10, actor=cast.sol, at=NOW
    )

    assert [item["key"] for item in found.items] == ["open_licence", "open_licence_2"]


@pytest.mark.parametrize(
    ("items", "said"), [([], "at least one"), ([{"label": {"en": "Only English"}}], "both languages")]
)
def test_bad_list_is_refused(cast, call, items, said):
    with pytest.raises(Refusal, match=said):
        conditions.adopt(call, items, second_look_percent=10, actor=cast.sol, at=NOW)


def test_list_is_fixed_once_somebody_checked(cast, own):
    check(own, cast.sol)
    mended = [ITEMS[0] | {"help": {"en": "New words.", "nl": "Nieuwe woorden."}}, ITEMS[1]]

    conditions.adopt(own.round, mended, second_look_percent=0, actor=cast.sol, at=NOW)

    for items, percent in ((ITEMS[:1], 0), (ITEMS, 50)):
        with pytest.raises(Refusal, match="only the texts"):
            conditions.adopt(own.round, items, second_look_percent=percent, actor=cast.sol, at=NOW)
    assert conditions.of_round(own.round_id).items[0]["help"]["en"] == "New words."


def test_cloned_round_sets_the_same_conditions_with_another_lot(cast, call, checklist):
    made = clones.clone(
        call, slug="next", name={"en": "Next", "nl": "Volgende"}, opens_at=NOW + timedelta(days=7),
        actor=cast.sol, at=NOW,
    )  # fmt: skip

    found = conditions.of_round(made.id)
    assert (found.items, found.second_look_percent) == (checklist.items, checklist.second_look_percent)
    assert found.seed != checklist.seed


# --- looking ---------------------------------------------------------------------------


def test_one_look_is_enough_where_all_is_met(cast, own):
    assert check(own, cast.sol).stand is Stand.PASSED


def test_each_refusal_gets_a_second_look(cast, own):
    assert check(own, cast.sol, scope=False).stand is Stand.SECOND
    assert knockouts.turn(own, cast.max) == 2

    assert check(own, cast.max, scope=False).stand is Stand.REFUSED


def test_second_look_that_sees_it_differently_has_to_be_settled(cast, own, third):
    check(own, cast.sol, scope=False)

    assert check(own, cast.max).stand is Stand.APART
    assert (
        knockouts.rule(own, "scope", Verdict(True, "It is within."), actor=third, at=NOW).stand
        is Stand.PASSED
    )


def test_nobody_wins_a_difference_by_their_own_word(cast, own):
    check(own, cast.sol, scope=False)
    check(own, cast.max)

    with pytest.raises(Refusal, match="said so yourself"):
        knockouts.rule(own, "scope", Verdict(False, "It is not."), actor=cast.sol, at=NOW)
    with pytest.raises(Refusal, match="said so yourself"):
        knockouts.rule(own, "scope", Verdict(True, "It is."), actor=cast.max, at=NOW)

    found = knockouts.rule(own, "scope", Verdict(True, "Max is right."), actor=cast.sol, at=NOW)
    assert found.stand is Stand.PASSED


def test_only_a_difference_is_settled(cast, own, third):
    check(own, cast.sol, scope=False)
    check(own, cast.max, scope=False)

    for key in ("complete", "scope", "nothing"):
        with pytest.raises(MoveRefused):
            knockouts.rule(own, key, Verdict(True, "So."), actor=third, at=NOW)


def test_first_looker_never_gives_the_second_look(cast, own):
    check(own, cast.sol, scope=False)

    assert knockouts.turn(own, cast.sol) == 1  # to correct it, as long as nobody else looked
    check(own, cast.max, scope=False)
    assert knockouts.turn(own, cast.sol) is None


def test_first_looker_may_correct_before_anybody_else_looked(cast, own):
    check(own, cast.sol, scope=False)

    assert check(own, cast.sol).stand is Stand.PASSED
    assert db.session.query(Knockout).count() == 2


def test_late_first_look_is_told_that_somebody_was_quicker(cast, own):
    check(own, cast.sol)

    with pytest.raises(ChangedMeanwhile):
        check(own, cast.max, expected=1)


def test_refusal_has_a_reason_and_every_condition_an_answer(cast, own):
    for verdicts in (
        {"complete": Verdict(True)},
        {"complete": Verdict(True), "scope": Verdict(False, " ")},
    ):
        with pytest.raises(Refusal):
            knockouts.look(own, verdicts, expected=1, actor=cast.sol, at=NOW)


@pytest.mark.parametrize("name", ["ana", "rhea", "fin", "aud"])
def test_only_the_office_checks(cast, own, name):
    user = getattr(cast, name)

    assert knockouts.turn(own, user) is None
    with pytest.raises(MoveRefused):
        check(own, user, expected=1)


def test_barred_manager_does_not_check(cast, own):
    make_conflict(own, cast.max)

    assert knockouts.turn(own, cast.max) is None


def test_database_keeps_two_looks_of_two_people(cast, own):
    check(own, cast.sol, scope=False)
    db.session.add(
        Knockout(
            application_id=own.id, fund_id=own.fund_id, key="scope", look=2, by_id=cast.sol.id, passed=True,
            reason="", at=NOW,
        )
    )  # fmt: skip

    with pytest.raises(IntegrityError):
        db.session.flush()


def test_database_keeps_a_refusal_twice(cast, own):
    check(own, cast.sol, scope=False)
    db.session.flush()

    with pytest.raises(IntegrityError):
        db.session.execute(Screening.__table__.update().values(stand="refused"))


# --- the lot ---------------------------------------------------------------------------


def test_lot_is_the_same_for_ever_and_close_to_its_share(cast, checklist):
    checklist.second_look_percent, checklist.seed = 20, "a seed"
    drawn = [id for id in range(1, 5001) if knockouts.is_drawn(checklist, id)]

    assert drawn == [id for id in range(1, 5001) if knockouts.is_drawn(checklist, id)]
    assert 900 < len(drawn) < 1100
    checklist.seed = "another seed"
    assert drawn != [id for id in range(1, 5001) if knockouts.is_drawn(checklist, id)]


@pytest.mark.parametrize(("percent", "share"), [(0, 0), (100, 300)])
def test_lot_knows_its_ends(checklist, percent, share):
    checklist.second_look_percent = percent

    assert sum(knockouts.is_drawn(checklist, id) for id in range(300)) == share


def test_drawn_application_that_passed_is_looked_at_again(cast, call):
    list_of(call, cast, percent=100)
    own = make_application(call, cast.ana)

    assert check(own, cast.sol).stand is Stand.SECOND
    assert check(own, cast.max).stand is Stand.PASSED


def test_every_round_has_a_seed_of_its_own(cast, checklist):
    other = list_of(make_round(cast.fund), cast)

    assert checklist.seed != other.seed


# --- what depends on it ------------------------------------------------------------------


def test_only_what_meets_the_conditions_goes_into_review(cast, own):
    with pytest.raises(Refusal, match="Check the conditions"):
        service.admit(own, actor=cast.sol, at=NOW)
    check(own, cast.sol)

    service.admit(own, actor=cast.sol, at=NOW)

    assert own.state is S.IN_REVIEW


def test_refused_application_stays_out_of_review(cast, own):
    check(own, cast.sol, scope=False)
    check(own, cast.max, scope=False)

    with pytest.raises(Refusal, match="does not meet"):
        service.admit(own, actor=cast.sol, at=NOW)


def test_admit_all_leaves_what_is_not_checked(cast, call, own):
    other = make_application(call, cast.ben)
    check(own, cast.sol)

    assert service.admit_all(call, actor=cast.sol, at=NOW) == 1
    assert (own.state, other.state) == (S.IN_REVIEW, S.SUBMITTED)


def test_round_without_a_list_asks_nothing(cast, call):
    own = make_application(call, cast.ana)

    service.admit(own, actor=cast.sol, at=NOW)
    eligibility.check_refusal(own)


def test_refusal_is_proposed_after_two_people_found_it(cast, own):
    check(own, cast.sol, scope=False)
    with pytest.raises(Refusal, match="Two people"):
        eligibility.check_refusal(own)
    check(own, cast.max, scope=False)

    eligibility.check_refusal(own)
    assert eligibility.reasons(own) == [("scope", "Not scope.")]


def test_what_was_not_completed_in_time_may_be_refused(cast, own):
    questions.ask_completion(
        own, body="More.", unlocks=[], due_at=NOW + timedelta(days=1), actor=cast.sol, at=NOW
    )
    questions.expire(NOW + timedelta(days=2))

    eligibility.check_refusal(own)


# --- the queue -------------------------------------------------------------------------


def test_queue_shows_each_person_what_waits_for_them(cast, call, checklist):
    first, second, third = (make_application(call, cast.ana) for _ in range(3))
    check(second, cast.sol, scope=False)
    check(third, cast.sol)

    def ids(user, queue):
        return [row.id for row in check_lists.rows(user, call.id, queue)]

    assert ids(cast.sol, Queue.YOURS) == [first.id]
    assert ids(cast.max, Queue.YOURS) == [first.id, second.id]
    assert ids(cast.sol, Queue.COLLEAGUE) == [second.id]
    assert ids(cast.max, Queue.PASSED) == [third.id]
    assert check_lists.counts(cast.max, call.id) == {
        Queue.YOURS: 2, Queue.COLLEAGUE: 0, Queue.APART: 0, Queue.PASSED: 1, Queue.REFUSED: 0, Queue.TOLD: 0,
    }  # fmt: skip


def test_queue_leaves_out_what_a_tie_bars(cast, call, checklist):
    own = make_application(call, cast.ana)
    make_conflict(own, cast.max)

    assert check_lists.rows(cast.max, call.id, Queue.YOURS) == []
    assert check_lists.counts(cast.max, call.id)[Queue.YOURS] == 0


def test_decided_is_not_told(cast, call, checklist):
    refused = make_application(call, cast.ana)
    told = make_application(call, cast.ana, state=S.INELIGIBLE)
    check(refused, cast.sol, scope=False)
    check(refused, cast.max, scope=False)

    assert [row.id for row in check_lists.rows(cast.sol, call.id, Queue.REFUSED)] == [refused.id]
    assert [row.id for row in check_lists.rows(cast.sol, call.id, Queue.TOLD)] == [told.id]


def test_neighbours_walk_through_what_waits(cast, call, checklist):
    first, second, third = (make_application(call, cast.ana) for _ in range(3))

    near = check_lists.neighbours(cast.sol, second)

    assert (near.before, near.after) == (first.id, third.id)
    assert check_lists.neighbours(cast.sol, third).after is None


def test_queue_goes_on_page_by_page(cast, call, checklist, monkeypatch):
    monkeypatch.setattr(check_lists, "PAGE", 2)
    ids = [make_application(call, cast.ana).id for _ in range(4)]

    page = check_lists.rows(cast.sol, call.id, Queue.YOURS)
    rest = check_lists.rows(cast.sol, call.id, Queue.YOURS, after=page[1].id)

    assert [row.id for row in page] == ids[:3]
    assert [row.id for row in rest] == ids[2:]
