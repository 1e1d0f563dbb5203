"""The score sheet: two windows lose nothing of each other; later changes are kept as movement."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.applications.models import ApplicationState
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.reviews import queries, service, standings
from fundapp.reviews.models import Review, ReviewState, ScoreChange
from fundapp.reviews.sheet import Entry, Overall, Sheet, read_shown, sheet_of, write_shown
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_application, make_cast, make_conflict, make_review, make_round


@pytest.fixture
def review(app: Flask) -> Review:
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.REVIEWING)
    return make_review(make_application(round, cast.ana, state=ApplicationState.IN_REVIEW), cast.rhea)


def save(review: Review, **values: object) -> None:
    given = {"value": 3, "reason": "Seen.", "base": 0, **values}
    service.save_score(review, review.rubric.criteria[0], actor=review.reviewer, at=NOW, **given)  # type: ignore[arg-type]
    db.session.flush()


def test_each_save_is_one_revision_further(review: Review) -> None:
    save(review)
    save(review, reason="Seen twice.", base=1)

    (score,) = review.scores
    assert (score.value, score.reason, score.revision) == (3, "Seen twice.", 2)


def test_an_older_window_is_told_both_texts(review: Review) -> None:
    save(review)
    save(review, value=2, reason="Less.", base=1)

    with pytest.raises(ChangedMeanwhile) as clash:
        save(review, value=4, reason="More.", base=1)

    assert (clash.value.yours, clash.value.theirs) == ("4\nMore.", "2\nLess.")
    assert review.scores[0].reason == "Less."


def test_the_same_text_twice_is_no_clash(review: Review) -> None:
    save(review)
    save(review, base=0)

    assert review.scores[0].revision == 1


@pytest.mark.parametrize("value", [-1, 5])
def test_a_value_off_the_scale_is_refused(review: Review, value: int) -> None:
    with pytest.raises(Refusal):
        save(review, value=value)


def test_not_applicable_carries_no_value(review: Review) -> None:
    with pytest.raises(Refusal):
        save(review, value=0, is_na=True)


def test_not_applicable_only_where_it_is_allowed(review: Review) -> None:
    review.rubric.criteria[0].allows_na = False

    with pytest.raises(Refusal):
        save(review, value=None, is_na=True)


@pytest.mark.parametrize("state", [ReviewState.INVITED, ReviewState.SUBMITTED])
def test_only_an_accepted_review_is_written_on(review: Review, state: ReviewState) -> None:
    other = make_review(
        make_application(review.application.round, state=ApplicationState.IN_REVIEW),
        review.reviewer,
        state=state,
    )

    with pytest.raises(MoveRefused):
        save(other)


def test_nobody_writes_on_another_ones_sheet(review: Review) -> None:
    for person in (make_cast().rhea, make_cast(review.application.fund).sol):
        with pytest.raises(MoveRefused):
            service.save_score(review, review.rubric.criteria[0], value=1, base=0, actor=person, at=NOW)


def test_a_tie_closes_the_sheet(review: Review) -> None:
    make_conflict(review.application, review.reviewer)

    with pytest.raises(MoveRefused):
        save(review)


# --- two windows ---------------------------------------------------------------


def changed(sheet: Sheet, place: int, **values: object) -> Sheet:
    key = list(sheet.entries)[place]
    entry = replace(sheet.entries[key], **values)  # type: ignore[arg-type]
    return replace(sheet, entries={**sheet.entries, key: entry})


def keep(review: Review, sheet: Sheet) -> list[str]:
    clashes = service.save_sheet(review, sheet, actor=review.reviewer, at=NOW)
    db.session.flush()
    return [clash.criterion.key if clash.criterion else clash.part for clash in clashes]


def test_two_windows_on_different_criteria_keep_both(review: Review) -> None:
    shown = sheet_of(review)

    first = keep(review, changed(shown, 0, value=3, reason="One."))
    second = keep(review, changed(shown, 1, value=1, reason="Two."))

    assert (first, second) == ([], [])
    now = sheet_of(review)
    assert [entry.reason for entry in now.entries.values()] == ["One.", "Two.", ""]


def test_two_windows_on_one_criterion_clash_and_the_rest_is_kept(review: Review) -> None:
    shown = sheet_of(review)
    keep(review, changed(shown, 0, value=3, reason="One."))

    clashes = keep(review, changed(changed(shown, 0, value=2, reason="Other."), 2, value=7, reason="Three."))

    assert clashes == ["P1"]
    now = sheet_of(review)
    assert [entry.reason for entry in now.entries.values()] == ["One.", "", "Three."]


def test_a_window_goes_on_after_its_own_saves(review: Review) -> None:
    window = changed(sheet_of(review), 0, value=3, reason="One.")
    keep(review, window)
    shown, overall = read_shown(window.shown_after(sheet_of(review)))
    window = replace(window, shown=shown, overall_shown=overall)

    clashes = keep(review, changed(window, 0, reason="One, and more."))

    assert clashes == []
    assert review.scores[0].reason == "One, and more."


def test_a_window_still_clashes_after_saving_something_else(review: Review) -> None:
    mine = sheet_of(review)
    keep(review, changed(sheet_of(review), 0, value=2, reason="Theirs."))
    window = changed(mine, 1, value=1, reason="Mine.")
    keep(review, window)
    shown, overall = read_shown(window.shown_after(sheet_of(review)))
    window = replace(window, shown=shown, overall_shown=overall)

    clashes = keep(review, changed(window, 0, value=4, reason="Mine too."))

    assert clashes == ["P1"]


def test_the_whole_clashes_part_by_part(review: Review) -> None:
    shown = sheet_of(review)
    first = keep(review, replace(shown, overall=Overall(3, "Well done.", "")))
    second = keep(review, replace(shown, overall=Overall(3, "Good.", "Doubtful.")))

    assert (first, second) == ([], ["to_applicant"])
    assert (review.to_applicant, review.internal) == ("Well done.", "Doubtful.")


def test_what_a_window_was_shown_survives_the_form(review: Review) -> None:
    save(review)
    sheet = sheet_of(review)

    assert read_shown(write_shown(sheet)) == (sheet.shown, sheet.overall_shown)
    assert read_shown("rubbish 1:x:y all ::") == ({}, {})


# --- after handing in ------------------------------------------------------------


@pytest.fixture
def done(review: Review) -> Review:
    application = make_application(review.application.round, state=ApplicationState.IN_REVIEW)
    done = make_review(application, review.reviewer, state=ReviewState.SUBMITTED, values=[3, 2, 6])
    standings.refresh(application, at=NOW)
    return done


def test_a_later_change_is_kept_with_its_reason(done: Review) -> None:
    key = done.rubric.criteria[0].id
    entry = Entry(1, reason="Misread.")

    count = service.revise(done, {key: entry}, "I misread the licence.", actor=done.reviewer, at=NOW)
    db.session.flush()

    assert count == 1
    moved = db.session.scalar(select(ScoreChange))
    assert (moved.from_value, moved.to_value, moved.reason) == (3, 1, "I misread the licence.")
    assert done.total_ppm == 616_667  # (20·1/4 + 30·2/4 + 50·5/6) / 100
    assert queries.standing_of(done.application).mean_ppm == 616_667


def test_a_later_change_wants_a_reason(done: Review) -> None:
    with pytest.raises(MoveRefused):
        service.revise(done, {}, " ", actor=done.reviewer, at=NOW)


def test_a_later_change_leaves_nothing_out(done: Review) -> None:
    key = done.rubric.criteria[0].id

    with pytest.raises(service.Incomplete):
        service.revise(done, {key: Entry(2)}, "Shorter.", actor=done.reviewer, at=NOW)
