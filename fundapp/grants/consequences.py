"""What a new version of an agreement changes against the one in force, and who has to agree to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _

from fundapp.core import money
from fundapp.grants import deed, plan, policy
from fundapp.grants.models import Agreement, ChangeClass
from fundapp.grants.policy import By

Lines = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing that changes, by which rule, who agrees to it, and why in words."""

    rule: str
    by: By
    words: str


def of(version: Agreement) -> list[Consequence]:
    """List what a version changes, in the reader's language; nothing for the first agreement.

    Compares with the version in force; conditions are compared as its words had them.
    """
    base = version.award.agreement_in_force
    if base is None or base.id == version.id:
        return []
    rules = policy.rules_of(policy.newest(version.fund_id))
    found = [*_money(version, base), *_results(version, base), *_time(version, base), *_terms(version, base)]
    return [Consequence(key, policy.by_whom(rules, key, size), words) for key, size, words in found]


def class_of(found: Sequence[Consequence], *, is_first: bool) -> ChangeClass:
    """Tell who agrees to a version as a whole: one reason for the committee is enough."""
    if is_first:
        return ChangeClass.INITIAL
    if any(one.by is not By.STAFF for one in found):
        return ChangeClass.COMMITTEE
    return ChangeClass.STAFF


Found = Iterator[tuple[str, int, str]]
"""Rule, size in its unit (rounded up: no change hides under a limit), and the reason in words."""


def _money(version: Agreement, base: Agreement) -> Found:
    old, new = _amounts(base.plan), _amounts(version.plan)
    up = sum(max(0, new.get(ref, 0) - old.get(ref, 0)) for ref in old.keys() | new.keys())
    down = sum(max(0, old.get(ref, 0) - new.get(ref, 0)) for ref in old.keys() | new.keys())
    grant = version.award.amount_cents
    if moved := min(up, down):
        percent = _percent(moved, grant)
        yield "moved", percent, _part(_("%(amount)s moves between milestones"), moved, percent, version)
    if version.change_cents > 0:
        percent = _percent(version.change_cents, grant)
        yield "added", percent, _part(_("%(amount)s is added"), version.change_cents, percent, version)
    if version.change_cents < 0:
        percent = _percent(-version.change_cents, grant)
        yield "lowered", percent, _part(_("%(amount)s is given up"), -version.change_cents, percent, version)
    gone = old.keys() - new.keys()
    if gone:
        cents = sum(old[ref] for ref in gone)
        percent = _percent(cents, grant)
        words = _("%(refs)s fall away, %(amount)s") % {
            "refs": ", ".join(sorted(gone)),
            "amount": "%(amount)s",
        }
        yield "dropped", percent, _part(words, cents, percent, version)


def _amounts(lines: Lines) -> dict[str, int]:
    parents = {line["parent"] for line in lines}
    return {line["ref"]: line["amount_cents"] for line in lines if line["ref"] not in parents}


def _percent(cents: int, whole: int) -> int:
    return -(-cents * 100 // whole) if whole else 100


def _part(words: str, cents: int, percent: int, version: Agreement) -> str:
    amount = money.show(cents, version.application.fund.currency, str(get_locale() or "en")[:2])
    part = _("%(percent)d%% of the grant", percent=percent)
    return f"{words % {'amount': amount}} ({part})."


def _results(version: Agreement, base: Agreement) -> Found:
    old = {line["ref"]: line for line in base.plan}
    new = {line["ref"]: line for line in version.plan}
    if added := [ref for ref in new if ref not in old]:
        yield "new", 0, _("New in the plan: %(refs)s.", refs=", ".join(added))
    both = [ref for ref in new if ref in old]
    told = [ref for ref in both if any(old[ref][name] != new[ref][name] for name in ("title", "deliverable"))]
    if told:
        yield "reworded", 0, _("Described differently: %(refs)s.", refs=", ".join(told))
    licensed = [ref for ref in both if (old[ref].get("licence") or "") != (new[ref].get("licence") or "")]
    if licensed or version.wish.get("licence"):
        refs = ", ".join(licensed) or _("said by who asks")
        yield "licence", 0, _("Another licence: %(refs)s.", refs=refs)
    if version.wish.get("aim"):
        yield "aim", 0, _("The aim of the project changes: “%(aim)s”.", aim=version.wish["aim"])


def _time(version: Agreement, base: Agreement) -> Found:
    before, after = plan.last_day(base.plan, base.ends_on), plan.last_day(version.plan, version.ends_on)
    old = {line["ref"]: line["due_on"] for line in base.plan}
    moved = [
        line["ref"] for line in version.plan if line["ref"] in old and old[line["ref"]] != line["due_on"]
    ]
    if before and after and after > before:
        late = (after - before) // timedelta(days=1)
        words = ngettext("The end moves by %(num)d day, to", "The end moves by %(num)d days, to", late)
        yield "later", late, f"{words} {format_date(after, 'long')}."
    elif moved:
        yield "days", 0, _("Other days: %(refs)s.", refs=", ".join(moved))
    fund_ends: date | None = version.application.fund.ends_on
    if after and fund_ends and after > fund_ends:
        yield (
            "past_fund",
            0,
            _(
                "The plan ends on %(day)s; the fund ends on %(end)s.",
                day=format_date(after, "d MMMM y"),
                end=format_date(fund_ends, "d MMMM y"),
            ),
        )


def _terms(version: Agreement, base: Agreement) -> Found:
    """Compare payees and conditions; a version without a list of payees pays the grantee alone."""
    old, new = _shares(base), _shares(version)
    if strangers := [name for party, (name, _share) in new.items() if party not in old]:
        yield "payee", 0, _("A new payee: %(names)s.", names=", ".join(strangers))
    if {party: share for party, (_name, share) in old.items()} != {
        party: share for party, (_name, share) in new.items()
    }:
        yield "shares", 0, _("The grant is shared differently between its payees.")
    then = (deed.kept(base) or {"conditions": []})["conditions"]
    now = deed.promises(version)
    if [_said(one) for one in then] != [_said(one) for one in now]:
        names = [
            f"V{one['number']}"
            for one in [*then, *now]
            if (_said(one) in map(_said, then)) != (_said(one) in map(_said, now))
        ]
        yield "conditions", 0, _("Other conditions: %(names)s.", names=", ".join(dict.fromkeys(names)))


def _said(promise: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in promise.items() if name != "watcher"}


def _shares(version: Agreement) -> dict[int, tuple[str, Any]]:
    """Give (name, what was agreed) of each payee by party: a percentage, or cents; None: all of it."""
    if not version.payees:
        party = version.application.party
        return {party.id: (party.legal_name, None)} if party else {}
    return {
        one["party_id"]: (one["name"], one["cents"] if one["ppm"] is None else f"{one['ppm']} ppm")
        for one in version.payees
    }
