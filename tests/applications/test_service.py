"""From the first word of a draft to the outcome: saved, sent, withdrawn, admitted, concluded."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from fundapp.applications import drafts, queries, service, versions
from fundapp.applications.models import (
    ApplicationState,
    Capacity,
    ConflictSource,
    Level,
)
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused
from tests.factories import FORM, NOW, make_application, make_cast, make_form, make_round

WHOLE = {"title": "Sluiswachter", "abstract": "Opening times of locks.", "amount": 800_000}


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund)


@pytest.fixture
def draft(cast, call):
    return service.start(call, actor=cast.ana, at=NOW)


def revisions(application):
    return {field: answer.revision for field, answer in drafts.answers_of(application.id).items()}


# --- writing -------------------------------------------------------------------


def test_start_makes_a_draft_of_its_owner(cast, draft):
    assert draft.state is ApplicationState.DRAFT
    assert draft.party is cast.ana.party
    assert queries.own_application(cast.ana, draft.id) is draft
    assert queries.own_application(cast.ben, draft.id) is None


@pytest.mark.parametrize("at", [NOW - timedelta(days=20, seconds=1), NOW + timedelta(days=10)])
def test_start_is_refused_before_opening_and_after_closing(cast, call, at):
    with pytest.raises(service.TooLate):
        service.start(call, actor=cast.ana, at=at)


def test_owner_with_a_role_is_kept_from_the_office_side(cast, call):
    own = service.start(call, actor=cast.sol, at=NOW)

    tie = queries.conflict_of(own.id, cast.sol.id)

    assert (tie.bars, tie.is_pinned, tie.source) == (True, True, ConflictSource.ACCESS)


def test_save_keeps_answers_with_their_revision(cast, draft):
    first = service.save(draft, {"title": "Slui", "abstract": "Lo"}, {}, actor=cast.ana, at=NOW)
    second = service.save(draft, {"title": "Sluis", "abstract": "Lo"}, first, actor=cast.ana, at=NOW)

    assert (first, second) == ({"title": 1, "abstract": 1}, {"title": 2, "abstract": 1})
    assert (draft.title, draft.saved_at) == ("Sluis", NOW)


def test_save_never_overwrites_a_newer_text(cast, draft):
    bases = service.save(draft, {"title": "Sluis", "abstract": "One"}, {}, actor=cast.ana, at=NOW)
    service.save(draft, {"title": "Lock"}, bases, actor=cast.ana, at=NOW)

    with pytest.raises(drafts.AnswersChanged) as clash:
        service.save(draft, {"title": "Dam", "abstract": "Two"}, bases, actor=cast.ana, at=NOW)

    assert [(c.field, c.yours, c.theirs, c.revision) for c in clash.value.clashes] == [
        ("title", "Dam", "Lock", 2)
    ]
    assert clash.value.revisions == {"abstract": 2}
    assert versions.values(drafts.answers_of(draft.id).values()) == {"title": "Lock", "abstract": "Two"}


def test_save_of_the_same_text_from_two_tabs_is_no_clash(cast, draft):
    service.save(draft, {"title": "Sluis"}, {}, actor=cast.ana, at=NOW)

    assert service.save(draft, {"title": "Sluis"}, {}, actor=cast.ana, at=NOW) == {"title": 1}


def test_save_takes_an_answer_away(cast, draft):
    bases = service.save(draft, {"title": "Sluis"}, {}, actor=cast.ana, at=NOW)
    service.save(draft, {"title": None}, bases, actor=cast.ana, at=NOW)

    assert versions.values(drafts.answers_of(draft.id).values()) == {"title": None}


def test_save_is_for_writers(cast, draft):
    service.let_in(draft, cast.ben, Capacity.PARTNER, Level.READ, actor=cast.ana, at=NOW)

    with pytest.raises(MoveRefused):
        service.save(draft, {"title": "Mine"}, {}, actor=cast.ben, at=NOW)


def test_save_after_the_deadline_keeps_the_text(cast, draft):
    late = NOW + timedelta(days=11)

    assert service.save(draft, {"title": "Late"}, {}, actor=cast.ana, at=late) == {"title": 1}


def test_save_stops_when_review_begins(cast, call):
    taken = make_application(call, cast.ana, state=ApplicationState.IN_REVIEW)

    with pytest.raises(MoveRefused):
        service.save(taken, {"title": "Other"}, revisions(taken), actor=cast.ana, at=NOW)


# --- sending ---------------------------------------------------------------------


def test_submit_makes_a_version_a_code_and_a_receipt(cast, draft):
    service.save(draft, WHOLE, {}, actor=cast.ana, at=NOW)

    version = service.submit(draft, actor=cast.ana, at=NOW)

    receipt = draft_mail(draft)
    assert draft.state is ApplicationState.SUBMITTED
    assert (version.number, version.answers, version.requested_cents) == (1, WHOLE, 800_000)
    assert (draft.code, draft.title, draft.submitted_at) == ("2026-12-001", "Sluiswachter", NOW)
    assert (receipt.address, receipt.language) == (cast.ana.email, "en")
    assert "2026-12-001" in receipt.subject
    assert "Opening times of locks." in receipt.body_text


def draft_mail(application):
    return db.session.scalars(select(Outbox).where(Outbox.application_id == application.id)).one()


def test_submit_lists_what_is_missing(cast, draft):
    service.save(draft, {"title": "Sluis", "amount": 100}, {}, actor=cast.ana, at=NOW)

    with pytest.raises(versions.NotComplete) as refused:
        service.submit(draft, actor=cast.ana, at=NOW)

    assert [(fault.field, fault.code) for fault in refused.value.faults] == [
        ("abstract", "required"),
        ("amount", "too_low"),
    ]


def test_deadline_counts_to_the_second(cast, draft):
    service.save(draft, WHOLE, {}, actor=cast.ana, at=NOW)
    closing = draft.stage.closes_at

    with pytest.raises(service.TooLate):
        service.submit(draft, actor=cast.ana, at=closing)
    service.submit(draft, actor=cast.ana, at=closing - timedelta(seconds=1))

    assert draft.state is ApplicationState.SUBMITTED


def test_extension_is_for_one_applicant(cast, call, draft):
    service.save(draft, WHOLE, {}, actor=cast.ana, at=NOW)
    draft.extended_until_at = draft.stage.closes_at + timedelta(days=1)

    service.submit(draft, actor=cast.ana, at=draft.stage.closes_at + timedelta(hours=23))

    assert draft.version_number == 1


def test_last_complete_version_counts(cast, draft):
    service.save(draft, WHOLE, {}, actor=cast.ana, at=NOW)
    service.submit(draft, actor=cast.ana, at=NOW)
    service.save(draft, {"title": "Sluiswacht", "abstract": ""}, revisions(draft), actor=cast.ana, at=NOW)

    with pytest.raises(versions.NotComplete):
        service.submit(draft, actor=cast.ana, at=NOW)

    assert (draft.current.number, draft.title, draft.current.answers) == (1, "Sluiswachter", WHOLE)


def test_change_makes_a_new_version_and_keeps_the_code(cast, draft):
    service.save(draft, WHOLE, {}, actor=cast.ana, at=NOW)
    service.submit(draft, actor=cast.ana, at=NOW)
    service.save(draft, {"title": "Sluiswacht"}, revisions(draft), actor=cast.ana, at=NOW)

    service.submit(draft, actor=cast.ana, at=NOW + timedelta(minutes=5))

    assert (draft.code, draft.submitted_at, draft.title) == ("2026-12-001", NOW, "Sluiswacht")
    assert [version.number for version in draft.versions] == [1, 2]


def test_sending_twice_makes_one_version(cast, draft):
    service.save(draft, WHOLE, {}, actor=cast.ana, at=NOW)

    first = service.submit(draft, actor=cast.ana, at=NOW)

    assert service.submit(draft, actor=cast.ana, at=NOW) is first
    assert draft.version_number == 1


def test_code_takes_the_month_of_the_closing_in_the_funds_zone(cast):
    closing = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # 1 December in Amsterdam
    numbers = []
    for owner in (cast.ana, cast.ben):
        call = make_round(cast.fund, closes_at=closing)
        own = service.start(call, actor=owner, at=NOW)
        service.save(own, WHOLE, {}, actor=owner, at=NOW)
        service.submit(own, actor=owner, at=NOW)
        numbers.append(own.code)

    assert numbers == ["2026-12-001", "2026-12-002"]


def test_rolling_call_takes_the_month_of_sending(cast):
    cast.fund.code_prefix = "MF"
    own = service.start(make_round(cast.fund, closes_at=None), actor=cast.ana, at=NOW)
    service.save(own, WHOLE, {}, actor=cast.ana, at=NOW)

    service.submit(own, actor=cast.ana, at=NOW)

    assert own.code == "MF-2026-11-001"


def test_answer_that_is_no_longer_asked_is_not_sent(cast):
    fields = [
        *FORM["sections"][0]["fields"],
        {"key": "uses", "type": "yes_no", "label": {"en": "AI", "nl": "AI"}},
        {
            "key": "how",
            "type": "long",
            "label": {"en": "How", "nl": "Hoe"},
            "shown_if": {"field": "uses", "is": True},
        },
    ]
    form = make_form()
    form.definition = {**FORM, "sections": [{**FORM["sections"][0], "fields": fields}]}
    own = service.start(make_round(cast.fund, form=form), actor=cast.ana, at=NOW)
    service.save(own, WHOLE | {"uses": False, "how": "Once"}, {}, actor=cast.ana, at=NOW)

    version = service.submit(own, actor=cast.ana, at=NOW)

    assert version.answers == WHOLE | {"uses": False}


# --- taking back ------------------------------------------------------------------


def test_withdraw_wants_a_reason_and_tells_the_applicant(cast, call):
    own = make_application(call, cast.ana)

    with pytest.raises(MoveRefused):
        service.withdraw(own, reason=" ", actor=cast.ana, at=NOW)
    service.withdraw(own, reason="We found another way.", actor=cast.ana, at=NOW)

    assert own.state is ApplicationState.WITHDRAWN
    assert draft_mail(own).name == "application-withdrawn"


def test_withdraw_is_for_the_owner(cast, call):
    own = make_application(call, cast.ana)
    service.let_in(own, cast.ben, Capacity.CO_APPLICANT, Level.WRITE, actor=cast.ana, at=NOW)

    with pytest.raises(MoveRefused):
        service.withdraw(own, reason="No.", actor=cast.ben, at=NOW)


def test_withdraw_after_the_award_is_refused(cast, call):
    own = make_application(call, cast.ana, state=ApplicationState.AWARDED)

    with pytest.raises(MoveRefused):
        service.withdraw(own, reason="No.", actor=cast.ana, at=NOW)


def test_discarded_draft_gets_no_code(cast, draft):
    service.discard(draft, actor=cast.ana, at=NOW)

    assert (draft.state, draft.code) == (ApplicationState.WITHDRAWN, None)
