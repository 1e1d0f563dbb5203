"""The grants of a fund after the 360Giving Data Standard 1.4: one package, private persons unnamed."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Row

from fundapp.accounts.models import PartyKind
from fundapp.core import clock, countries
from fundapp.core.refusals import Refusal
from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.grants.models import AwardState, MilestoneState
from fundapp.reports import covering, giving_rows, publishing
from fundapp.reports.covering import Term
from fundapp.reports.giving_rows import Rows
from fundapp.reports.identifiers import LICENCES, of_party
from fundapp.reports.models import Ground, Publishing
from fundapp.reports.wording import _
from fundapp.rounds.answers import is_web_address

VERSION = "1.4"
NOBODY = "Individual Recipient"
"""What the standard lets stand in the place of a private person's name."""
REASON, PURPOSE = "GTIR120", "GTIP160"
"""Codes of the standard for grants to individuals: social action, community projects."""
UNKNOWN_COUNTRIES = frozenset({"XK"})
"""Places that ISO 3166 has no code for, and the standard therefore neither."""
ENDED = frozenset({AwardState.COMPLETED, AwardState.TERMINATED})


class NothingPublished(Refusal):
    """A fund without a public grant: a package without grants is not valid."""

    def __init__(self, fund: Fund) -> None:
        super().__init__(
            _(
                "The fund %(slug)s has no published grants yet, and a 360Giving file needs at least one.",
                slug=fund.slug,
            )
        )


def package(fund: Fund, *, at: datetime, site: str, round_id: int | None = None) -> dict[str, Any]:
    """Make the data package of a fund, or of one of its rounds, as the standard lays it out.

    Only what released decisions awarded, under the names the fund's rule gives; private persons get no
    name. site: where the public pages stand, without a slash at the end. The same records give the same
    package. Raises NotPublishing and NothingPublished.
    """
    how = publishing.of_fund(fund.id)
    if how is None or not publishing.is_complete(how):
        raise publishing.NotPublishing(fund)
    found = giving_rows.awards(fund, at=at, round_id=round_id)
    if not found:
        raise NothingPublished(fund)
    rows = giving_rows.rows_of(fund, [one.id for one in found])
    grants = [_grant(one, fund, how, rows, site) for one in found]
    changed = max(one["dateModified"] for one in grants)
    name, address = LICENCES[how.licence]
    of = pick(found[0].round_name, "en") if round_id else pick(fund.name, "en")
    return {
        "version": VERSION,
        "title": f"Grants of {of}",
        "description": f"Grants awarded and published by {_publisher(fund, how)}.",
        "issued": changed,
        "modified": changed,
        "identifier": f"{how.prefix}-{fund.slug}" + (f"-{found[0].round_slug}" if round_id else ""),
        "publisher": {
            "identifier": how.org_id,
            "name": _publisher(fund, how),
            **({"website": fund.contact["website"]} if (fund.contact or {}).get("website") else {}),
        },
        "license": address,
        "license_name": name,
        "grants": grants,
    }


def text(made: Mapping[str, Any]) -> str:
    """Write a package as JSON: keys in order, so that the same package gives the same bytes."""
    return json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def number(cents: int) -> int | float:
    """Give an amount in the currency itself, to the cent."""
    return cents // 100 if cents % 100 == 0 else cents / 100


# --- one grant -------------------------------------------------------------------


def _grant(one: Row[Any], fund: Fund, how: Publishing, rows: Rows, site: str) -> dict[str, Any]:
    id, moved, steps = f"{how.prefix}-{one.code}", rows.moved.get(one.id, ()), rows.milestones.get(one.id, ())
    say = _sayer(one, rows.people.get(one.id, ()))
    title = say(one.title)
    found = {
        "id": id,
        "title": title,
        "description": say(str((one.answers or {}).get("abstract") or "")) or title,
        "currency": fund.currency,
        "amountAwarded": number(one.amount_cents),
        "amountAppliedFor": number(one.requested_cents) if one.requested_cents else None,
        "amountDisbursed": number(sum(int(row.cents) for row in moved)),
        "awardDate": clock.day(one.released_at, fund.zone).isoformat(),
        "url": f"{site}/projects/{one.code}",
        "plannedDates": _planned(one, fund, rows.begun.get(one.id), steps),
        "actualDates": _actual(one, fund, rows.begun.get(one.id)),
        **_recipient(one, how, id),
        "beneficiaryLocation": _location(one.country or one.Party.country),
        "fundingOrganization": [{"id": how.org_id, "name": _publisher(fund, how)}],
        "grantProgramme": [
            {
                "code": f"{fund.slug}/{one.round_slug}",
                "title": pick(one.round_name, "en"),
                "url": f"{site}/calls/{fund.slug}/{one.round_slug}",
            }
        ],
        "fromOpenCall": "Yes",
        "classifications": _themes(one.theme, fund),
        "relatedDocument": _results(steps, id, say),
        "disbursementTransaction": _transactions(moved, fund, id),
        "dataSource": f"{site}/open-data/{fund.slug}/360giving.json",
        "dateModified": _changed(one, moved, steps),
    }
    return {key: value for key, value in found.items() if value not in (None, [], "")}


