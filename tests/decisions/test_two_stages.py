"""Two stages, from the idea to the award of the full proposal."""

from copy import deepcopy
from datetime import timedelta

import pytest

from fundapp.applications import progress
from fundapp.applications import service as applications
from fundapp.applications.models import Answer, ApplicationState
from fundapp.applications.queries import seen_application
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.decisions import service
from fundapp.decisions.models import Outcome
from fundapp.reviews import queries as reviews
from fundapp.reviews import service as reviewing
from fundapp.rounds import service as rounds
from fundapp.rounds import stages
from fundapp.rounds.jobs import close_rounds
from fundapp.rounds.models import RoundState
from tests.decisions.scene import outbox
from tests.factories import FORM, NOW, make_application, make_cast, make_form, make_round, make_rubric
from tests.reviews.scene import write

A = ApplicationState
CLOSED = NOW + timedelta(days=1)
"""The idea's deadline; the full proposal opens ten days on, for twenty days."""
OPEN_AGAIN = CLOSED + timedelta(days=10)
ALL_IN = CLOSED + timedelta(days=30)


def full_form():
    """The small form, with a question more, and the abstract asked in another way."""
    definition = deepcopy(FORM)
    fields = definition["sections"][0]["fields"]
    fields[1] |= {"type": "yes_no"}
    for limit in ("hard", "advised"):
        fields[1].pop(limit)
    fields.append(
        {"key": "plan", "type": "long", "label": {"en": "Plan", "nl": "Plan"}, "required": True, "hard": 3000}
    )
    form = make_form()
    form.definition = definition
    return form


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    call = make_round(cast.fund, state=RoundState.DRAFT, closes_at=CLOSED)
    stages.add(
        call, name={"en": "Full proposal", "nl": "Volledig voorstel"}, form=full_form(), rubric=make_rubric(),
        opens_at=OPEN_AGAIN, closes_at=ALL_IN, actor=cast.sol, at=NOW,
    )  # fmt: skip
    rounds.publish(call, actor=cast.sol, at=NOW)
    return call


@pytest.fixture
def idea(call, cast):
    """Ana's idea, in review after the first stage has closed."""
    idea = make_application(call, cast.ana, title="Tide tables")
    applications.admit(idea, actor=cast.sol, at=CLOSED)
    return idea


def decide(application, cast, outcome, *, amount_cents=None, at=CLOSED):
    decision = service.propose(
        application, outcome=outcome, amount_cents=amount_cents, to_applicant="It serves many.",
        actor=cast.sol, at=at,
    )  # fmt: skip
    service.approve(decision, actor=cast.max, at=at)
    return decision


def invite(idea, cast):
    decision = decide(idea, cast, Outcome.INVITED)
    service.release(decision, actor=cast.max, at=CLOSED)
    return decision


def answer(application, field, value):
    db.session.add(Answer(application_id=application.id, field=field, value={"v": value}, saved_at=CLOSED))
    db.session.flush()
    db.session.expire(application, ["answers"])


def answers(application):
    return {one.field: one.value["v"] for one in application.answers}


def test_first_stage_ends_in_an_invitation_or_a_refusal(idea):
    assert service.open_outcomes(idea) == (Outcome.INVITED, Outcome.DECLINED)


def test_invitation_opens_the_next_stage_with_the_answers_that_fit(idea, call, cast):
    invite(idea, cast)

    assert (idea.state, idea.stage.number) == (A.INVITED, 2)
    assert answers(idea) == {"title": "Tide tables", "amount": 1_000_000}  # the abstract is asked otherwise
    assert idea.current.answers["abstract"]
    assert [mail.address for mail in outbox()] == [cast.ana.email]


def test_letters_of_the_first_stage_go_out_while_the_round_goes_on(idea, call, cast):
    other = make_application(call, cast.ben)
    applications.admit(other, actor=cast.sol, at=CLOSED)
    decide(idea, cast, Outcome.INVITED)
    with pytest.raises(Refusal):
        service.release_round(call, actor=cast.max, at=CLOSED)
    decide(other, cast, Outcome.DECLINED)

    released = service.release_round(call, actor=cast.max, at=CLOSED)

    assert (released.sent, call.state) == (2, RoundState.PUBLISHED)
    assert (idea.state, other.state) == (A.INVITED, A.DECLINED)


def test_nothing_goes_out_before_the_first_stage_has_closed(call, cast):
    with pytest.raises(MoveRefused):
        service.release_round(call, actor=cast.max, at=CLOSED - timedelta(seconds=1))


def test_full_proposal_is_taken_from_opening_to_closing_to_the_second(idea, cast):
    invite(idea, cast)
    second = timedelta(seconds=1)

    took = [applications.takes(idea, at) for at in (OPEN_AGAIN - second, OPEN_AGAIN, ALL_IN - second, ALL_IN)]

    assert took == [False, True, True, False]


def test_full_proposal_is_a_new_version_of_its_stage(idea, call, cast):
    code, sent = idea.code, idea.submitted_at
    invite(idea, cast)
    with pytest.raises(Refusal):  # the plan is missing
        applications.submit(idea, actor=cast.ana, at=OPEN_AGAIN)
    answer(idea, "abstract", True)
    answer(idea, "plan", "We measure every tide.")

    version = applications.submit(idea, actor=cast.ana, at=OPEN_AGAIN)

    assert (version.number, version.stage_id, version.form_id) == (
        2,
        call.stages[1].id,
        call.stages[1].form_id,
    )
    assert (idea.state, idea.code, idea.submitted_at) == (A.SUBMITTED, code, sent)
    assert idea.versions[0].answers["abstract"] == "What project" + idea.versions[0].answers["abstract"][12:]


