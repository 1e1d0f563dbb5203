"""What waits among the reviews of a round: too few asked, not in yet, late."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import and_, func, select

from fundapp.accounts.models import User
from fundapp.applications.models import Application, ApplicationState
from fundapp.applications.queries import barred_for
from fundapp.core.db import db
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState
from fundapp.rounds import cockpit
from fundapp.rounds.cockpit import Wait
from fundapp.rounds.models import Round, RoundState, Stage

PAGE = "reviews.office_assign"
OPEN = (ReviewState.INVITED, ReviewState.ACCEPTED)
LIVE = (*OPEN, ReviewState.SUBMITTED)


def of_round(user: User, round: Round, at: datetime) -> list[Wait]:
    """Tell what is still to be read and judged in a round that is being reviewed."""
    if round.state not in (RoundState.PUBLISHED, RoundState.REVIEWING):
        return []
    short, done, waiting, late = _numbers(user, round, at)
    found = []
    if short:
        found.append(_short(short))
    if late:
        text = ngettext("One review is late.", "%(num)d reviews are late.", late)
        found.append(Wait(text, PAGE, {}, _("See who is late"), "warn"))
    if waiting:
        text = _("%(done)s of %(all)s reviews are in.", done=done, all=done + waiting)
        found.append(Wait(text, PAGE))
    return found


def _short(number: int) -> Wait:
    text = ngettext(
        "One proposal in review has too few reviewers.",
        "%(num)d proposals in review have too few reviewers.",
        number,
    )
    return Wait(text, PAGE, {}, _("Ask reviewers"), "warn")


def _numbers(user: User, round: Round, at: datetime) -> tuple[int, int, int, int]:
    """Count (proposals with too few reviewers, reviews in, reviews to come, late ones) of present stages."""
    live = (
        select(func.count(Review.id))
        .where(
            Review.application_id == Application.id,
            Review.stage_id == Application.stage_id,
            Review.purpose == ReviewPurpose.SELECTION,
            Review.state.in_(LIVE),
        )
        .correlate(Application)
        .scalar_subquery()
    )
    short = (
        select(func.count(Application.id))
        .join(Stage, Stage.id == Application.stage_id)
        .where(
            Application.round_id == round.id,
            Application.state == ApplicationState.IN_REVIEW,
            live < Stage.reviews_wanted,
            Application.id.not_in(barred_for(user)),
        )
        .scalar_subquery()
    )
    waiting = Review.state.in_(OPEN)
    row = db.session.execute(
        select(
            short,
            func.count().filter(Review.state == ReviewState.SUBMITTED),
            func.count().filter(waiting),
            func.count().filter(and_(waiting, Review.due_at < at)),
        )
        .select_from(Review)
        .join(Application, Application.id == Review.application_id)
        .where(
            Review.round_id == round.id,
            Review.purpose == ReviewPurpose.SELECTION,
            Review.stage_id == Application.stage_id,
            Application.state == ApplicationState.IN_REVIEW,
            Application.id.not_in(barred_for(user)),
        )
    ).one()
    return row[0], row[1], row[2], row[3]


cockpit.WAITS.append(of_round)
