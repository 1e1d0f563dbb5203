"""Plans in takentaal, read and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.core.takentaal import Mark, Plan, Subtask, Task, parse, write

PLAN = """takentaal v1.0

# Sluiswachter

Opening times of locks and bridges,
in one open format.


Second paragraph.

## {8000} The format

Written with the lock keepers.

https://example.org/format

- {1000} Draft
/ {2500.50} Two harbours try it

    Both of them wrote back.

* {4499.50} Publish version 1
! {700} A printed edition

## {1500} The desk

- {1500} Rules for **disagreement**
"""


def faults(text):
    return [(fault.line, fault.code) for fault in parse(text).faults]


def test_parse_reads_a_whole_plan():
    reading = parse(PLAN)

    assert reading.faults == ()
    assert reading.plan == Plan(
        title="Sluiswachter",
        description="Opening times of locks and bridges,\nin one open format.\n\nSecond paragraph.",
        tasks=(
            Task(
                "The format",
                800000,
                "Written with the lock keepers.\n\nhttps://example.org/format",
                (
                    Subtask("Draft", 100000, Mark.OPEN),
                    Subtask("Two harbours try it", 250050, Mark.PARTIAL, "    Both of them wrote back."),
                    Subtask("Publish version 1", 449950, Mark.DONE),
                    Subtask("A printed edition", 70000, Mark.DROPPED),
                ),
            ),
            Task("The desk", 150000, subtasks=(Subtask("Rules for **disagreement**", 150000),)),
        ),
    )
    assert reading.plan.total_cents == 950000


def test_parse_takes_a_bare_list_of_tasks_with_windows_line_ends():
    reading = parse("\ufeff## {8000} Task\r\n\r\n- {8000} subtask\r\n")

    assert reading.faults == ()
    assert reading.plan == Plan(tasks=(Task("Task", 800000, subtasks=(Subtask("subtask", 800000),)),))


def test_parse_adds_up_a_task_that_names_no_amount():
    plan = parse("## Task\n- {100} a\n- {200} b\n! {50} c").plan

    assert (plan.tasks[0].cents, plan.tasks[0].total_cents) == (None, 30000)


@pytest.mark.parametrize("amount", ["8000", "8.000", "8,000", "€ 8.000,00", "8k", " 8000 "])
def test_parse_reads_amounts_as_people_write_them(amount):
    assert parse(f"## {{{amount}}} Task").plan.tasks[0].cents == 800000


@pytest.mark.parametrize(
    "line", ["**bold** words", "/path/to/file", "!important", "---", "#12 is about this", "### deep"]
)
def test_parse_keeps_lines_that_only_look_like_marks_as_description(line):
    reading = parse(f"## {{1}} Task\n{line}\n")

    assert reading.plan.tasks[0].description == line
    assert reading.faults == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, "empty")]),
        ("only words", [(1, "empty")]),
        ("takentaal v9.0\n## {1} a", [(1, "version")]),
        ("takentaal\n## {1} a", [(1, "version")]),
        ("takentaal v0.1.0\n## {1} a", []),
        ("- {1} before\n## {1} a", [(1, "no_task")]),
        ("# One\n## {1} a\n# Two", [(3, "second_title")]),
        ("## {8000}", [(1, "no_title")]),
        ("## {8000 Task", [(1, "amount"), (1, "no_amount")]),
        ("## {10-12k} Task", [(1, "amount"), (1, "no_amount")]),
        ("## {-5} Task", [(1, "amount"), (1, "no_amount")]),
        ("## {$500} Task", [(1, "currency"), (1, "no_amount")]),
        ("## Task", [(1, "no_amount")]),
        ("## Task\n- part", [(1, "no_amount")]),
        ("## {500} Task\n- part", []),
        ("## {500} Task\n- {500} part\n- other", [(1, "part_amount")]),
        ("intro\n## {8000} Task\n- {1000} a\n- {2000} b", [(2, "sum")]),
        ("## {300} Task\n- {100} a\n! {200} b", []),
        ("## {100} Task\n- {100} a\n! {200} b", []),
        ("\n# {900} Plan\n## {500} a\n## {300} b", [(2, "sum")]),
        ("# {800} Plan\n## {500} a\n## {300} b", []),
    ],
)
def test_parse_names_faults_with_their_line(text, expected):
    assert faults(text) == expected


def test_parse_says_what_does_not_add_up():
    (fault,) = parse("## {8000} Task\n- {1000} a\n- {2000} b").faults

    assert fault.message == "It says €8,000, but the parts add up to €3,000."


def test_write_lays_a_plan_out_as_text():
    plan = Plan(
        "Desk", None, "Why", (Task("Rules", 150050, "- one\n- two", (Subtask("Talk", 150050, Mark.DONE),)),)
    )

    assert write(plan) == (
        "takentaal v1.0\n\n# Desk\n\nWhy\n\n## {1500.50} Rules\n\n - one\n - two\n\n* {1500.50} Talk\n"
    )


line = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.sampled_from(" -#*!/{}"), max_size=12
)
described = st.lists(line.map(str.rstrip), max_size=4).map(
    lambda lines: "\n".join(line for line in lines if line)
)
titles = line.map(lambda text: " ".join(text.split())).filter(bool)
amounts = st.none() | st.integers(0, 10**9)
subtasks = st.builds(Subtask, titles, amounts, st.sampled_from(Mark), described)
tasks = st.builds(Task, titles, amounts, described, st.lists(subtasks, max_size=3).map(tuple))
plans = st.builds(Plan, titles, amounts, described, st.lists(tasks, max_size=3).map(tuple))


@given(plans)
def test_parse_gives_back_what_write_wrote(plan):
    assert parse(write(plan)).plan == plan


@given(st.text() | st.text(st.sampled_from("#-/*! {}018.k\r\n\tab\u00a0\x85")))
def test_parse_reads_anything_and_what_it_read_stays_the_same(text):
    plan = parse(text).plan

    assert parse(write(plan)).plan == plan
