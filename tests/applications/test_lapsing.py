"""An invitation that nobody used: it lapses with the deadline, and can be given again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications import extensions, lapsing, progress, service
from fundapp.applications.models import Application
from fundapp.applications.models import ApplicationState as S
from fundapp.core import jobs
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.rounds import service as rounds
from fundapp.rounds import stages
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_application, make_cast, make_form, make_round, make_rubric

SECOND = timedelta(seconds=1)
GRACE = timedelta(minutes=5)
FIRST = NOW - timedelta(days=20)
LAST = NOW + timedelta(days=2)


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    call = make_round(cast.fund, state=RoundState.DRAFT, opens_at=NOW - timedelta(days=30), closes_at=FIRST)
    stages.add(
        call, name={"en": "Full proposal", "nl": "Volledig voorstel"}, form=make_form(),
        rubric=make_rubric(), opens_at=NOW - timedelta(days=5), closes_at=LAST, grace_minutes=5,
        actor=cast.sol, at=NOW - timedelta(days=31),
    )  # fmt: skip
    rounds.publish(call, actor=cast.sol, at=NOW - timedelta(days=31))
    return call


@pytest.fixture
def invited(call, cast):
    made = make_application(call, cast.ana, state=S.IN_REVIEW, title="Tide tables")
    service.conclude(made, S.INVITED, actor=cast.sol, at=NOW)
    db.session.flush()
    return made


def mails(name="invitation-lapsed"):
    return db.session.scalars(select(Outbox).where(Outbox.name == name).order_by(Outbox.id)).all()


def test_invitation_lapses_when_deadline_and_grace_are_over(invited):
    runs = lapsing.lapse(LAST), lapsing.lapse(LAST + GRACE - SECOND)

    assert (runs, invited.state) == ((0, 0), S.INVITED)
    assert jobs.run("lapse-invitations", LAST + GRACE) == {"lapsed": 1}
    assert (invited.state, invited.state_at) == (S.LAPSED, LAST + GRACE)
    assert lapsing.lapse(LAST + timedelta(days=1)) == 0


def test_reader_hears_it_once_in_their_own_language(invited, cast):
    db.session.get(User, cast.ana.id).language = "nl"

    lapsing.lapse(LAST + GRACE)
    lapsing.lapse(LAST + timedelta(days=1))

    (mail,) = mails()
    assert (mail.user_id, mail.language) == (cast.ana.id, "nl")
    assert mail.subject == f"Geen volledig voorstel op tijd: Tide tables ({invited.code})"
    assert "kwam er niets binnen" in mail.body_text


def test_longer_term_of_one_applicant_counts(invited, cast):
    until = LAST + timedelta(days=3)
    extensions.extend(invited, until, reason="Illness.", actor=cast.sol, at=NOW)

    assert lapsing.lapse(until - SECOND) == 0
    assert lapsing.lapse(until) == 1


def test_stage_without_an_end_or_still_to_come_lets_nothing_lapse(call, cast, invited):
    call.stages[-1].closes_at = None

    assert lapsing.lapse(LAST + timedelta(days=400)) == 0


def test_what_was_handed_in_stays(invited, cast, call):
    service.submit(invited, actor=cast.ana, at=NOW)

    assert lapsing.lapse(LAST + GRACE) == 0
    assert invited.state is S.SUBMITTED


def test_office_undoes_it_with_a_reason_and_a_later_day(invited, cast):
    lapsing.lapse(LAST + GRACE)
    at, until = LAST + timedelta(days=1), LAST + timedelta(days=5)

    extensions.extend(invited, until, reason="The server was down.", actor=cast.sol, at=at)

    assert (invited.state, invited.extended_until_at) == (S.INVITED, until)
    assert service.takes(invited, until - SECOND)
    assert "The server was down." in mails("deadline-extended")[0].body_text
    moved = db.session.scalar(select(AuditEvent).where(AuditEvent.verb == "revive"))
    assert (moved.note, moved.actor_id, moved.to_state) == ("The server was down.", cast.sol.id, "invited")
    assert (lapsing.lapse(until), len(mails())) == (1, 2)


def test_undoing_wants_a_reason_and_a_manager_without_a_tie(invited, cast):
    lapsing.lapse(LAST + GRACE)
    at, until = LAST + timedelta(days=1), LAST + timedelta(days=5)

    with pytest.raises(Refusal):
        extensions.extend(invited, until, reason=" ", actor=cast.sol, at=at)
    with pytest.raises(MoveRefused):
        extensions.extend(invited, until, reason="Please.", actor=cast.ana, at=at)
    assert invited.state is S.LAPSED


def test_reopening_the_stage_gives_it_again(invited, cast, call):
    lapsing.lapse(LAST + GRACE)
    rounds.close(call, actor=None, at=LAST + GRACE)
    at = LAST + timedelta(days=1)

    rounds.reopen(call, closes_at=at + timedelta(days=7), note="Storm.", actor=cast.sol, at=at)

    assert invited.state is S.INVITED
    assert "Storm." in mails("call-reopened")[0].body_text


def test_way_and_pages_say_what_happened(invited, cast, client):
    lapsing.lapse(LAST + GRACE)

    way = [step.title for step in progress.of_way(invited, LAST + timedelta(days=1))]
    client.sign_in(cast.ana)
    own = client.get(f"/proposals/{invited.id}")
    client.sign_in(cast.sol)
    office = client.get(f"/office/applications/{invited.id}")

    assert way == ["Sent", "Invited to write the full proposal", "No full proposal came in time"]
    assert "no full proposal arrived before" in own.text
    assert "Invitation lapsed" in office.text
    assert "Invite again, with more time" in office.text


def test_written_text_is_still_read_by_its_writer(invited, cast, client):
    service.save(invited, {"abstract": "Sluices"}, {"abstract": 1}, actor=cast.ana, at=NOW)
    lapsing.lapse(LAST + GRACE)

    client.sign_in(cast.ana)
    page = client.get(f"/proposals/{invited.id}/compare")

    assert "Sluices" in page.text
    assert db.session.get(Application, invited.id).state is S.LAPSED
