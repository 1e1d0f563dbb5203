"""Charts as SVG strings, drawn by hand: numbers in, the same bytes out, for paper and for the screen."""

from fundapp.core.charts.amounts import Pair, Part, Step, funnel, paired_bars, part_bars, split_bar
from fundapp.core.charts.courses import Course, Shift, ShiftWords, amounts_over_time, shifts
from fundapp.core.charts.governance import Principle, Words, profile, radar
from fundapp.core.charts.rosette import rosette
from fundapp.core.charts.scores import Axis, LadderWords, Marks, Standing, dot_rows, score_ladder
from fundapp.core.charts.screen import budget_bar, profile_bars, review_dots, swatch
from fundapp.core.charts.times import Duration, ranges

__all__ = [
    "Axis", "Course", "Duration", "LadderWords", "Marks", "Pair", "Part", "Principle", "Shift", "ShiftWords",
    "Standing", "Step", "Words",
    "amounts_over_time", "budget_bar", "dot_rows", "funnel", "paired_bars", "part_bars", "profile",
    "profile_bars", "radar", "ranges", "review_dots", "rosette", "score_ladder", "shifts",
    "split_bar", "swatch",
]  # fmt: skip
