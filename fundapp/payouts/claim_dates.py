"""Dates around requests: the claim period of a grant, a grant that is silent, a second opinion."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, func, or_, select

from fundapp.accounts.models import Role, RoleName
from fundapp.applications.models import APPLICANTS, Access, Application, Conflict, Level
from fundapp.core import due
from fundapp.funds.models import Fund
from fundapp.grants import windows
from fundapp.grants.models import Award, AwardState, Milestone
from fundapp.payouts import idle
from fundapp.payouts.models import Claim, ClaimLine, ClaimState, OpinionState, SecondOpinion

DEAD = (ClaimState.REFUSED.value, ClaimState.WITHDRAWN.value)


def rest_column() -> Any:
    """Give the cents of a milestone that no live request asks, for statements over milestone."""
    asked = (
        select(func.coalesce(func.sum(ClaimLine.amount_cents), 0))
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(ClaimLine.milestone_id == Milestone.id, Claim.state.not_in(DEAD))
        .correlate(Milestone)
        .scalar_subquery()
    )
    return Milestone.amount_cents - asked


def _windows(first: datetime, until: datetime) -> Select[Any]:
    """Select the last days of what can still be asked of running grants, for who may ask."""
    last = windows.last_day_column()
    day = due.noon(last)
    return (
        select(
            *due.columns(
                "claim-window", subject_id=Award.id, user_id=Access.user_id, fund_id=Award.fund_id,
                round_id=Award.round_id, application_id=Award.application_id, due_on=last,
            )
        )
        .select_from(Milestone)
        .join(Award, Award.id == Milestone.award_id)
        .join(Fund, Fund.id == Award.fund_id)
        .join(Access, Access.application_id == Award.application_id)
        .where(
            Milestone.state.in_([state.value for state in windows.CLAIMABLE]),
            Award.state.in_([AwardState.ACTIVE.value, AwardState.PAUSED.value]),
            Access.ended_at.is_(None),
            Access.capacity.in_(APPLICANTS),
            Access.level == Level.WRITE,
            rest_column() > 0,
            day >= first,
            day < until,
        )
        .distinct()
    )  # fmt: skip


def _bars(user_id: Any) -> Any:
    return select(Conflict.application_id).where(Conflict.user_id == user_id, Conflict.bars)


def _silent(first: datetime, until: datetime) -> Select[Any]:
    """Select the instants at which running grants count as silent, for their lead or else each manager."""
    found = idle.signs()
    at = idle.idle_at(found.c.last_at)
    handles = or_(Application.lead_id == Role.user_id, Application.lead_id.is_(None))
    return (
        select(
            *due.columns(
                "silent-grant", subject_id=Award.id, user_id=Role.user_id, fund_id=Award.fund_id,
                round_id=Award.round_id, application_id=Award.application_id, due_at=at,
            )
        )
        .select_from(Award)
        .join(found, found.c.award_id == Award.id)
        .join(Fund, Fund.id == Award.fund_id)
        .join(Application, Application.id == Award.application_id)
        .join(Role, and_(Role.fund_id == Award.fund_id, handles))
        .where(
            Award.state == AwardState.ACTIVE,
            Role.name == RoleName.MANAGER,
            Role.ended_at.is_(None),
            Application.id.not_in(_bars(Role.user_id)),
            at >= first,
            at < until,
        )
    )  # fmt: skip


def _opinions(first: datetime, until: datetime) -> Select[Any]:
    """Select what experts agreed to answer."""
    day = due.noon(SecondOpinion.due_on)
    return (
        select(
            *due.columns(
                "second-opinion", subject_id=SecondOpinion.id, user_id=SecondOpinion.user_id,
                fund_id=SecondOpinion.fund_id, due_on=SecondOpinion.due_on, label=Claim.code,
                since_at=SecondOpinion.state_at,
            )
        )
        .select_from(SecondOpinion)
        .join(Claim, Claim.id == SecondOpinion.claim_id)
        .join(Award, Award.id == Claim.award_id)
        .where(
            SecondOpinion.state == OpinionState.ACCEPTED,
            Award.application_id.not_in(_bars(SecondOpinion.user_id)),
            day >= first,
            day < until,
        )
    )  # fmt: skip


due.add(
    due.Kind("claim-window", _l("The claim period of a grant ends"), _windows, "grants.show",
             offsets=(-60, -30, -7),
        whom=_l("everybody who may ask for payment of the grant"),
        stops=_l("everything is asked for, or the period is over"),
        ends=True,
    ),
    due.Kind("silent-grant", _l("Ask how a grant goes: nothing was heard for long"), _silent, "grants.show",
             offsets=(0,),
        todo="silent_grant",
        whom=_l("the lead of the project, else each manager of the fund"),
        stops=_l("anything is heard of the grant"),
    ),
    due.Kind("second-opinion", _l("Give your second opinion"), _opinions, "payouts.opinion", offsets=(-3, 0),
        todo="second_opinion",
        whom=_l("the expert who agreed to answer"),
        stops=_l("the opinion is given or taken back"),
    ),
)  # fmt: skip
