"""Delivering mail: claimed from the outbox, handed to the relay, and marked sent, each by itself."""

import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage, Message
from email.utils import format_datetime, formataddr, parseaddr
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import or_, select, update

from fundapp.core.db import db
from fundapp.core.mail import Outbox, Posted

LEASE = timedelta(minutes=5)
TRIES = 8
BATCH = 5
REFUSALS: list[Callable[[Outbox], str | None]] = []
"""Asked before a mail is sent: an answer says why it never will be."""
SEALS: list[Callable[[Outbox, EmailMessage], Message]] = []
"""What a mail goes through before it leaves, such as encryption to its reader."""
SENDERS: list[Callable[[Outbox], str | None]] = []
"""Asked for the envelope sender of a mail, to which its delivery reports come."""


def sender_address() -> str:
    """Give the address our mail comes from."""
    return parseaddr(current_app.config["MAIL_FROM"])[1]


def message_id(key: str, domain: str) -> str:
    """Give the Message-ID of a mail: the same for each try, so that a repeat is recognisable."""
    return f"<{sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def deliver(at: datetime) -> dict[str, int]:
    """Send all mail that is due, five at a time; gives counts of sent and failed.

    Commits: each mail is marked sent in a transaction of its own, right after the relay took it.
    A worker that dies in between leaves a lease that runs out; the mail then goes again with
    the same Message-ID.
    """
    done = {"sent": 0, "failed": 0}
    while claimed := _claim(at):
        for mail in claimed:
            never = next((why for refuses in REFUSALS if (why := refuses(mail))), None)
            fault = never or _try(mail)
            done["failed" if fault else "sent"] += 1
            _mark(mail, fault, at, is_final=never is not None)
    return done


def _claim(at: datetime) -> list[Outbox]:
    due = (
        select(Outbox.id)
        .where(
            Outbox.state.in_([Posted.QUEUED, Posted.SENDING]),
            Outbox.not_before_at <= at,
            or_(Outbox.lease_until_at.is_(None), Outbox.lease_until_at < at),
        )
        .order_by(Outbox.not_before_at, Outbox.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(Outbox)
        .where(Outbox.id.in_(due))
        .values(
            state=Posted.SENDING, lease_until_at=at + LEASE, lease_token=token_hex(8), tries=Outbox.tries + 1
        )
        .returning(Outbox)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    claimed = list(db.session.scalars(statement))
    db.session.commit()  # the lease must be seen by other workers before anything is sent
    return claimed


def _mark(mail: Outbox, fault: str | None, at: datetime, *, is_final: bool = False) -> None:
    wait = timedelta(minutes=2 ** min(mail.tries, 10))
    if fault is None:
        values: dict[str, Any] = {"state": Posted.SENT, "sent_at": at, "fault": None}
    elif is_final or mail.tries >= TRIES:
        values = {"state": Posted.FAILED, "fault": fault}
    else:
        values = {"state": Posted.QUEUED, "fault": fault, "not_before_at": at + wait}
    db.session.execute(
        update(Outbox)
        .where(Outbox.id == mail.id, Outbox.lease_token == mail.lease_token)
        .values(lease_until_at=None, lease_token=None, **values)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()


def _try(mail: Outbox) -> str | None:
    try:
        message: Message = _message(mail)
        for seal in SEALS:
            message = seal(mail, message)  # type: ignore[arg-type]
        send(message, next((sender for tell in SENDERS if (sender := tell(mail))), None))
    except (OSError, smtplib.SMTPException) as fault:
        return f"{type(fault).__name__}: {fault}"[:500]
    return None


def _message(mail: Outbox) -> EmailMessage:
    sender = parseaddr(current_app.config["MAIL_FROM"])
    message = EmailMessage()
    message["From"] = formataddr(sender)
    message["To"] = mail.address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = message_id(mail.key, sender[1].partition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = mail.language
    if mail.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.body_text)
    message.add_alternative(mail.body_html, subtype="html")
    if mail.calendar:
        method = "CANCEL" if "METHOD:CANCEL" in mail.calendar else "REQUEST"
        message.add_attachment(
            mail.calendar, subtype="calendar", filename="meeting.ics", params={"method": method}
        )
    return message


def send(message: Message, envelope_sender: str | None = None) -> None:
    """Hand one message to the relay of the settings, or keep it as a file where none is set.

    envelope_sender: where reports about it come; None: its own sender.
    Raises OSError or SMTPException when it was not taken.
    """
    url = urlsplit(current_app.config["MAIL_URL"])
    if not url.scheme:
        _keep(message)
        return
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with kind(url.hostname or "localhost", url.port or 0, timeout=20) as relay:
        relay.ehlo_or_helo_if_needed()
        if url.scheme == "smtp" and relay.has_extn("starttls"):
            relay.starttls()
        if url.username:
            relay.login(unquote(url.username), unquote(url.password or ""))
        relay.send_message(message, from_addr=envelope_sender)


def _keep(message: Message) -> None:
    folder = Path(current_app.config["INSTANCE"]) / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    name = message["Message-ID"].strip("<>").partition("@")[0]
    (folder / f"{name}.eml").write_bytes(bytes(message))
