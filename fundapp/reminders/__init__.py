"""Reminders: what is due, to whom, once."""
