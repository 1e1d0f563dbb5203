"""After a grant: scored again by people who see no earlier score, asked whether it lives, reported on."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from fundapp.accounts.models import RoleName
from fundapp.applications.models import ConflictState
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds import ledger
from fundapp.grants.models import AwardState, Milestone, MilestoneState
from fundapp.reports import alive, closing, diversity, due, grant_data, own_dossier, todo
from fundapp.reports.models import AliveCheck, Snapshot
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState
from fundapp.reviews.queries import own_review
from fundapp.reviews.scores import Incomplete
from fundapp.reviews.sheet import Entry
from tests.factories import NOW, give_role, make_conflict, make_user

DAY = timedelta(days=1)
UNTIL = (NOW + 20 * DAY).date()


@pytest.fixture
def assessor(story):
    """A reviewer of the fund who did not judge this application at the start."""
    who = make_user("Nia Noor")
    give_role(who, story.cast.fund, RoleName.REVIEWER)
    db.session.commit()
    return who


def ask(story, who):
    made = closing.ask(story.award, who, due_on=UNTIL, actor=story.cast.sol, at=NOW)
    db.session.commit()
    return made


def score(review, who, value=4):
    closing.begin(review, actor=who, at=NOW)
    sheet = {one.id: Entry(value=value, reason="Seen.") for one in closing.criteria_of(review)}
    closing.save(review, sheet, actor=who, at=NOW)
    closing.hand_in(review, actor=who, at=NOW)
    db.session.commit()


def test_assessor_is_asked_by_mail_and_finds_it_among_the_work(story, assessor):
    review = ask(story, assessor)

    assert review.purpose is ReviewPurpose.CLOSING
    assert db.session.scalars(select(Outbox.name)).all()[-1] == "closing-asked"
    assert [line.ref for line in db.session.execute(todo._to_score(assessor, NOW))] == [review.id]
    found = db.session.execute(due._closing(NOW, NOW + 30 * DAY)).all()
    assert [(line.subject_id, line.user_id) for line in found] == [(review.id, assessor.id)]


def test_only_the_principles_are_scored_again(story, assessor):
    review = ask(story, assessor)

    assert [one.key for one in closing.criteria_of(review)] == ["P1", "P2"]


def test_tied_person_is_not_asked(story, assessor):
    make_conflict(story.funded, assessor, ConflictState.BARRED)
    db.session.commit()

    with pytest.raises(Refusal):
        ask(story, assessor)


def test_scores_at_the_end_leave_those_at_the_start_alone(story, assessor):
    review = ask(story, assessor)
    score(review, assessor)

    data = grant_data.gather(story.award, at=NOW)
    told = {
        one["key"]: (one["baseline"], one["reached"], one["before"], one["after"]) for one in data["criteria"]
    }
    assert told == {"P1": (3.0, 4.0, 1, 1), "P2": (3.0, 4.0, 2, 1), "T": (5.5, None, 2, 0)}
    assert data["assessors"] == 1
    assert data["criteria"][0]["reasons"][0]["assessor"] == "A1"


def test_closing_review_is_no_review_to_choose_by(story, assessor):
    review = ask(story, assessor)

    assert own_review(assessor, review.id) is None


def test_sheet_is_handed_in_whole(story, assessor):
    review = ask(story, assessor)
    closing.begin(review, actor=assessor, at=NOW)

    with pytest.raises(Incomplete):
        closing.hand_in(review, actor=assessor, at=NOW)


def test_somebody_else_does_not_score(story, assessor):
    review = ask(story, assessor)

    with pytest.raises(MoveRefused):
        closing.begin(review, actor=story.cast.rhea, at=NOW)


def test_pages_of_the_assessor_show_no_earlier_score(client, story, assessor):
    review = ask(story, assessor)
    path = f"/office/reports/closing/{review.id}"
    client.sign_in(assessor)
    assert "I have no tie" in client.get(path).text
    client.post(f"{path}/begin")
    sheet = client.get(path).text
    assert "Reason for P1." not in sheet

    half = client.post(path, data={"do": "hand_in"})
    assert half.status_code == 422
    typed = {"do": "hand_in"}
    for one in closing.criteria_of(review):
        typed |= {f"score-{one.id}": "3", f"reason-{one.id}": "I looked."}
    client.post(path, data=typed)

    db.session.expire_all()
    assert db.session.get(Review, review.id).state is ReviewState.SUBMITTED
    client.sign_in(story.cast.rhea)
    assert client.get(path).status_code == 404


# --- does it live on? ------------------------------------------------------------------


@pytest.fixture
def checks(story):
    """A grant that ended on the last day of February."""
    db.session.execute(db.update(type(story.award)).values(state=AwardState.COMPLETED))
    db.session.refresh(story.award)
    made = alive.plan(story.award, at=NOW)
    db.session.commit()
    return made


def test_finished_grant_is_asked_after_one_and_three_years(story, checks):
    ended = NOW.date()

    assert [(one.year, one.due_on) for one in checks] == [
        (1, ended.replace(year=ended.year + 1)), (3, ended.replace(year=ended.year + 3)),
    ]  # fmt: skip
    assert alive.plan(story.award, at=NOW) == []
    assert alive.plan_missing(at=NOW) == 0


def test_leap_day_becomes_the_last_of_february():
    assert alive.later(date(2024, 2, 29), 1) == date(2025, 2, 28)


def test_owner_is_reminded_until_somebody_answered(story, checks):
    when = NOW + 365 * DAY
    found = db.session.execute(due._alive(when - 2 * DAY, when + 2 * DAY)).all()
    assert [(line.subject_id, line.user_id) for line in found] == [(checks[0].id, story.cast.ana.id)]

    alive.answer(checks[0], True, {"users": "Many"}, actor=story.cast.sol, at=when)
    db.session.commit()

    assert db.session.execute(due._alive(when - 2 * DAY, when + 2 * DAY)).all() == []


def test_strangers_do_not_answer(client, story, checks):
    when = NOW + 365 * DAY
    with pytest.raises(MoveRefused):
        alive.answer(checks[0], True, {}, actor=story.cast.ben, at=when)
    client.sign_in(story.cast.ben)

    assert client.get(f"/office/reports/alive/{checks[0].id}").status_code == 404


def test_question_is_not_answered_years_ahead(client, story, checks):
    client.sign_in(story.cast.ana)
    path = f"/office/reports/alive/{checks[1].id}"
    client.get(path)

    answer = client.post(path, data={"is_alive": "yes"})

    assert answer.status_code == 422
    assert "two months before" in answer.text


def test_grantee_answers_on_a_page(client, story, checks):
    db.session.execute(db.update(AliveCheck).where(AliveCheck.year == 1).values(due_on=NOW.date()))
    client.sign_in(story.cast.ana)
    path = f"/office/reports/alive/{checks[0].id}"
    client.get(path)
    client.post(path, data={"is_alive": "no", "contributors": "0", "users": "Nobody now"})

    db.session.expire_all()
    row = db.session.get(AliveCheck, checks[0].id)
    assert (row.is_alive, row.contributors, row.users, row.answered_by) == (
        False, 0, "Nobody now", story.cast.ana.id,
    )  # fmt: skip
    assert grant_data.gather(story.award, at=NOW)["alive"][0]["is_alive"] is False


# --- the grant's evaluation, and the applicant's dossier -----------------------------------


def test_money_of_a_grant_is_the_ledgers(story):
    data = grant_data.gather(story.award, at=NOW)

    held = ledger.figures(story.award.fund_id, ledger.Where(award_id=story.award.id))
    money = data["money"]
    assert (money["awarded"], money["committed"], money["paid"]) == (held.granted, held.committed, held.paid)
    assert money["decided"] == money["awarded"] + money["back"] == 800_000


def test_delivered_task_is_set_against_its_planned_day(story):
    first = story.award.milestones[0]
    db.session.execute(
        db.update(Milestone)
        .where(Milestone.id == first.id)
        .values(
            state=MilestoneState.DELIVERED, state_at=NOW, due_on=(NOW - 9 * DAY).date(),
            licence="EUPL-1.2", place="https://x.example.org",
        )
    )  # fmt: skip
    db.session.expire_all()

    line = grant_data.gather(story.award, at=NOW)["tasks"][0]

    assert (line["part"], line["late"], line["licence"], line["place"]) == (
        "delivered", 9, "EUPL-1.2", "https://x.example.org",
    )  # fmt: skip


def test_office_makes_the_evaluation_of_a_grant_but_not_who_is_tied(client, story):
    path = f"/office/reports/grants/{story.award.id}"
    client.sign_in(story.cast.sol)
    assert "No evaluation of this grant" in client.get(path).text
    client.post(path)
    assert "PDF, Dutch" in client.get(path).text
    client.sign_in(story.cast.ana)
    assert client.get(path).status_code == 404

    make_conflict(story.funded, story.cast.max, ConflictState.BARRED)
    db.session.commit()
    client.sign_in(story.cast.max)
    assert client.get(path).status_code == 404


def test_applicants_dossier_tells_nobody_who_reviewed(client, story):
    client.sign_in(story.cast.ana)
    path = f"/proposals/{story.funded.id}/dossier"
    client.get(path)
    client.post(path)
    page = client.get(path)

    made = own_dossier.newest_own(story.funded.id)
    told = str(made.data)
    for secret in (story.cast.rhea.name, "Ida Ito", "R1", "Reason for P1."):
        assert secret not in told
        assert secret not in page.text
    assert "Criterion P1" in page.text
    assert client.get(f"{path}/nl.pdf").data.startswith(b"%PDF")
    client.sign_in(story.cast.ben)
    assert client.get(path).status_code == 404


def test_applicants_dossier_waits_for_the_letter(client, story):
    client.sign_in(make_user("Nobody"))
    with pytest.raises(Refusal):
        own_dossier.take_own(story.withdrawn, actor=story.cast.ana, at=NOW)


# --- told of their own accord --------------------------------------------------------------


def test_answers_are_counted_and_kept_of_nobody(story):
    diversity.give(story.funded, {"gender": "woman", "age": "", "x": "y"}, actor=story.cast.ana, at=NOW)
    db.session.commit()

    counted = diversity.counted([story.round.id])
    assert {(one["question"], one["choice"]): one["number"] for one in counted}[("gender", "woman")] == 1
    with pytest.raises(Refusal):
        diversity.give(story.funded, {"gender": "man"}, actor=story.cast.ana, at=NOW)


def test_page_about_you_counts_once(client, story):
    client.sign_in(story.cast.ben)
    path = f"/proposals/{story.declined.id}/about-you"
    client.get(path)
    client.post(path, data={"gender": "man", "age": "30"})

    assert "Geteld" in client.get(path).text
    assert sum(one["number"] for one in diversity.counted([story.round.id])) == 2


# --- the round, for the public -------------------------------------------------------------


def test_public_report_of_a_round_names_nobody_and_hides_small_cells(client, story):
    client.sign_in(story.cast.sol)
    client.get(f"/office/reports/rounds/{story.round.id}")
    answer = client.post(f"/office/reports/rounds/{story.round.id}/public")

    assert client.get(answer.location).data.startswith(b"%PDF")
    made = db.session.scalars(select(Snapshot).where(Snapshot.kind == "round_public")).one()
    assert made.data["ranking"] == made.data["reviewers"] == []
    assert all(row["received"] is None for row in made.data["countries"])
    assert story.funded.title not in str(made.data)
