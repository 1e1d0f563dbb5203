"""The ledger for reading: every posting with what it is about."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.applications.queries import barred_for
from fundapp.core.db import db
from fundapp.funds.models import Contribution, Fund, Posting
from fundapp.grants.models import Award, Milestone
from fundapp.payouts.models import Payment
from fundapp.rounds.models import Round

PAGE = 50


def postings(
    user: User, fund: Fund, *, award_id: int | None = None, before: int | None = None
) -> Sequence[Any]:
    """List a fund's postings newest first, one row more than a page holds.

    Columns of the posting, and what it names: giver, round, code and title of the project,
    milestone, payment, actor. Projects the person has a tie to keep their amounts and lose their
    names (is_hidden): sums must stay whole.
    """
    statement = (
        select(
            Posting.id,
            Posting.booked_on,
            Posting.event,
            Posting.debit,
            Posting.credit,
            Posting.amount_cents,
            Posting.award_id,
            Contribution.reference.label("gift"),
            Contribution.giver,
            Contribution.is_anonymous,
            Round.name.label("round_name"),
            Application.code,
            Application.title,
            Application.id.in_(barred_for(user)).label("is_hidden"),
            Milestone.ref,
            Payment.end_to_end_id,
            User.name.label("actor"),
        )
        .outerjoin(Contribution, Contribution.id == Posting.contribution_id)
        .outerjoin(Round, Round.id == Posting.round_id)
        .outerjoin(Award, Award.id == Posting.award_id)
        .outerjoin(Application, Application.id == Award.application_id)
        .outerjoin(Milestone, Milestone.id == Posting.milestone_id)
        .outerjoin(Payment, Payment.id == Posting.payment_id)
        .outerjoin(User, User.id == Posting.actor_id)
        .where(Posting.fund_id == fund.id)
        .order_by(Posting.id.desc())
        .limit(PAGE + 1)
    )
    if award_id is not None:
        statement = statement.where(Posting.award_id == award_id)
    if before is not None:
        statement = statement.where(Posting.id < before)
    return db.session.execute(statement).all()
