"""How long it takes to share reviews out, to a proven optimum. Run: .venv/bin/python bench/assign.py

Made-up proposals and reviewers from a seed: a third of the themes fit, words fit by chance, one in ten
can't read the language, one in twenty has a tie, and reviewers come from as many houses as a third of
them. What is measured is the solver; reading the rows of a round is a matter of five queries.
"""

import sys
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fundapp.reviews.matching import Case, Judge, solve

SIZES = ((40, 12, 3), (200, 30, 3), (1_000, 80, 3), (1_000, 80, 5))
SEED = 20261122


def scene(proposals: int, reviewers: int, wanted: int) -> tuple[list[Case], list[Judge]]:
    """Make proposals and reviewers with room for a third more than is wanted."""
    chance = Random(SEED)
    room = proposals * wanted * 4 // (3 * reviewers) + 1
    judges = [Judge(n, f"house {chance.randrange(reviewers // 3)}", room=room) for n in range(reviewers)]
    cases = []
    for n in range(proposals):
        costs = {
            judge.id: 30 * (chance.random() > 0.3)
            + 24 - 8 * min(3, int(chance.expovariate(1)))
            + 60 * (chance.random() < 0.1)
            for judge in judges
            if chance.random() > 0.05
        }  # fmt: skip
        cases.append(Case(n, frozenset(), costs))
    return cases, judges


def main() -> None:
    """Print one line for each size."""
    print("proposals reviewers each   seconds  of CPU      cost     bound  proven  load")
    for proposals, reviewers, wanted in SIZES:
        cases, judges = scene(proposals, reviewers, wanted)
        begun, worked = time.perf_counter(), time.process_time()
        answer = solve(cases, judges, wanted)
        took, cpu = time.perf_counter() - begun, time.process_time() - worked
        loads = answer.loads.values()
        print(
            f"{proposals:9} {reviewers:9} {wanted:4} {took:9.2f} {cpu:7.2f} "
            f"{answer.cost:9} {answer.bound:9.0f}  {'yes' if answer.is_proven else 'NO':6}"
            f"  {min(loads)}-{max(loads)}"
        )


if __name__ == "__main__":
    main()
