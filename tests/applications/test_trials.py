"""A trial: with codes of its own, no money, no publication; and wiped to the last word."""

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DatabaseError

from fundapp.applications import codes, search_texts, service, trials
from fundapp.applications import queries as applications
from fundapp.applications.models import (
    Answer,
    Application,
    ApplicationState,
    ApplicationVersion,
    Audience,
    Message,
    Thread,
)
from fundapp.core import files
from fundapp.core.audit import AuditEvent
from fundapp.core.db import Base, db
from fundapp.core.files import File
from fundapp.core.mail import Outbox
from fundapp.core.refusals import Refusal
from fundapp.decisions import service as decisions
from fundapp.decisions.models import Decision, Outcome
from fundapp.funds import ledger
from fundapp.funds.models import Posting
from fundapp.grants.models import Award
from fundapp.reviews.models import Review, ReviewState, Score, ScoreChange
from fundapp.rounds import service as rounds
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_application, make_cast, make_review, make_round

A = ApplicationState


@pytest.fixture
def cast(session):
    return make_cast()


def fill(call, cast):
    """Put one of everything in a round: versions, words, threads, reviews that moved, a file, mail."""
    application = make_application(call, cast.ana, state=A.IN_REVIEW, title="Zebrafish atlas")
    search_texts.keep(application, application.current)
    thread = Thread(
        application_id=application.id, fund_id=call.fund_id, audience=Audience.APPLICANT, state_at=NOW,
        subject="A question",
    )  # fmt: skip
    db.session.add(thread)
    db.session.flush()
    db.session.add(Message(thread_id=thread.id, author_id=cast.sol.id, at=NOW, body="What of zebras?"))
    review = make_review(application, cast.rhea, state=ReviewState.SUBMITTED, values=[1, 2, 3])
    change = {
        "criterion_id": review.rubric.criteria[0].id,
        "from_value": 0,
        "to_value": 1,
        "reason": "Talked.",
    }
    db.session.add(ScoreChange(review_id=review.id, **change, at=NOW, actor_id=cast.rhea.id))
    files.keep(application, b"zebra", name="zebra.txt", media_type="text/plain", actor_id=cast.ana.id, at=NOW)
    files.keep(review, b"notes", name="notes.txt", media_type="text/plain", actor_id=cast.rhea.id, at=NOW)
    service.withdraw(application, reason="Enough.", actor=cast.ana, at=NOW)
    return application


@pytest.fixture
def trial(cast):
    return make_round(cast.fund, state=RoundState.REVIEWING, is_trial=True)


def counts(*kinds):
    return [db.session.scalar(select(func.count()).select_from(kind)) for kind in kinds]


def test_publishing_a_trial_sets_no_money_apart(cast):
    call = make_round(cast.fund, state=RoundState.DRAFT, is_trial=True, budget_cents=10**12)

    rounds.publish(call, actor=cast.sol, at=NOW)

    assert call.state is RoundState.PUBLISHED
    assert ledger.figures(cast.fund.id).reserved == 0


def test_codes_of_a_trial_are_not_of_the_series(cast, trial):
    real = make_round(cast.fund)

    first, second = (codes.next_code(cast.fund, trial.stage, at=NOW) for _ in range(2))

    assert (first, second) == (f"T{trial.id}-001", f"T{trial.id}-002")
    assert codes.next_code(cast.fund, real.stage, at=NOW).endswith("-001")


def test_award_in_a_trial_has_a_letter_and_nothing_in_the_books(cast):
    call = make_round(cast.fund, state=RoundState.DECIDING, is_trial=True)
    ledger.unreserve(cast.fund, call.id, key="undo", actor=None, at=NOW)  # the factory had set it apart
    booked = counts(Posting)
    application = make_application(call, cast.ana, state=A.IN_REVIEW)
    decision = decisions.propose(
        application, outcome=Outcome.AWARDED, amount_cents=900_000, to_applicant="It serves many.",
        actor=cast.sol, at=NOW,
    )  # fmt: skip
    decisions.approve(decision, actor=cast.max, at=NOW)
    decisions.release(decision, actor=cast.max, at=NOW)

    letter = db.session.scalars(select(Outbox).where(Outbox.name == "decision")).one()
    assert (application.state, counts(Award), counts(Posting)) == (A.AWARDED, [0], booked)
    assert letter.subject.startswith("[Trial] ")


def test_wiping_leaves_the_log_and_nothing_to_read(cast, trial):
    wiped = fill(trial, cast)
    logged = counts(AuditEvent)

    count = trials.wipe(trial, actor=cast.sol, at=NOW)

    kinds = (Answer, ApplicationVersion, Thread, Message, Review, Score, ScoreChange, Outbox, File)
    assert (count, trial.state) == (1, RoundState.CANCELLED)
    assert dict(zip(kinds, counts(*kinds), strict=True)) == dict.fromkeys(kinds, 0)
    assert (wiped.title, wiped.code, wiped.party_id, wiped.state) == ("", None, None, A.WITHDRAWN)
    assert counts(AuditEvent)[0] > logged[0]
    assert applications.seen_application(cast.sol, wiped.id) is None
    assert applications.own_application(cast.ana, wiped.id) is None


