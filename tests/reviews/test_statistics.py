"""A round's statistics over real rows, against hand-worked cases and an independent implementation."""

import json
from collections import defaultdict
from pathlib import Path

import krippendorff
import pytest

from fundapp import create_app
from fundapp.applications.models import ApplicationState
from fundapp.config import Settings
from fundapp.core.db import db
from fundapp.reviews import statistics
from fundapp.reviews.agreement import Metric, alpha
from fundapp.rounds.models import RoundState
from tests.factories import make_application, make_cast, make_conflict, make_round, make_user
from tests.reviews.scene import judge

REVIEWS = Path(__file__).parents[3] / "shared/data/dpg_reviews.jsonl"


def of(found, application):
    return next(one for one in found.applications if one.id == application.id)


def test_figures_of_the_worked_example(round):
    judged = judge(round, [3, 2, 6], [None, 4, 3])

    one = of(statistics.of_round(round), judged)

    assert one.totals == pytest.approx([71.6667, 58.3333], abs=1e-3)
    assert one.weighted_mean == pytest.approx(65, abs=1e-3)
    assert one.median == pytest.approx(65, abs=1e-3)
    assert one.spread == pytest.approx(13.3333, abs=1e-3)
    assert one.leave_one_out == pytest.approx((58.3333, 71.6667), abs=1e-3)
    assert one.mean == pytest.approx(100 * ((3 / 4 + 2 / 4 + 5 / 6) / 3 + (1 + 2 / 6) / 2) / 2)
    assert one.na == 1


def test_review_that_scored_too_little_is_set_aside(round):
    judged = judge(round, [3, 2, 6], [4, None, None])

    one = of(statistics.of_round(round), judged)

    assert (len(one.totals), one.set_aside, one.na) == (1, 1, 2)
    assert one.leave_one_out is None
    assert one.spread == 0


def test_all_na_gives_no_figure_and_no_fault(round):
    judged = judge(round, [None, None, None])

    one = of(statistics.of_round(round), judged)

    assert (one.weighted_mean, one.mean, one.median, one.stability, one.corrected) == (None,) * 5


def test_round_without_reviews_is_empty(round):
    make_application(round, state=ApplicationState.IN_REVIEW)

    found = statistics.of_round(round)

    assert (found.applications, found.reviewers, found.alpha) == ([], [], None)
    assert [one.alpha for one in found.criteria] == [None, None, None]


def test_review_of_somebody_with_a_tie_never_counts(round):
    tied, free = make_user(), make_user()
    judged = judge(round, [4, 4, 7], [0, 0, 1], reviewers=[tied, free])
    make_conflict(judged, tied)

    found = statistics.of_round(round)

    assert of(found, judged).totals == [0]
    assert [user.id for user, _one in found.reviewers] == [free.id]


def test_only_what_the_asker_may_know_of_counts(round):
    known, hidden = judge(round, [3, 2, 6]), judge(round, [0, 0, 1])

    found = statistics.of_round(round, where=statistics.Application.id != hidden.id)

    assert [one.id for one in found.applications] == [known.id]
    assert found.criteria[0].scored == 1


def test_agreement_of_a_criterion_equals_the_oracle(round):
    given = [
        [(0, 1, 2), (1, 1, 5)],
        [(4, 3, 7), (3, None, 6), (4, 2, 7)],
        [(2, 2, 2)],
        [(None, 4, 1), (2, 0, 4)],
    ]
    for values in given:
        judge(round, *[list(one) for one in values])

    found = statistics.of_round(round)

    for place, criterion in enumerate(found.criteria):
        table = [[one[place] for one in unit] + [None] * (3 - len(unit)) for unit in given]
        matrix = [
            [float("nan") if value is None else value for value in row] for row in zip(*table, strict=True)
        ]
        oracle = krippendorff.alpha(reliability_data=matrix, level_of_measurement="ordinal")
        assert criterion.alpha == pytest.approx(oracle)
    assert [(one.n, one.units, one.na) for one in found.criteria] == [(5, 2, 1), (6, 3, 1), (7, 3, 0)]


def test_strict_reviewer_shows_and_is_corrected_for(round):
    mild, strict = make_user(), make_user()
    judged = [judge(round, [3, 3, 5], [1, 1, 3], reviewers=[mild, strict]) for _number in range(6)]

    found = statistics.of_round(round)

    leanings = {user.id: one for user, one in found.reviewers}
    assert leanings[strict.id].beta < 0 < leanings[mild.id].beta
    assert leanings[strict.id].is_calibrated
    one = of(found, judged[0])
    assert one.corrected == pytest.approx(one.weighted_mean)  # both sides of the same height


def test_one_place_for_two_equal_ones_is_in_the_tie_band(round):
    rows = [judge(round, [3, 2, 6], [1, 2, 3]), judge(round, [1, 2, 3], [3, 2, 6])]

    found = statistics.of_round(round)

    assert all(of(found, row).is_tied for row in rows)


def test_same_reviews_give_the_same_seed_and_more_money_another(round):
    judge(round, [3, 2, 6], [1, 2, 3])

    first = statistics.of_round(round)

    assert statistics.of_round(round).seed == first.seed
    assert statistics.of_round(round, budget_cents=9_999_999).seed != first.seed


@pytest.mark.skipif(not REVIEWS.exists(), reason="the real reviews are not beside this checkout")
def test_alpha_of_real_reviews_equals_the_oracle():
    units = defaultdict(list)
    for line in REVIEWS.read_text("utf-8").splitlines():
        review = json.loads(line)
        for answer in review["answers"]:
            units[review["nominee"], answer["criterion"]].append(int(answer["answer"]))
    several = [unit for unit in units.values() if len(unit) > 1]
    widest = max(map(len, several))
    matrix = [
        [unit[place] if place < len(unit) else float("nan") for unit in several] for place in range(widest)
    ]

    found = alpha(several, Metric.NOMINAL)

    assert (len(several), sum(len(set(unit)) == 1 for unit in several)) == (154, 82)
    assert float(found) == pytest.approx(
        krippendorff.alpha(reliability_data=matrix, level_of_measurement="nominal")
    )


def test_stats_are_printed_as_json(run, environment):
    with_rows(environment)

    done = run("stats", "judged", "--format", "json")

    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)
    one = data["applications"][0]
    assert one["weighted_mean"] == pytest.approx(65, abs=1e-3)
    assert one["leave_one_out"] == pytest.approx([58.3333, 71.6667], abs=1e-3)
    assert [row["key"] for row in data["criteria"]] == ["P1", "P2", "T"]
    assert len(data["reviewers"]) == 2


def test_stats_name_a_round_that_is_not_there(run, environment):
    done = run("stats", "nowhere")

    assert done.exit_code == 1
    assert "no round 'nowhere'" in done.stderr


def with_rows(environment):
    """Put a judged round in the installation of the command line."""
    app = create_app(Settings.load(None, environment))
    with app.app_context():
        cast = make_cast()
        judge(make_round(cast.fund, slug="judged", state=RoundState.REVIEWING), [3, 2, 6], [None, 4, 3])
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
