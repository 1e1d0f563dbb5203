"""People: accounts, sign-in, parties, and the roles they hold at a fund."""