def test_no_word_of_a_trial_is_left_in_the_database(cast, trial):
    """Look through every text column of every table for what was typed."""
    fill(trial, cast)

    trials.wipe(trial, actor=cast.sol, at=NOW)
    db.session.flush()

    for table in Base.metadata.sorted_tables:
        if table.name == "audit_event":  # reasons are erased by themselves
            continue
        rows = db.session.execute(table.select()).all()
        assert "zebra" not in str([tuple(row) for row in rows]).lower(), table.name


def test_wiping_leaves_other_rounds_alone(cast, trial):
    real = make_round(cast.fund, state=RoundState.REVIEWING)
    kept = fill(real, cast)
    fill(trial, cast)
    before = dict(kept.current.answers)

    trials.wipe(trial, actor=cast.sol, at=NOW)

    assert (kept.title, kept.current.answers) == ("Zebrafish atlas", before)
    assert counts(Review, Message, ScoreChange, ApplicationVersion) == [1, 1, 1, 1]
    assert counts(File) == [2]


def test_new_proposal_gets_no_number_of_a_wiped_one(cast, trial):
    wiped = fill(trial, cast)
    trials.wipe(trial, actor=cast.sol, at=NOW)

    made = make_application(make_round(cast.fund), cast.ben)

    assert made.id > wiped.id
    assert counts(Application) == [2]


def test_real_round_is_never_wiped(cast):
    real = make_round(cast.fund, state=RoundState.REVIEWING)
    fill(real, cast)

    with pytest.raises(Refusal):
        trials.wipe(real, actor=cast.sol, at=NOW)

    assert counts(Review) == [1]


@pytest.mark.parametrize("kind", [ApplicationVersion, Message, ScoreChange])
@pytest.mark.parametrize(
    ("is_trial", "state"),
    [(False, RoundState.CANCELLED), (True, RoundState.REVIEWING)],
    ids=["real", "trial that runs"],
)
def test_database_keeps_what_is_not_of_a_trial_being_wiped(cast, kind, is_trial, state):
    fill(make_round(cast.fund, state=state, is_trial=is_trial), cast)
    db.session.flush()

    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(delete(kind))


def test_database_lets_nothing_be_changed_even_in_a_trial(cast):
    fill(make_round(cast.fund, state=RoundState.CANCELLED, is_trial=True), cast)
    db.session.flush()

    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text("UPDATE application_version SET title = 'Another'"))


# --- pages -------------------------------------------------------------------------


def test_trial_is_marked_on_every_page_of_it(client, cast, trial):
    application = make_application(trial, cast.ana)
    client.sign_in(cast.sol)
    office = [f"/office/rounds/{trial.id}", f"/office/rounds/{trial.id}/applications"]
    office.append(f"/office/applications/{application.id}")

    for page in office:
        assert "belongs to a trial" in client.get(page).text, page
    assert "belongs to a trial" not in client.get("/office/rounds").text
    client.sign_in(cast.ana)
    assert "belongs to a trial" in client.get(f"/proposals/{application.id}").text


def test_trial_is_wiped_after_it_was_asked(client, cast, trial):
    fill(trial, cast)
    client.sign_in(cast.sol)

    asked = client.get(f"/office/rounds/{trial.id}/wipe").text
    done = client.post(f"/office/rounds/{trial.id}/wipe")

    assert "deleted for good" in asked
    assert (done.location, trial.state) == ("/office/rounds", RoundState.CANCELLED)
    assert counts(Review, Decision) == [0, 0]


@pytest.mark.parametrize(("who", "status"), [("sol", 404), ("aud", 404)])
def test_real_round_has_no_page_to_wipe_it(client, cast, who, status):
    real = make_round(cast.fund, state=RoundState.REVIEWING)
    client.sign_in(getattr(cast, who))

    assert client.get(f"/office/rounds/{real.id}/wipe").status_code == status
    assert client.post(f"/office/rounds/{real.id}/wipe").status_code == status


@pytest.mark.parametrize("who", ["fin", "aud"])
def test_only_managers_wipe(client, cast, trial, who):
    client.sign_in(getattr(cast, who))

    assert client.post(f"/office/rounds/{trial.id}/wipe").status_code == 403


def test_trial_is_in_no_public_list_and_no_report(client, cast):
    call = make_round(cast.fund, is_trial=True)
    for page in ("/", "/calls", "/how-we-decide"):
        assert call.name["en"] not in client.get(page).text
    client.sign_in(cast.sol)

    assert call.name["en"] not in client.get("/reports").text
