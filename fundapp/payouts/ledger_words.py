"""The ledger's accounts and events in words, for the pages of payouts."""

from fundapp.funds.ledger_words import ACCOUNT_WORDS, EVENT_WORDS

__all__ = ["ACCOUNT_WORDS", "EVENT_WORDS"]
