"""Who reviews what, at the least cost: a flow from proposals to reviewers, solved to a proven optimum.

Every proposal wants so many reviews; every reviewer has room for so many. A pairing costs what fits
badly; the k-th review of one person costs k steps, so that work is shared out; not all reviewers of a
proposal come from one house. What can't be met is left short at a price above all others, so there is
always an answer, and it says what is missing.

All of it is a flow of least cost, so the linear programme has whole numbers at its corners (Ahuja,
Magnanti and Orlin, Network Flows, 1993, ch. 11) and its dual bound proves the answer. HiGHS solves it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

SHORT = 100_000
"""What a review costs that nobody can be found for: more than all that fits badly together."""
SAME_HOUSE = 10_000
"""What it costs when all reviewers of a proposal come from one house."""
STEP = 5
"""What each further review of the same person costs more than the one before."""
WIDTH = 1e-6
"""How far HiGHS may be from a whole number."""


@dataclass(frozen=True)
class Judge:
    """A reviewer. has: reviews they hold in the round already. room: how many they may hold in all."""

    id: int
    house: str
    has: int = 0
    room: int = 12


@dataclass(frozen=True)
class Case:
    """A proposal. held: by whom it is reviewed already. costs: by reviewer who may be asked, in points."""

    id: int
    held: frozenset[int] = frozenset()
    costs: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """Who is asked for what. pairs: (proposal, reviewer), new ones. bound: no plan costs less than this."""

    pairs: tuple[tuple[int, int], ...]
    cost: int
    bound: float
    short: Mapping[int, int]
    one_house: frozenset[int]
    loads: Mapping[int, int]

    @property
    def is_proven(self) -> bool:
        """Tell whether nothing cheaper can exist: costs are whole, so less than one apart is equal."""
        return self.cost - self.bound < 1 - 1e-4


def solve(cases: Sequence[Case], judges: Sequence[Judge], wanted: int) -> Answer:
    """Share the proposals out. wanted: reviews each; what is held counts and stays.

    The same input gives the same answer: one thread, rows and columns in the order given.
    """
    flow = _Flow(cases, judges, wanted)
    chosen, bound = flow.run() if flow.columns else ([], 0.0)
    pairs = tuple(flow.pairs[place] for place in chosen)
    return _answer(cases, judges, wanted, pairs, bound)


def _answer(
    cases: Sequence[Case],
    judges: Sequence[Judge],
    wanted: int,
    pairs: tuple[tuple[int, int], ...],
    bound: float,
) -> Answer:
    """Count the plan anew in whole numbers: what is reported does not rest on floating point."""
    house = {one.id: one.house for one in judges}
    new: dict[int, list[int]] = {case.id: [] for case in cases}
    for case_id, judge_id in pairs:
        new[case_id].append(judge_id)
    loads = Counter(judge_id for _case, judge_id in pairs)
    short = {case.id: left for case in cases if (left := _need(case, wanted) - len(new[case.id])) > 0}
    one_house = frozenset(
        case.id for case in cases if wanted > 1 and _is_one_house(case, new[case.id], house, wanted)
    )
    cost = sum(case.costs[judge_id] for case in cases for judge_id in new[case.id])
    cost += sum(STEP * k for one in judges for k in range(one.has + 1, one.has + loads[one.id] + 1))
    cost += SHORT * sum(short.values()) + SAME_HOUSE * len(one_house)
    totals = {one.id: one.has + loads[one.id] for one in judges}
    return Answer(pairs, cost, bound, short, one_house, totals)


def _need(case: Case, wanted: int) -> int:
    return max(0, wanted - len(case.held))


def _is_one_house(case: Case, new: list[int], house: Mapping[int, str], wanted: int) -> bool:
    homes = [house.get(one, str(one)) for one in (*case.held, *new)]
    return bool(new) and len(homes) >= wanted and len(set(homes)) == 1


class _Flow:
    """The linear programme: columns are pairings, steps of load, and what is missing."""

    def __init__(self, cases: Sequence[Case], judges: Sequence[Judge], wanted: int) -> None:
        self.columns: list[tuple[float, float, list[tuple[int, float]]]] = []  # cost, most, entries
        self.rows: list[tuple[float, float]] = []  # least, most
        self.pairs: list[tuple[int, int]] = []
        self.late: list[int] = []  # rows that may be broken at a price
        self.wanted = wanted
        self.house = {one.id: one.house for one in judges}
        free = {one.id: one for one in judges if one.room > one.has}
        self.load_rows = {key: self._row(0, 0) for key in free}
        chosen = [case for case in cases if _need(case, wanted)]
        case_rows = [self._row(_need(case, wanted), _need(case, wanted)) for case in chosen]
        for case, row in zip(chosen, case_rows, strict=True):
            self._pairings(case, row, [one for one in case.costs if one in free])
        for case, row in zip(chosen, case_rows, strict=True):
            self._column(SHORT, _need(case, wanted), [(row, 1)])
        for judge in free.values():
            self._steps(judge)

    def _row(self, least: float, most: float) -> int:
        self.rows.append((least, most))
        return len(self.rows) - 1

    def _column(self, cost: float, most: float, entries: list[tuple[int, float]]) -> None:
        self.columns.append((cost, most, entries))

    def _pairings(self, case: Case, row: int, judges: list[int]) -> None:
        houses = self._full_houses(case, judges)
        for judge_id in judges:
            entries = [(row, 1.0), (self.load_rows[judge_id], 1.0)]
            if (of_house := houses.get(self.house[judge_id])) is not None:
                entries.append((of_house, 1.0))
            self.pairs.append((case.id, judge_id))
            self._column(case.costs[judge_id], 1, entries)

    def _full_houses(self, case: Case, judges: list[int]) -> dict[str, int]:
        """Give a row to each house that could fill a proposal by itself: at most all but one of them."""
        held = [self.house.get(one, str(one)) for one in case.held]
        found: dict[str, int] = {}
        if self.wanted < 2 or len(set(held)) > 1:
            return found
        homes = Counter(self.house[one] for one in judges)
        for home, count in sorted(homes.items()):
            if count + held.count(home) >= self.wanted and (not held or held[0] == home):
                found[home] = self._row(-np.inf, self.wanted - 1 - held.count(home))
                self.late.append(found[home])
        return found

    def _steps(self, judge: Judge) -> None:
        for k in range(judge.has + 1, judge.room + 1):
            self._column(STEP * k, 1, [(self.load_rows[judge.id], -1.0)])

    def run(self) -> tuple[list[int], float]:
        """Solve it; gives the places of the chosen pairings and the bound."""
        for row in self.late:
            self._column(SAME_HOUSE, 1, [(row, -1.0)])
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("solver", "simplex")
        solver.passModel(self._model())
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(str(solver.getModelStatus()))
        values = np.asarray(solver.getSolution().col_value)[: len(self.pairs)]
        if float(np.abs(values - values.round()).max(initial=0)) > WIDTH:
            raise ArithmeticError("a corner of the flow is not whole")
        return [int(place) for place in np.flatnonzero(values > 0.5)], float(
            solver.getInfo().objective_function_value
        )

    def _model(self) -> "highspy.HighsLp":
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.columns), len(self.rows)
        model.col_cost_ = np.array([cost for cost, _most, _entries in self.columns], dtype=np.double)
        model.col_lower_ = np.zeros(len(self.columns))
        model.col_upper_ = np.array([most for _cost, most, _entries in self.columns], dtype=np.double)
        model.row_lower_ = np.array([least for least, _most in self.rows], dtype=np.double)
        model.row_upper_ = np.array([most for _least, most in self.rows], dtype=np.double)
        entries = [pair for _cost, _most, column in self.columns for pair in column]
        starts = np.cumsum([0, *(len(column) for _cost, _most, column in self.columns)])
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kColwise
        matrix.start_ = starts.astype(np.int32)
        matrix.index_ = np.array([row for row, _value in entries], dtype=np.int32)
        matrix.value_ = np.array([value for _row, value in entries], dtype=np.double)
        return model
