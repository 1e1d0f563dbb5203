"""Looking after the instance: people and their roles, jobs, mail, the log."""
