"""Who holds a role at the fund of a row."""

from typing import Any

from fundapp.accounts.models import RoleName
from fundapp.core.rules import Rule, person


def _holder(name: RoleName) -> Rule:
    def ask(user: Any, row: Any) -> bool:
        fund_id = getattr(row, "fund_id", None)
        if row is not None and fund_id is None:
            return False
        return bool(user.holds(name, fund_id))

    return person(ask, name.value)


manager = _holder(RoleName.MANAGER)
finance = _holder(RoleName.FINANCE)
auditor = _holder(RoleName.AUDITOR)
reviewer = _holder(RoleName.REVIEWER)
administrator = person(lambda user, row: bool(user.is_administrator), "administrator")
"""Roles of the row's fund; on lists (row None) of any fund: the query then narrows to the person's funds."""

OFFICE_ROLES = manager | finance | auditor
