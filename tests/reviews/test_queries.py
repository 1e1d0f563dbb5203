"""Who reads what: independence first, and nothing at all with a tie."""

from dataclasses import dataclass

import pytest
from flask import Flask

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application, ApplicationState, ConflictState
from fundapp.core.db import db
from fundapp.reviews import assign_page, pages, pool, queries, standings
from fundapp.reviews.batches import batch_of
from fundapp.reviews.models import ReviewState
from fundapp.reviews.ranking import Order
from fundapp.rounds.models import Round, RoundState
from tests.factories import (
    NOW,
    Cast,
    give_role,
    make_application,
    make_cast,
    make_conflict,
    make_review,
    make_round,
    make_user,
)


@dataclass
class Scene:
    """Ana's application with a review of Rhea's and one of Rik's that is in."""

    cast: Cast
    round: Round
    application: Application
    rik: User

    def readers(self, user: User) -> list[str]:
        return [told.reviewer for told in queries.reviews_for(user, self.application)]


@pytest.fixture
def scene(app: Flask) -> Scene:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.REVIEWING)
    application = make_application(round, cast.ana, state=ApplicationState.IN_REVIEW)
    rik = make_user("Rik Riem", roles={cast.fund: [RoleName.REVIEWER]})
    make_review(application, rik, state=ReviewState.SUBMITTED, values=[3, 2, 6])
    standings.refresh(application, at=NOW)
    return Scene(cast, round, application, rik)


@pytest.mark.parametrize(
    ("state", "read"),
    [
        (ReviewState.INVITED, ["Rhea Rood"]),
        (ReviewState.ACCEPTED, ["Rhea Rood"]),
        (ReviewState.SUBMITTED, ["Rik Riem", "Rhea Rood"]),
        (ReviewState.DECLINED, []),
        (ReviewState.RELEASED, []),
    ],
)
def test_others_reviews_open_once_ones_own_is_in(scene: Scene, state: ReviewState, read: list[str]) -> None:
    make_review(scene.application, scene.cast.rhea, state=state, values=[1, 1, 1])

    assert scene.readers(scene.cast.rhea) == read


def test_the_office_reads_what_is_in(scene: Scene) -> None:
    make_review(scene.application, scene.cast.rhea, state=ReviewState.ACCEPTED, values=[1, 1, 1])

    read = {who: scene.readers(getattr(scene.cast, who)) for who in ("sol", "aud", "fin", "ana", "ben")}

    assert read == {"sol": ["Rik Riem"], "aud": ["Rik Riem"], "fin": [], "ana": [], "ben": []}


def test_a_manager_who_reviews_it_is_a_reviewer_first(scene: Scene) -> None:
    give_role(scene.cast.sol, scene.cast.fund, RoleName.REVIEWER)
    make_review(scene.application, scene.cast.sol, state=ReviewState.ACCEPTED)

    page = pages.ranking(scene.cast.sol, scene.round, budget_cents=None, order=Order.MEAN)

    assert scene.readers(scene.cast.sol) == ["Sol Smit"]
    assert ([row.id for row in page.ranking.unread], page.ranking.count) == ([scene.application.id], 0)
    review = queries.reviews_for(scene.cast.max, scene.application)[0]
    assert queries.office_review(scene.cast.sol, review.id) is None
    assert queries.office_review(scene.cast.max, review.id) is not None


@pytest.mark.parametrize("state", [ConflictState.BARRED, ConflictState.UNSURE])
def test_a_tie_empties_everything(scene: Scene, state: ConflictState) -> None:
    own = make_review(scene.application, scene.cast.rhea, values=[1, 1, 1])
    sol, rhea = scene.cast.sol, scene.cast.rhea
    for person in (sol, rhea):
        make_conflict(scene.application, person, state)

    assert (scene.readers(sol), scene.readers(rhea)) == ([], [])
    assert queries.own_review(rhea, own.id) is None
    assert batch_of(rhea, NOW).count == 0
    assert list(queries.ranking(sol, scene.round)) == []
    assert list(assign_page.assigning(sol, scene.round, at=NOW).rows) == []
    assert [(row.to_do, row.done) for row in pool.pool(sol, scene.round)] == [(0, 0), (0, 0)]
    assert pool.chosen_applications(sol, scene.round, [scene.application.id]) == []
    assert queries.office_review(sol, own.id) is None


def test_a_clear_tie_changes_nothing(scene: Scene) -> None:
    make_conflict(scene.application, scene.cast.sol, ConflictState.CLEAR)

    assert scene.readers(scene.cast.sol) == ["Rik Riem"]
    assert [row.id for row in queries.ranking(scene.cast.sol, scene.round)] == [scene.application.id]


def test_a_batch_is_sorted_by_what_it_asks(scene: Scene) -> None:
    rhea, deciding = scene.cast.rhea, make_round(scene.cast.fund, state=RoundState.DECIDING, budget_cents=100)

    def add(round: Round, state: ReviewState, **values: object) -> int:
        application = make_application(round, state=ApplicationState.IN_REVIEW)
        return make_review(application, rhea, state=state, **values).id  # type: ignore[arg-type]

    invited = add(scene.round, ReviewState.INVITED)
    fresh = add(scene.round, ReviewState.ACCEPTED)
    begun = add(scene.round, ReviewState.ACCEPTED, values=[2])
    done = add(scene.round, ReviewState.SUBMITTED, values=[3, 2, 6])
    earlier = add(deciding, ReviewState.SUBMITTED, values=[3, 2, 6])
    add(scene.round, ReviewState.DECLINED)

    batch = batch_of(rhea, NOW)

    assert [row.id for row in batch.invited] == [invited]
    assert [item.row.id for item in batch.to_write] == [fresh, begun]
    assert [item.row.id for item in batch.done] == [done]
    assert [item.row.id for item in batch.earlier] == [earlier]
    assert batch.next.row.id == begun
    assert (batch.next.scored, batch.next.unscored, batch.next.unreasoned) == (1, ["P2", "T"], [])
    assert batch.count == 4


def test_a_withdrawn_proposal_leaves_the_batch(scene: Scene) -> None:
    gone = make_application(scene.round, state=ApplicationState.WITHDRAWN)
    make_review(gone, scene.cast.rhea)

    assert batch_of(scene.cast.rhea, NOW).count == 0


def test_reading_the_reviews_of_an_application_is_one_query(scene: Scene, count_statements) -> None:  # type: ignore[no-untyped-def]
    sol, application, stage = scene.cast.sol, scene.application, scene.application.stage
    db.session.commit()
    sol.funds(RoleName.MANAGER), application.id, stage.is_independent_first  # loaded before it counts

    with count_statements() as seen:
        queries.reviews_for(sol, application)

    assert len(seen) == 1