def test_second_review_stands_by_itself_and_the_award_ends_it(idea, call, cast):
    first = reviewing.assign(idea, cast.rhea, actor=cast.sol, at=CLOSED)
    reviewing.accept(first, actor=cast.rhea, at=CLOSED)
    write(first, [0, 0, 1])
    reviewing.submit(first, actor=cast.rhea, at=CLOSED)
    low = reviews.standing_of(idea).mean_ppm
    invite(idea, cast)
    answer(idea, "abstract", True)
    answer(idea, "plan", "We measure every tide.")
    applications.submit(idea, actor=cast.ana, at=OPEN_AGAIN)
    rounds.close(call, actor=None, at=ALL_IN)
    applications.admit(idea, actor=cast.sol, at=ALL_IN)

    second = reviewing.assign(idea, cast.rhea, actor=cast.sol, at=ALL_IN)
    reviewing.accept(second, actor=cast.rhea, at=ALL_IN)
    write(second, [4, 4, 7])
    reviewing.submit(second, actor=cast.rhea, at=ALL_IN)
    rounds.deliberate(call, actor=cast.sol, at=ALL_IN, note="All read.")
    decide(idea, cast, Outcome.AWARDED, amount_cents=800_000, at=ALL_IN)
    service.release_round(call, actor=cast.max, at=ALL_IN)

    assert (low, reviews.standing_of(idea).mean_ppm) == (0, 1_000_000)
    assert (first.stage_id, second.stage_id) == tuple(stage.id for stage in call.stages)
    assert (second.version_number, idea.state, call.state) == (2, A.AWARDED, RoundState.RELEASED)


def test_no_invitation_leads_beyond_the_last_stage(cast):
    call = make_round(cast.fund, state=RoundState.DECIDING)
    application = make_application(call, cast.ana, state=A.IN_REVIEW)

    with pytest.raises(Refusal):
        decide(application, cast, Outcome.INVITED)
    with pytest.raises(Refusal):
        applications.conclude(application, A.INVITED, actor=cast.max, at=NOW)


def test_way_of_an_invited_proposal_says_what_is_to_be_done(idea, cast):
    invite(idea, cast)

    way = progress.of_way(idea, OPEN_AGAIN)

    assert [(step.title, step.state) for step in way[:3]] == [
        ("Sent", "done"),
        ("Invited to write the full proposal", "done"),
        ("Deadline of the full proposal", "now"),
    ]
    assert way[2].at == ALL_IN


@pytest.mark.parametrize(
    ("opens", "told"),
    [(timedelta(days=-1), "You may go on: Full proposal"), (timedelta(days=5), "You can begin to write now")],
    ids=["open", "not yet"],
)
def test_applicant_is_led_on_by_their_own_page(client, idea, cast, opens, told):
    invite(idea, cast)
    second = idea.stage
    second.opens_at, second.closes_at = clock.now() + opens, clock.now() + timedelta(days=30)
    client.sign_in(cast.ana)

    page = client.get(f"/proposals/{idea.id}").text

    assert told in page
    assert f'href="/proposals/{idea.id}/check"' in page


def test_pages_of_the_office_show_an_invited_proposal(client, idea, call, cast):
    invite(idea, cast)
    client.sign_in(cast.sol)

    assert "Full proposal" in client.get(f"/office/applications/{idea.id}").text
    for page in ("applications", "decisions", "ranking", "reviewers", "stages", ""):
        assert client.get(f"/office/rounds/{call.id}/{page}".rstrip("/")).status_code == 200


def test_ranking_of_the_first_stage_keeps_those_who_went_on(client, idea, call, cast):
    review = reviewing.assign(idea, cast.rhea, actor=cast.sol, at=CLOSED)
    reviewing.accept(review, actor=cast.rhea, at=CLOSED)
    write(review, [4, 4, 7])
    reviewing.submit(review, actor=cast.rhea, at=CLOSED)
    invite(idea, cast)
    client.sign_in(cast.sol)

    first, second = (client.get(f"/office/rounds/{call.id}/ranking?stage={number}").text for number in (1, 2))

    assert "Tide tables" in first
    assert "Tide tables" not in second
    assert "Full proposal" in first


def test_sealed_round_of_two_stages_is_read_after_the_first(call, cast):
    call.is_sealed = True
    idea = make_application(call, cast.ana)

    close_rounds(CLOSED - timedelta(seconds=1))
    before = seen_application(cast.sol, idea.id)
    close_rounds(CLOSED)

    assert before is None
    assert seen_application(cast.sol, idea.id) is idea
    assert (call.state, call.unsealed_at) == (RoundState.PUBLISHED, CLOSED)


def test_office_finds_and_sees_the_stage(client, idea, call, cast):
    invite(idea, cast)
    client.sign_in(cast.sol)

    dossier = client.get(f"/office/applications/{idea.id}").text
    found = [client.get(f"/office/rounds/{call.id}/applications?q=stage:{number}").text for number in (1, 2)]

    assert f'href="/office/rounds/{call.id}/ranking?stage=1"' in dossier
    assert ["Tide tables" in page for page in found] == [False, True]
    assert "2. Full proposal" in found[1]