def _sayer(one: Row[Any], names: Sequence[str]) -> Any:
    """Give what writes a text out: with a private person, without anything that tells who it is."""
    if one.Party.kind is not PartyKind.PERSON:
        return lambda text: covering.settled(text).strip()
    known = {one.Party.legal_name, one.Party.public_name, *names} - {""}
    terms = tuple(Term(name, Ground.PRIVACY, "@" not in name) for name in sorted(known))

    def say(text: str) -> str:
        plain = covering.settled(text).strip()
        cut = covering.pieces(plain, covering.spans(plain, terms))
        return "".join("[…]" if piece.ground else piece.text for piece in cut)

    return say


def _recipient(one: Row[Any], how: Publishing, id: str) -> dict[str, Any]:
    if one.Party.kind is PartyKind.PERSON:
        # Numbered by grant, not by person: two grants of one person are not tied together from outside.
        return {
            "recipientIndividual": {"id": f"{id}-IND", "name": NOBODY},
            "toIndividualsDetails": {"primaryGrantReason": REASON, "grantPurpose": [PURPOSE]},
        }
    receiver = {
        "id": of_party(one.Party, str(how.prefix)),
        "name": covering.settled(one.name).strip(),
        "location": _location(one.Party.country or one.country),
    }
    return {"recipientOrganization": [{key: value for key, value in receiver.items() if value}]}


def _location(code: str | None) -> list[dict[str, str]]:
    if not code:
        return []
    named = {"name": countries.names("en").get(code, code)}
    return [named if code in UNKNOWN_COUNTRIES else {**named, "countryCode": code}]


def _planned(one: Row[Any], fund: Fund, begun: datetime | None, steps: Sequence[Any]) -> list[dict[str, Any]]:
    first = clock.day(begun or one.released_at, fund.zone)
    due = [row.due_on for row in steps if row.due_on and row.state is not MilestoneState.DROPPED]
    last: date | None = one.ends_on or max(due, default=None)
    if last is None or last < first:
        return [{"startDate": first.isoformat()}]
    months = round((last - first).days / 30.4375)
    return [{"startDate": first.isoformat(), "endDate": last.isoformat(), "duration": months}]


def _actual(one: Row[Any], fund: Fund, begun: datetime | None) -> list[dict[str, Any]]:
    if begun is None:
        return []
    days = {"startDate": clock.day(begun, fund.zone).isoformat()}
    if one.state in ENDED:
        days["endDate"] = clock.day(one.state_at, fund.zone).isoformat()
    return [days]


def _themes(key: str | None, fund: Fund) -> list[dict[str, str]]:
    theme = next((one for one in fund.themes if one["key"] == key), None) if key else None
    return (
        [{"vocabulary": f"Themes of {fund.slug}", "code": str(key), "title": pick(theme, "en")}]
        if theme
        else []
    )


def _results(steps: Sequence[Any], id: str, say: Any) -> list[dict[str, Any]]:
    """List what was delivered and stands in public, with its address."""
    return [
        {
            "id": f"{id}-{row.ref}",
            "title": say(row.title),
            "url": row.place.strip(),
            "documentType": "Deliverable",
            **({"description": f"Licence: {row.licence}"} if row.licence else {}),
        }
        for row in steps
        if row.state is MilestoneState.DELIVERED
        and row.place
        and is_web_address(row.place)
        and say(row.place) == row.place.strip()  # an address that names a private person stays out
    ]


def _transactions(moved: Sequence[Any], fund: Fund, id: str) -> list[dict[str, Any]]:
    """List what was paid, day by day; what came back stands below zero. From the ledger."""
    return [
        {
            "id": f"{id}-T{place}",
            "transactionDate": row.booked_on.isoformat(),
            "currency": fund.currency,
            "value": number(int(row.cents)),
            "dateModified": _instant(row.at),
        }
        for place, row in enumerate(moved, 1)
        if row.cents
    ]


def _changed(one: Row[Any], moved: Sequence[Any], steps: Sequence[Any]) -> str:
    times = (one.released_at, one.state_at, *(row.at for row in moved), *(row.state_at for row in steps))
    return _instant(max(times))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _publisher(fund: Fund, how: Publishing) -> str:
    return how.org_name or pick(fund.name, "en")
