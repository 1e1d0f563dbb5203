"""Funds: their settings, the gifts they received, and the ledger of every euro."""
