"""Office pages of reviewing: assigning, one review, the ranking."""

from dataclasses import dataclass

import pytest
from flask import Flask

from fundapp.accounts.models import RoleName
from fundapp.applications.models import Application, ApplicationState, ConflictState
from fundapp.reviews import standings
from fundapp.reviews.models import ReviewState
from fundapp.rounds.models import Round, RoundState
from tests.factories import (
    NOW,
    Cast,
    make_application,
    make_cast,
    make_conflict,
    make_review,
    make_round,
    make_rubric,
    make_user,
)
from tests.visitor import Visitor


@dataclass
class Scene:
    """Everybody, a round in review with two applications, and Sol at the screen."""

    cast: Cast
    round: Round
    first: Application
    second: Application
    client: Visitor

    @property
    def assign(self) -> str:
        return f"/office/rounds/{self.round.id}/reviewers"

    @property
    def ranking(self) -> str:
        return f"/office/rounds/{self.round.id}/ranking"

    def reviewed(self, values: list[int | None], **given: object) -> Application:
        """Make an application with one review that is in."""
        application = make_application(self.round, state=ApplicationState.IN_REVIEW, **given)  # type: ignore[arg-type]
        rik = make_user("Rik Riem", roles={self.cast.fund: [RoleName.REVIEWER]})
        make_review(application, rik, state=ReviewState.SUBMITTED, values=values)
        standings.refresh(application, at=NOW)
        return application


@pytest.fixture
def scene(app: Flask, client: Visitor) -> Scene:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.REVIEWING, rubric=make_rubric(threshold_ppm=500_000))
    first, second = (
        make_application(round, cast.ana, state=ApplicationState.IN_REVIEW, title=title)
        for title in ("Zaadwissel", "Meshmoor")
    )
    client.sign_in(cast.sol)
    return Scene(cast, round, first, second, client)


# --- assigning -------------------------------------------------------------------


def test_what_is_ticked_is_asked_once(scene: Scene) -> None:
    ticked = [scene.first.id, scene.second.id]
    sent = {"once": "key-1", "reviewer": str(scene.cast.rhea.id), "applications": ticked, "due": ""}

    answer = scene.client.post(scene.assign, data=sent)
    again = scene.client.post(scene.assign, data=sent)
    page = scene.client.get(scene.assign).text

    assert (answer.location, again.location) == (scene.assign, scene.assign)
    assert "Rhea Rood is asked for 2 proposals." in page
    assert page.count("Asked</span>") == 2


def test_who_has_a_tie_is_left_out_and_named(scene: Scene) -> None:
    make_conflict(scene.first, scene.cast.rhea)
    sent = {"reviewer": str(scene.cast.rhea.id), "applications": [scene.first.id, scene.second.id]}

    scene.client.post(scene.assign, data=sent)

    page = scene.client.get(scene.assign).text
    assert "Rhea Rood is asked for one proposal." in page
    assert "Zaadwissel: Rhea Rood has a tie with this proposal." in page


@pytest.mark.parametrize("missing", ["reviewer", "applications"])
def test_a_half_filled_form_is_shown_again(scene: Scene, missing: str) -> None:
    sent = {"reviewer": str(scene.cast.rhea.id), "applications": [scene.first.id]}

    page = scene.client.post(scene.assign, data={**sent, missing: []})

    assert page.status_code == 422


def test_somebody_from_outside_cannot_be_asked(scene: Scene) -> None:
    stranger = make_cast().rhea

    page = scene.client.post(scene.assign, data={"reviewer": stranger.id, "applications": [scene.first.id]})

    assert page.status_code == 422


@pytest.mark.parametrize(("who", "status"), [("rhea", 404), ("ana", 404), ("fin", 403), ("aud", 403)])
def test_assigning_is_for_managers(scene: Scene, who: str, status: int) -> None:
    scene.client.sign_in(getattr(scene.cast, who))

    assert scene.client.get(scene.assign).status_code == status
    assert scene.client.post(scene.assign, data={}).status_code == status


def test_a_manager_with_a_tie_sees_nothing_of_it(scene: Scene) -> None:
    scene.reviewed([3, 2, 6], title="Stoomboek")
    make_conflict(scene.first, scene.cast.sol)
    review = make_review(scene.first, scene.cast.rhea, state=ReviewState.SUBMITTED, values=[1, 1, 1])
    standings.refresh(scene.first, at=NOW)

    texts = [scene.client.get(page).text for page in (scene.assign, scene.ranking)]

    assert ["Zaadwissel" in text for text in texts] == [False, False]
    assert "One proposal above the line" in texts[1]
    assert scene.client.get(f"/office/reviews/{review.id}").status_code == 404


# --- one review --------------------------------------------------------------------


def test_a_review_is_read_once_it_is_in(scene: Scene) -> None:
    review = make_review(scene.first, scene.cast.rhea, values=[3, 2, 6])

    before = scene.client.get(f"/office/reviews/{review.id}").text
    done = make_review(scene.second, scene.cast.rhea, state=ReviewState.SUBMITTED, values=[3, 2, 6])
    after = scene.client.get(f"/office/reviews/{done.id}").text

    assert ("Reason for P1." in before, "Reason for P1." in after) == (False, True)


