"""Who reads and who writes the mail texts of a fund, and who reads its log of mail."""

from fundapp.accounts.rules import administrator, auditor, manager

READ_TEXTS = manager | auditor | administrator
WRITE_TEXTS = manager | administrator
READ_LOG = manager | auditor
"""Administrators look after mail on their own page, which tells no proposals."""
SEND_AGAIN = manager
