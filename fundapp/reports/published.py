"""Which grants are public, and under what name: the only way to one from outside."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, or_, select

from fundapp.accounts.models import Party
from fundapp.applications.models import Application
from fundapp.decisions.models import Decision, DecisionState, Outcome
from fundapp.funds.models import Fund, PublicationRule
from fundapp.grants.models import Award
from fundapp.rounds.models import Round

SHOWN_NAME: ColumnElement[str] = case(
    (Fund.publication_rule == PublicationRule.LEGAL_NAME, Party.legal_name), else_=Party.public_name
)


def published(*columns: Any) -> Select[Any]:
    """Select from what released decisions awarded, trial rounds left out."""
    return (
        select(*columns)
        .select_from(Award)
        .join(Application, Application.id == Award.application_id)
        .join(Decision, Decision.id == Award.decision_id)
        .join(Fund, Fund.id == Award.fund_id)
        .join(Round, Round.id == Award.round_id)
        .join(Party, Party.id == Application.party_id)
        .where(
            Decision.state == DecisionState.RELEASED,
            Decision.outcome == Outcome.AWARDED,
            Round.is_trial.is_(False),
        )
    )


def free_of_embargo(at: datetime) -> ColumnElement[bool]:
    """Give the condition that no embargo holds a decision back at this instant."""
    return or_(Decision.embargo_until_at.is_(None), Decision.embargo_until_at <= at)
