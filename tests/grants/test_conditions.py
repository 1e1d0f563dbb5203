"""Conditions on a grant, and agreements about values that clash."""

from datetime import date, timedelta

import pytest
from flask import Flask

from fundapp.core import due, todo
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.grants import conditions, deed, offering
from fundapp.grants.conditions import Wording
from fundapp.grants.models import Condition, ConditionKind, ConditionState
from tests.factories import NOW, make_conflict
from tests.grants.scene import Start, in_force, opened, row, write

VALUE = Wording(
    ConditionKind.VALUE, "No telemetry", "Nothing is sent unless asked.", "Measuring use", "privacy", "M1"
)


def laid(start: Start, wording: Wording = VALUE) -> Condition:
    return conditions.add(start.award, wording, actor=start.cast.sol, at=NOW)


@pytest.mark.parametrize(
    "wording",
    [
        Wording(ConditionKind.VALUE, "No telemetry", "Nothing.", "", "privacy", "M1"),
        Wording(ConditionKind.OTHER, " ", "Nothing."),
        Wording(ConditionKind.OTHER, "Name", "  "),
        Wording(ConditionKind.OTHER, "Name", "Text", ref="M9"),
        Wording(ConditionKind.OTHER, "Name", "Text", watcher_id=999_999),
    ],
)
def test_condition_that_is_not_whole_is_refused(app: Flask, wording: Wording) -> None:
    start = opened()
    write(start, row("Format"))

    with pytest.raises(Refusal):
        laid(start, wording)

    assert start.award.conditions == []


def test_only_staff_lay_conditions(app: Flask) -> None:
    start = opened()
    write(start, row("Format"))

    for person in (start.cast.ana, start.cast.fin, start.cast.aud):
        with pytest.raises(MoveRefused):
            conditions.add(start.award, VALUE, actor=person, at=NOW)


def test_applicant_and_tied_people_cannot_watch(app: Flask) -> None:
    start = opened()
    make_conflict(start.award.application, start.cast.rhea)
    db.session.expire(start.award.application)

    names = {name for _id, name in conditions.watchers(start.award)}

    assert start.cast.ana.name not in names
    assert start.cast.rhea.name not in names
    assert start.cast.aud.name in names


def test_condition_stands_in_the_agreement_and_its_words_stay(app: Flask) -> None:
    start = opened()
    write(start, row("Format", 500_000))
    one = laid(start)
    offering.offer(start.draft, actor=start.cast.sol, at=NOW)

    words = deed.kept(start.draft)
    other = Wording(**{**vars_of(VALUE), "text": "Else"})
    with pytest.raises(Refusal, match="agreement"):
        conditions.change(one, other, base=one.row_version, actor=start.cast.sol, at=NOW)
    watched = Wording(**{**vars_of(VALUE), "watcher_id": start.cast.max.id})
    conditions.change(one, watched, base=one.row_version, actor=start.cast.sol, at=NOW)

    assert words is not None
    (said,) = words["conditions"]
    assert (said["number"], said["interest"], said["ref"]) == (1, "Measuring use", "M1")
    assert one.watcher_id == start.cast.max.id


def vars_of(wording: Wording) -> dict[str, object]:
    return {name: getattr(wording, name) for name in wording.__dataclass_fields__}


def test_plan_without_the_milestone_of_a_condition_is_not_offered(app: Flask) -> None:
    start = opened()
    write(start, row("Format", 500_000), row("Form", 100_000))
    laid(start)
    write(start, row("Form", 100_000, ref="M2"))

    with pytest.raises(Refusal, match="M1"):
        offering.offer(start.draft, actor=start.cast.sol, at=NOW)


def test_unmet_conditions_are_those_of_the_milestone_and_its_whole(app: Flask) -> None:
    start = in_force(row("Format", None), row("Text", 300_000, part=True), row("Form", 200_000))
    laid(start)
    laid(start, Wording(ConditionKind.OTHER, "Second", "Text", ref="M2"))
    first = {one.ref: one for one in start.award.milestones}

    assert [one.code for one in conditions.unmet(first["M1.1"])] == ["V1"]
    assert [one.code for one in conditions.unmet(first["M2"])] == ["V2"]


