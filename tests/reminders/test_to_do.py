"""The page of what is to be done: each line for who can do it, gone when it is done, one question for all."""

from datetime import timedelta

import pytest

from fundapp.applications import notes, questions, service
from fundapp.applications.models import (
    ApplicationState,
    Audience,
    ConflictState,
    ThreadKind,
)
from fundapp.applications.threads import answer, open_thread, say
from fundapp.core import clock, todo
from fundapp.core.db import db
from fundapp.decisions.models import DecisionState
from fundapp.grants.models import AgreementState
from fundapp.reviews.models import ReviewState
from fundapp.rounds.models import RoundState
from tests.factories import (
    NOW,
    make_application,
    make_award,
    make_cast,
    make_conflict,
    make_decision,
    make_review,
    make_round,
)

S = ApplicationState


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1))


def lines(user):
    return [(line.kind, line.number or line.ref) for line in todo.page(user, NOW).lines]


def everybody(cast):
    return {name: lines(getattr(cast, name)) for name in ("ana", "ben", "rhea", "sol", "max", "fin", "aud")}


def only(cast, **wanted):
    """Say what everybody has to do: nothing, but for those who are named."""
    return {name: wanted.get(name, []) for name in ("ana", "ben", "rhea", "sol", "max", "fin", "aud")}


def test_draft_waits_for_who_writes_it_until_the_deadline(cast):
    open_call = make_round(cast.fund)
    draft = make_application(open_call, cast.ana, state=S.DRAFT)
    make_application(make_round(cast.fund, closes_at=NOW - timedelta(hours=1)), cast.ana, state=S.DRAFT)

    assert everybody(cast) == only(cast, ana=[("draft", draft.id)])
    assert todo.page(cast.ana, NOW).lines[0].due_at == open_call.stage.closes_at


def test_extension_of_one_applicant_counts(cast):
    late = make_round(cast.fund, closes_at=NOW - timedelta(hours=1))
    draft = make_application(late, cast.ana, state=S.DRAFT, extended_until_at=NOW + timedelta(days=1))

    assert lines(cast.ana) == [("draft", draft.id)]
    assert todo.page(cast.ana, NOW).lines[0].due_at == draft.extended_until_at


def test_received_proposals_wait_together_for_managers_without_a_tie(cast, call):
    make_application(call, cast.ana)
    make_conflict(make_application(call, cast.ben), cast.max)

    assert everybody(cast) == only(cast, sol=[("received", 2)], max=[("received", 1)])


def test_question_waits_for_its_applicants_then_its_answer_for_the_office(cast, call):
    own = make_application(call, cast.ana, state=S.IN_REVIEW)
    own.lead_id = cast.max.id
    asked = open_thread(
        own, kind=ThreadKind.QUESTION, audience=Audience.APPLICANT, subject="Hours", body="How many?",
        due_at=NOW + timedelta(days=3), actor=cast.sol, at=NOW,
    )  # fmt: skip

    before = everybody(cast)
    answer(asked, "Forty.", actor=cast.ana, at=NOW)
    after = everybody(cast)

    assert before == only(cast, ana=[("question", asked.id)])
    assert after == only(cast, max=[("answer", asked.id)])


def test_question_that_nobody_answered_waits_for_the_office(cast, call):
    own = make_application(call, cast.ana, state=S.IN_REVIEW)
    asked = open_thread(
        own, kind=ThreadKind.QUESTION, audience=Audience.APPLICANT, subject="Hours", body="How many?",
        due_at=NOW + timedelta(days=3), actor=cast.sol, at=NOW,
    )  # fmt: skip
    questions.expire(NOW + timedelta(days=4))

    waits = [("unanswered", asked.id)]
    assert everybody(cast) == only(cast, sol=waits, max=waits)


def test_unsure_tie_waits_for_another_manager(cast, call):
    own = make_application(call, cast.ana, state=S.IN_REVIEW)
    tie = make_conflict(own, cast.max, state=ConflictState.UNSURE)

    assert everybody(cast) == only(cast, sol=[("tie", tie.id)])


def test_mention_waits_until_it_is_seen(client, cast, call):
    own = make_application(call, cast.ana, state=S.IN_REVIEW)
    note = notes.write(own, "Look, please", to=cast.max, actor=cast.sol, at=NOW)

    before = everybody(cast)
    client.sign_in(cast.max)
    page = client.get("/to-do").text
    client.post(f"/office/threads/{note.id}/seen")

    assert before == only(cast, max=[("mention", note.id)])
    assert f'action="/office/threads/{note.id}/seen"' in page
    assert lines(cast.max) == []


