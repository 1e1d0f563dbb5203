"""Threads: who opens, reads, writes and hears of them, and whom they mention."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fundapp.applications import conversations, mentions, threads
from fundapp.applications.models import (
    ApplicationState,
    Audience,
    Capacity,
    Level,
    Mention,
    Message,
    ReplyDraft,
    Thread,
    ThreadKind,
    ThreadState,
)
from fundapp.applications.service import let_in
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_application, make_cast, make_conflict, make_round, make_user

S = ApplicationState
DUE = NOW + timedelta(days=7)


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def own(cast):
    call = make_round(cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1))
    made = make_application(call, cast.ana, state=S.IN_REVIEW)
    let_in(made, cast.rhea, Capacity.REVIEWER, Level.READ, actor=cast.sol, at=NOW)
    db.session.flush()
    return made


def opened(own, actor, *, kind=ThreadKind.QUESTION, audience=Audience.APPLICANT, **values):
    values = {"subject": "Who keeps it?", "body": "Who keeps the keys?", "due_at": DUE} | values
    thread = threads.open_thread(own, kind=kind, audience=audience, actor=actor, at=NOW, **values)
    db.session.flush()
    return thread


def mails():
    rows = db.session.execute(select(Outbox.name, Outbox.user_id).order_by(Outbox.id))
    return [(row.name, row.user_id) for row in rows]


def note(own, actor, body="Look at this."):
    return opened(own, actor, kind=ThreadKind.NOTE, audience=Audience.OFFICE, body=body, due_at=None)


def talk(own, actor, body="Is this open?"):
    return opened(own, actor, kind=ThreadKind.DISCUSSION, audience=Audience.REVIEWERS, body=body, due_at=None)


def test_question_reaches_each_applicant_once(cast, own):
    let_in(own, cast.ben, Capacity.CO_APPLICANT, Level.WRITE, actor=cast.ana, at=NOW)
    thread = opened(own, cast.sol)

    assert mails() == [("question-asked", cast.ana.id), ("question-asked", cast.ben.id)]
    assert (thread.kind, thread.state, thread.due_at) == (ThreadKind.QUESTION, ThreadState.OPEN, DUE)
    assert {mail.language for mail in db.session.scalars(select(Outbox))} == {"en", "nl"}


def test_answer_tells_the_lead_and_the_other_applicants(cast, own):
    let_in(own, cast.ben, Capacity.CO_APPLICANT, Level.WRITE, actor=cast.ana, at=NOW)
    own.lead_id = cast.max.id
    thread = opened(own, cast.sol)

    threads.answer(thread, "We all do.", actor=cast.ana, at=NOW)
    db.session.flush()

    assert mails()[2:] == [("question-shared", cast.ben.id), ("question-answered", cast.max.id)]
    assert thread.state is ThreadState.ANSWERED


def test_answer_tells_every_manager_where_nobody_leads(cast, own):
    thread = opened(own, cast.sol)

    threads.answer(thread, "We all do.", actor=cast.ana, at=NOW)

    assert mails()[1:] == [("question-answered", cast.sol.id), ("question-answered", cast.max.id)]


def test_answer_to_the_second_is_in_time(cast, own):
    thread = opened(own, cast.sol)

    with pytest.raises(Refusal, match="has passed"):
        threads.answer(thread, "Late.", actor=cast.ana, at=DUE + timedelta(seconds=1))
    threads.answer(thread, "In time.", actor=cast.ana, at=DUE)

    assert thread.state is ThreadState.ANSWERED


def test_office_asks_further_in_an_answered_question(cast, own):
    thread = opened(own, cast.sol)
    threads.answer(thread, "We all do.", actor=cast.ana, at=NOW)

    threads.say(thread, "And at night?", actor=cast.sol, at=NOW)
    db.session.flush()

    assert thread.state is ThreadState.OPEN
    assert mails()[-1] == ("question-asked", cast.ana.id)


def test_applicant_who_says_something_answers(cast, own):
    thread = opened(own, cast.sol)

    threads.say(thread, "We all do.", actor=cast.ana, at=NOW)

    assert thread.state is ThreadState.ANSWERED


def test_who_may_write_in_each_audience(cast, own):
    let_in(own, cast.ben, Capacity.PARTNER, Level.READ, actor=cast.ana, at=NOW)
    asked, talked, noted = opened(own, cast.sol), talk(own, cast.rhea), note(own, cast.max)

    allowed = {
        (thread.audience.value, name)
        for thread in (asked, talked, noted)
        for name in ("ana", "ben", "rhea", "sol", "fin", "aud")
        if _may(thread, getattr(cast, name))
    }

    assert allowed == {
        ("applicant", "ana"), ("applicant", "sol"), ("reviewers", "rhea"), ("reviewers", "sol"),
        ("office", "sol"),
    }  # fmt: skip


def _may(thread, user):
    try:
        with db.session.begin_nested() as inside:
            threads.say(thread, "A word.", actor=user, at=NOW)
            inside.rollback()
    except MoveRefused:
        return False
    return True


@pytest.mark.parametrize("name", ["ana", "rhea", "fin", "aud"])
def test_only_the_office_opens_a_question_or_a_note(cast, own, name):
    for kind, audience in ((ThreadKind.QUESTION, Audience.APPLICANT), (ThreadKind.NOTE, Audience.OFFICE)):
        with pytest.raises(MoveRefused):
            opened(own, getattr(cast, name), kind=kind, audience=audience)


def test_what_each_person_reads(cast, own):
    asked, talked, noted = opened(own, cast.sol), talk(own, cast.rhea), note(own, cast.max)

    def seen(user):
        return {thread.id for thread in conversations.seen_threads(user, own.id)}

    assert seen(cast.sol) == seen(cast.aud) == {asked.id, talked.id, noted.id}
    assert seen(cast.rhea) == {talked.id}
    assert seen(cast.ana) == seen(cast.ben) == set()
    assert [thread.id for thread in conversations.asked_of(cast.ana, own.id)] == [asked.id]
    assert conversations.own_thread(cast.ana, noted.id) is None
    assert conversations.asked_of(cast.ben, own.id) == []


def test_finance_reads_only_the_office_of_what_is_awarded(cast):
    own = make_application(make_round(cast.fund), cast.ana, state=S.AWARDED)
    noted, talked = note(own, cast.sol), talk(own, cast.sol)

    assert conversations.seen_thread(cast.fin, noted.id) is noted
    assert conversations.seen_thread(cast.fin, talked.id) is None


@pytest.mark.parametrize("name", ["sol", "rhea", "aud"])
def test_barred_person_reads_and_hears_nothing(cast, own, name):
    user = getattr(cast, name)
    talked = talk(own, cast.max)
    threads.say(talked, "First word.", actor=cast.rhea, at=NOW)
    before = len(mails())
    make_conflict(own, user)

    threads.say(talked, f"What do you think, @{user.name}?", actor=cast.max, at=NOW)
    db.session.flush()

    assert conversations.seen_threads(user, own.id) == []
    assert conversations.seen_thread(user, talked.id) is None
    assert user.id not in {user_id for _name, user_id in mails()[before:]}
    assert db.session.scalars(select(Mention)).all() == []


def test_note_tells_only_who_is_mentioned(cast, own):
    note(own, cast.sol, body="@Max Maas, is this ours? And you, @Ana Alders?")

    assert mails() == [("thread-message", cast.max.id)]
    assert [one.user_id for one in db.session.scalars(select(Mention))] == [cast.max.id]


def test_talk_goes_on_among_those_who_took_part(cast, own):
    talked = talk(own, cast.rhea)
    threads.say(talked, "I think so.", actor=cast.sol, at=NOW)
    threads.say(talked, "Thanks.", actor=cast.rhea, at=NOW)

    assert mails() == [("thread-message", cast.rhea.id), ("thread-message", cast.sol.id)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@max.maas look", True),
        ("Look, @Max Maas!", True),
        ("(@MAX.MAAS)", True),
        ("Ask @max.maas.", True),
        ("@max.maassen", False),
        ("max@max.maas", False),
        ("@max", False),
        ("max.maas", False),
        ("@max.maas@example.org", False),
    ],
)
def test_mention_by_name_or_address(cast, text, found):
    assert mentions.named(text, [cast.max]) == ([cast.max] if found else [])


def test_mention_by_the_address_and_without_accents(session):
    zoe = make_user("Zoë Ünal")

    assert mentions.named("@zoe unal and more", [zoe]) == [zoe]
    assert mentions.named(f"@{zoe.email.partition('@')[0]}", [zoe]) == [zoe]


def test_closed_conversation_takes_no_more(cast, own):
    thread = opened(own, cast.sol)
    threads.close(thread, actor=cast.sol, at=NOW)

    with pytest.raises(Refusal, match="closed"):
        threads.say(thread, "Still there?", actor=cast.sol, at=NOW)
    with pytest.raises(MoveRefused):
        threads.answer(thread, "Yes.", actor=cast.ana, at=NOW)


def test_more_time_has_a_reason_and_is_told(cast, own):
    thread = opened(own, cast.sol)

    with pytest.raises(MoveRefused):
        threads.extend(thread, DUE + timedelta(days=7), reason=" ", actor=cast.sol, at=NOW)
    with pytest.raises(Refusal, match="later"):
        threads.extend(thread, DUE, reason="Ill.", actor=cast.sol, at=NOW)
    threads.extend(thread, DUE + timedelta(days=7), reason="Ill.", actor=cast.sol, at=NOW)
    db.session.flush()

    assert thread.due_at == DUE + timedelta(days=7)
    assert mails()[-1] == ("question-extended", cast.ana.id)


def test_draft_is_kept_and_gone_with_the_answer(cast, own):
    thread = opened(own, cast.sol)
    threads.keep_draft(thread, "We", actor=cast.ana, at=NOW)
    threads.keep_draft(thread, "We all", actor=cast.ana, at=NOW)

    assert [draft.body for draft in db.session.scalars(select(ReplyDraft))] == ["We all"]
    threads.answer(thread, "We all do.", actor=cast.ana, at=NOW)
    assert db.session.scalars(select(ReplyDraft)).all() == []


@pytest.mark.parametrize("body", ["", "  \n "])
def test_nothing_is_not_said(cast, own, body):
    with pytest.raises(Refusal, match="Write something"):
        opened(own, cast.sol, body=body)


def test_due_date_lies_in_the_future(cast, own):
    with pytest.raises(Refusal, match="future"):
        opened(own, cast.sol, due_at=NOW)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": ThreadKind.COMPLETION, "audience": Audience.OFFICE, "due_at": DUE},
        {"kind": ThreadKind.COMPLETION, "audience": Audience.APPLICANT, "due_at": None},
        {"kind": ThreadKind.NOTE, "audience": Audience.APPLICANT, "due_at": None},
        {"kind": ThreadKind.DISCUSSION, "audience": Audience.APPLICANT, "due_at": None},
    ],
)
def test_database_keeps_notes_inside_and_completions_dated(own, values):
    db.session.add(Thread(application_id=own.id, fund_id=own.fund_id, subject="x", state_at=NOW, **values))

    with pytest.raises(IntegrityError):
        db.session.flush()


def test_message_is_never_changed(cast, own):
    opened(own, cast.sol)

    with pytest.raises(Exception, match="append-only"):
        db.session.execute(Message.__table__.update().values(body="Other."))
