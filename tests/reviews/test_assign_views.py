"""Pages on which reviews are asked: by hand, by a plan, by lines of a file."""

import re
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundapp.accounts.models import RoleName
from fundapp.applications.models import Application, ApplicationState, ConflictState
from fundapp.core.db import db
from fundapp.reviews.models import Review, ReviewState
from fundapp.rounds.models import Round, RoundState
from tests.factories import (
    NOW,
    Cast,
    make_application,
    make_cast,
    make_conflict,
    make_review,
    make_round,
    make_user,
)
from tests.reviews.scene import mails
from tests.visitor import Visitor


@dataclass
class Scene:
    """A round in review with two proposals, two reviewers, and Sol at the screen."""

    cast: Cast
    round: Round
    first: Application
    second: Application
    client: Visitor

    @property
    def page(self) -> str:
        return f"/office/rounds/{self.round.id}/reviewers"

    def lines(self, text: str) -> object:
        return self.client.post(f"{self.page}/lines", data={"lines": text})


@pytest.fixture
def scene(app: Flask, client: Visitor) -> Scene:
    cast = make_cast()
    make_user("Kim Kuiper", roles={cast.fund: [RoleName.REVIEWER]})
    round = make_round(cast.fund, state=RoundState.REVIEWING)
    first, second = (
        make_application(round, owner, state=ApplicationState.IN_REVIEW, title=title)
        for owner, title in ((cast.ana, "Tide tables"), (cast.ben, "Wind maps"))
    )
    client.sign_in(cast.sol)
    return Scene(cast, round, first, second, client)


def count() -> int:
    return db.session.scalar(select(func.count(Review.id))) or 0


# --- by hand ---------------------------------------------------------------------------


def test_page_says_for_whom_somebody_is_missing(scene: Scene) -> None:
    for name in ("Rik", "Rob", "Roy"):
        make_review(scene.first, make_user(name), state=ReviewState.ACCEPTED)

    page = scene.client.get(scene.page).text
    missing = scene.client.get(f"{scene.page}?missing=1").text

    assert "For one proposal somebody is missing" in page
    assert "3 people missing" in page
    assert "0 of 3 in" in page
    assert "Tide tables" not in missing
    assert "Wind maps" in missing


def test_asked_is_not_green_until_all_are_in(scene: Scene) -> None:
    for name in ("Rik", "Rob", "Roy"):
        make_review(scene.first, make_user(name), state=ReviewState.SUBMITTED, values=[3, 3, 5])

    page = scene.client.get(scene.page).text

    assert '<span class="badge" data-s="ok">3 of 3 in</span>' in page


def test_late_reviewers_are_marked(scene: Scene) -> None:
    review = make_review(scene.first, scene.cast.rhea, state=ReviewState.ACCEPTED)
    review.due_at = NOW - timedelta(days=400)

    assert "Late since" in scene.client.get(scene.page).text


def test_one_review_wanted_is_said_in_the_singular(scene: Scene) -> None:
    scene.round.stage.reviews_wanted = 1

    assert "one review wanted for each" in scene.client.get(scene.page).text


def test_ties_stand_beside_the_proposal(scene: Scene) -> None:
    make_conflict(
        scene.first, scene.cast.rhea, ConflictState.HINTED, reasons=[{"why": "together", "who": "Ana"}]
    )
    make_conflict(scene.second, scene.cast.rhea)

    page = scene.client.get(scene.page).text

    assert "Rhea Rood: Applied together with Ana before." in page
    assert "Kept away: Rhea Rood" in page


def test_long_list_is_paged(scene: Scene) -> None:
    for number in range(60):
        make_application(scene.round, state=ApplicationState.IN_REVIEW, title=f"Proposal {number}")

    first = scene.client.get(scene.page)
    older = re.search(r'href="([^"]*after=[^"]*)"', first.text)
    assert older
    second = scene.client.get(older[1].replace("&amp;", "&"))

    assert first.text.count('name="applications"') == 50
    assert second.text.count('name="applications"') == 12
    assert "62 proposals in review" in second.text


