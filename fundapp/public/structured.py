"""What search engines read in a public page: schema.org MonetaryGrant, nobody private named."""

from typing import Any

from fundapp.accounts.models import PartyKind
from fundapp.core.legible import legible
from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.public.addresses import Site
from fundapp.rounds.models import Round

CONTEXT = "https://schema.org"


def of_project(row: Any, abstract: str, site: Site, language: str) -> dict[str, Any]:
    """Describe one grant. row: a project as public.queries gives it."""
    address = site.project(row.code)
    is_person = row.kind is PartyKind.PERSON
    work: dict[str, Any] = {"@type": "CreativeWork", "name": legible(row.title), "url": address}
    if abstract and not is_person:
        work["abstract"] = legible(abstract)
    to: list[dict[str, Any]] = [work]
    if not is_person:
        to.append({"@type": "Organization", "name": legible(row.name)})
    return {
        "@context": CONTEXT,
        "@type": "MonetaryGrant",
        "@id": address,
        "identifier": row.code,
        "name": legible(row.title),
        "url": address,
        "amount": {"@type": "MonetaryAmount", "currency": row.currency, "value": row.amount_cents / 100},
        "funder": _funder(pick(row.fund_name, language)),
        "fundedItem": to,
    }


def of_call(round: Round, site: Site, language: str) -> dict[str, Any]:
    """Describe what a call gives."""
    fund: Fund = round.fund
    return {
        "@context": CONTEXT,
        "@type": "MonetaryGrant",
        "@id": site.call(round),
        "identifier": f"{fund.slug}/{round.slug}",
        "name": legible(pick(round.name, language)),
        "description": legible(pick(round.summary, language)),
        "url": site.call(round),
        "amount": {
            "@type": "MonetaryAmount",
            "currency": fund.currency,
            "minValue": round.lowest_cents / 100,
            "maxValue": round.highest_cents / 100,
        },
        "funder": _funder(pick(fund.name, language), (fund.contact or {}).get("website")),
    }


def _funder(name: str, website: str | None = None) -> dict[str, Any]:
    return {"@type": "Organization", "name": legible(name), **({"url": website} if website else {})}
