"""Offer, two signatures, and a new version of an agreement."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.funds import ledger
from fundapp.grants import offering, plan, service
from fundapp.grants.models import AgreementState, AwardState, MilestoneState
from tests.factories import NOW
from tests.grants.scene import decided, in_force, opened, row, sign, write

S = AgreementState


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row("Free", None)],
        [row("Free", 0)],
        [row("Much", 800_001)],
        [row("A", 500_000), row("B", 300_001)],
    ],
)
def test_offer_refuses_a_plan_that_is_not_whole(app: Flask, rows: list[plan.Written]) -> None:
    start = opened()
    write(start, *rows)

    with pytest.raises(Refusal):
        offering.offer(start.draft, actor=start.cast.sol, at=NOW)

    assert start.draft.state is S.DRAFT


def test_offer_freezes_the_words_and_tells_the_grantee(app: Flask) -> None:
    start = opened()
    write(start, row("Format", 500_000))

    offering.offer(start.draft, actor=start.cast.sol, at=NOW)

    assert len(start.draft.digest or "") == 64
    assert "€5,000" in start.draft.body
    sent = db.session.scalars(select(Outbox).where(Outbox.name == "agreement-offered")).one()
    assert sent.user_id == start.cast.ana.id
    with pytest.raises(MoveRefused):
        write(start, row("Other"))


def test_grantee_who_wants_another_text_sends_the_offer_back(app: Flask) -> None:
    start = opened()
    write(start, row("Format", 500_000))
    for _again in range(2):
        offering.offer(start.draft, actor=start.cast.sol, at=NOW)
        db.session.flush()
        shown = start.draft.digest or ""
        offering.send_back(start.draft, shown, actor=start.cast.ana, at=NOW, note="The date is too early.")
        db.session.flush()

    assert (start.draft.state, start.draft.digest, start.draft.body) == (S.DRAFT, None, "")
    told = db.session.scalars(select(Outbox).where(Outbox.name == "agreement-sent-back")).all()
    assert [one.user_id for one in told] == [start.cast.sol.id] * 2
    assert all("The date is too early." in part for part in (told[0].body_text, told[0].body_html))
    offers = db.session.scalars(select(Outbox).where(Outbox.name == "agreement-offered")).all()
    assert len(offers) == 2
    write(start, row("Format, later", 500_000))


def test_offer_that_changed_is_not_sent_back_for_its_old_words(app: Flask) -> None:
    start = opened()
    write(start, row("Format", 500_000))
    offering.offer(start.draft, actor=start.cast.sol, at=NOW)

    with pytest.raises(ChangedMeanwhile):
        offering.send_back(start.draft, "0" * 64, actor=start.cast.ana, at=NOW, note="Too early.")
    with pytest.raises(MoveRefused):
        offering.send_back(
            start.draft, start.draft.digest or "", actor=start.cast.max, at=NOW, note="Too early."
        )

    assert start.draft.state is S.OFFERED


def test_signature_is_for_the_text_on_the_page(app: Flask) -> None:
    start = opened()
    write(start, row("Format", 500_000))
    offering.offer(start.draft, actor=start.cast.sol, at=NOW)
    seen = start.draft.digest or ""
    offering.take_back(start.draft, actor=start.cast.sol, at=NOW)
    write(start, row("Format", 400_000))
    offering.offer(start.draft, actor=start.cast.sol, at=NOW)

    with pytest.raises(ChangedMeanwhile):
        offering.accept(start.draft, seen, actor=start.cast.ana, at=NOW)

    assert start.draft.state is S.OFFERED


def test_only_the_owner_signs_for_the_grantee(app: Flask) -> None:
    start = opened()
    write(start, row("Format", 500_000))
    offering.offer(start.draft, actor=start.cast.sol, at=NOW)

    for person in (start.cast.ben, start.cast.sol, start.cast.max, start.cast.fin):
        with pytest.raises(MoveRefused):
            offering.accept(start.draft, start.draft.digest or "", actor=person, at=NOW)

    assert (start.draft.state, start.draft.accepted_by) == (S.OFFERED, None)


def test_fund_is_signed_for_by_a_manager_who_did_not_offer(app: Flask) -> None:
    start = opened()
    write(start, row("Format", 500_000))
    offering.offer(start.draft, actor=start.cast.sol, at=NOW)
    offering.accept(start.draft, start.draft.digest or "", actor=start.cast.ana, at=NOW)
    db.session.flush()

    for person in (start.cast.sol, start.cast.ana, start.cast.fin, start.cast.aud):
        with pytest.raises(MoveRefused):
            offering.countersign(start.draft, start.draft.digest or "", actor=person, at=NOW)

    assert start.draft.state is S.ACCEPTED


def test_agreement_in_force_makes_the_milestones_and_starts_the_grant(app: Flask) -> None:
    start = in_force(row("Format", None), row("Text", 300_000, part=True), row("Form", 200_000))

    award = start.award
    assert award.state is AwardState.ACTIVE
    assert [(one.ref, one.amount_cents, one.due_on) for one in award.milestones] == [
        ("M1", 0, date(2027, 3, 1)),
        ("M1.1", 300_000, date(2027, 3, 1)),
        ("M2", 200_000, date(2027, 3, 1)),
    ]
    assert award.milestones[1].parent_id == award.milestones[0].id
    names = db.session.scalars(select(Outbox.name).order_by(Outbox.id)).all()
    assert names == ["agreement-offered", "agreement-accepted", "agreement-in-force"]


def test_fund_that_wants_two_signatures_waits_for_both(app: Flask) -> None:
    start = opened()
    start.cast.fund.approvals_needed = 2
    write(start, row("Format", 500_000))
    draft = start.draft
    offering.offer(draft, actor=start.cast.sol, at=NOW)
    offering.accept(draft, draft.digest or "", actor=start.cast.ana, at=NOW)
    db.session.flush()

    came = offering.countersign(draft, draft.digest or "", actor=start.cast.max, at=NOW)
    with pytest.raises(MoveRefused):
        offering.countersign(draft, draft.digest or "", actor=start.cast.max, at=NOW)

    assert (came, draft.state) == (False, S.ACCEPTED)


def test_amended_plan_keeps_references_and_drops_what_is_gone(app: Flask) -> None:
    start = in_force()
    service.redraft(start.award, actor=start.cast.ana, at=NOW)
    db.session.refresh(start.award)
    write(start, row("Format 2", 450_000, ref="M1"), row("Handover", 350_000))
    decided(start)
    sign(start)

    found = {one.ref: (one.title, one.amount_cents, one.state) for one in start.award.milestones}
    assert found == {
        "M1": ("Format 2", 450_000, MilestoneState.OPEN),
        "M2": ("Form", 300_000, MilestoneState.DROPPED),
        "M3": ("Handover", 350_000, MilestoneState.OPEN),
    }
    assert [one.state for one in start.award.agreements] == [S.SUPERSEDED, S.IN_FORCE]


def test_one_version_is_under_way_at_a_time(app: Flask) -> None:
    start = in_force()
    service.redraft(start.award, actor=start.cast.sol, at=NOW)

    with pytest.raises(MoveRefused):
        service.redraft(start.award, actor=start.cast.sol, at=NOW)


def test_plan_cannot_go_below_what_was_approved(app: Flask) -> None:
    start = in_force()
    first = start.award.milestones[0]
    fund = start.cast.fund
    onto = ledger.Where(start.award.round_id, start.award.id, first.id)
    source = ledger.Where(award_id=start.award.id)
    ledger.move(
        fund, ledger.APPROVE, "approve:test", 200_000, at_source=source, onto=onto, actor=None, at=NOW
    )
    service.redraft(start.award, actor=start.cast.sol, at=NOW)
    db.session.refresh(start.award)
    write(start, row("Format", 199_999, ref="M1"))

    with pytest.raises(Refusal, match="M1"):
        offering.offer(start.draft, actor=start.cast.sol, at=NOW)
