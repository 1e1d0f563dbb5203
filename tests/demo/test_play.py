"""The demo: played on an empty database, it is whole, true, and keeps every rule of the house."""

from collections import Counter
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from fundapp.accounts.models import RoleName, User
from fundapp.accounts.service import sign_in
from fundapp.applications.models import Application, Conflict
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.mail import Outbox, Posted
from fundapp.core.refusals import Refusal
from fundapp.demo import content, play
from fundapp.demo.calendar import Calendar
from fundapp.funds import ledger
from fundapp.funds.models import Contribution, Fund
from fundapp.funds.queries import fund_by_slug
from fundapp.grants.models import Agreement, Award
from fundapp.payouts.models import Batch, Claim, Payment, RecoveryReceipt
from fundapp.reviews.models import Review, Score
from fundapp.rounds.models import Round
from tests.factories import NOW

SECONDS = 20  # of this process alone: other work on the machine does not count


def states(model) -> dict[str, int]:
    counted = select(model.state, func.count()).group_by(model.state)
    return {state.value: number for state, number in db.session.execute(counted)}


def fund() -> Fund:
    found = fund_by_slug("digital-commons")
    assert found is not None
    return found


def test_play_is_quick(stage):
    assert stage.seconds < SECONDS


def test_rounds_stand_where_the_story_says(stage):
    rows = db.session.execute(select(Round.slug, Round.state))

    assert {slug: state.value for slug, state in rows} == {
        "small-and-shared": "released",
        "building-blocks": "reviewing",
        "held-together": "published",
        "steady-hands": "draft",
    }


def test_proposals_of_each_round_are_where_they_should_be(stage):
    rows = db.session.execute(
        select(Round.slug, Application.state).join(Round, Application.round_id == Round.id)
    )

    assert Counter((slug, state.value) for slug, state in rows) == {
        ("small-and-shared", "awarded"): 5,
        ("small-and-shared", "reserve"): 1,
        ("small-and-shared", "declined"): 2,
        ("small-and-shared", "ineligible"): 1,
        ("building-blocks", "in_review"): 8,
        ("held-together", "submitted"): 1,
        ("held-together", "draft"): 1,
    }


def test_there_is_something_to_do_for_everybody(stage):
    assert states(Award) == {"active": 4, "completed": 1}
    assert states(Agreement) == {"in_force": 5, "offered": 1}
    assert states(Claim) == {"paid": 9, "approved": 2, "submitted": 1}
    assert states(Payment) == {"paid": 9, "listed": 1}
    assert states(Batch) == {"settled": 3, "open": 1}
    # Two of them scored a finished project again.
    assert states(Review) == {"submitted": 46, "accepted": 3, "declined": 2, "invited": 1}
    said = select(Conflict.state, func.count()).where(Conflict.source != "access").group_by(Conflict.state)
    assert dict(db.session.execute(said).all()) == {"clear": 49, "barred": 1, "unsure": 1, "hinted": 1}


def test_one_reviewer_is_late(stage):
    late = select(User.name).join(Review, Review.reviewer_id == User.id)
    late = late.where(Review.due_at < NOW, Review.state == "accepted").distinct()

    assert list(db.session.scalars(late)) == ["Oualid Benhari"]


def test_every_handed_in_score_has_a_reason(stage):
    scores = (
        select(Score.value, Score.is_na, Score.reason)
        .join(Review)
        .where(Review.state == "submitted", Review.purpose == "selection")
    )
    rows = db.session.execute(scores).all()

    assert len(rows) == 44 * 11
    assert [row for row in rows if not row.reason.strip() or (row.value is None) != row.is_na] == []
    assert sum(row.is_na for row in rows) == 2


def test_reviewers_of_one_proposal_never_write_the_same(stage):
    first = select(Review.application_id, Score.reason).join(Review).where(Review.purpose == "selection")
    rows = db.session.execute(first)
    doubled = [pair for pair, number in Counter(map(tuple, rows)).items() if number > 1]

    assert doubled == []


