"""A plan negotiated: every version kept, another proposed, taken over or declined, and what differs."""

import pytest
from flask import Flask

from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.grants import differences, offering, plan_versions, proposals, versions
from fundapp.grants.differences import Side
from fundapp.grants.models import AgreementState, PlanState, PlanVersion
from tests.factories import NOW
from tests.grants.scene import Start, opened, row, sign, write


def offered() -> Start:
    start = opened()
    write(start, row("Format", 500_000), row("Form", 300_000))
    offering.offer(start.draft, actor=start.cast.sol, at=NOW)
    db.session.flush()
    return start


def proposed(start: Start) -> PlanVersion:
    rows = [row("Format", 450_000, ref="M1"), row("Form and text", 350_000, ref="M2")]
    version = start.draft
    given = {"note": "The form is more work.", "base": version.row_version}
    return proposals.propose(version, rows, **given, actor=start.cast.ana, at=NOW)


def test_every_saved_plan_is_kept_once(app: Flask) -> None:
    start = opened()
    write(start, row("Format", 500_000))
    write(start, row("Format", 500_000))
    write(start, row("Format", 400_000))

    kept = plan_versions.of(start.award)

    assert [(one.number, one.total_cents) for one in kept] == [(2, 400_000), (1, 500_000)]


def test_offer_stands_until_the_proposal_is_taken_over(app: Flask) -> None:
    start = offered()
    proposal = proposed(start)

    assert start.draft.state is AgreementState.OFFERED
    proposals.take_over(proposal, start.draft, actor=start.cast.sol, at=NOW)
    db.session.flush()

    assert (start.draft.state, proposal.state) == (AgreementState.DRAFT, PlanState.TAKEN)
    assert [(line["ref"], line["amount_cents"]) for line in start.draft.plan] == [
        ("M1", 450_000), ("M2", 350_000),
    ]  # fmt: skip
    sign(start)


def test_declined_proposal_leaves_the_offer_and_says_why(app: Flask) -> None:
    start = offered()
    proposal = proposed(start)

    with pytest.raises(MoveRefused):
        proposals.decline(proposal, actor=start.cast.sol, at=NOW, note=" ")
    proposals.decline(proposal, actor=start.cast.sol, at=NOW, note="The format matters most.")

    assert (start.draft.state, proposal.answer) == (AgreementState.OFFERED, "The format matters most.")
    with pytest.raises(MoveRefused):
        proposals.take_over(proposal, start.draft, actor=start.cast.sol, at=NOW)


def test_newer_proposal_takes_the_place_of_the_one_that_waits(app: Flask) -> None:
    start = offered()
    first = proposed(start)
    second = proposals.propose(
        start.draft, [row("Only this", 100_000)], note="Less.", base=start.draft.row_version,
        actor=start.cast.ana, at=NOW,
    )  # fmt: skip
    db.session.flush()

    assert (first.state, second.state) == (PlanState.WITHDRAWN, PlanState.OPEN)


def test_proposal_is_the_grantees_and_needs_an_offer(app: Flask) -> None:
    start = opened()
    write(start, row("Format", 500_000))
    with pytest.raises(MoveRefused):
        proposed(start)
    offering.offer(start.draft, actor=start.cast.sol, at=NOW)
    rows, version = [row("Other", 1)], start.draft

    for person in (start.cast.sol, start.cast.fin, start.cast.ben):
        with pytest.raises(MoveRefused):
            proposals.propose(version, rows, note="x", base=version.row_version, actor=person, at=NOW)
    with pytest.raises(ChangedMeanwhile):
        proposals.propose(version, rows, note="x", base=0, actor=start.cast.ana, at=NOW)
    with pytest.raises(Refusal):
        proposals.propose(version, rows, note=" ", base=version.row_version, actor=start.cast.ana, at=NOW)
    same = [row("Format", 500_000, ref="M1")]
    with pytest.raises(Refusal, match="offered"):
        proposals.propose(version, same, note="x", base=version.row_version, actor=start.cast.ana, at=NOW)


# --- differences ---------------------------------------------------------------------


def side(*rows: tuple[str, str, int], **more: object) -> Side:
    lines = [
        {"ref": ref, "parent": None, "title": title, "deliverable": "", "amount_cents": cents, "due_on": None}
        for ref, title, cents in rows
    ]
    return Side("", lines, **more)  # type: ignore[arg-type]


def told(old: Side, new: Side, fixed: set[str] | None = None) -> differences.Differences:
    return differences.between(old, new, currency="EUR", language="en", fixed=fixed or set())


def test_rows_are_paired_by_name_while_numbers_may_change(app: Flask) -> None:
    found = told(side(("M1", "A", 100), ("M2", "B", 200)), side(("M1", "B", 250), ("M2", "C", 50)))

    assert [(one.state, one.ref, one.cents) for one in found.rows] == [
        ("removed", "M1", -100), ("changed", "M1", 50), ("added", "M2", 50),
    ]  # fmt: skip
    assert (found.money_in, found.money_out, found.total) == (100, 100, (300, 300))


def test_fixed_number_is_the_same_milestone_under_another_name(app: Flask) -> None:
    found = told(side(("M1", "Old name", 100)), side(("M1", "New name", 100)), {"M1"})

    (line,) = found.rows
    assert (line.state, line.cents) == ("changed", 0)
    assert [(piece.state, piece.text) for piece in line.title if piece.state != "kept"] == [
        ("removed", "Old"), ("added", "New"),
    ]  # fmt: skip


def test_same_versions_have_no_differences(app: Flask) -> None:
    assert told(side(("M1", "A", 100)), side(("M1", "A", 100))).is_none


def test_articles_and_conditions_are_compared_word_by_word(app: Flask) -> None:
    old = side(articles=[("Open.", "All is public.")], conditions=[("V1", "Ask first.")])
    new = side(articles=[("Open.", "All is free.")], conditions=[])

    found = told(old, new)

    (article,) = found.articles
    changed = [piece.text for piece in article.text if piece.state != "kept"]
    assert (article.state, changed) == ("changed", ["public", "free"])
    assert [one.state for one in found.conditions] == ["removed"]


def test_any_two_versions_can_be_compared(app: Flask) -> None:
    start = offered()
    proposed(start)
    db.session.flush()
    found = versions.of(start.award)

    old, new = versions.chosen(found, "p2", "a1")

    assert {one.key for one in found} == {"a1", "p1", "p2"}
    assert old is not None
    assert new is not None
    assert not told(versions.side(old), versions.side(new)).is_none
    assert versions.chosen(found, "p9", "a1") == (None, None)
