"""The page of one milestone: who looks after it, moved within the policy, extended, closed and opened."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.grants import dates, expiry, history, milestones, service, windows
from fundapp.grants.models import Milestone, MilestoneState
from tests.factories import NOW, make_conflict
from tests.grants.scene import Start, in_force, row, sign, write
from tests.grants.test_windows import OVER
from tests.visitor import Visitor

SIGNED = date(2027, 3, 1)
REASON = "The printer is late."


def first(start: Start) -> Milestone:
    return start.award.milestones[0]


def move(start: Start, to: date, **options: object) -> None:
    one = first(start)
    given = {"base": one.row_version, "actor": start.cast.ana, "at": NOW, "note": REASON, **options}
    dates.move(one, to, **given)  # type: ignore[arg-type]
    db.session.flush()


def test_milestone_is_moved_as_far_as_the_fund_allows(app: Flask) -> None:
    start = in_force()

    move(start, SIGNED + timedelta(days=60))
    with pytest.raises(dates.BeyondPolicy):
        move(start, SIGNED + timedelta(days=61))
    with pytest.raises(Refusal):
        move(start, date(2026, 1, 1))
    with pytest.raises(ChangedMeanwhile):
        move(start, SIGNED, base=1)

    assert first(start).due_on == SIGNED + timedelta(days=60)
    assert windows.usual_end(start.award) == date(2027, 10, 30)
    start.cast.fund.ends_on = date(2027, 3, 10)
    assert dates.latest_day(first(start)) == date(2027, 3, 10)


def test_moved_day_outlives_an_agreement_that_leaves_it_alone(app: Flask) -> None:
    start = in_force()
    move(start, date(2027, 4, 2))
    service.redraft(start.award, actor=start.cast.sol, at=NOW)
    db.session.refresh(start.award)
    lines = [
        row("Format", 500_000, ref="M1"),
        row("Form", 300_000, ref="M2") | {"due_on": date(2027, 3, 20)},
    ]
    write(start, *lines)
    sign(start)

    assert [one.due_on for one in start.award.milestones] == [date(2027, 4, 2), date(2027, 3, 20)]


def test_both_sides_plan_and_hear_of_each_other(app: Flask, client: Visitor) -> None:
    start = in_force()
    path = f"/grants/{start.award.id}/milestones/M1"
    client.sign_in(start.cast.ana)
    own = client.get(path).text
    data = {"version": first(start).row_version, "due_on": "2027-03-20", "note": REASON}
    client.post(f"{path}/date", data=data)
    late = {"version": first(start).row_version, "due_on": "2027-12-20", "note": REASON}
    beyond = client.post(f"{path}/date", data=late)
    forbidden = client.post(f"{path}/extend", data=late | {"until": "2028-01-01"}).status_code
    client.sign_in(start.cast.sol)
    office = client.get(path).text

    told = set(db.session.scalars(select(Outbox.address).where(Outbox.name == "milestone-changed")))
    assert "Move the date" in own
    assert "Extend the claim period" not in own
    assert "Extend the claim period" in office
    assert "from 1 Mar 2027 to 20 Mar 2027" in office
    assert beyond.status_code == 422
    assert "This needs another agreement" in beyond.text
    assert forbidden == 403
    assert start.cast.sol.email in told


def test_somebody_of_the_project_looks_after_it(app: Flask, client: Visitor) -> None:
    start = in_force()
    path = f"/grants/{start.award.id}/milestones/M1"
    client.sign_in(start.cast.sol)
    version = {"version": first(start).row_version}

    strange = client.post(f"{path}/owner", data=version | {"person": str(start.cast.ben.id)})
    client.post(f"{path}/owner", data=version | {"person": str(start.cast.ana.id)})

    assert strange.status_code == 422
    assert first(start).responsible_id == start.cast.ana.id
    assert "looked after by" in client.get(f"/grants/{start.award.id}").text


def test_period_is_extended_closed_and_opened_over_the_pages(app: Flask, client: Visitor) -> None:
    start = in_force()
    path = f"/grants/{start.award.id}/milestones/M1"
    client.sign_in(start.cast.sol)
    version = {"version": first(start).row_version, "why": REASON}

    sooner = client.post(f"{path}/extend", data=version | {"until": "2027-01-01"})
    client.post(f"{path}/extend", data=version | {"until": "2027-12-31"})
    early = client.post(f"{path}/expire", data={"note": "Now."})
    expiry.expire_due(OVER + timedelta(days=200))
    again = client.post(f"{path}/revive", data={"note": "They are back.", "until": "2028-12-31"})

    assert (sooner.status_code, early.status_code, again.status_code) == (422, 422, 302)
    assert "2027" in early.text
    assert first(start).state is MilestoneState.OPEN
    assert [str(one.title) for one in history.of(first(start))] == [
        "Opened again", "Closed: the claim period was over", "Claim period extended",
    ]  # fmt: skip


def test_grantee_puts_on_hold_with_a_reason_and_nobody_with_a_tie_sees_it(
    app: Flask, client: Visitor
) -> None:
    start = in_force()
    path = f"/grants/{start.award.id}/milestones/M1"
    client.sign_in(start.cast.ana)
    silent = client.post(f"{path}/hold", data={"note": " "}).status_code
    client.post(f"{path}/hold", data={"note": REASON})
    closing = client.get(f"{path}/expire").status_code
    make_conflict(start.award.application, start.cast.max)
    seen = {}
    for name in ("ana", "ben", "sol", "max", "fin", "aud"):
        client.sign_in(getattr(start.cast, name))
        seen[name] = client.get(path).status_code

    assert (silent, closing) == (422, 403)
    assert first(start).state is MilestoneState.HELD
    assert seen == {"ana": 200, "ben": 404, "sol": 200, "max": 404, "fin": 200, "aud": 200}


def test_nothing_to_publish_is_agreed_and_taken_back(app: Flask, client: Visitor) -> None:
    start = in_force()
    path = f"/grants/{start.award.id}/milestones/M1"
    client.sign_in(start.cast.sol)

    client.post(f"{path}/unpublished", data={"version": first(start).row_version, "reason": "An audit."})
    said = first(start).unpublished
    client.post(f"{path}/unpublished", data={"version": first(start).row_version, "reason": ""})

    assert (said, first(start).unpublished) == ("An audit.", "")


def test_whole_grant_is_kept_back_and_extended_over_the_page(app: Flask, client: Visitor) -> None:
    start = in_force()
    path = f"/grants/{start.award.id}/milestones/M1"
    client.sign_in(start.cast.sol)

    client.post(f"{path}/unpublished", data={"version": "1", "reason": "Two meetings.", "whole_grant": "y"})
    until = {"version": "1", "until": "2028-01-01", "why": REASON, "everywhere": "y"}
    client.post(f"{path}/extend", data=until)

    assert {one.unpublished for one in start.award.milestones} == {"Two meetings."}
    assert {windows.last_day(one) for one in start.award.milestones} == {date(2028, 1, 1)}


def test_whole_grant_is_extended_at_once(app: Flask) -> None:
    start = in_force()

    count = dates.extend_all(start.award, date(2028, 1, 1), actor=start.cast.sol, at=NOW, note="Winter.")
    with pytest.raises(Refusal):
        dates.extend_all(start.award, date(2027, 5, 1), actor=start.cast.sol, at=NOW, note="Less.")

    assert count == 2
    assert {windows.last_day(one) for one in start.award.milestones} == {date(2028, 1, 1)}
    assert milestones.rest_of(first(start)) == 500_000
