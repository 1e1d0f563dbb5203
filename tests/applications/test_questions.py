"""Questions to applicants, completions that stop the clock, and answers that change the proposal."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fundapp.applications import clock_stops, drafts, knockouts, questions, revisions, service, versions
from fundapp.applications.models import (
    ApplicationState,
    Capacity,
    Level,
    Thread,
    ThreadKind,
    ThreadState,
    VersionReason,
)
from fundapp.applications.questions import Question
from fundapp.core import due, jobs
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.rounds.models import RoundState
from tests.applications.checking import check, list_of
from tests.factories import NOW, make_application, make_cast, make_review, make_round

S = ApplicationState
DUE = NOW + timedelta(days=14)
ONE = Question("Who keeps it?", "Who keeps the keys?")
MONEY = Question("Less money", "Can you do it for less?", about="amount", unlocks=["amount", "abstract"])


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(
        cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1),
        decide_by_on=date(2027, 1, 15),
    )  # fmt: skip


@pytest.fixture
def own(cast, call):
    return make_application(call, cast.ana, state=S.IN_REVIEW)


@pytest.fixture
def received(cast, call):
    return make_application(call, cast.ana)


def ask(own, cast, *wanted, due_at=DUE, at=NOW):
    return questions.ask(own, wanted or [ONE], due_at=due_at, actor=cast.sol, at=at)


def complete(received, cast, unlocks=("abstract",)):
    return questions.ask_completion(
        received, body="The abstract stops half-way.", unlocks=unlocks, due_at=DUE, actor=cast.sol, at=NOW
    )


def write(thread, cast, at=NOW, **answers):
    now = drafts.answers_of(thread.application_id)
    bases = {key: now[key].revision for key in answers if key in now}
    revisions.save(thread, answers, bases, actor=cast.ana, at=at)


def mails(name):
    return list(db.session.scalars(select(Outbox).where(Outbox.name == name).order_by(Outbox.id)))


# --- asking ----------------------------------------------------------------------------


def test_several_questions_go_in_one_mail(cast, own):
    opened = ask(own, cast, ONE, MONEY)

    sent = mails("questions-asked")
    assert [thread.subject for thread in opened] == ["Who keeps it?", "Less money"]
    assert len(sent) == 1
    assert "Who keeps the keys?" in sent[0].body_text
    assert "Can you do it for less?" in sent[0].body_text


def test_question_about_what_the_form_does_not_ask_is_refused(cast, own):
    with pytest.raises(Refusal, match="no such question"):
        ask(own, cast, Question("x", "y", unlocks=["salary"]))


@pytest.mark.parametrize("state", [S.WITHDRAWN, S.DECLINED, S.AWARDED, S.DEFERRED])
def test_nothing_is_asked_of_what_is_over(cast, call, state):
    over = make_application(call, cast.ana, state=state)

    with pytest.raises(Refusal, match="not under way"):
        ask(over, cast)


# --- answers that change the proposal -------------------------------------------------------


def test_answer_with_changed_answers_makes_a_version(cast, own):
    before = dict(own.current.answers)
    (thread,) = ask(own, cast, MONEY)
    write(thread, cast, amount=800_000)

    message = questions.reply(thread, "Yes, for 8,000.", actor=cast.ana, at=NOW)

    assert (message.version_number, own.version_number) == (2, 2)
    assert own.current.reason is VersionReason.REVISED
    assert own.current.answers == before | {"amount": 800_000}
    assert own.versions[0].answers == before
    assert (own.requested_cents, own.state) == (800_000, S.IN_REVIEW)


def test_answer_without_a_change_makes_none(cast, own):
    (thread,) = ask(own, cast, MONEY)

    message = questions.reply(thread, "No.", actor=cast.ana, at=NOW)

    assert (message.version_number, own.version_number) == (None, 1)


def test_only_what_was_opened_can_change(cast, own):
    (thread,) = ask(own, cast, MONEY)

    write(thread, cast, amount=800_000, title="Another project")
    questions.reply(thread, "Yes.", actor=cast.ana, at=NOW)

    assert own.current.answers["title"] != "Another project"


def test_unsent_changes_from_before_the_deadline_stay_out(cast, own):
    answer = drafts.answers_of(own.id)["title"]
    answer.value = {"v": "Typed and never sent"}
    (thread,) = ask(own, cast, MONEY)
    write(thread, cast, amount=800_000)

    questions.reply(thread, "Yes.", actor=cast.ana, at=NOW)

    assert own.current.title != "Typed and never sent"


def test_changed_answers_keep_the_limits_of_the_call(cast, own):
    (thread,) = ask(own, cast, MONEY)
    write(thread, cast, amount=1)

    with pytest.raises(versions.NotComplete):
        questions.reply(thread, "For one cent.", actor=cast.ana, at=NOW)

    assert thread.state is ThreadState.OPEN


def test_reviewers_are_told_of_the_new_version(cast, own):
    make_review(own, cast.rhea)
    (thread,) = ask(own, cast, MONEY)
    write(thread, cast, amount=800_000)

    questions.reply(thread, "Yes.", actor=cast.ana, at=NOW)

    (mail,) = mails("proposal-changed")
    assert mail.user_id == cast.rhea.id
    assert "version 2" in mail.body_text


def test_closed_question_opens_nothing(cast, own):
    (thread,) = ask(own, cast, MONEY)
    questions.reply(thread, "No.", actor=cast.ana, at=NOW)

    with pytest.raises(MoveRefused):
        write(thread, cast, amount=800_000)


def test_partner_who_reads_cannot_change(cast, own):
    service.let_in(own, cast.ben, Capacity.PARTNER, Level.READ, actor=cast.ana, at=NOW)
    (thread,) = ask(own, cast, MONEY)

    with pytest.raises(MoveRefused):
        revisions.save(thread, {"amount": 1}, {}, actor=cast.ben, at=NOW)


# --- too late -----------------------------------------------------------------------------


def test_clock_ends_what_was_not_answered_once(cast, own):
    (thread,) = ask(own, cast)

    assert questions.expire(DUE - timedelta(seconds=1)) == {"expired": 0, "lapsed": 0}
    assert questions.expire(DUE) == {"expired": 1, "lapsed": 0}
    assert questions.expire(DUE + timedelta(days=1)) == {"expired": 0, "lapsed": 0}

    assert thread.state is ThreadState.EXPIRED
    assert [mail.user_id for mail in mails("question-expired")] == [cast.ana.id]
    assert {mail.user_id for mail in mails("question-unanswered")} == {cast.sol.id, cast.max.id}


def _open_on(at):
    rows = due.between(at - timedelta(hours=1), at + timedelta(hours=1), kinds=("question-open",))
    return [row.user_id for row in rows]


def test_question_falls_due_for_the_applicants_until_it_is_answered_or_moved(cast, own):
    (thread,) = ask(own, cast)
    before = _open_on(DUE)

    questions.extend(
        thread, DUE + timedelta(days=14), reason="Ill.", actor=cast.sol, at=DUE - timedelta(days=1)
    )

    assert before == [cast.ana.id]
    assert (_open_on(DUE), _open_on(DUE + timedelta(days=14))) == ([], [cast.ana.id])


def test_jobs_are_there(cast, own):
    ask(own, cast)

    assert jobs.run("expire-questions", DUE)["expired"] == 1


# --- completion ------------------------------------------------------------------------------


def test_completion_stops_the_clock_and_sending_it_starts_it(cast, received):
    thread = complete(received, cast)
    assert (received.state, received.clock_stopped_at) == (S.INCOMPLETE, NOW)

    write(thread, cast, abstract="Whole now.")
    later = NOW + timedelta(days=3, hours=1)
    questions.reply(thread, "Here it is.", actor=cast.ana, at=later)
    db.session.flush()

    assert (received.state, received.clock_stopped_at) == (S.SUBMITTED, None)
    assert received.clock_stopped_s == 3 * 86_400 + 3_600
    assert received.current.reason is VersionReason.COMPLETED
    assert received.current.answers["abstract"] == "Whole now."
    assert clock_stops.decide_by(received, later + timedelta(days=30)) == date(2027, 1, 19)


def test_day_to_decide_by_moves_while_the_clock_stands_still(cast, received):
    assert clock_stops.decide_by(received, NOW) == date(2027, 1, 15)
    complete(received, cast)

    assert clock_stops.decide_by(received, NOW + timedelta(hours=1)) == date(2027, 1, 16)
    assert clock_stops.decide_by(received, NOW + timedelta(days=2)) == date(2027, 1, 17)


def test_two_completions_add_up(cast, received):
    for start in (NOW, NOW + timedelta(days=5)):
        thread = questions.ask_completion(
            received, body="More.", unlocks=[], due_at=start + timedelta(days=9), actor=cast.sol, at=start
        )
        questions.reply(thread, "So.", actor=cast.ana, at=start + timedelta(days=1))

    assert received.clock_stopped_s == 2 * 86_400


def test_what_is_not_completed_lapses_by_the_clock(cast, received):
    thread = complete(received, cast)

    assert questions.expire(DUE + timedelta(hours=2)) == {"expired": 1, "lapsed": 1}

    assert (received.state, thread.state) == (S.SUBMITTED, ThreadState.EXPIRED)
    assert received.clock_stopped_s == 14 * 86_400 + 7_200
    assert "propose to refuse" in mails("question-unanswered")[0].body_text


def test_completion_after_its_date_is_refused_before_the_clock_came_by(cast, received):
    thread = complete(received, cast)

    with pytest.raises(Refusal, match="has passed"):
        questions.reply(thread, "Late.", actor=cast.ana, at=DUE + timedelta(seconds=1))

    assert received.state is S.INCOMPLETE


def test_more_time_after_the_lapse_stops_the_clock_again(cast, received):
    thread = complete(received, cast)
    questions.expire(DUE)

    later = DUE + timedelta(days=1)
    questions.extend(thread, later + timedelta(days=7), reason="Ill.", actor=cast.sol, at=later)

    assert (received.state, thread.state) == (S.INCOMPLETE, ThreadState.OPEN)
    assert received.clock_stopped_at == later


def test_withdrawing_while_the_clock_stands_still(cast, received):
    thread = complete(received, cast)

    service.withdraw(received, reason="No time.", actor=cast.ana, at=NOW + timedelta(days=1))
    db.session.flush()

    assert (received.state, received.clock_stopped_at) == (S.WITHDRAWN, None)
    assert thread.state is ThreadState.CLOSED


def test_completion_is_asked_once_at_a_time(cast, received):
    complete(received, cast)

    with pytest.raises(MoveRefused):
        complete(received, cast)


def test_database_keeps_one_open_completion(cast, received):
    complete(received, cast)
    db.session.add(
        Thread(
            application_id=received.id, fund_id=received.fund_id, kind=ThreadKind.COMPLETION,
            audience="applicant", subject="x", state_at=NOW, due_at=DUE,
        )
    )  # fmt: skip

    with pytest.raises(IntegrityError):
        db.session.flush()


def test_state_and_clock_go_together_in_the_database(cast, received):
    received.clock_stopped_at = NOW

    with pytest.raises(IntegrityError):
        db.session.flush()


def test_completed_text_is_checked_anew(cast, received):
    list_of(received.round, cast)
    check(received, cast.sol, complete=False)
    thread = complete(received, cast)
    write(thread, cast, abstract="Whole now.")

    questions.reply(thread, "Here.", actor=cast.ana, at=NOW)

    assert knockouts.screening(received.id) is None
    assert knockouts.turn(received, cast.sol) == 1
