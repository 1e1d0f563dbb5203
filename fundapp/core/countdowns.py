"""How long something still takes, in words: 2 days 3 hours."""

from datetime import datetime

from flask_babel import ngettext

DAY, HOUR, MINUTE = 86_400, 3_600, 60


def left(until: datetime, at: datetime) -> str:
    """Write the time from one instant to a later one in its two largest units, rounded down.

    Days of 24 hours: instants are subtracted, so a change of summer time neither adds nor takes an
    hour. Nothing is left: an empty text.
    """
    seconds = max(int((until - at).total_seconds()), 0)
    days, seconds = divmod(seconds, DAY)
    hours, seconds = divmod(seconds, HOUR)
    minutes, seconds = divmod(seconds, MINUTE)
    counted = [
        (days, ngettext("%(num)d day", "%(num)d days", days)),
        (hours, ngettext("%(num)d hour", "%(num)d hours", hours)),
        (minutes, ngettext("%(num)d minute", "%(num)d minutes", minutes)),
        (seconds, ngettext("%(num)d second", "%(num)d seconds", seconds)),
    ]
    first = next((place for place, (number, _words) in enumerate(counted) if number), len(counted))
    return " ".join(words for number, words in counted[first : first + 2] if number)
