"""Who reads the register of parties, and who keeps it."""

from fundapp.accounts.models import RoleName
from fundapp.core.rules import person

OFFICE = person(
    lambda user, row: bool(user.funds(RoleName.MANAGER, RoleName.FINANCE, RoleName.AUDITOR)), "office"
)
KEEP = person(lambda user, row: bool(user.funds(RoleName.MANAGER, RoleName.FINANCE)), "keeper")
"""Managers and finance officers of any fund, for the parties they may see."""
