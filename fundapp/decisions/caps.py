"""The limits of a fund: for one proposal, and for one party over all funds of the same currency."""

from collections.abc import Callable, Collection
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import Party
from fundapp.applications.models import Application
from fundapp.core.db import db, locked
from fundapp.decisions.amounts import OverBudget, written
from fundapp.decisions.models import Decision, DecisionState, Outcome
from fundapp.funds.models import Fund
from fundapp.rounds.models import Round

AMOUNTS_NOW: list[Callable[[Collection[int]], dict[int, int]]] = []
"""What later features know of awards: application ids → cents as they stand now, when they changed since."""

UNDER_WAY = (DecisionState.PROPOSED, DecisionState.APPROVED)


class OverCap(OverBudget):
    """The award would go over a limit of the fund."""


class Room(NamedTuple):
    """How much a party got, and what the limit leaves; cents. left None: there is no limit."""

    used: int
    left: int | None


def used(
    party_ids: Collection[int], currency: str, *, but: int | None = None, with_open: bool = False
) -> dict[int, int]:
    """Add up what parties were awarded over all funds of a currency, in cents by party.

    but: an application to leave out. with_open: count what is proposed or approved too. Trials never count.
    """
    states = (DecisionState.RELEASED, *(UNDER_WAY if with_open else ()))
    rows = db.session.execute(
        select(Application.party_id, Application.id, Decision.amount_cents)
        .join(Decision, Decision.application_id == Application.id)
        .join(Round, Round.id == Application.round_id)
        .join(Fund, Fund.id == Application.fund_id)
        .where(
            Application.party_id.in_(party_ids),
            Application.id != (but or 0),
            Decision.outcome == Outcome.AWARDED,
            Decision.state.in_(states),
            Round.is_trial.is_(False),
            Fund.currency == currency,
        )
    ).all()
    now = {id: cents for know in AMOUNTS_NOW for id, cents in know([row.id for row in rows]).items()}
    sums = dict.fromkeys(party_ids, 0)
    for row in rows:
        sums[row.party_id] += now.get(row.id, row.amount_cents or 0)
    return sums


def room(application: Application) -> Room:
    """Give what the party of an application got so far, and what the fund's limit leaves."""
    fund, party_id = application.fund, application.party_id
    spent = used([party_id], fund.currency, but=application.id)[party_id] if party_id else 0
    cap = fund.cap_party_cents
    return Room(spent, None if cap is None else max(cap - spent, 0))


def check(application: Application, amount_cents: int, *, at_release: bool = False) -> None:
    """Refuse an award over a limit of the fund, and say by how much. Trials have no limits.

    at_release: only what was released counts, and the party is held until the transaction ends, so
    that two funds cannot both give it the last of its room.
    """
    fund, party_id = application.fund, application.party_id
    if application.round.is_trial:
        return
    if fund.cap_proposal_cents is not None and amount_cents > fund.cap_proposal_cents:
        most = written(fund.cap_proposal_cents, fund.currency)
        raise OverCap(_("This fund gives one proposal at most %(most)s.", most=most))
    if fund.cap_party_cents is None or party_id is None:
        return
    if at_release:
        locked(Party, party_id)
    spent = used([party_id], fund.currency, but=application.id, with_open=not at_release)[party_id]
    if spent + amount_cents > fund.cap_party_cents:
        raise OverCap(
            _(
                "One applicant gets at most %(cap)s from all funds together. %(name)s was awarded"
                " %(used)s, so %(left)s is left.",
                cap=written(fund.cap_party_cents, fund.currency),
                name=application.applicant_name,
                used=written(spent, fund.currency),
                left=written(max(fund.cap_party_cents - spent, 0), fund.currency),
            )
        )


def warnings(application: Application) -> list[str]:
    """List, for the applicant, the limits that what they ask goes over; the fund decides, not the form."""
    asked, fund = application.requested_cents or 0, application.fund
    told = []
    if fund.cap_proposal_cents is not None and asked > fund.cap_proposal_cents:
        most = written(fund.cap_proposal_cents, fund.currency)
        told.append(_("This fund gives one proposal at most %(most)s.", most=most))
    left = room(application).left if fund.cap_party_cents is not None else None
    if left is not None and asked > left:
        told.append(
            _(
                "One applicant gets at most %(cap)s from all funds together; for you %(left)s of it is left.",
                cap=written(fund.cap_party_cents or 0, fund.currency),
                left=written(left, fund.currency),
            )
        )
    return told
