"""Look-alikes: found by text and by what else is shared, shown side by side, remembered."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from fundapp.applications import like_lists, likenesses, shingles, side_by_side
from fundapp.applications.models import ApplicationState, ApplicationVersion, Likeness, LikenessState
from fundapp.core import jobs
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_application, make_cast, make_conflict, make_fund, make_round, make_user

S = ApplicationState
TEXT = (
    "The tide tables of the northern harbours are kept by hand in a book that only two people can read. "
    "We bring them into the open with a small service that every skipper can run on an old laptop, and we "
    "write down how the harbours share the work of measuring, checking and publishing the levels each day. "
    "The code, the tables and the agreements between the harbours are free for all, so that other coasts "
    "can do the same without asking anybody for permission or paying a company for what the sea gives away."
)
OTHER = (
    "Our compiler reads the description of a machine and writes a program that runs on it without any "
    "operating system in between. That makes small devices safer because nothing runs which nobody asked "
    "for, and it makes them last longer because there is nothing that has to be updated for reasons of "
    "fashion. We publish proofs for each of the passes and let others check them with tools of their own."
)


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1))


def proposal(call, text, *, owner=None, title="", **answers):
    made = make_application(call, owner, title=title)
    kept = dict(made.current.answers) | {"abstract": text} | answers
    made.version_number = 2
    db.session.add(
        ApplicationVersion(
            application_id=made.id, number=2, stage_id=made.stage_id, form_id=made.stage.form_id,
            answers=kept, title=made.title, reason="submitted", digest="b" * 64, made_at=NOW,
        )
    )  # fmt: skip
    db.session.flush()
    db.session.expire(made, ["versions"])
    return made


def search():
    while likenesses.find(NOW)["compared"]:
        db.session.flush()
    return list(db.session.scalars(select(Likeness).order_by(Likeness.id)))


def pairs():
    return [(one.application_id, one.other_id) for one in search()]


# --- text --------------------------------------------------------------------------------


def test_same_text_is_found_whatever_case_and_stops():
    one, other = ({"abstract": text} for text in (TEXT, TEXT.upper().replace(",", " ;")))

    assert shingles.shared_ppm(shingles.shingles(one), shingles.shingles(other)) == 1_000_000


def test_other_text_shares_nothing():
    one, other = (shingles.shingles({"abstract": text}) for text in (TEXT, OTHER))

    assert shingles.shared_ppm(one, other) == 0
    assert not set(shingles.bands(one)) & set(shingles.bands(other))


def test_short_text_inside_a_long_one_counts_whole():
    one, other = (shingles.shingles({"abstract": text}) for text in (TEXT, f"{OTHER} {TEXT}"))

    assert shingles.shared_ppm(one, other) > 990_000


def test_too_little_text_is_not_compared():
    few = shingles.shingles({"abstract": "The same few words stand in both of these proposals here."})

    assert (shingles.bands(few), shingles.shared_ppm(few, few)) == ([], 0)


@given(st.sets(st.integers(0, 2**64 - 1), min_size=20, max_size=200))
def test_bands_depend_on_the_text_alone(found):
    assert shingles.bands(found) == shingles.bands({*list(found)[::-1]})
    assert len(shingles.bands(found)) == shingles.BINS // shingles.ROWS


@given(st.sets(st.integers(0, 2**64 - 1), min_size=200, max_size=400), st.integers(0, 2**64 - 1))
def test_nearly_the_same_text_meets_in_a_band(found, more):
    assert set(shingles.bands(found)) & set(shingles.bands(found | {more}))


# --- finding -----------------------------------------------------------------------------


def test_similar_proposals_are_found_over_the_calls_of_a_fund(cast, call):
    earlier = make_round(
        cast.fund, state=RoundState.ARCHIVED, opens_at=NOW - timedelta(days=120),
        closes_at=NOW - timedelta(days=99), budget_cents=500_000,
    )  # fmt: skip
    first = proposal(earlier, TEXT, title="Tide book")
    second = proposal(call, TEXT + " And more words about it.", title="Getijden open")
    proposal(call, OTHER, title="Compiler")

    (alike,) = search()

    assert (alike.application_id, alike.other_id) == (first.id, second.id)
    assert (alike.text_ppm > 950_000, alike.state) == (True, LikenessState.OPEN)


def test_another_fund_stays_out(cast, call):
    elsewhere = make_round(make_fund(), state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1))
    proposal(call, TEXT)
    proposal(elsewhere, TEXT)

    assert pairs() == []


def test_trial_stays_apart_from_the_real(cast, call):
    trial = make_round(
        cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1), is_trial=True
    )
    proposal(call, TEXT)
    proposal(trial, TEXT)

    assert pairs() == []


def test_hints_say_what_else_is_shared(cast, call):
    site = "https://www.codeberg.org/harbour/tides.git"
    proposal(call, TEXT, owner=cast.ana, title="Tides of the north", website=site)
    proposal(
        call, TEXT, owner=cast.ana, title="Tides of the North!", website="http://codeberg.org/Harbour/tides/"
    )

    (alike,) = search()

    assert alike.hints == ["title", "url", "party", "person"]


def test_same_organisation_shows_by_its_mail(cast, call):
    one, other = make_user("Kim Kok"), make_user("Lou Laan")
    one.email, other.email = "kim@havenbericht.nl", "lou@havenbericht.nl"
    proposal(call, TEXT, owner=one)
    proposal(call, TEXT, owner=other)

    assert search()[0].hints == ["domain"]


def test_same_address_alone_is_worth_a_look_within_one_call(cast, call):
    proposal(call, TEXT, website="https://codeberg.org/harbour/tides")
    proposal(call, OTHER, website="https://codeberg.org/harbour/tides")

    assert len(search()) == 1


def test_successor_is_no_look_alike(cast, call):
    first = proposal(call, TEXT)
    second = proposal(make_round(cast.fund), TEXT)
    second.previous_id = first.id

    assert pairs() == []


def test_two_that_are_over_are_not_compared(cast, call):
    for _ in range(2):
        made = proposal(call, TEXT)
        db.session.execute(
            type(made).__table__.update().where(type(made).id == made.id).values(state="declined")
        )
    db.session.expire_all()

    assert pairs() == []


def test_changed_proposal_is_compared_anew(cast, call):
    first, second = proposal(call, TEXT), proposal(call, TEXT)
    assert len(search()) == 1

    second.version_number = 1  # as if the text were another again
    assert pairs() == []
    second.version_number = 2
    assert pairs() == [(first.id, second.id)]


def test_job_finds_them(cast, call):
    proposal(call, TEXT)
    proposal(call, TEXT)

    assert jobs.run("find-look-alikes", NOW) == {"compared": 2, "alike": 1}
    assert jobs.run("find-look-alikes", NOW) == {"compared": 0, "alike": 0}


# --- what people say ---------------------------------------------------------------------


def test_different_is_remembered(cast, call):
    first, second = proposal(call, TEXT), proposal(call, TEXT)
    (alike,) = search()

    likenesses.call_different(alike, note="Two harbours.", actor=cast.sol, at=NOW)
    second.version_number = 1
    search()
    second.version_number = 2

    (same,) = search()
    assert (same.state, same.settled_by, same.note) == (LikenessState.DIFFERENT, cast.sol.id, "Two harbours.")
    assert first.id == same.application_id


def test_who_is_barred_from_one_sees_no_likeness(cast, call):
    first, second = proposal(call, TEXT), proposal(call, TEXT)
    (alike,) = search()
    make_conflict(second, cast.max)

    assert like_lists.seen_likeness(cast.max, alike.id) is None
    assert like_lists.around(cast.max, first) == []
    assert like_lists.source_and_target(cast.max, first.id, second.id) is None
    with pytest.raises(MoveRefused):
        likenesses.call_different(alike, note="", actor=cast.max, at=NOW)
    assert like_lists.seen_likeness(cast.sol, alike.id) is alike


def test_side_by_side_marks_what_is_the_same(cast, call):
    one, other = proposal(call, f"{TEXT} First."), proposal(call, f"{TEXT} Second.")

    found = side_by_side.pairs(one.current, other.current, "en", currency="EUR")

    (pair,) = [pair for pair in found if pair.label == "Abstract"]
    assert "".join(passage.text for passage in pair.left) == f"{TEXT} First."
    assert "".join(passage.text for passage in pair.right) == f"{TEXT} Second."
    assert any(passage.is_same and "tide tables" in passage.text for passage in pair.left)
    assert pair.share > 95
