"""Who may make and read reports."""

from fundapp.accounts.rules import manager
from fundapp.applications.rules import staff
from fundapp.funds.rules import OFFICE

READ = OFFICE
"""Snapshots are loaded through the person's own filter: see queries.visible_snapshot."""
MAKE_ROUND = manager
MAKE_DOSSIER = staff
