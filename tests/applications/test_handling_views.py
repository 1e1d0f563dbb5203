"""Pages of handling: what each person can open and do, forms that refuse, and nothing typed lost."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from fundapp.applications import knockouts, likenesses, questions
from fundapp.applications.models import (
    ApplicationState,
    Audience,
    Capacity,
    Checklist,
    Level,
    Likeness,
    LikenessState,
    ReplyDraft,
    Stand,
    Thread,
    ThreadKind,
    ThreadState,
)
from fundapp.applications.questions import Question
from fundapp.applications.service import let_in
from fundapp.applications.threads import open_thread
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.rounds.models import RoundState
from tests.applications.checking import check, list_of
from tests.factories import FORM, NOW, make_application, make_cast, make_conflict, make_form, make_round

S = ApplicationState
DUE = NOW + timedelta(days=3650)
MONEY = Question("Less money", "Can you do it for less?", about="amount", unlocks=["amount"])


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1))


@pytest.fixture
def own(cast, call):
    return make_application(call, cast.ana, state=S.IN_REVIEW)


@pytest.fixture
def received(cast, call):
    return make_application(call, cast.ana)


@pytest.fixture
def sol(client, cast):
    client.sign_in(cast.sol)
    return client


@pytest.fixture
def ana(client, cast):
    client.sign_in(cast.ana)
    return client


def asked(own, cast, question=MONEY):
    (thread,) = questions.ask(own, [question], due_at=DUE, actor=cast.sol, at=NOW)
    db.session.commit()
    return thread


def sent(client, path, form=None):
    """Send a form, and read the page it leads to."""
    answer = client.post(path, data=form or {})
    assert answer.status_code == 302, answer.text
    return client.get(answer.location)


def later(days=14):
    return (clock.now().date() + timedelta(days=days)).isoformat()


# --- asking and answering ------------------------------------------------------------------


def test_office_asks_two_things_at_once(sol, own):
    form = {
        "questions-0-subject": "Who?", "questions-0-body": "Who keeps it?", "questions-0-about": "",
        "questions-1-subject": "Less", "questions-1-body": "For less?", "questions-1-about": "amount",
        "questions-1-unlocks": ["amount"], "due_on": later(),
    }  # fmt: skip

    answer = sent(sol, f"/office/applications/{own.id}/ask", form)

    assert "2 questions are sent." in answer.text
    threads = db.session.scalars(select(Thread).order_by(Thread.id)).all()
    assert [(one.subject, one.about, one.unlocks) for one in threads] == [
        ("Who?", None, []), ("Less", "amount", ["amount"])
    ]  # fmt: skip
    assert clock.local(threads[0].due_at, "Europe/Amsterdam").strftime("%H:%M:%S") == "23:59:59"
    assert db.session.scalars(select(Outbox)).one().name == "questions-asked"


def test_one_more_question_keeps_what_was_typed(sol, own):
    form = {"questions-0-subject": "Who?", "questions-0-body": "Half a", "due_on": later(), "more": "1"}

    page = sol.post(f"/office/applications/{own.id}/ask", data=form)

    assert page.status_code == 200
    assert "Half a" in page.text
    assert 'name="questions-1-subject"' in page.text


@pytest.mark.parametrize("gone", ["questions-0-subject", "questions-0-body", "due_on"])
def test_incomplete_question_comes_back(sol, own, gone):
    form = {"questions-0-subject": "Who?", "questions-0-body": "Who keeps it?", "due_on": later()}
    form[gone] = " "

    page = sol.post(f"/office/applications/{own.id}/ask", data=form)

    assert page.status_code == 422
    assert db.session.scalars(select(Thread)).all() == []


def test_date_that_has_passed_is_refused_beside_the_field(sol, own):
    form = {"questions-0-subject": "Who?", "questions-0-body": "Who?", "due_on": "2020-01-01"}

    page = sol.post(f"/office/applications/{own.id}/ask", data=form)

    assert page.status_code == 422
    assert "The date has to be in the future." in page.text


def test_question_sent_twice_is_asked_once(sol, own):
    form = {
        "questions-0-subject": "Who?", "questions-0-body": "Who?", "due_on": later(), "once": "the same form",
    }  # fmt: skip

    for _ in range(2):
        assert sol.post(f"/office/applications/{own.id}/ask", data=form).status_code == 302

    assert len(db.session.scalars(select(Thread)).all()) == 1


def test_own_page_leads_to_the_open_question(ana, cast, own):
    thread = asked(own, cast)

    page = ana.get(f"/proposals/{own.id}").text

    assert "We have a question for you" in page
    assert f"/questions/{thread.id}" in page


def test_answer_without_changes_goes_at_once(ana, cast, own):
    thread = asked(own, cast, Question("Who?", "Who keeps it?"))

    answer = sent(ana, f"/questions/{thread.id}", {"body": "We do."})

    assert "Your answer is sent." in answer.text
    assert thread.state is ThreadState.ANSWERED


def test_answer_with_changes_shows_them_before_it_goes(ana, cast, own):
    thread = asked(own, cast)
    form = {"body": "For 8,000.", "asked": "amount", "version": "amount:1", "a_amount": "8000"}

    page = sent(ana, f"/questions/{thread.id}", form)

    assert thread.state is ThreadState.OPEN
    assert "Send the answer and version 2" in page.text
    assert "8,000" in page.text
    assert "10,000" in page.text

    done = sent(ana, f"/questions/{thread.id}/send")

    assert "version 2 of your proposal" in done.text
    assert own.requested_cents == 800_000


def test_answer_outside_the_limits_comes_back_with_the_reason(ana, cast, own):
    thread = asked(own, cast)
    form = {"body": "For one euro.", "asked": "amount", "version": "amount:1", "a_amount": "1"}

    page = ana.post(f"/questions/{thread.id}", data=form)

    assert page.status_code == 422
    assert "For one euro." in page.text
    assert own.version_number == 1


def test_nothing_else_can_be_slipped_in(ana, cast, own):
    thread = asked(own, cast)
    form = {"body": "Yes.", "asked": "amount title", "version": "amount:1 title:1", "a_amount": "8000",
            "a_title": "Other"}  # fmt: skip

    ana.post(f"/questions/{thread.id}", data=form)
    ana.post(f"/questions/{thread.id}/send")

    assert own.current.answers["title"] != "Other"


def test_question_may_ask_for_a_file(client, cast, tmp_path, app):
    app.config["INSTANCE"] = str(tmp_path)
    field = {"key": "plan", "type": "file", "label": {"en": "Plan", "nl": "Plan"}}
    section = FORM["sections"][0]
    form = make_form()
    form.definition = FORM | {"sections": [section | {"fields": [*section["fields"], field]}]}
    call = make_round(
        cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1), form=form
    )  # fmt: skip
    own = make_application(call, cast.ana, state=S.IN_REVIEW)
    thread = asked(own, cast, Question("Your plan", "Send us the plan.", unlocks=["plan"]))
    client.sign_in(cast.ana)
    sent_file = {"f_plan": (BytesIO(b"Our plan in words."), "plan.txt"), "attach": "plan"}

    said = client.post(f"/questions/files/{thread.id}", data=sent_file)
    assert "plan.txt" in said.get_json()["html"]
    sent(client, f"/questions/{thread.id}", {"body": "Here it is.", "asked": "plan", "version": "plan:1"})
    sent(client, f"/questions/{thread.id}/send")

    assert [one["name"] for one in own.current.answers["plan"]] == ["plan.txt"]
    refused = client.post(f"/questions/files/{thread.id}", data={"attach": "plan"})
    assert refused.status_code in (409, 422)


def test_draft_of_an_answer_is_saved_while_typing(ana, cast, own):
    thread = asked(own, cast)
    form = {"body": "For", "asked": "amount", "version": "amount:1", "a_amount": "8000"}

    said = ana.post(f"/questions/autosave/{thread.id}", data=form).get_json()

    assert said["version"] == "amount:2"
    assert db.session.scalars(select(ReplyDraft)).one().body == "For"
    page = ana.get(f"/questions/{thread.id}").text
    assert ">For</textarea>" in page.replace("\r\n", "").replace("\n", "")
    assert 'value="8000"' in page


def test_two_people_in_one_answer_are_told(ana, cast, own, client):
    let_in(own, cast.ben, Capacity.CO_APPLICANT, Level.WRITE, actor=cast.ana, at=NOW)
    thread = asked(own, cast)
    first = {"body": "A", "asked": "amount", "version": "amount:1", "a_amount": "8000"}
    client.post(f"/questions/autosave/{thread.id}", data=first)
    client.sign_in(cast.ben)

    page = client.post(f"/questions/{thread.id}", data=first | {"body": "B", "a_amount": "9000"})

    assert page.status_code == 409
    assert "Iemand anders schreef: € 8.000" in page.text.replace("\xa0", " ")
    assert 'value="9000"' in page.text


@pytest.mark.parametrize("name", ["ben", "sol", "rhea", "aud", "fin"])
def test_question_of_somebody_else_is_not_there(client, cast, own, name):
    thread = asked(own, cast)
    client.sign_in(getattr(cast, name))

    for path in (f"/questions/{thread.id}", f"/questions/{thread.id}/check"):
        assert client.get(path).status_code == 404
    assert client.post(f"/questions/{thread.id}", data={"body": "x"}).status_code == 404


def test_partner_who_reads_sees_the_question_and_no_form(client, cast, own):
    let_in(own, cast.ben, Capacity.PARTNER, Level.READ, actor=cast.ana, at=NOW)
    thread = asked(own, cast)
    client.sign_in(cast.ben)

    page = client.get(f"/questions/{thread.id}")

    assert (page.status_code, "<textarea" in page.text) == (200, False)
    assert client.post(f"/questions/{thread.id}", data={"body": "x"}).status_code == 403


def test_question_page_after_its_term_takes_no_answer(ana, cast, own):
    (thread,) = questions.ask(own, [MONEY], due_at=NOW + timedelta(seconds=1), actor=cast.sol, at=NOW)
    thread.due_at = clock.now() - timedelta(minutes=1)

    page = ana.get(f"/questions/{thread.id}")
    refused = ana.post(f"/questions/{thread.id}", data={"body": "Late, and not lost."})

    assert "The date has passed" in page.text
    assert refused.status_code == 409


# --- conversations ---------------------------------------------------------------------------


def test_reviewer_takes_part_in_a_discussion_and_sees_nothing_else(client, cast, own):
    let_in(own, cast.rhea, Capacity.REVIEWER, Level.READ, actor=cast.sol, at=NOW)
    talk = open_thread(
        own, kind=ThreadKind.DISCUSSION, audience=Audience.REVIEWERS, subject="Talk", body="Well?",
        actor=cast.sol, at=NOW,
    )  # fmt: skip
    question = asked(own, cast)
    client.sign_in(cast.rhea)

    answer = sent(client, f"/office/threads/{talk.id}", {"body": "I think so."})

    assert "I think so." in answer.text
    assert f"/office/applications/{own.id}" not in answer.text
    assert client.get(f"/office/threads/{question.id}").status_code == 404
    assert client.post(f"/office/threads/{talk.id}/close").status_code == 403


def test_barred_manager_finds_no_conversation(sol, cast, own):
    thread = asked(own, cast)
    make_conflict(own, cast.sol)

    for path in (f"/office/threads/{thread.id}", f"/office/applications/{own.id}/questions"):
        assert sol.get(path).status_code == 404


def test_more_time_is_given_with_a_reason(sol, cast, own):
    (thread,) = questions.ask(own, [MONEY], due_at=clock.now() + timedelta(days=2), actor=cast.sol, at=NOW)

    bad = sol.post(f"/office/threads/{thread.id}/time", data={"due_on": later(30), "reason": ""})
    good = sent(sol, f"/office/threads/{thread.id}/time", {"due_on": later(30), "reason": "Ill."})

    assert bad.status_code == 422
    assert "They have more time now" in good.text


def test_auditor_reads_conversations_and_changes_nothing(client, cast, own):
    thread = asked(own, cast)
    client.sign_in(cast.aud)

    page = client.get(f"/office/threads/{thread.id}")

    assert (page.status_code, "<textarea" in page.text) == (200, False)
    for path in (f"/office/threads/{thread.id}/close", f"/office/applications/{own.id}/ask"):
        assert client.post(path).status_code == 403


# --- completion and deferral ------------------------------------------------------------------


def test_completion_from_page_to_page(sol, cast, received, client):
    form = {"body": "The abstract.", "unlocks": ["abstract"], "due_on": later()}
    page = sent(sol, f"/office/applications/{received.id}/completion", form)
    assert "stands still" in page.text
    assert received.state is S.INCOMPLETE

    client.sign_in(cast.ana)
    thread = db.session.scalars(select(Thread)).one()
    assert "We ask you to complete your proposal" in client.get(f"/proposals/{received.id}").text
    answer = {"body": "Here.", "asked": "abstract", "version": "abstract:1", "a_abstract": "Whole now."}
    client.post(f"/questions/{thread.id}", data=answer)
    client.post(f"/questions/{thread.id}/send")

    assert (received.state, received.current.answers["abstract"]) == (S.SUBMITTED, "Whole now.")


def test_question_that_was_too_late_offers_the_next_call(sol, cast, own, call):
    to = make_round(
        cast.fund, closes_at=clock.now() + timedelta(days=60), form=call.stage.form, budget_cents=1
    )
    thread = asked(own, cast)
    thread.due_at = NOW
    questions.expire(NOW)

    page = sol.get(f"/office/applications/{own.id}")
    assert "A question was not answered in time" in page.text
    assert f'class="btn btn--primary" href="/office/applications/{own.id}/defer"' in page.text

    bad = sol.post(f"/office/applications/{own.id}/defer", data={"round": str(to.id), "reason": ""})
    assert bad.status_code == 422
    form = {"round": str(to.id), "reason": "No answer."}
    done = sent(sol, f"/office/applications/{own.id}/defer", form)
    assert "Moved to" in done.text
    assert own.state is S.DEFERRED


def test_page_of_deferral_says_when_there_is_no_call(sol, own):
    assert "There is no call to move it to" in sol.get(f"/office/applications/{own.id}/defer").text


# --- conditions -------------------------------------------------------------------------------


def test_conditions_are_set_from_the_library(sol, call):
    page = sol.get(f"/office/rounds/{call.id}/conditions").text
    assert "Free and open licence" in page

    form = {
        "conditions-0-key": "complete", "conditions-0-label_en": "Complete",
        "conditions-0-label_nl": "Volledig", "conditions-1-key": "", "conditions-1-label_en": "Own words",
        "conditions-1-label_nl": "Eigen woorden", "conditions-2-key": "", "second_look_percent": "25",
    }  # fmt: skip
    sol.post(f"/office/rounds/{call.id}/conditions", data=form)

    found = db.session.scalars(select(Checklist)).one()
    assert [item["key"] for item in found.items] == ["complete", "own_words"]
    assert found.second_look_percent == 25


def test_condition_in_one_language_comes_back(sol, call):
    form = {"conditions-0-label_en": "Only English", "second_look_percent": "25"}

    page = sol.post(f"/office/rounds/{call.id}/conditions", data=form)

    assert page.status_code == 422
    assert "Only English" in page.text
    assert "both languages" in page.text


def look(*, complete="yes", scope="yes", number="1", reason=""):
    return {
        "look": number, "lines-0-key": "complete", "lines-0-passed": complete, "lines-0-reason": "",
        "lines-1-key": "scope", "lines-1-passed": scope, "lines-1-reason": reason,
    }  # fmt: skip


def test_check_goes_on_to_the_next(sol, cast, call):
    list_of(call, cast)
    first, second = make_application(call, cast.ana), make_application(call, cast.ben)

    answer = sol.post(f"/office/applications/{first.id}/check", data=look())

    assert answer.location.endswith(f"/office/applications/{second.id}/check")
    assert knockouts.screening(first.id).stand is Stand.PASSED
    last = sol.post(f"/office/applications/{second.id}/check", data=look())
    assert last.location.endswith(f"/office/rounds/{call.id}/checks")


def test_refusal_without_a_reason_comes_back_with_what_was_chosen(sol, cast, call, received):
    list_of(call, cast)

    page = sol.post(f"/office/applications/{received.id}/check", data=look(scope="no"))

    assert page.status_code == 422
    assert "the applicant will read it" in page.text
    assert knockouts.screening(received.id) is None


def test_second_person_does_not_see_what_the_first_found(client, cast, call, received):
    list_of(call, cast)
    check(received, cast.sol, scope=False)
    client.sign_in(cast.max)

    page = client.get(f"/office/applications/{received.id}/check").text

    assert "Not scope." not in page
    assert "Sol Smit" not in page
    assert 'name="lines-1-passed"' in page


def test_difference_is_shown_and_settled(client, cast, call, received):
    list_of(call, cast)
    check(received, cast.sol, scope=False)
    check(received, cast.max)
    client.sign_in(cast.sol)

    page = client.get(f"/office/applications/{received.id}/check").text
    assert "Two people differ" in page
    assert "Not scope." in page
    refused = client.post(
        f"/office/applications/{received.id}/check/scope", data={"passed": "no", "reason": "It is not."}
    )
    assert (refused.status_code, "You said so yourself" in refused.text) == (422, True)
    client.post(
        f"/office/applications/{received.id}/check/scope", data={"passed": "yes", "reason": "Max is right."}
    )

    assert knockouts.screening(received.id).stand is Stand.PASSED


def test_two_first_lookers_at_once(client, cast, call, received):
    list_of(call, cast)
    check(received, cast.sol, scope=False)
    client.sign_in(cast.max)

    page = client.post(f"/office/applications/{received.id}/check", data=look(number="1"))

    assert page.status_code == 409


def test_queue_costs_the_same_for_one_and_many(sol, cast, call):
    list_of(call, cast)
    make_application(call, cast.ana)
    sol.get(f"/office/rounds/{call.id}/checks")
    one = len(sol.statements)
    for _ in range(12):
        make_application(call, cast.ana)

    page = sol.get(f"/office/rounds/{call.id}/checks")

    assert len(sol.statements) == one
    assert "13 to check for you" in page.text


def test_dossier_leads_to_the_next_step(sol, cast, call, received):
    def step():
        page = sol.get(f"/office/applications/{received.id}").text
        return [word for word in ("Check the conditions", "Take into review", "Propose: not eligible") if
                f">{word}</a>" in page or f">{word}</button>" in page]  # fmt: skip

    assert step() == ["Take into review"]
    list_of(call, cast)
    assert step() == ["Check the conditions"]
    check(received, cast.sol, scope=False)
    assert step() == []
    check(received, cast.max, scope=False)
    assert step() == ["Propose: not eligible"]


# --- look-alikes -------------------------------------------------------------------------------


def test_two_are_compared_by_number_and_called_different(sol, cast, call, received):
    other = make_application(call, cast.ben)

    page = sent(sol, f"/office/applications/{received.id}/alike", {"code": other.code})
    assert "Are these the same?" in page.text
    alike = db.session.scalars(select(Likeness)).one()
    sol.post(f"/office/alike/{alike.id}/different", data={"note": "Two projects."})

    assert alike.state is LikenessState.DIFFERENT
    assert "Not the same, says Sol Smit" in sol.get(f"/office/alike/{alike.id}").text


def test_unknown_number_is_said_beside_the_field(sol, received):
    page = sol.post(f"/office/applications/{received.id}/alike", data={"code": "2020-01-001"})

    assert page.status_code == 422
    assert "2020-01-001" in page.text


def test_joining_asks_first(sol, cast, call, received):
    other = make_application(call, cast.ben)
    path = f"/office/applications/{received.id}/join/{other.id}"

    page = sol.get(path).text
    assert f"Join {received.code} with {other.code}" in page
    assert received.state is S.SUBMITTED
    done = sent(sol, path, {"note": "Same work."})

    assert "is joined with this one" in done.text
    assert (received.state, received.merged_into_id) == (S.MERGED, other.id)
    assert "Joined with another" in sol.get(f"/office/applications/{received.id}").text


def test_barred_from_one_compares_and_joins_nothing(sol, cast, call, received):
    other = make_application(call, cast.ben)
    alike = likenesses.pair(received, other, at=NOW)
    make_conflict(other, cast.sol)

    assert sol.get(f"/office/alike/{alike.id}").status_code == 404
    assert sol.get(f"/office/applications/{received.id}/join/{other.id}").status_code == 404
    answer = sol.post(f"/office/applications/{received.id}/alike", data={"code": other.code})
    assert answer.status_code == 422


def test_term_for_deciding_is_shown(sol, cast, call, received):
    call.decide_by_on = date(2030, 1, 15)

    assert "15 January 2030" in sol.get(f"/office/applications/{received.id}/questions").text
