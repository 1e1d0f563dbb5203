"""Rules by which people are reminded, what they were reminded of, and how they wish to be told."""

from fundapp.reminders.models.calendars import CalendarToken
from fundapp.reminders.models.habits import Habit, Muted, Rhythm, Snooze
from fundapp.reminders.models.notices import Fate, Notice
from fundapp.reminders.models.rules import Channel, ReminderRule

__all__ = [
    "CalendarToken",
    "Channel",
    "Fate",
    "Habit",
    "Muted",
    "Notice",
    "ReminderRule",
    "Rhythm",
    "Snooze",
]
