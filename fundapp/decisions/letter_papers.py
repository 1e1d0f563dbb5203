"""Decision letters on paper: set once they went out, kept with the hash of their bytes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from fundapp.core import clock, countries, files
from fundapp.core.db import db, locked
from fundapp.core.markdown import render
from fundapp.core.paper_shapes import Letter as Shape
from fundapp.core.paper_shapes import Letterhead
from fundapp.core.papers import paper
from fundapp.core.words import pick
from fundapp.decisions import letter_rows, wording
from fundapp.decisions.models import Letter
from fundapp.funds.models import Fund


def content(letter: Letter, *, at: datetime) -> bytes:
    """Give a letter as PDF: the kept one, else set now. Raises PdfEngineMissing.

    What was sent is set with the instant of its sending, so that the bytes are those the job keeps.
    """
    if letter.file_id is not None:
        kept = db.session.get_one(files.File, letter.file_id)
        return files.content(kept)
    return _set(letter, letter.sent_at or at)


def set_next(at: datetime) -> tuple[int, bytes] | None:
    """Set the next letter that went out and is not on paper yet; give its id and the PDF, None when all are.

    Only reads: setting takes a second, in which nobody should wait for a writer.
    """
    rows = letter_rows.unprinted(1)
    return (rows[0].id, _set(rows[0], rows[0].sent_at or at)) if rows else None


def keep_set(id: int, printed: bytes, at: datetime) -> None:
    """Keep a letter that was set, with its hash; one that another worker kept meanwhile stays as it is."""
    letter = locked(Letter, id)
    if letter.file_id is not None:
        return
    made = files.keep(
        letter, printed, name=f"{letter.application.code}.pdf", media_type="application/pdf", actor_id=None,
        at=at, kind="letter",
    )  # fmt: skip
    letter.file_id, letter.sha256 = made.id, made.sha256


def _set(letter: Letter, made_at: datetime) -> bytes:
    fund = letter.application.fund
    shape = _shape(letter, fund, made_at)
    return paper("letter.html", lang=letter.language, made_at=made_at, d=shape, currency=fund.currency)


def _shape(letter: Letter, fund: Fund, made_at: datetime) -> Shape:
    decision, application, language = letter.decision, letter.application, letter.language
    with force_locale(language):
        dear = _("Dear %(name)s,", name=letter.to.name)
        clause = wording.clause(fund, decision, letter.object_by_on)
    return {
        "head": letterhead(fund, language),
        "to": _to(letter),
        "dear": dear,
        "code": application.code or "",
        "title": application.title,
        "outcome": decision.outcome.value,
        "sent_on": clock.day(made_at, fund.zone).isoformat(),
        "handled_by": application.lead.name if application.lead else pick(fund.name, language),
        "currency": fund.currency,
        "amount_cents": decision.amount_cents,
        "asked_cents": application.requested_cents,
        "html": str(render(letter.body)),
        "rank": None,
        "ranked": 0,
        "total": None,
        "high": None,
        "reviewers": 0,
        "criteria": [],
        "object_by": letter.object_by_on.isoformat() if letter.object_by_on else None,
        "clause": clause,
        "signed_by": pick(fund.name, language),
    }


def letterhead(fund: Fund, language: str) -> Letterhead:
    """Give the head of a letter: the name of the fund, its address, where to reach it."""
    contact = fund.contact or {}
    written = contact.get("address") or []
    lines = address_lines(written, None, language) if isinstance(written, dict) else _lines(written)
    reach = " · ".join(str(contact[key]) for key in ("email", "website") if contact.get(key))
    return {"name": pick(fund.name, language), "lines": lines, "reach": reach}


def address_lines(address: Mapping[str, Any], country: str | None, language: str) -> list[str]:
    """Write an address for an envelope: street and number, postcode and town, country."""
    street = f"{address.get('street', '')} {address.get('number', '')}".strip()
    town = f"{address.get('postcode', '')} {address.get('town', '')}".strip()
    return [line for line in (street, town, countries.names(language).get(country or "", "")) if line]


def _lines(written: object) -> list[str]:
    lines = written if isinstance(written, list) else str(written or "").splitlines()
    return [str(line).strip() for line in lines if str(line).strip()]


def _to(letter: Letter) -> list[str]:
    party = letter.application.party
    named = [party.legal_name] if party is not None and party.legal_name != letter.to.name else []
    address = address_lines(party.address, party.country, letter.language) if party is not None else []
    return [*named, letter.to.name, *address]