def test_handing_back_wants_a_reason(scene: Scene) -> None:
    review = make_review(scene.first, scene.cast.rhea, state=ReviewState.SUBMITTED, values=[3, 2, 6])

    without = scene.client.post(f"/office/reviews/{review.id}/reopen", data={"note": ""})
    with_one = scene.client.post(f"/office/reviews/{review.id}/reopen", data={"note": "Read the annex."})

    assert (without.status_code, with_one.status_code) == (422, 302)
    assert review.state is ReviewState.ACCEPTED


def test_taking_off_and_a_tie_found(scene: Scene) -> None:
    review = make_review(scene.first, scene.cast.rhea)
    other = make_review(scene.second, scene.cast.rhea)

    off = scene.client.post(f"/office/reviews/{review.id}/release", data={"note": "Too late."})
    half = scene.client.post(f"/office/reviews/{other.id}/tie", data={"note": "Her brother."})
    tied = scene.client.post(
        f"/office/reviews/{other.id}/tie", data={"kind": "family", "note": "Her brother."}
    )

    assert (off.location, half.status_code, tied.location) == (scene.assign, 422, scene.assign)
    assert (review.state, other.state) == (ReviewState.RELEASED, ReviewState.DECLINED)


@pytest.mark.parametrize("move", ["reopen", "release", "tie"])
@pytest.mark.parametrize(("who", "status"), [("aud", 403), ("fin", 404), ("rhea", 404), ("ana", 404)])
def test_office_moves_are_for_managers(scene: Scene, move: str, who: str, status: int) -> None:
    review = make_review(scene.first, scene.cast.rhea, state=ReviewState.SUBMITTED, values=[3, 2, 6])
    scene.client.sign_in(getattr(scene.cast, who))

    answer = scene.client.post(f"/office/reviews/{review.id}/{move}", data={"note": "x", "kind": "family"})

    assert answer.status_code == status
    assert review.state is ReviewState.SUBMITTED


# --- the ranking -------------------------------------------------------------------


def test_the_ranking_draws_its_line(scene: Scene) -> None:
    scene.reviewed([4, 4, 7], title="Getijdenboek", requested_cents=3_000_000)
    scene.reviewed([4, 4, 6], title="Notulist", requested_cents=3_000_000)
    scene.reviewed([2, 2, 4], title="Weefsel", requested_cents=100_000)

    page = scene.client.get(scene.ranking).text

    assert "Funding line: €30,000 of €50,000" in page
    assert "€20,000 left; the next asks €30,000" in page
    assert "From here down the total is not above 50.0." in page
    assert page.index("Getijdenboek") < page.index("Funding line") < page.index("Notulist")
    assert page.index("Notulist") < page.index("From here down") < page.index("Weefsel")
    assert "Apart: not enough to rank" in page


def test_another_budget_can_be_tried(scene: Scene) -> None:
    scene.reviewed([4, 4, 7], requested_cents=3_000_000)
    scene.reviewed([4, 4, 6], requested_cents=3_000_000)

    page = scene.client.get(f"{scene.ranking}?budget=60.000&order=median")
    wrong = scene.client.get(f"{scene.ranking}?budget=lots")

    assert "Funding line: €60,000 of €60,000" in page.text
    assert (page.status_code, wrong.status_code) == (200, 422)


def test_a_long_ranking_shows_the_rest_when_asked(scene: Scene) -> None:
    for _ in range(53):
        scene.reviewed([1, 1, 1])

    first = scene.client.get(f"{scene.ranking}?order=median&endpoint=x&_external=1").text
    whole = scene.client.get(f"{scene.ranking}?order=median&all=1").text

    assert "Show the 3 that are left" in first
    assert "all=1&amp;order=median" in first
    assert (first.count("Rik Riem") + first.count("Profile of"), whole.count("Profile of")) == (50, 53)


def test_the_ranking_asks_the_same_for_one_and_for_fifty(scene: Scene) -> None:
    scene.reviewed([4, 4, 7])
    counts = []
    for number in (0, 49):
        for _ in range(number):
            scene.reviewed([4, 3, 7])
        counts.append([])
        for page in (scene.ranking, scene.assign):
            scene.client.get(page)
            counts[-1].append(len(scene.client.statements))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("who", "status"), [("sol", 200), ("aud", 200), ("fin", 403), ("rhea", 404), ("ana", 404)]
)
def test_who_reads_the_ranking(scene: Scene, who: str, status: int) -> None:
    scene.client.sign_in(getattr(scene.cast, who))

    assert scene.client.get(scene.ranking).status_code == status


def test_an_empty_ranking_says_what_comes(scene: Scene) -> None:
    assert "Nothing to rank yet." in scene.client.get(scene.ranking).text


def test_the_dossier_shows_the_reviews(scene: Scene) -> None:
    application = scene.reviewed([4, 4, 7], title="Getijdenboek")
    for person in (scene.cast.rhea, scene.cast.max):
        make_conflict(application, person, ConflictState.CLEAR)

    page = scene.client.get(f"/office/applications/{application.id}").text

    assert ("What the reviewers found" in page, "Rik Riem" in page, "Reason for T." in page) == (
        True,
        True,
        True,
    )
