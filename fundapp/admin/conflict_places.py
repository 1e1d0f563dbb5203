"""What every address is about: the table whose id stands in it, and where else a tied person could look."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from werkzeug.routing import AnyConverter, Map, Rule

UNDER = {
    "/appeals/": "appeal",
    "/claims/": "claim",
    "/claims/files/": "file",
    "/conditions/": "condition",
    "/grants/": "award",
    "/grants/reports/": "progress_report",
    "/letters/": "letter",
    "/office/appeals/": "appeal",
    "/office/alike/": "likeness",
    "/office/applications/": "application",
    "/office/decisions/": "decision",
    "/office/files/": "file",
    "/office/letters/": "letter",
    "/office/reports/": "snapshot",
    "/office/reports/alive/": "alive_check",
    "/office/reports/applications/": "application",
    "/office/reports/closing/": "review",
    "/office/reports/disclosures/": "disclosure",
    "/office/reports/grants/": "award",
    "/office/reviews/": "review",
    "/office/threads/": "thread",
    "/office/ties/": "conflict",
    "/panel/items/": "agenda_item",
    "/payments/": "payment",
    "/proposals/": "application",
    "/proposals/files/": "file",
    "/questions/": "thread",
    "/recoveries/": "recovery",
    "/reviews/": "review",
    "/second-opinions/": "second_opinion",
}
"""Beginnings of addresses whose id belongs to one application, by table: who is tied gets 404."""

BESIDE = {
    "/office/deliveries/": "webhook_delivery",
    "/office/keys/": "api_token",
    "/office/webhooks/": "webhook",
    "/statements/lines/": "",
    "/to-do/": "",
    "/apply/": "",
    "/account/mail/": "outbox",
    "/admin/funds/": "fund",
    "/admin/mail/": "outbox",
    "/admin/roles/": "",
    "/admin/users/": "user",
    "/batches/": "batch",
    "/corrections/": "correction",
    "/downloads/": "task",
    "/gifts/": "contribution",
    "/ledger/": "fund",
    "/office/forms/": "",
    "/office/forms/templates/": "",
    "/office/funds/": "fund",
    "/office/gifts/": "contribution",
    "/office/refunds/": "",
    "/office/imports/": "task",
    "/office/invitations/": "",
    "/office/mail/": "outbox",
    "/office/meetings/": "meeting",
    "/office/reasons/": "",
    "/office/reports/evaluations/": "",
    "/office/reports/funds/": "fund",
    "/office/reports/packs/": "",
    "/office/reports/own/": "built_report",
    "/office/reports/own/new/": "fund",
    "/office/reports/rounds/": "round",
    "/office/parties/": "party",
    "/office/rounds/": "round",
    "/office/rubrics/": "",
    "/office/rubrics/library/": "",
    "/office/scenarios/": "scenario",
    "/office/steps/": "",
    "/office/tags/": "",
    "/panel/meetings/": "meeting",
    "/postings/": "posting",
    "/reviews/about-me/": "fund",
    "/reviews/rounds/": "round",
    "/statements/": "statement",
}
"""Beginnings of addresses about something wider, by table: they may open, but never name the application.
Without a table they say nothing of applications."""

VALUES: dict[str, tuple[Any, ...]] = {
    "access": (1,),
    "format": ("csv", "json", "xlsx"),
    "into": (1,),
    "key": ("P1", "version-1"),
    "kind": ("review-due",),
    "language": ("en",),
    "subject": ("applications",),
    "lang": ("en",),
    "mail": ("review-invited",),
    "move": ("publish",),
    "name": ("pause", "hold"),
    "number": (1,),
    "outcome": ("declined",),
    "partner": (1,),
    "person": (1,),
    "ref": ("M1",),
    "section": ("project",),
    "stage": (1,),
    "what": ("remove",),
}
"""What stands for the other parts of an address."""

UNLOOKED = frozenset({"accounts", "probes", "static"})
"""Blueprints that know of no application."""


@dataclass(frozen=True)
class Place:
    """One address to look at. table: whose id fills `slot`; empty for a page without one."""

    endpoint: str
    table: str
    slot: str
    is_under: bool
    values: tuple[tuple[str, Any], ...]

    def filled(self, id: int | None) -> dict[str, Any]:
        """Give the values of the address for one row."""
        return dict(self.values) | ({self.slot: id} if self.slot else {})


def places(routes: Map, is_public: Any) -> list[Place]:
    """Give every address to look at; those nobody has said anything about are left to `unknown`."""
    return [
        place for rule in _read_by_few(routes, is_public) if not _is_strange(rule) for place in _places(rule)
    ]


def unknown(routes: Map, is_public: Any) -> list[str]:
    """List the addresses nobody has said what they are about: the check passes them by."""
    return sorted(rule.rule for rule in _read_by_few(routes, is_public) if _is_strange(rule))


def _read_by_few(routes: Map, is_public: Any) -> Iterator[Rule]:
    """Give every route that answers GET and is not public. is_public: asked of each endpoint."""
    for rule in routes.iter_rules():
        knows_nothing = rule.endpoint.partition(".")[0] in UNLOOKED
        if "GET" in (rule.methods or ()) and not knows_nothing and not is_public(rule.endpoint):
            yield rule


def _is_strange(rule: Rule) -> bool:
    first, rest = _slots(rule)
    said = about(rule.rule) if first or rest else (False, "")
    if said is None:
        return True
    return bool(said[1]) and not all(_is_told(rule, slot) for slot in rest)


def _slots(rule: Rule) -> tuple[str, list[str]]:
    """Give the part of an address that holds the id, and the others."""
    first = next((slot for slot in ("id", "fund_id") if slot in rule.arguments), "")
    return first, sorted(rule.arguments - {first})


def _places(rule: Rule) -> Iterator[Place]:
    first, rest = _slots(rule)
    is_under, table = about(rule.rule) or (False, "")
    if (first or rest) and not table:
        return  # says nothing of applications
    for chosen in product(*(_values(rule, slot) for slot in rest)):
        yield Place(str(rule.endpoint), table, first, is_under, tuple(zip(rest, chosen, strict=True)))


def _values(rule: Rule, slot: str) -> tuple[Any, ...]:
    """Give what stands for a part of an address: all it may be, where the address lists that."""
    kind = rule._converters[slot]
    return tuple(sorted(kind.items)) if isinstance(kind, AnyConverter) else VALUES.get(slot, (1,))


def _is_told(rule: Rule, slot: str) -> bool:
    return slot in VALUES or slot.endswith("_id") or isinstance(rule._converters[slot], AnyConverter)


def about(address: str) -> tuple[bool, str] | None:
    """Give whether the id in an address belongs to one application, and its table; None when unknown."""
    begin = address.partition("<")[0]
    if begin in UNDER:
        return True, UNDER[begin]
    return (False, BESIDE[begin]) if begin in BESIDE else None
