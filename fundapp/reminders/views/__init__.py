"""Pages of reminders: the list of what is to be done, one's own habits, a fund's rules, calendars."""

from fundapp.reminders.views import (
    absence_pages,
    calendar_feeds,
    own_pages,
    rule_pages,
    stop_pages,
    to_do_pages,
)
from fundapp.reminders.views.blueprint import bp

__all__ = ["absence_pages", "bp", "calendar_feeds", "own_pages", "rule_pages", "stop_pages", "to_do_pages"]