def test_hidden_proposal_is_in_no_number(scene: Scene) -> None:
    make_conflict(scene.first, scene.cast.sol)

    page = scene.client.get(scene.page).text

    assert "1 proposal in review" in page
    assert "For one proposal somebody is missing" in page
    assert "Tide tables" not in page


# --- by a plan --------------------------------------------------------------------------


def digest(page: str) -> str:
    found = re.search(r'name="digest" value="(\w+)"', page)
    assert found
    return found[1]


def test_plan_is_shown_then_carried_out(scene: Scene) -> None:
    shown = scene.client.get(f"{scene.page}/plan?wanted=2&most=12").text
    before = count()
    done = scene.client.post(
        f"{scene.page}/plan", data={"wanted": "2", "most": "12", "digest": digest(shown)}
    )

    assert before == 0
    assert "No plan is better" in shown
    assert done.location == scene.page
    assert count() == 4
    assert len(mails("review-invited")) == 2
    assert "There is nobody to ask" in scene.client.get(f"{scene.page}/plan?wanted=2&most=12").text


def test_plan_says_what_can_not_be_met(scene: Scene) -> None:
    page = scene.client.get(f"{scene.page}/plan?wanted=3&most=12").text

    assert "one review short: there are not enough reviewers" in page


def test_stale_plan_is_refused_and_shown_anew(scene: Scene) -> None:
    shown = scene.client.get(f"{scene.page}/plan?wanted=1&most=12").text
    make_conflict(scene.first, scene.cast.rhea)

    back = scene.client.post(
        f"{scene.page}/plan", data={"wanted": "1", "most": "12", "digest": digest(shown)}
    )

    assert back.status_code == 409
    assert "Something changed since this plan was made" in back.text
    assert digest(back.text) != digest(shown)
    assert count() == 0


def test_plan_takes_no_nonsense(scene: Scene) -> None:
    back = scene.client.get(f"{scene.page}/plan?wanted=99&most=x")

    assert back.status_code == 422
    assert "Between 1 and 10." in back.text


def test_plan_is_for_managers(scene: Scene) -> None:
    answers = {}
    for name in ("aud", "fin", "rhea", "ana"):
        scene.client.sign_in(getattr(scene.cast, name))
        answers[name] = scene.client.get(f"{scene.page}/plan").status_code

    assert answers == {"aud": 403, "fin": 403, "rhea": 404, "ana": 404}


# --- by lines ---------------------------------------------------------------------------


def test_lines_are_shown_then_carried_out(scene: Scene) -> None:
    text = (
        "application;reviewer;due\n"
        f"{scene.first.code};{scene.cast.rhea.email.upper()};2099-01-31\n{scene.second.code};{scene.cast.rhea.email}\n"
    )

    shown = scene.lines(text)
    before = count()
    done = scene.client.post(
        f"{scene.page}/lines/apply",
        data={"lines": text, "digest": digest(shown.text)},  # type: ignore[attr-defined]
    )

    reviews = db.session.scalars(select(Review).order_by(Review.id)).all()
    assert (shown.status_code, before) == (200, 0)  # type: ignore[attr-defined]
    assert done.location == scene.page
    assert [review.application_id for review in reviews] == [scene.first.id, scene.second.id]
    assert f"{reviews[0].due_at:%Y-%m-%d %H:%M:%S}" == "2099-01-31 22:59:59"
    assert len(mails("review-invited")) == 1


