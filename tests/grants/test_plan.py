"""The plan of a grant: written together, numbered for ever, in and out as takentaal."""

import pytest
from flask import Flask

from fundapp.core.refusals import ChangedMeanwhile, MoveRefused
from fundapp.grants import plan, service
from tests.factories import NOW
from tests.grants.scene import opened, row, write


def test_plan_is_numbered_and_parts_carry_the_money(app: Flask) -> None:
    start = opened()

    write(
        start,
        row("Format", 700_000),
        row("Text", 300_000, part=True),
        row("Proof", 100_000, part=True),
        row("Form"),
    )

    lines = start.draft.plan
    assert [one["ref"] for one in lines] == ["M1", "M1.1", "M1.2", "M2"]
    assert [one["parent"] for one in lines] == [None, "M1", "M1", None]
    assert start.draft.total_cents == 500_000
    assert [one["amount_cents"] for one in plan.shown(lines)] == [400_000, 300_000, 100_000, 100_000]


def test_plan_saved_by_another_in_between_is_not_overwritten(app: Flask) -> None:
    start = opened()
    seen = start.draft.row_version
    write(start, row("Theirs"))

    with pytest.raises(ChangedMeanwhile):
        service.save_plan(start.draft, [row("Mine")], base=seen, actor=start.cast.ana, at=NOW)

    assert start.draft.plan[0]["title"] == "Theirs"


def test_strangers_and_people_with_a_tie_write_no_plan(app: Flask) -> None:
    start = opened()

    for person in (start.cast.ben, start.cast.fin, start.cast.aud, start.cast.rhea):
        with pytest.raises(MoveRefused):
            service.save_plan(start.draft, [], base=start.draft.row_version, actor=person, at=NOW)


def test_takentaal_comes_in_and_goes_out(app: Flask) -> None:
    start = opened()
    text = "# Locks\n\n## {5000} Format\n\nA text.\n\n- {3000} Draft\n- {2000} Proof\n\n## {3000} Form\n"

    service.import_plan(start.draft, text, base=start.draft.row_version, actor=start.cast.sol, at=NOW)

    out = plan.to_takentaal("Locks", start.draft.plan, {})
    assert [one["amount_cents"] for one in start.draft.plan] == [0, 300_000, 200_000, 300_000]
    assert "## {5000} Format" in out
    assert "- {2000} Proof" in out
    again = plan.numbered(plan.from_takentaal(out, "EUR"))
    assert again == start.draft.plan


def test_takentaal_with_faults_names_each_line_and_changes_nothing(app: Flask) -> None:
    start = opened()
    write(start, row("Kept"))

    with pytest.raises(plan.UnreadablePlan) as unreadable:
        service.import_plan(
            start.draft, "## {x} A\n\n## B\n", base=start.draft.row_version, actor=start.cast.sol, at=NOW
        )

    assert [line for line, _fault in unreadable.value.faults] == [1, 1, 3]
    assert [one["title"] for one in start.draft.plan] == ["Kept"]
