"""Who proposes, approves and releases a decision: never one person alone."""

from fundapp.accounts.rules import auditor, manager
from fundapp.applications.rules import barred, staff
from fundapp.core.rules import person

__all__ = ["JUDGE", "SEE", "proposer", "staff"]

proposer = person(lambda user, row: row.proposed_by == user.id, "proposer")

SEE = (manager | auditor) & ~barred
JUDGE = staff & ~proposer
"""A manager with no tie who did not propose it: approves, and releases."""
