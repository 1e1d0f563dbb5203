"""Grants with their milestones."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fundapp.accounts.models import Party
from fundapp.applications.models import Application
from fundapp.connections.declared import Caller, Field, Filter, Line, Resource
from fundapp.connections.resources.names import PARTY, WHO
from fundapp.connections.resources.proposals import CALL, IN_CALL, readable
from fundapp.connections.scopes import Scope
from fundapp.core.db import db
from fundapp.funds.models import Fund, PaymentScheme
from fundapp.grants.models import Agreement, AgreementState, Award, AwardState, Milestone, MilestoneState
from fundapp.grants.queries import paid
from fundapp.rounds.models import Round


def _grants(caller: Caller) -> Any:
    return (
        select(
            Award.id, Award.state, Award.state_at, Award.amount_cents, Award.scheme, Award.ends_on,
            Award.decision_id, Application.code, Application.title, Fund.currency,
            Fund.slug.label("fund"), Round.slug, *PARTY,
            Agreement.number.label("agreement"), Agreement.in_force_at,
        )
        .join(Application, Application.id == Award.application_id)
        .join(Fund, Fund.id == Award.fund_id)
        .join(Round, Round.id == Award.round_id)
        .outerjoin(Party, Party.id == Application.party_id)
        .outerjoin(
            Agreement, (Agreement.award_id == Award.id) & (Agreement.state == AgreementState.IN_FORCE)
        )
        .where(readable(caller))
    )  # fmt: skip


def _more(rows: Sequence[Any], caller: Caller) -> Mapping[int, Mapping[str, Any]]:
    """Read the milestones of all grants at hand in one question, and what was paid in two."""
    ids = [row.id for row in rows]
    spent = paid(ids)
    found: dict[int, dict[str, Any]] = {
        row.id: {"milestones": [], "paid_cents": spent.get(row.id, 0)} for row in rows
    }
    currency = {row.id: row.currency for row in rows}
    plan = (
        select(
            Milestone.award_id, Milestone.ref, Milestone.title, Milestone.state, Milestone.state_at,
            Milestone.amount_cents, Milestone.due_on, Milestone.licence, Milestone.place,
        )
        .where(Milestone.award_id.in_(ids))
        .order_by(Milestone.award_id, Milestone.position, Milestone.id)
    )  # fmt: skip
    for row in db.session.execute(plan):
        line = Line({**row._mapping, "currency": currency[row.award_id]})
        found[row.award_id]["milestones"].append(line)
    return found


MILESTONE = (
    Field("ref", "text", _l("Short name within the grant.")),
    Field("title", "text", _l("What is delivered.")),
    Field("state", "word", _l("Where it stands."), None, False, MilestoneState),
    Field("state_since", "instant", _l("Since when."), lambda line: line.state_at),
    Field("amount", "money", _l("What it pays.")),
    Field("due_on", "day", _l("When it is due."), None, True),
    Field("licence", "text", _l("Licence of the result (SPDX)."), None, True),
    Field("place", "text", _l("Where the result is public."), None, True),
)

GRANTS = Resource(
    "grants", "Grant", _l("Grants with their milestones."), Scope.GRANTS,
    (
        Field("code", "text", _l("Code of the application.")),
        Field("title", "text", _l("Name of the project.")),
        CALL,
        Field("state", "word", _l("Where the grant stands."), None, False, AwardState),
        Field("state_since", "instant", _l("Since when."), lambda line: line.state_at),
        Field("amount", "money", _l("What was granted.")),
        Field("paid", "money", _l("What was paid so far, less what came back.")),
        Field("scheme", "word", _l("How it is paid."), None, False, PaymentScheme),
        Field("ends_on", "day", _l("End of the grant."), None, True),
        Field("decision", "text", _l("Number of the decision."), lambda line: str(line.decision_id)),
        Field("agreement", "count", _l("Number of the agreement in force."), None, True),
        Field("in_force_at", "instant", _l("Since when that agreement is in force."), None, True),
        Field("grantee", "object", _l("Who receives it."), fields=WHO),
        Field("milestones", "list", _l("The plan, in its order."), fields=MILESTONE),
    ),
    _grants, Award.id, lambda name: Application.code == name, "2026-11-001",
    (
        Filter("state", "word", _l("Only in this state."), lambda value: Award.state == value, AwardState),
        IN_CALL,
    ),
    more=_more,
)  # fmt: skip
