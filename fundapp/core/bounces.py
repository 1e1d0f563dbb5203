"""Mail that came back: reading delivery reports (RFC 3464), and addresses that take no mail any more.

Anybody can write to the address to which reports come, so a report counts only with a proof that it is
about a mail of ours to that address: the signed envelope sender (VERP), or our own Message-ID.
"""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage, Message
from email.utils import parseaddr
from hmac import compare_digest

from flask import current_app
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core import delivery, signing
from fundapp.core.db import Base, Row, db, fk
from fundapp.core.mail import Outbox

LARGEST = 5_000_000
PASSING = ("5.2.2", "5.3.", "5.4.", "5.7.")
"""Failures that say nothing about the address: a full box, a sick host or route, a policy."""


class NoReport(ValueError):
    """A message that is no delivery report; the text says why."""


class BadAddress(Row, Base):
    """An address from which mail came back for good; nothing is sent there until somebody clears it."""

    __tablename__ = "bad_address"

    address: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    said: Mapped[str]
    outbox_id: Mapped[int | None] = fk("outbox.id", index=False)
    since_at: Mapped[datetime]


@dataclass(frozen=True)
class Return:
    """One recipient of a report. status: such as 5.1.1. key: of our mail, None where nothing proves it."""

    address: str
    status: str
    said: str
    is_final: bool
    key: str | None


def take(raw: bytes, *, at: datetime) -> list[Return]:
    """Take in a delivery report: mark addresses that failed for good, and note it with the mail.

    Raises NoReport. Taking the same report twice changes nothing.
    """
    message = _parsed(raw)
    found = []
    for fields in _recipients(message):
        posted = _ours(message, fields.address)
        one = Return(
            fields.address, fields.status, fields.said, fields.is_final, posted.key if posted else None
        )
        if posted is not None:
            posted.fault = f"{one.status} {one.said}"[:500]
            if one.is_final:
                _mark(one, posted, at)
        found.append(one)
    if not found:
        raise NoReport("the report names no recipient that failed")
    return found


def _mark(one: Return, posted: Outbox, at: datetime) -> None:
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    row = {
        "address": one.address, "status": one.status, "said": one.said,
        "outbox_id": posted.id, "since_at": at,
    }  # fmt: skip
    db.session.execute(dialect.insert(BadAddress).values(**row).on_conflict_do_nothing())


def _parsed(raw: bytes) -> EmailMessage:
    if len(raw) > LARGEST:
        raise NoReport("the message is too large for a report")
    message = email.message_from_bytes(raw, policy=email.policy.default)
    if message.get_content_type() != "multipart/report":
        raise NoReport("this is no multipart/report (RFC 3464)")
    return message


@dataclass(frozen=True)
class _Fields:
    address: str
    status: str
    said: str
    is_final: bool


def _recipients(message: EmailMessage) -> list[_Fields]:
    """Read the recipients that failed or are late, from the parts for each recipient."""
    found = []
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = [block for block in part.get_payload() if isinstance(block, Message)]
        found += [one for block in blocks if (one := _recipient(block))]
    return found


def _recipient(block: Message) -> _Fields | None:
    action = str(block.get("Action", "")).strip().lower()
    address = str(block.get("Final-Recipient", block.get("Original-Recipient", ""))).rpartition(";")[2]
    status = re.search(r"[245]\.\d{1,3}\.\d{1,3}", str(block.get("Status", "")))
    if action not in ("failed", "delayed") or "@" not in address or status is None:
        return None
    said = " ".join(str(block.get("Diagnostic-Code", "")).rpartition(";")[2].split())[:300]
    is_final = action == "failed" and status[0].startswith("5") and not status[0].startswith(PASSING)
    return _Fields(parseaddr(address.strip())[1].lower(), status[0], said, is_final)


# --- whether it is about a mail of ours ---------------------------------------------


def envelope_sender(posted: Outbox) -> str | None:
    """Give the address to which a report about one mail comes (VERP); None where none is set up."""
    box, _at, domain = current_app.config["MAIL_BOUNCES"].partition("@")
    return f"{box}+{posted.id}-{_proof(posted.id)}@{domain}" if domain else None


def _proof(id: int) -> str:
    signed = signing.sign("bounces", id)
    return re.sub(r"[^A-Za-z0-9]", "", signed)[-16:].lower()


def _ours(message: EmailMessage, address: str) -> Outbox | None:
    return _by_sender(message, address) or _by_message_id(message, address)


def _by_sender(message: EmailMessage, address: str) -> Outbox | None:
    heads = " ".join(str(message.get(name, "")) for name in ("To", "Delivered-To", "X-Original-To"))
    found = re.search(r"\+(\d{1,9})-([a-z0-9]{16})@", heads.lower())
    if found is None or not compare_digest(found[2], _proof(int(found[1]))):
        return None
    posted = db.session.get(Outbox, int(found[1]))
    return posted if posted is not None and posted.address.lower() == address else None


def _by_message_id(message: EmailMessage, address: str) -> Outbox | None:
    named = {str(part.get("Message-ID", "")).strip() for part in _returned(message)} - {""}
    if not named:
        return None
    sender = parseaddr(current_app.config["MAIL_FROM"])[1].partition("@")[2] or "localhost"
    recent = select(Outbox).where(Outbox.address == address).order_by(Outbox.id.desc()).limit(500)
    return next(
        (one for one in db.session.scalars(recent) if delivery.message_id(one.key, sender) in named), None
    )


def _returned(message: EmailMessage) -> list[Message]:
    """Give what came back of our mail: whole, or its head alone."""
    found: list[Message] = []
    for part in message.walk():
        if part.get_content_type() == "message/rfc822":
            found += [one for one in part.get_payload() if isinstance(one, Message)]
        elif part.get_content_type() == "text/rfc822-headers":
            found.append(email.message_from_string(str(part.get_payload(decode=False))))
    return found


# --- what follows ----------------------------------------------------------------------


def is_bad(address: str) -> BadAddress | None:
    """Give why an address takes no mail; None where it does as far as we know."""
    return db.session.scalar(select(BadAddress).where(BadAddress.address == address.lower()))


def bad_addresses() -> list[BadAddress]:
    """List the addresses that take no mail, the newest first."""
    return list(db.session.scalars(select(BadAddress).order_by(BadAddress.id.desc()).limit(500)))


def _refusal(posted: Outbox) -> str | None:
    bad = is_bad(posted.address)
    return f"{bad.status} {bad.said}"[:500] if bad is not None else None


delivery.REFUSALS.append(_refusal)
delivery.SENDERS.append(envelope_sender)
