"""Gifts to a fund."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fundapp.accounts.models import RoleName
from fundapp.connections.declared import Caller, Field, Filter, Line, Resource
from fundapp.connections.scopes import Scope
from fundapp.funds.models import Contribution, Fund, Gift, GiverKind


def _gifts(caller: Caller) -> Any:
    money = caller.user.funds(RoleName.FINANCE, RoleName.AUDITOR, RoleName.MANAGER) if caller.user else []
    here = caller.fund.id if caller.fund else 0
    return (
        select(
            Contribution.id, Contribution.reference, Contribution.giver, Contribution.giver_kind,
            Contribution.is_anonymous, Contribution.theme, Contribution.amount_cents, Contribution.state,
            Contribution.pledged_on, Contribution.expected_on, Contribution.received_on, Fund.currency,
        )
        .join(Fund, Fund.id == Contribution.fund_id)
        .where(Contribution.fund_id == here, Contribution.fund_id.in_(money))
    )  # fmt: skip


def _is_private(line: Line) -> bool:
    return bool(line.is_anonymous or line.giver_kind is GiverKind.PERSON)


GIFTS = Resource(
    "gifts", "Gift", _l("Gifts, promised and received."), Scope.GIFTS,
    (
        Field("code", "text", _l("Reference of the gift."), lambda line: line.reference),
        Field("state", "word", _l("Where it stands."), None, False, Gift),
        Field("amount", "money", _l("What is given.")),
        Field("theme", "text", _l("Theme it is earmarked for."), None, True),
        Field("giver_kind", "word", _l("Who gives."), None, False, GiverKind),
        Field(
            "giver", "text",
            _l("Name; of a private person, or who wishes no publicity, only with people:read."),
            hidden=_is_private,
        ),
        Field("pledged_on", "day", _l("Day on which it was promised."), None, True),
        Field("expected_on", "day", _l("Day by which it should come in."), None, True),
        Field("received_on", "day", _l("Day on which it came in."), None, True),
    ),
    _gifts, Contribution.id, lambda name: Contribution.reference == name, "GIFT-000012",
    (
        Filter("state", "word", _l("Only in this state."), lambda value: Contribution.state == value, Gift),
        Filter(
            "received_since", "day", _l("Only what came in on or after this day."),
            lambda on: Contribution.received_on >= on,
        ),
    ),
)  # fmt: skip
