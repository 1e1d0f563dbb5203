"""What a check found about people and proposals, in words."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from fundapp.applications.models import ConflictKind, ConflictSource
from fundapp.core.newer import Told

KINDS: dict[ConflictKind, LazyString] = Told(
    {
        ConflictKind.EMPLOYER: _l("Works for them, or did in the last three years"),
        ConflictKind.COLLABORATOR: _l("Works together with them, or did in the last three years"),
        ConflictKind.ADVISER: _l("Advises them, or helped to write this"),
        ConflictKind.FAMILY: _l("Family, partner or close friend"),
        ConflictKind.COMPETITOR: _l("Wants money for something that competes with this"),
        ConflictKind.CO_APPLICANT: _l("One of the applicants"),
        ConflictKind.GRANTEE: _l("Paid from this grant"),
        ConflictKind.ADMINISTRATIVE: _l("Kept away by the office, for a reason of its own"),
        ConflictKind.OTHER: _l("Something else"),
    }
)
"""Kinds of ties, said about somebody else."""

OWN_KINDS: dict[ConflictKind, LazyString] = Told(
    {
        ConflictKind.EMPLOYER: _l("I work for them, or did in the last three years"),
        ConflictKind.COLLABORATOR: _l("We work together, or did in the last three years"),
        ConflictKind.ADVISER: _l("I advise them, or helped to write this"),
        ConflictKind.FAMILY: _l("Family, partner or close friend"),
        ConflictKind.COMPETITOR: _l("I want money for something that competes with this"),
        ConflictKind.OTHER: _l("Something else"),
    }
)
"""Kinds of ties, said about oneself."""

SOURCES: dict[ConflictSource, LazyString] = Told(
    {
        ConflictSource.DECLARED: _l("Said so"),
        ConflictSource.DETECTED: _l("Found by a check"),
        ConflictSource.OFFICE: _l("Found by the office"),
        ConflictSource.ACCESS: _l("Applies"),
    }
)
"""Who or what found a tie."""

Sentence = Callable[..., str]

WORDS: dict[str, Sentence] = {
    "party": lambda who, what: _("The same applicant is on file for both."),
    "organisation": lambda who, what: _(
        "Works at an organisation behind this proposal: %(what)s.", what=what
    ),
    "domain": lambda who, what: _(
        "Has a mail address at the same place (%(what)s) as %(who)s.", what=what, who=who
    ),
    "together": lambda who, what: _("Applied together with %(who)s before.", who=who),
    "collaborator": lambda who, what: _("Named %(who)s as somebody they work with.", who=who),
    "works_with": lambda who, what: _("Named %(what)s as an organisation they work with.", what=what),
    "named": lambda who, what: _("Is named in the proposal."),
}
"""What was found, said to the office."""

TO_ONESELF: dict[str, Sentence] = {
    "party": lambda who, what: _("You are on file as the same applicant."),
    "organisation": lambda who, what: _(
        "You work at an organisation behind this proposal: %(what)s.", what=what
    ),
    "domain": lambda who, what: _(
        "Your mail address is at the same place (%(what)s) as that of %(who)s.", what=what, who=who
    ),
    "together": lambda who, what: _("You applied together with %(who)s before.", who=who),
    "collaborator": lambda who, what: _("You named %(who)s as somebody you work with.", who=who),
    "works_with": lambda who, what: _("You named %(what)s as an organisation you work with.", what=what),
    "named": lambda who, what: _("You are named in the proposal."),
}
"""What was found, said to the person themselves."""


def explain(reasons: Iterable[Mapping[str, Any]] | None, *, to_oneself: bool = False) -> list[str]:
    """Say what was found, one sentence each, in the reader's language."""
    words = TO_ONESELF if to_oneself else WORDS
    return [
        words[one["why"]](one.get("who", ""), one.get("what", ""))
        for one in reasons or ()
        if one.get("why") in words
    ]


def asked(reasons: Iterable[Mapping[str, Any]] | None, note: str, *, is_blind: bool) -> list[str]:
    """Say to a person what makes us ask, for a card; in a blind stage without giving names away."""
    if is_blind:
        return [_("A check found something that may be a tie with who applies.")] if reasons or note else []
    return [*explain(reasons, to_oneself=True), *([note] if note else [])]