def test_every_line_says_what_is_wrong_and_nothing_is_done(scene: Scene) -> None:
    make_conflict(scene.second, scene.cast.rhea)
    rhea, code = scene.cast.rhea.email, scene.first.code
    text = "\n".join([
        f"{code},{rhea}", f"{code},{rhea}", f"2026-99-999,{rhea}", f"{code},{scene.cast.ana.email}",
        f"{scene.second.code},{rhea}", f"{code},{rhea},soon", f"{code},{rhea},2020-01-01,x",
    ])  # fmt: skip

    shown = scene.lines(text)
    back = scene.client.post(f"{scene.page}/lines/apply", data={"lines": text, "digest": "x"})

    page = shown.text  # type: ignore[attr-defined]
    assert (shown.status_code, back.status_code) == (422, 422)  # type: ignore[attr-defined]
    for told in (
        "This stands above already.",
        "There is no such proposal in review in this round.",
        "Nobody with this address reviews for the fund.",
        "Rhea Rood has a tie with this proposal.",
        "There are more than three cells in this line.",
        "6 lines can’t be carried out, so nothing is.",
    ):
        assert told in page
    assert "digest" not in page.split("What each line would do")[0]
    assert count() == 0


def test_lines_tell_nothing_of_a_hidden_proposal(scene: Scene) -> None:
    make_conflict(scene.first, scene.cast.sol)

    shown = scene.lines(f"{scene.first.code},{scene.cast.rhea.email}")

    assert "There is no such proposal in review in this round." in shown.text  # type: ignore[attr-defined]
    assert "Tide tables" not in shown.text  # type: ignore[attr-defined]


def test_what_is_asked_already_changes_nothing_and_who_declined_is_asked_again(scene: Scene) -> None:
    make_review(scene.first, scene.cast.rhea, state=ReviewState.ACCEPTED)
    declined = make_review(scene.second, scene.cast.rhea, state=ReviewState.DECLINED)
    text = f"{scene.first.code},{scene.cast.rhea.email}\n{scene.second.code},{scene.cast.rhea.email}"

    shown = scene.lines(text)
    scene.client.post(
        f"{scene.page}/lines/apply",
        data={"lines": text, "digest": digest(shown.text)},  # type: ignore[attr-defined]
    )

    assert "Asked already; nothing changes." in shown.text  # type: ignore[attr-defined]
    assert "Turned it down before" in shown.text  # type: ignore[attr-defined]
    assert declined.state is ReviewState.INVITED


def test_lines_changed_meanwhile_are_refused(scene: Scene) -> None:
    text = f"{scene.first.code},{scene.cast.rhea.email}\n{scene.second.code},{scene.cast.rhea.email}"
    shown = scene.lines(text)
    make_review(scene.first, scene.cast.rhea, state=ReviewState.ACCEPTED)

    back = scene.client.post(
        f"{scene.page}/lines/apply",
        data={"lines": text, "digest": digest(shown.text)},  # type: ignore[attr-defined]
    )

    assert back.status_code == 409
    assert count() == 1


def test_file_of_a_spreadsheet_is_read_and_kept(scene: Scene) -> None:
    sent = f"\ufeff{scene.first.code}\t{scene.cast.rhea.email}\r\n".encode()

    shown = scene.client.post(
        f"{scene.page}/lines", data={"file": (BytesIO(sent), "lines.csv")}, content_type="multipart/form-data"
    )

    assert shown.status_code == 200
    assert "Would be asked" in shown.text
    assert f"{scene.first.code}\t{scene.cast.rhea.email}" in shown.text


def test_empty_lines_are_asked_for_again(scene: Scene) -> None:
    back = scene.lines("  \n\n")

    assert back.status_code == 422  # type: ignore[attr-defined]
    assert "There is no line to read." in back.text  # type: ignore[attr-defined]


def test_assignments_come_out_as_they_go_in(scene: Scene) -> None:
    make_review(scene.first, scene.cast.rhea, state=ReviewState.ACCEPTED)

    given = scene.client.get(f"{scene.page}.csv")
    back = scene.lines(given.text)

    assert given.mimetype == "text/csv"
    assert given.text.splitlines()[1].startswith(f"{scene.first.code},{scene.cast.rhea.email},")
    assert back.status_code == 200  # type: ignore[attr-defined]
    assert "Asked already; nothing changes." in back.text  # type: ignore[attr-defined]
