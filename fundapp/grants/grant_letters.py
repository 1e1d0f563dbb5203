"""Letters about a grant on paper: to whom, from whom, what it is about, in plain paragraphs and figures."""

from datetime import datetime
from typing import TypedDict

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core import clock
from fundapp.core.paper_shapes import Letterhead
from fundapp.core.papers import paper
from fundapp.core.words import pick
from fundapp.decisions.letter_papers import address_lines, letterhead
from fundapp.grants.models import Award
from fundapp.grants.queries import owner_of


class GrantLetter(TypedDict):
    """One letter. Template: grant_letter.html. figures: (term, value as printed)."""

    head: Letterhead
    to: list[str]
    dear: str
    code: str
    subject: str
    sent_on: str
    paragraphs: list[str]
    figures: list[tuple[str, str]]
    closing: list[str]
    signed_by: str


def letter(
    award: Award,
    subject: str,
    paragraphs: list[str],
    figures: list[tuple[str, str]],
    closing: list[str],
    *,
    code: str,
    at: datetime,
    signed_by: User | None,
    lang: str,
) -> bytes:
    """Set a letter about a grant as PDF; the words are in the language already. Raises PdfEngineMissing."""
    application = award.application
    fund, owner, party = application.fund, owner_of(application), application.party
    named = (
        [party.legal_name] if party is not None and (owner is None or party.legal_name != owner.name) else []
    )
    address = address_lines(party.address, party.country, lang) if party is not None else []
    shape: GrantLetter = {
        "head": letterhead(fund, lang),
        "to": [*named, *([owner.name] if owner else []), *address],
        "dear": _("Dear %(name)s,", name=owner.name if owner else application.applicant_name or ""),
        "code": code,
        "subject": subject,
        "sent_on": clock.day(at, fund.zone).isoformat(),
        "paragraphs": [one for one in paragraphs if one],
        "figures": figures,
        "closing": [one for one in closing if one],
        "signed_by": signed_by.name if signed_by is not None else pick(fund.name, lang),
    }
    return paper("grant_letter.html", lang=lang, made_at=at, d=shape, currency=fund.currency)
