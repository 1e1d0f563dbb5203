"""Who handles a round, and who sees its office pages."""

from fundapp.accounts.rules import auditor, finance, manager
from fundapp.core.rules import person

MANAGE = manager
TRIED = manager & person(lambda user, round: round is not None and round.is_trial, "trial")
"""A manager, of a round that is a trial."""

OFFICE = manager | finance | auditor
