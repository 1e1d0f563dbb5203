"""Who agrees to which change of a grant: the fund's rules as data, and the house's own to begin with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.newer import Told
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.funds.models import Fund
from fundapp.grants.models import AmendmentPolicy


class By(StrEnum):
    """Who agrees to a change. nobody: it can't be made within this grant."""

    STAFF = "staff"
    COMMITTEE = "committee"
    NOBODY = "nobody"


BY_WORDS: dict[By, LazyString] = Told(
    {
        By.STAFF: _l("staff"),
        By.COMMITTEE: _l("the committee"),
        By.NOBODY: _l("not possible"),
    }
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of change. by: who agrees; where there is a limit, staff may agree up to it.

    unit: percent (of the grant) or days; "" where there is no limit. most: the largest limit.
    """

    label: LazyString
    help: LazyString
    by: By
    unit: str = ""
    upto: int | None = None
    most: int = 100


RULES: dict[str, Rule] = {
    "moved": Rule(
        _l("Money moves between milestones"),
        _l("Within the same total; counted as part of the grant."),
        By.COMMITTEE,
        "percent",
        20,
    ),
    "added": Rule(
        _l("The grant becomes larger"),
        _l("The money comes from what the call has left."),
        By.COMMITTEE,
        "percent",
        0,
    ),
    "lowered": Rule(_l("The grant becomes smaller"), _l("What is given up goes back to the call."), By.STAFF),
    "dropped": Rule(
        _l("Milestones are dropped"), _l("Counted by their amount."), By.COMMITTEE, "percent", 25
    ),
    "new": Rule(_l("New milestones"), _l("Results that were not in the plan."), By.STAFF),
    "reworded": Rule(_l("Results are described differently"), _l("The words of a milestone."), By.STAFF),
    "aim": Rule(_l("The aim of the project changes"), _l("Said by who asks for the change."), By.COMMITTEE),
    "licence": Rule(_l("Another licence"), _l("Of a result that was agreed."), By.COMMITTEE),
    "days": Rule(_l("Days within the plan move"), _l("The end stays where it is."), By.STAFF),
    "later": Rule(
        _l("The end moves to a later day"),
        _l("Counted from the end that was agreed."),
        By.COMMITTEE,
        "days",
        180,
        3660,
    ),
    "past_fund": Rule(
        _l("The end lies beyond that of the fund"), _l("The fund stops by then."), By.COMMITTEE
    ),
    "payee": Rule(_l("A new payee"), _l("Somebody who was not paid under this grant before."), By.STAFF),
    "shares": Rule(_l("Other shares"), _l("Between the payees there are."), By.STAFF),
    "conditions": Rule(_l("Conditions change"), _l("Value agreements and other conditions."), By.STAFF),
}


def shipped() -> dict[str, dict[str, Any]]:
    """Give the rules of the house: {key: {by, upto}}."""
    return {key: {"by": rule.by.value, "upto": rule.upto} for key, rule in RULES.items()}


def newest(fund_id: int) -> AmendmentPolicy | None:
    """Find the newest rules of a fund; none: those of the house."""
    statement = select(AmendmentPolicy).where(AmendmentPolicy.fund_id == fund_id)
    return db.session.scalar(statement.order_by(AmendmentPolicy.number.desc()).limit(1))


def rules_of(policy: AmendmentPolicy | None) -> dict[str, dict[str, Any]]:
    """Give the rules that count; a rule that came after the fund wrote its own is the house's."""
    return shipped() | (dict(policy.rules) if policy else {})


def rewrite(
    fund: Fund, rules: Mapping[str, Mapping[str, Any]], *, base: int, actor: User, at: datetime
) -> AmendmentPolicy | None:
    """Keep other rules for changes that are offered from now on; None when nothing differs.

    base: number of the rules the writer saw, 0 for the house's. Raises ChangedMeanwhile and Refusal.
    """
    last = newest(fund.id)
    if (last.number if last else 0) != base:
        raise ChangedMeanwhile(_("Somebody else changed these rules while you had them open."))
    if set(rules) != set(RULES):
        raise Refusal(_("Say for each kind of change who agrees to it."))
    clean = {key: _checked(key, given) for key, given in rules.items()}
    if clean == rules_of(last):
        return None
    made = AmendmentPolicy(
        fund_id=fund.id,
        number=base + 1,
        rules=clean,
        made_by=actor.id,
        made_at=at,
    )
    db.session.add(made)
    db.session.flush()  # the log names the row
    audit.record("rewrite_policy", made, actor=actor, at=at, detail={"number": made.number})
    return made


def _checked(key: str, given: Mapping[str, Any]) -> dict[str, Any]:
    rule, upto = RULES[key], given.get("upto")
    if given.get("by") not in set(By):
        raise Refusal(_("Say for each kind of change who agrees to it."))
    if not rule.unit:
        return {"by": By(given["by"]).value, "upto": None}
    if not isinstance(upto, int) or isinstance(upto, bool) or not 0 <= upto <= rule.most:
        raise Refusal(
            _(
                "“%(rule)s”: give a whole number from 0 to %(most)d.",
                rule=rule.label,
                most=rule.most,
            )
        )
    return {"by": By(given["by"]).value, "upto": upto}


def by_whom(rules: Mapping[str, Mapping[str, Any]], key: str, size: int = 0) -> By:
    """Tell who agrees to a change of this kind and size, in the unit of its rule."""
    rule = rules[key]
    if rule["upto"] is not None and size <= rule["upto"]:
        return By.STAFF
    return By(rule["by"])