def test_money_adds_up(stage):
    whole = ledger.figures(fund().id)
    given = db.session.scalar(select(func.sum(Contribution.amount_cents)))

    assert whole.received == given == 12_625_000
    assert whole.free + whole.reserved + whole.granted + whole.recoverable == given
    paid = sum(db.session.scalars(select(Payment.amount_cents).where(Payment.state == "paid")))
    came_back = sum(db.session.scalars(select(RecoveryReceipt.amount_cents)))
    assert (whole.paid, came_back) == (paid - came_back, 7_500)
    assert min(ledger.balances(fund().id).values()) >= 0


def test_each_award_is_whole_in_the_ledger(stage):
    for award in db.session.scalars(select(Award)):
        figures = ledger.figures(award.fund_id, ledger.Where(award_id=award.id))

        assert figures.granted == award.amount_cents
        planned = sum(milestone.amount_cents for milestone in award.milestones)
        assert award.agreement_in_force.total_cents == planned >= award.amount_cents


def test_log_runs_in_the_order_of_time(stage):
    times = list(db.session.scalars(select(AuditEvent.at).order_by(AuditEvent.id)))

    assert [later for earlier, later in pairwise(times) if later < earlier] == []
    assert times[-1] < NOW


def test_no_old_mail_waits_to_be_sent(stage):
    rows = db.session.execute(select(Outbox.state, Outbox.created_at, Outbox.sent_at)).all()

    assert {row.state for row in rows} == {Posted.SENT}
    assert [row for row in rows if row.sent_at != row.created_at] == []


@pytest.mark.parametrize("way", play.logins(), ids=lambda way: way.role)
def test_shown_logins_work(stage, way):
    user = sign_in(way.email, stage.summary.password, at=NOW, settings=stage.app.config["SETTINGS"])

    assert user is not None
    assert user.name == way.name


def test_logins_cover_every_role(stage):
    shown = {way.email for way in play.logins()}
    users = list(db.session.scalars(select(User).where(User.email.in_(shown))))

    assert {role.name for user in users for role in user.roles} == set(RoleName)
    assert [user.name for user in users if user.is_administrator] == ["Ilse Brandt"]
    assert [user.name for user in users if not user.roles and not user.is_administrator] != []


def test_demo_refuses_a_database_that_has_a_fund(stage):
    with pytest.raises(Refusal):
        play.fill_in(at=NOW, settings=stage.app.config["SETTINGS"], if_empty=False, say=str)


def test_second_start_only_says_how_to_sign_in(stage):
    said = []

    play.fill_in(at=NOW, settings=stage.app.config["SETTINGS"], if_empty=True, say=said.append)

    assert len(said) == 1 + len(play.logins())


# --- content ---------------------------------------------------------------------

PROPOSALS = sorted(path.stem for path in (content.PLACE / "proposals").glob("*.yaml"))


@pytest.mark.parametrize("key", PROPOSALS)
def test_proposal_adds_up(key):
    text = content.proposal(key)

    assert text.applicant in content.people()
    assert text.theme in {theme["key"] for theme in content.fund()["themes"]}
    assert text.is_draft or sum(euros for _title, _text, euros in text.milestones) == text.amount


@pytest.mark.parametrize("key", sorted(content.grants()))
def test_grant_gives_what_was_decided(key):
    given, verdict = content.grants()[key], content.proposal(key).decision

    assert verdict is not None
    assert sum(given["amounts"]) == verdict.euros


def test_nothing_happens_in_the_future():
    calendar = Calendar(NOW)
    calendar.plan(NOW, lambda at: None)

    with pytest.raises(ValueError, match="future"):
        calendar.run()


def test_weekend_of_the_office_is_the_friday_before():
    calendar = Calendar(NOW)

    days = [calendar.day(-number) for number in range(7)]

    assert max(day.weekday() for day in days) == 4
