"""Papers set side by side: the same bytes in the same order as one by one, and nothing left running."""

import multiprocessing
from datetime import UTC, datetime

import pytest

from fundapp.core import pdf, presses
from fundapp.core.pdf import Paper

AT = datetime(2026, 12, 12, 13, 5, tzinfo=UTC)
PAGE = '<html lang="en"><head><title>{n}</title></head><body><h1>Number {n}</h1></body></html>'


def paper(number: int) -> Paper:
    return Paper(PAGE.format(n=number), "en", AT, {"snapshot": str(number)}, ())


def test_presses_print_what_is_printed_alone_and_in_order():
    wanted = [pdf.set_paper(paper(number)) for number in range(5)]

    assert list(presses.printed(map(paper, range(5)), presses=2)) == wanted
    assert list(presses.printed(map(paper, range(5)), presses=0)) == wanted
    assert multiprocessing.active_children() == []


def test_press_makes_way_for_a_new_one_after_enough_papers(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(presses, "LASTS", 2)
    wanted = [pdf.set_paper(paper(number)) for number in range(5)]
    seen, found = set(), []

    for made in presses.printed(map(paper, range(5)), presses=1):
        found.append(made)
        seen |= {child.pid for child in multiprocessing.active_children()}

    assert found == wanted
    assert len(seen) > 1
    assert multiprocessing.active_children() == []


def test_presses_end_when_nobody_wants_more():
    made = presses.printed(map(paper, range(50)), presses=1)
    next(made)
    running = multiprocessing.active_children()

    made.close()

    assert len(running) == 1
    assert multiprocessing.active_children() == []


def test_more_presses_than_papers_do_no_harm():
    assert len(list(presses.printed(map(paper, range(1)), presses=2))) == 1
    assert list(presses.printed([], presses=1)) == []


def test_fault_of_a_paper_is_told_and_ends_the_presses():
    broken = Paper("", "en", "no moment", {}, ())  # type: ignore[arg-type]

    with pytest.raises(RuntimeError, match="AttributeError"):
        list(presses.printed([paper(1), broken], presses=1))
    assert multiprocessing.active_children() == []


def test_press_that_dies_is_noticed():
    made = presses.printed(map(paper, range(9)), presses=1)
    next(made)
    for child in multiprocessing.active_children():
        child.kill()

    with pytest.raises(presses.PressLost):
        list(made)
