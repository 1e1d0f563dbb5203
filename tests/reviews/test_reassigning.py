"""A review goes to somebody else; who stops reviewing keeps nothing to do."""

from fundapp.accounts.models import Role, RoleName
from fundapp.applications.models import ConflictState
from fundapp.core.db import db
from fundapp.reviews.models import Review, ReviewState
from tests.factories import make_conflict, make_user
from tests.reviews.scene import Scene, accepted, access, mails
from tests.visitor import Visitor


def test_review_is_given_to_somebody_else(scene: Scene, client: Visitor) -> None:
    review = accepted(scene)
    kim = make_user("Kim Kuiper", roles={scene.cast.fund: [RoleName.REVIEWER]})
    client.sign_in(scene.cast.sol)
    page = f"/office/reviews/{review.id}/reassign"

    asked = client.get(page)
    done = client.post(page, data={"reviewer": str(kim.id), "note": "Is ill"})

    new = db.session.scalar(db.select(Review).where(Review.reviewer_id == kim.id))
    assert asked.status_code == 200
    assert done.status_code == 302
    assert new is not None
    assert (review.state, new.state, new.due_at) == (ReviewState.RELEASED, ReviewState.INVITED, review.due_at)
    assert access(scene) is None
    assert [letter.user_id for letter in mails("review-invited")][-1] == kim.id


def test_nothing_happens_when_the_other_can_not_be_asked(scene: Scene, client: Visitor) -> None:
    review = accepted(scene)
    kim = make_user("Kim Kuiper", roles={scene.cast.fund: [RoleName.REVIEWER]})
    make_conflict(scene.application, kim, ConflictState.UNSURE)
    client.sign_in(scene.cast.sol)

    back = client.post(
        f"/office/reviews/{review.id}/reassign", data={"reviewer": str(kim.id), "note": "Is ill"}
    )

    assert back.status_code == 422
    assert "Kim Kuiper has a tie with this proposal." in back.text
    assert review.state is ReviewState.ACCEPTED


def test_reassigning_wants_a_reason(scene: Scene, client: Visitor) -> None:
    review = accepted(scene)
    client.sign_in(scene.cast.sol)

    back = client.post(f"/office/reviews/{review.id}/reassign", data={"reviewer": "", "note": " "})

    assert back.status_code == 422
    assert "Choose a reviewer." in back.text


def test_who_stops_reviewing_has_nothing_to_do(scene: Scene, client: Visitor) -> None:
    review = accepted(scene)
    role = db.session.scalar(db.select(Role).where(Role.user_id == scene.cast.rhea.id))
    assert role is not None
    client.sign_in(scene.cast.sol)

    client.post(f"/admin/funds/{scene.cast.fund.id}/people/{role.id}/end")

    assert review.state is ReviewState.RELEASED
    assert access(scene) is None
