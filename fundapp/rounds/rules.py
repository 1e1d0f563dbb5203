"""Who handles a round, and who sees its office pages."""

from fundapp.accounts.rules import auditor, finance, manager

MANAGE = manager
OFFICE = manager | finance | auditor
