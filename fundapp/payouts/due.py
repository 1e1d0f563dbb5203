"""Dates in payouts."""

from fundapp.payouts import (
    claim_dates,  # noqa: F401  adds claim periods, silent grants, second opinions
    recovery_due,  # noqa: F401  adds what has to come back
    release_due,  # noqa: F401  adds batches to release, statements that do not come
)
