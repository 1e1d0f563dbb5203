"""A plan of a round: what it weighs, what it respects, how it is carried out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from fundapp.accounts.models import Absence, RoleName, User
from fundapp.applications.models import Application, ApplicationState, ConflictState
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.reviews import assigning, planning, profiles
from fundapp.reviews.models import ReviewState
from fundapp.reviews.planning import Settings
from fundapp.reviews.profiles import Profile
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


@pytest.fixture
def cast(app: Flask) -> Cast:
    return make_cast()


@pytest.fixture
def round(cast: Cast) -> Round:
    return make_round(cast.fund, state=RoundState.REVIEWING)


def apply_for(round: Round, owner: User, title: str = "Tide tables", **values: Any) -> Application:
    return make_application(round, owner, state=ApplicationState.IN_REVIEW, title=title, **values)


def reviewer(cast: Cast, name: str, **said: Any) -> User:
    user = make_user(name, roles={cast.fund: [RoleName.REVIEWER]})
    profiles.save_profile(cast.fund, user, Profile(**said), [], actor=user, at=NOW)
    db.session.flush()
    return user


@pytest.fixture
def plan(cast: Cast, round: Round) -> Callable[..., planning.Plan]:
    def make(wanted: int = 1, most: int = 12, user: User | None = None) -> planning.Plan:
        db.session.flush()
        return planning.plan(user or cast.sol, round, Settings(wanted, most), at=NOW)

    return make


Make = Callable[..., planning.Plan]


def test_who_knows_the_words_is_asked(cast: Cast, round: Round, plan: Make) -> None:
    knows = reviewer(cast, "Kim Kuiper", expertise=["tide"])
    application = apply_for(round, cast.ana)

    made = plan()

    assert made.new == {application.id: [knows.id]}
    assert assigning.told(made, application.id, knows.id) == ["knows about tide"]
    assert made.answer.is_proven


def test_who_knows_the_theme_is_asked(cast: Cast, round: Round, plan: Make) -> None:
    knows = reviewer(cast, "Kim Kuiper", themes=["web"])
    application = apply_for(round, cast.ana, theme="web")

    made = plan()

    assert made.new == {application.id: [knows.id]}
    assert assigning.told(made, application.id, knows.id) == ["knows the theme"]


def test_possible_tie_costs_but_does_not_bar(cast: Cast, round: Round, plan: Make) -> None:
    application = apply_for(round, cast.ana)
    hint = [{"why": "together", "who": "Ana Alders"}]
    make_conflict(application, cast.rhea, ConflictState.HINTED, reasons=hint)

    alone = plan()
    other = reviewer(cast, "Kim Kuiper")

    assert alone.new == {application.id: [cast.rhea.id]}
    assert assigning.told(alone, application.id, cast.rhea.id) == [
        "possible tie: Applied together with Ana Alders before."
    ]
    assert plan().new == {application.id: [other.id]}


def test_tied_declined_and_away_are_left_out_and_counted(cast: Cast, round: Round, plan: Make) -> None:
    application = apply_for(round, cast.ana)
    make_conflict(application, cast.rhea)
    said_no, gone = reviewer(cast, "Kim Kuiper"), reviewer(cast, "Lea Laan")
    make_review(application, said_no, state=ReviewState.DECLINED)
    full = reviewer(cast, "Max Molen", capacity_hours=1)
    day = NOW.date()
    db.session.add(Absence(user_id=gone.id, from_on=day, until_on=day + timedelta(days=60)))

    made = plan()

    assert made.new == {}
    assert assigning.unmet(made) == [
        (
            application.code,
            "one review short: one has a tie, one turned it down before, one is away, one has no room left",
        )
    ]
    assert full.id in made.readers


def test_short_absence_does_not_matter(cast: Cast, round: Round, plan: Make) -> None:
    application = apply_for(round, cast.ana)
    day = NOW.date()
    db.session.add(Absence(user_id=cast.rhea.id, from_on=day, until_on=day + timedelta(days=3)))

    assert plan().new == {application.id: [cast.rhea.id]}


def test_hours_limit_how_many(cast: Cast, round: Round, plan: Make) -> None:
    profiles.save_profile(cast.fund, cast.rhea, Profile(capacity_hours=5), [], actor=cast.rhea, at=NOW)
    for number in range(4):
        apply_for(round, cast.ana, f"Proposal {number}")

    assert plan().answer.loads[cast.rhea.id] == 2


def test_unread_language_costs(cast: Cast, round: Round, plan: Make) -> None:
    dutch = "Wij maken met het geld van de stichting een kaart die door iedereen is te lezen " * 3
    application = apply_for(round, cast.ana, dutch)
    profiles.save_profile(cast.fund, cast.rhea, Profile(languages=["en"]), [], actor=cast.rhea, at=NOW)
    reads = reviewer(cast, "Kim Kuiper", languages=["nl"])

    made = plan(2)

    assert plan(1).new == {application.id: [reads.id]}
    assert assigning.told(made, application.id, cast.rhea.id) == ["may not read Nederlands"]


def test_one_comes_from_another_house(cast: Cast, round: Round, plan: Make) -> None:
    for name in ("Kim", "Lea"):
        reviewer(cast, name, organisation="TU Delft", expertise=["tide"])
    application = apply_for(round, cast.ana)

    made = plan(2)

    assert cast.rhea.id in made.new[application.id]


def test_manager_plans_only_what_they_see(cast: Cast, round: Round, plan: Make) -> None:
    seen, hidden = apply_for(round, cast.ana), apply_for(round, cast.ben)
    make_conflict(hidden, cast.sol)

    made = plan(user=cast.sol)

    assert set(made.proposals) == {seen.id}


def test_plan_is_carried_out_with_one_mail_each(cast: Cast, round: Round, plan: Make) -> None:
    reviewer(cast, "Kim Kuiper")
    for number in range(4):
        apply_for(round, cast.ana, f"Proposal {number}")
    shown = plan(2)

    made = assigning.apply_shown(cast.sol, round, Settings(2), shown.table.digest, at=NOW)

    assert len(made) == 8
    assert len(mails("review-invited")) == 2
    assert plan(2).answer.pairs == ()


def test_plan_is_refused_when_something_changed(cast: Cast, round: Round, plan: Make) -> None:
    application = apply_for(round, cast.ana)
    shown = plan()
    make_conflict(application, cast.rhea)
    db.session.flush()

    with pytest.raises(ChangedMeanwhile):
        assigning.apply_shown(cast.sol, round, Settings(1), shown.table.digest, at=NOW)
    assert mails("review-invited") == []


def test_nobody_is_asked_when_one_can_not_be(cast: Cast, round: Round, plan: Make) -> None:
    first, second = apply_for(round, cast.ana, "One"), apply_for(round, cast.ben, "Two")
    shown = plan()
    make_conflict(second, cast.rhea)

    with pytest.raises(Refusal, match=second.code or ""):
        assigning.apply(shown, round, actor=cast.sol, at=NOW)
    assert first.code


@pytest.mark.parametrize(("wanted", "most"), [(0, 12), (11, 12), (3, 0), (3, 101)])
def test_numbers_that_make_no_sense_are_refused(plan: Make, wanted: int, most: int) -> None:
    with pytest.raises(Refusal):
        plan(wanted, most)
