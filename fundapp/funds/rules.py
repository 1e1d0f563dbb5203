"""Who sees a fund's office pages and its money."""

from fundapp.accounts.rules import auditor, finance, manager

OFFICE = manager | finance | auditor
MONEY = finance | auditor | manager
