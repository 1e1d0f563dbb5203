"""Asking for reviews and answering: ties close a proposal at once."""

import pytest
from sqlalchemy import select

from fundapp.accounts.models import RoleName
from fundapp.applications import service as applications
from fundapp.applications.models import ApplicationState, Conflict, ConflictKind, ConflictState, Level
from fundapp.applications.queries import seen_application
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused
from fundapp.reviews import queries, service
from fundapp.reviews.models import ReviewState
from tests.factories import NOW, give_role, make_application, make_conflict, make_user
from tests.reviews.scene import LATER, Scene, access, mails

# --- asking ------------------------------------------------------------------


def test_assign_gives_a_card_and_one_mail(scene: Scene) -> None:
    review = scene.ask()

    assert (review.state, review.due_at) == (ReviewState.INVITED, scene.round.stage.reviews_due_at)
    assert access(scene).level is Level.CARD
    assert seen_application(scene.cast.rhea, scene.application.id) is None
    (mail,) = mails("review-invited")
    assert (mail.user_id, mail.application_id) == (scene.cast.rhea.id, scene.application.id)
    assert scene.application.title in mail.body_text


def test_assign_all_writes_one_mail_and_says_what_it_left_out(scene: Scene) -> None:
    other = make_application(scene.round, scene.cast.ben, state=ApplicationState.IN_REVIEW)
    tied = make_application(scene.round, state=ApplicationState.IN_REVIEW)
    make_conflict(tied, scene.cast.rhea)

    made, refused = service.assign_all(
        [scene.application, other, tied], scene.cast.rhea, actor=scene.cast.sol, at=NOW
    )

    assert [review.application_id for review in made] == [scene.application.id, other.id]
    assert refused == [(tied, "Rhea Rood has a tie with this proposal.")]
    (mail,) = mails("review-invited")
    assert mail.application_id is None
    assert (scene.application.title in mail.body_text, other.title in mail.body_text) == (True, True)
    assert tied.title not in mail.body_text


def test_assign_refuses_who_is_no_reviewer(scene: Scene) -> None:
    with pytest.raises(service.NotAssignable):
        scene.ask(scene.cast.ben)


def test_assign_refuses_an_applicant_of_it(scene: Scene) -> None:
    ana = scene.cast.ana
    give_role(ana, scene.cast.fund, RoleName.REVIEWER)

    with pytest.raises(service.NotAssignable):
        scene.ask(ana)


def test_assign_refuses_twice(scene: Scene) -> None:
    scene.ask()

    with pytest.raises(service.NotAssignable):
        scene.ask()


def test_assign_refuses_what_is_not_in_review(scene: Scene) -> None:
    early = make_application(scene.round, state=ApplicationState.SUBMITTED)

    with pytest.raises(service.NotAssignable):
        service.assign(early, scene.cast.rhea, actor=scene.cast.sol, at=NOW)


@pytest.mark.parametrize("who", ["rhea", "fin", "aud", "ana"])
def test_assign_is_for_managers(scene: Scene, who: str) -> None:
    with pytest.raises(service.NotAssignable):
        service.assign(scene.application, scene.cast.rhea, actor=getattr(scene.cast, who), at=NOW)


def test_a_manager_with_a_tie_cannot_assign(scene: Scene) -> None:
    make_conflict(scene.application, scene.cast.sol)

    with pytest.raises(service.NotAssignable):
        scene.ask()


# --- answering ---------------------------------------------------------------


def test_accept_keeps_that_there_is_no_tie_and_opens_the_proposal(scene: Scene) -> None:
    review = scene.ask()

    service.accept(review, actor=scene.cast.rhea, at=LATER)
    db.session.flush()

    assert review.state is ReviewState.ACCEPTED
    assert access(scene).level is Level.READ
    assert seen_application(scene.cast.rhea, scene.application.id) is scene.application
    assert db.session.scalars(select(Conflict.state)).all() == [ConflictState.CLEAR]


def test_only_the_one_asked_accepts(scene: Scene) -> None:
    review = scene.ask()
    other = make_user("Rik Riem", roles={scene.cast.fund: [RoleName.REVIEWER]})

    for person in (other, scene.cast.sol, scene.cast.ana):
        with pytest.raises(MoveRefused):
            service.accept(review, actor=person, at=LATER)


@pytest.mark.parametrize(
    ("state", "kind"), [(ConflictState.BARRED, ConflictKind.EMPLOYER), (ConflictState.UNSURE, None)]
)
@pytest.mark.parametrize("accepted_first", [False, True])
def test_a_tie_declines_ends_access_and_bars(
    scene: Scene, state: ConflictState, kind: ConflictKind | None, accepted_first: bool
) -> None:
    review = scene.ask()
    if accepted_first:
        service.accept(review, actor=scene.cast.rhea, at=NOW)

    service.declare_tie(review, state, kind=kind, note="We share an office.", actor=scene.cast.rhea, at=LATER)
    db.session.flush()

    assert review.state is ReviewState.DECLINED
    assert access(scene) is None
    assert queries.own_review(scene.cast.rhea, review.id) is None
    tie = db.session.scalar(select(Conflict))
    assert (tie.state, tie.bars, tie.kind) == (state, True, kind)
    assert [mail.user_id for mail in mails("review-declined")] == [scene.cast.sol.id]
    assert "share an office" not in mails("review-declined")[0].body_text


def test_answer_all_leaves_what_was_not_answered(scene: Scene) -> None:
    others = [make_application(scene.round, state=ApplicationState.IN_REVIEW) for _ in range(3)]
    reviews, _ = service.assign_all(others, scene.cast.rhea, actor=scene.cast.sol, at=NOW)
    said = {reviews[0].id: ConflictState.CLEAR, reviews[1].id: ConflictState.BARRED}

    tied = service.answer_all(reviews, said, actor=scene.cast.rhea, at=LATER)

    assert tied == [reviews[1]]
    assert [review.state for review in reviews] == [
        ReviewState.ACCEPTED,
        ReviewState.INVITED,
        ReviewState.INVITED,
    ]


def test_decline_tells_the_lead_and_can_be_asked_again(scene: Scene) -> None:
    scene.application.lead_id = scene.cast.max.id
    review = scene.ask()

    service.decline(review, "No time", actor=scene.cast.rhea, at=LATER)
    db.session.flush()

    assert (review.state, review.decline_reason, access(scene)) == (ReviewState.DECLINED, "No time", None)
    assert [mail.user_id for mail in mails("review-declined")] == [scene.cast.max.id]

    again = service.assign(scene.application, scene.cast.rhea, actor=scene.cast.sol, at=LATER)
    db.session.flush()

    assert again is review
    assert (review.state, review.decline_reason) == (ReviewState.INVITED, None)
    assert len(mails("review-invited")) == 2


def test_not_sure_and_then_cleared_can_be_asked_again(scene: Scene) -> None:
    review = scene.ask()
    service.declare_tie(review, ConflictState.UNSURE, actor=scene.cast.rhea, at=LATER)
    with pytest.raises(service.NotAssignable):
        scene.ask()
    tie = db.session.scalar(select(Conflict))

    applications.settle_conflict(tie, ConflictState.CLEAR, note="Met once.", actor=scene.cast.sol, at=LATER)
    scene.ask()
    service.accept(review, actor=scene.cast.rhea, at=LATER)

    assert review.state is ReviewState.ACCEPTED