def test_who_answers_a_mention_has_seen_it(cast, call):
    own = make_application(call, cast.ana, state=S.IN_REVIEW)
    note = notes.write(own, "Look, please", to=cast.max, actor=cast.sol, at=NOW)

    say(note, "It is right.", actor=cast.max, at=NOW)

    assert lines(cast.max) == []


def test_review_waits_for_its_reviewer(cast, call):
    own, other = (make_application(call, cast.ana, state=S.IN_REVIEW) for _ in range(2))
    first = make_review(own, cast.rhea, state=ReviewState.INVITED)
    second = make_review(other, cast.rhea, state=ReviewState.ACCEPTED)

    assert sorted(lines(cast.rhea)) == [("invited", first.id), ("review", second.id)]


def test_decision_waits_for_the_next_person(cast):
    call = make_round(cast.fund, state=RoundState.DECIDING, closes_at=NOW - timedelta(days=9))
    own = make_application(call, cast.ana, state=S.IN_REVIEW)
    nothing_yet = everybody(cast)
    decision = make_decision(own, cast.sol, state=DecisionState.PROPOSED)
    proposed = everybody(cast)

    assert nothing_yet == only(cast, sol=[("propose", 1)], max=[("propose", 1)])
    assert proposed == only(cast, max=[("approve", decision.id)])


def test_agreement_waits_for_the_grantee_then_for_the_fund(cast, call):
    award = make_award(make_application(call, cast.ana, state=S.AWARDED), cast.sol, cast.max)
    version = award.agreements[-1]

    for state, waits in (
        (AgreementState.OFFERED, {"ana": [("sign", award.id)]}),
        (AgreementState.ACCEPTED, {"max": [("countersign", award.id)]}),
    ):
        set_state(version, state, offered_by=cast.sol.id, accepted_by=cast.ana.id)
        assert everybody(cast) == only(cast, **waits)


def set_state(version, state, **values):
    """Put an agreement in a state, around its workflow."""
    table = type(version).__table__
    db.session.execute(
        table.update().where(table.c.id == version.id).values(state=state, digest="d" * 64, **values)
    )
    db.session.expire(version)


# --- the page ----------------------------------------------------------------------------


def test_page_shows_what_which_and_when(client, cast):
    round = make_round(cast.fund, closes_at=clock.now() + timedelta(days=3))
    draft = make_application(round, cast.ana, state=S.DRAFT, title="Atlas of ponds")
    client.sign_in(cast.ana)

    page = client.get("/to-do").text

    assert "Atlas of ponds" in page
    assert f'href="/proposals/{draft.id}/check"' in page
    assert "Finish your proposal" in page


def test_page_asks_one_question_whatever_the_roles(client, cast, call):
    counts = []
    for number in (1, 30):
        for _ in range(number):
            make_conflict(
                make_application(call, cast.ana, state=S.IN_REVIEW), cast.rhea, state=ConflictState.UNSURE
            )
        client.sign_in(cast.sol)
        assert client.get("/to-do").status_code == 200
        counts.append(len(client.statements))

    # The person, the list, what was put off, whether mail arrives, and the dates that have no line.
    assert counts[0] == counts[1] == 5, client.statements


def test_pages_follow_on_by_date(client, cast, monkeypatch):
    monkeypatch.setattr(todo, "PAGE", 2)
    made = [
        make_application(
            make_round(cast.fund, budget_cents=500_000, closes_at=NOW + timedelta(days=days)),
            cast.ana,
            state=S.DRAFT,
        ).id
        for days in (5, 3, 9)
    ]
    rolling = make_application(
        make_round(cast.fund, budget_cents=500_000, closes_at=None), cast.ana, state=S.DRAFT
    ).id

    first = todo.page(cast.ana, NOW)
    second = todo.page(cast.ana, NOW, first.after)

    assert [line.ref for line in (*first.lines, *second.lines)] == [made[1], made[0], made[2], rolling]
    assert second.after is None


@pytest.mark.parametrize(
    "after", ["x", "~~", "2026~draft~1", "2026-01-01T00:00:00+00:00~draft~٣", "é~draft~1"]
)
def test_strange_address_gives_the_first_page(client, cast, after):
    client.sign_in(cast.ana)

    assert client.get("/to-do", query_string={"after": after}).status_code == 200


def test_nothing_to_do_says_so(client, cast):
    client.sign_in(cast.ana)

    assert "Nothing waits for you." in client.get("/to-do").text


def test_visitor_is_asked_to_sign_in(client):
    assert client.get("/to-do").status_code == 302


def test_every_kind_leads_to_a_page_that_is_there(app):
    known = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert {kind.endpoint for kind in todo.KINDS.values()} <= known


def test_withdrawn_is_gone(cast, call):
    own = make_application(call, cast.ana)
    service.withdraw(own, reason="Done elsewhere", actor=cast.ana, at=NOW)

    assert everybody(cast) == only(cast)
