"""Dates in payouts."""

from fundapp.payouts import recovery_due  # noqa: F401  adds what has to come back
