"""A proposal on paper: the version that counts, an earlier one, or a draft that says so."""

from collections.abc import Mapping
from typing import Any

from fundapp.applications import drafts, partners, reading, versions
from fundapp.applications.models import Application, ApplicationVersion
from fundapp.core import clock, countries, papers
from fundapp.core.words import pick


def pdf(
    application: Application,
    version: ApplicationVersion | None,
    *,
    lang: str,
    is_blind: bool = False,
    without: frozenset[str] = frozenset(),
) -> bytes:
    """Set a proposal as PDF/UA.

    version: None for the working copy. is_blind, without: as reading.sections takes them.
    Raises PdfEngineMissing.
    """
    given = version.answers if version else versions.values(drafts.answers_of(application.id).values())
    definition = version.form.definition if version else application.stage.form.definition
    currency = application.fund.currency
    parts = reading.sections(definition, given, lang, currency=currency, is_blind=is_blind, without=without)
    made_at = version.made_at if version else application.saved_at or application.created_at
    return papers.paper(
        "proposal.html",
        lang=lang,
        made_at=made_at,
        currency=currency,
        d=_facts(application, version, given, lang)
        | _people(application, given, lang, is_blind)
        | {"parts": parts},
    )


def _facts(
    application: Application, version: ApplicationVersion | None, given: Mapping[str, Any], lang: str
) -> dict[str, Any]:
    asked = given.get(versions.AMOUNT)
    return {
        "code": application.code,
        "title": version.title if version else application.title,
        "fund": pick(application.fund.name, lang),
        "round": pick(application.round.name, lang),
        "asked_cents": asked if isinstance(asked, int) and not isinstance(asked, bool) else None,
        "number": version.number if version else None,
        "sent_on": clock.day(version.made_at, application.fund.zone) if version else None,
    }


def _people(application: Application, given: Mapping[str, Any], lang: str, is_blind: bool) -> dict[str, Any]:
    if is_blind:
        return {"is_blind": True, "applicant": "", "country": "", "partners": []}
    country = given.get(versions.COUNTRY)
    return {
        "is_blind": False,
        "applicant": application.applicant_name,
        "country": countries.names(lang).get(str(country), ""),
        "partners": [(one.name, one.role) for one in partners.of(application.id)],
    }


def name_of(application: Application, version: ApplicationVersion | None) -> str:
    """Give the name of the file: by the code once there is one."""
    if version is None or application.code is None:
        return f"draft-{application.id}.pdf"
    is_current = version.number == application.version_number
    return f"{application.code}.pdf" if is_current else f"{application.code}-v{version.number}.pdf"
