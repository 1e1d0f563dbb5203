"""The ledger's mutex: the first statement of everything that touches money."""

from typing import Any

from fundapp.core.db import locked
from fundapp.funds import ledger
from fundapp.funds.models import Fund


def hold(row: Any) -> Fund:
    """Lock the fund of a row, then read the row again and hold it too; give the fund.

    What was read before the lock may be stale: another person may have approved, released or paid
    in between. Relationships are forgotten with the columns, and read anew when they are asked for.
    Order everywhere: fund first, then the row.
    """
    fund = ledger.lock(row.fund_id)
    locked(type(row), row.id)
    return fund
