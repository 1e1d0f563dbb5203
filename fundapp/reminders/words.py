"""Rules in words, for pages."""

from flask_babel import gettext as _
from flask_babel import ngettext

from fundapp.reminders import links
from fundapp.reminders.forms import ROLES
from fundapp.reminders.models import Channel
from fundapp.reminders.planning import Telling
from fundapp.reminders.rulebook import Rule


def when(rule: Rule) -> str:
    """Say when a rule reminds: '7 and 1 days before, on the day, 2 days after, at 08:00'."""
    if not rule.is_on:
        return str(_("Not reminded of"))
    if rule.channel is Channel.LIST:
        return str(_("Only on the list of what is to be done"))
    parts = [_side([-days for days in sorted(rule.offsets) if days < 0], _("before"), rule)]
    parts.append(_("on the day") if 0 in rule.offsets else "")
    parts.append(_side([days for days in sorted(rule.offsets) if days > 0], _("after"), rule))
    told = ", ".join(part for part in parts if part) or _("to nobody by a day")
    return str(_("%(days)s, at %(hour)s", days=told, hour=f"{rule.hour:02d}:00"))


def _side(days: list[int], side: str, rule: Rule) -> str:
    if not days:
        return ""
    listed = ", ".join(str(one) for one in days[:-1])
    listed = _("%(some)s and %(last)s", some=listed, last=days[-1]) if listed else str(days[-1])
    if rule.in_working_days:
        unit = ngettext("working day", "working days", days[-1] if len(days) == 1 else 2)
    else:
        unit = ngettext("day", "days", days[-1] if len(days) == 1 else 2)
    return f"{listed} {unit} {side}"


def late(rule: Rule) -> str:
    """Say who hears of it when it is late; empty when nobody does."""
    if not rule.is_on or rule.escalate_to is None:
        return ""
    number = rule.escalate_after_days or 0
    return str(
        ngettext("%(role)s, a day late", "%(role)s, %(num)d days late", number, role=_role(rule.escalate_to))
    )


def whom(rule: Rule) -> str:
    """Say who is told: whose date it is, and the role that hears of it as well."""
    own = str(rule.kind.whom or _("who has to do it"))
    return str(_("%(own)s, and %(role)s", own=own, role=_role(rule.also_to))) if rule.also_to else own


def _role(name: str) -> str:
    return next((str(words) for role, words in ROLES.items() if role == name), name)


def offset(telling: Telling) -> str:
    """Say how far one reminder lies from its date."""
    days = telling.offset
    if telling.way == "late":
        return str(ngettext("a day late, passed on", "%(num)d days late, passed on", days))
    said = _days(days)
    if telling.way == "away":
        return str(_("%(days)s, as stand-in", days=said))
    return str(_("%(days)s, as well", days=said)) if telling.way == "also" else said


def _days(days: int) -> str:
    if days == 0:
        return str(_("on the day"))
    if days < 0:
        return str(ngettext("a day before", "%(num)d days before", -days))
    return str(ngettext("a day after", "%(num)d days after", days))


def about(telling: Telling, names: dict[int, tuple[str, str]], language: str) -> str:
    """Say what a reminder is about: code and title of the proposal, and the own name of the date."""
    code, title = names.get(telling.row.application_id or 0, ("", ""))
    own = links.label(telling.row, language)
    return ", ".join(part for part in (" ".join(one for one in (code, title) if one), own) if part)
