"""More time for one applicant, to the second; and word to those who were writing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from fundapp.applications import extensions, service
from fundapp.applications.models import ApplicationState as S
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.rounds import service as rounds
from fundapp.rounds.models import RoundState, Stage
from tests.factories import NOW, make_application, make_cast, make_conflict, make_round

SECOND = timedelta(seconds=1)
CLOSING = NOW + timedelta(hours=1)
UNTIL = CLOSING + timedelta(days=2)


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    call = make_round(cast.fund, closes_at=CLOSING)
    call.stage.grace_minutes = 5
    return call


@pytest.fixture
def draft(call, cast):
    return make_application(call, cast.ana, state=S.DRAFT, saved_at=NOW)


def extend(application, cast, until=UNTIL, **given):
    extensions.extend(
        application, until, **{"reason": "Our server was down.", "actor": cast.sol, "at": NOW} | given
    )


def mails(name):
    return db.session.scalars(select(Outbox).where(Outbox.name == name).order_by(Outbox.id)).all()


def test_extension_lets_this_proposal_in_to_the_second(draft, call, cast):
    other = make_application(call, cast.ben, state=S.DRAFT)
    after_grace = CLOSING + timedelta(minutes=5)

    extend(draft, cast)

    assert [service.takes(draft, at) for at in (after_grace, UNTIL - SECOND, UNTIL)] == [True, True, False]
    assert [service.takes(other, at) for at in (after_grace - SECOND, after_grace)] == [True, False]


def test_extension_is_told_with_its_reason_and_kept_in_the_log(draft, cast):
    extend(draft, cast)

    event = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "extend")).one()
    (mail,) = mails("deadline-extended")
    assert (event.note, event.actor_id, event.application_id) == (
        "Our server was down.",
        cast.sol.id,
        draft.id,
    )
    assert mail.address == cast.ana.email
    assert "Our server was down." in mail.body_text
    assert "Europe/Amsterdam" in mail.body_text


@pytest.mark.parametrize(
    "given",
    [{"until": CLOSING}, {"until": NOW - SECOND}, {"reason": " "}],
    ids=["no later", "past", "no reason"],
)
def test_extension_that_makes_no_sense_is_refused(draft, cast, given):
    with pytest.raises(Refusal):
        extend(draft, cast, **given)

    assert draft.extended_until_at is None


def test_extension_is_never_shortened(draft, cast):
    extend(draft, cast)

    with pytest.raises(Refusal):
        extend(draft, cast, UNTIL - SECOND)


@pytest.mark.parametrize("state", [S.IN_REVIEW, S.AWARDED, S.WITHDRAWN])
def test_what_can_not_be_changed_gets_no_extension(call, cast, state):
    with pytest.raises(Refusal):
        extend(make_application(call, cast.ana, state=state), cast)


def test_who_has_a_tie_gives_no_extension(call, cast):
    application = make_application(call, cast.ana)
    make_conflict(application, cast.sol)

    with pytest.raises(MoveRefused):
        extend(application, cast)


def test_call_stays_open_while_an_extension_runs(draft, call, cast):
    extend(draft, cast)

    with pytest.raises(Refusal):
        rounds.close(call, actor=None, at=CLOSING + timedelta(minutes=6))
    rounds.close(call, actor=None, at=UNTIL)

    assert call.state is RoundState.REVIEWING


def test_extension_after_the_closing_opens_the_door_for_one(call, cast):
    draft = make_application(call, cast.ana, state=S.DRAFT, saved_at=NOW)
    other = make_application(call, cast.ben, state=S.DRAFT, saved_at=NOW)
    later = CLOSING + timedelta(hours=1)
    rounds.close(call, actor=None, at=later)

    extend(draft, cast, at=later)
    service.submit(draft, actor=cast.ana, at=later)

    assert draft.state is S.SUBMITTED
    assert service.takes(other, later) is False
    with pytest.raises(Refusal):
        rounds.deliberate(call, actor=cast.sol, at=later)


def test_deadline_an_applicant_is_told_is_their_own(draft, cast):
    before = draft.ends_at
    extend(draft, cast)

    assert (before, draft.ends_at) == (CLOSING, UNTIL)


# --- those who were writing --------------------------------------------------------


def test_reopening_tells_who_was_writing_and_nobody_else(draft, call, cast):
    make_application(call, cast.ben)
    make_application(call, cast.ben, state=S.DRAFT)  # nothing written in it
    later = CLOSING + timedelta(hours=1)
    rounds.close(call, actor=None, at=later)

    rounds.reopen(call, later + timedelta(days=3), actor=cast.sol, at=later, note="The site was down.")

    (mail,) = mails("call-reopened")
    assert mail.address == cast.ana.email
    assert "The site was down." in mail.body_text
    assert service.takes(draft, later + timedelta(days=2)) is True


def test_reopening_the_second_stage_tells_only_who_is_in_it(draft, call, cast):
    second = Stage(
        round_id=call.id, fund_id=call.fund_id, number=2, form=call.stage.form, rubric=call.stage.rubric,
        opens_at=CLOSING + timedelta(days=1), closes_at=CLOSING + timedelta(days=2),
    )  # fmt: skip
    call.stage.reviews_due_at = None
    db.session.add(second)
    db.session.flush()
    db.session.refresh(call)
    later = second.closes_at + timedelta(hours=1)
    invited = make_application(call, cast.ben, state=S.INVITED)
    invited.stage_id = second.id
    db.session.flush()
    db.session.expire(invited, ["stage"])
    rounds.close(call, actor=None, at=later)

    rounds.reopen(call, later + timedelta(days=3), actor=cast.sol, at=later, note="The site was down.")

    assert [mail.address for mail in mails("call-reopened")] == [cast.ben.email]
    assert [service.takes(one, later) for one in (invited, draft)] == [True, False]


def test_cancelling_tells_who_was_writing(draft, call, cast):
    rounds.cancel(call, actor=cast.sol, at=NOW, note="No money after all.")

    (mail,) = mails("call-cancelled")
    assert (mail.address, "No money after all." in mail.body_text) == (cast.ana.email, True)


# --- the pages -----------------------------------------------------------------------


def test_page_on_an_application_gives_more_time(client, call, cast):
    application = make_application(call, cast.ana)
    client.sign_in(cast.sol)
    page = client.get(f"/office/applications/{application.id}/extension")

    answer = client.post(
        f"/office/applications/{application.id}/extension",
        data={"until": "2099-01-01T12:00", "reason": "A fault of ours."},
    )

    assert page.status_code == 200
    assert answer.location == f"/office/applications/{application.id}"
    assert application.extended_until_at.isoformat() == "2099-01-01T11:00:00+00:00"


def test_page_of_a_round_finds_a_draft_by_address_and_shows_nothing_of_it(client, draft, call, cast):
    draft.title = "A secret plan"
    client.sign_in(cast.sol)
    given = {"until": "2099-01-01T12:00", "reason": "A fault of ours."}

    unknown = client.post(f"/office/rounds/{call.id}/extension", data=given | {"email": "nobody@example.org"})
    given["email"] = cast.ana.email.upper()
    client.post(f"/office/rounds/{call.id}/extension", data=given)
    after = client.get(f"/office/rounds/{call.id}")

    assert unknown.status_code == 422
    assert "Nobody with this address" in unknown.text
    assert draft.extended_until_at.year == 2099
    assert "A secret plan" not in unknown.text + after.text


def test_applicant_reads_their_own_deadline(client, draft, cast):
    extend(draft, cast, CLOSING.replace(year=2099))
    client.sign_in(cast.ana)

    assert "2099" in client.get("/proposals").text


@pytest.mark.parametrize(("who", "status"), [("aud", 403), ("fin", 404), ("rhea", 404), ("ana", 404)])
def test_only_who_handles_an_application_gives_more_time(client, call, cast, who, status):
    application = make_application(call, cast.ana)
    client.sign_in(getattr(cast, who))

    assert client.get(f"/office/applications/{application.id}/extension").status_code == status
