"""The clock closes what was not claimed in time; the money goes back to the round."""

from datetime import datetime, timedelta

from flask_babel import force_locale, format_date
from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.funds.models import Fund, PaymentScheme
from fundapp.grants import milestones, windows
from fundapp.grants.models import Agreement, AgreementState, Award, AwardState, Milestone

RUNNING = (AwardState.ACTIVE, AwardState.PAUSED)


def expire_due(at: datetime) -> dict[str, int]:
    """Close every milestone whose claim period is over, each in a transaction of its own. Gives counts.

    kept: a request for it waits to be judged, so it stays open. Commits.
    """
    done = {"expired": 0, "kept": 0, "cents": 0}
    for id in _over(at):
        milestone = db.session.get_one(Milestone, id)
        if not windows.is_over(milestone, at):
            continue
        try:
            with db.session.begin_nested():
                done["cents"] += _expire(milestone, at)
        except Refusal:
            done["kept"] += 1
            continue
        db.session.commit()
        done["expired"] += 1
    return done


def _over(at: datetime) -> list[int]:
    """List the milestones whose last day may have gone by in some zone; who calls asks each for its own.

    A milestone with parts carries no money and is left to them. While a changed agreement waits for its
    signatures, which may give other days, the clock waits too.
    """
    last = windows.last_day_column()
    in_between = select(Agreement.award_id).where(
        Agreement.state.in_([AgreementState.OFFERED.value, AgreementState.ACCEPTED.value])
    )
    statement = (
        select(Milestone.id)
        .join(Award, Award.id == Milestone.award_id)
        .join(Fund, Fund.id == Milestone.fund_id)
        .where(
            Milestone.state.in_([state.value for state in windows.CLAIMABLE]),
            Milestone.amount_cents > 0,
            Award.scheme == PaymentScheme.MILESTONES,
            Award.state.in_([state.value for state in RUNNING]),
            Award.id.not_in(in_between),
            last < at.date() + timedelta(days=1),
        )
        .order_by(Milestone.fund_id, Milestone.id)
    )
    return list(db.session.scalars(statement))


def _expire(milestone: Milestone, at: datetime) -> int:
    with force_locale(milestone.award.application.fund.languages[0]):
        last = windows.last_day(milestone)
        note = _("It could be claimed until %(day)s.", day=format_date(last, "long"))
    return milestones.expire(milestone, actor=None, at=at, note=note)