def test_watcher_judges_and_nobody_else(app: Flask) -> None:
    start = in_force()
    one = laid(start, Wording(**{**vars_of(VALUE), "watcher_id": start.cast.aud.id}))

    for person in (start.cast.sol, start.cast.ana, start.cast.fin):
        with pytest.raises(MoveRefused):
            conditions.judge(one, "meet", base=one.row_version, actor=person, at=NOW, note="seen")
    conditions.judge(one, "meet", base=one.row_version, actor=start.cast.aud, at=NOW, note="seen")
    db.session.flush()
    db.session.refresh(one)

    assert (one.state, one.judge, one.note) == (
        ConditionState.MET,
        start.cast.aud.name,
        "seen",
    )
    assert conditions.unmet(start.award.milestones[0]) == []


def test_broken_condition_keeps_the_milestone_back_until_it_is_met(app: Flask) -> None:
    start = in_force()
    one = laid(start)
    step = {"actor": start.cast.sol, "at": NOW, "note": "sends home"}

    conditions.judge(one, "break", base=one.row_version, **step)
    db.session.flush()
    assert conditions.unmet(start.award.milestones[0]) == [one]
    conditions.judge(one, "meet", base=one.row_version, **step)
    db.session.flush()

    assert conditions.unmet(start.award.milestones[0]) == []


def test_two_who_judge_at_once_are_told(app: Flask) -> None:
    start = in_force()
    one = laid(start)
    seen = one.row_version
    conditions.judge(one, "meet", base=seen, actor=start.cast.sol, at=NOW, note="yes")
    db.session.flush()

    with pytest.raises(ChangedMeanwhile):
        conditions.judge(one, "break", base=seen, actor=start.cast.max, at=NOW, note="no")


def test_condition_falls_due_for_its_watcher_on_the_day_of_the_milestone(app: Flask) -> None:
    start = in_force()
    one = laid(start, Wording(**{**vars_of(VALUE), "watcher_id": start.cast.aud.id}))
    noon = NOW.replace(year=2027, month=3, day=1, hour=0)
    assert start.award.milestones[0].due_on == date(2027, 3, 1)

    found = due.between(noon, noon + timedelta(days=1), kinds=["condition-due"])
    waits = todo.page(start.cast.aud, NOW)

    assert [(line.subject_id, line.user_id) for line in found] == [(one.id, start.cast.aud.id)]
    assert ("condition", one.id) in {(line.kind, line.ref) for line in waits.lines}
    conditions.judge(one, "meet", base=one.row_version, actor=start.cast.aud, at=NOW, note="yes")
    db.session.flush()
    assert due.between(noon, noon + timedelta(days=1), kinds=["condition-due"]) == []


def test_offer_falls_due_for_the_owner_until_it_is_signed(app: Flask) -> None:
    start = opened()
    write(start, row("Format", 500_000))
    offering.offer(start.draft, actor=start.cast.sol, at=NOW)
    db.session.flush()
    day = timedelta(days=1)

    found = due.between(NOW, NOW + day, kinds=["agreement-unsigned"])
    offering.accept(start.draft, start.draft.digest or "", actor=start.cast.ana, at=NOW)
    db.session.flush()

    assert [(line.other, line.user_id) for line in found] == [(start.award.id, start.cast.ana.id)]
    assert due.between(NOW, NOW + day, kinds=["agreement-unsigned"]) == []


def test_references_stay_once_a_condition_counts_on_them(app: Flask) -> None:
    start = opened()
    write(start, row("Format", 500_000), row("Form", 100_000))
    laid(start, Wording(ConditionKind.OTHER, "At the form", "Text", ref="M2"))

    write(start, row("First", 1_000), row("Format", 500_000, ref="M1"), row("Form", 100_000, ref="M2"))

    assert [(line["ref"], line["title"]) for line in start.draft.plan] == [
        ("M3", "First"), ("M1", "Format"), ("M2", "Form"),
    ]  # fmt: skip
