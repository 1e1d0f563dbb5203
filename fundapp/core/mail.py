"""Outgoing mail: queued with the change it tells of, sent by the worker after the commit."""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage, Message
from email.utils import format_datetime, formataddr, parseaddr
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app, g, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from jinja2 import Environment
from markupsafe import Markup
from sqlalchemy import JSON, Index, delete, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, check, db, fk, words
from fundapp.core.words import pick

LEASE = timedelta(minutes=5)
TRIES = 8
BATCH = 5
REFUSALS: list[Callable[["Outbox"], str | None]] = []
"""Asked before a mail is sent: an answer says why it never will be."""
SEALS: list[Callable[["Outbox", EmailMessage], Message]] = []
"""What a mail goes through before it leaves, such as encryption to its reader."""
SENDERS: list[Callable[["Outbox"], str | None]] = []
"""Asked for the envelope sender of a mail, to which its delivery reports come."""


@dataclass(frozen=True)
class Own:
    """What a fund says itself. facts: what its placeholders hold. subject, txt, html: None where it
    wrote nothing; html is the body alone. number: which version of its text it is.
    """

    facts: dict[str, Any]
    subject: str | None = None
    txt: str = ""
    html: str = ""
    number: int | None = None


OWN_WORDS: list[Callable[[str, Any, str, dict[str, Any]], Own | None]] = []
"""Asked (name, fund, language, values) what a fund says itself in a mail."""


class Posted(StrEnum):
    """Where a mail stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Outbox(Row, Base):
    """One mail, rendered in its reader's language when it was queued."""

    __tablename__ = "outbox"

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    state: Mapped[Posted] = words(Posted, default=Posted.QUEUED)
    address: Mapped[str]
    user_id: Mapped[int | None] = fk("user.id")
    fund_id: Mapped[int | None] = fk("fund.id")
    application_id: Mapped[int | None] = fk("application.id")
    language: Mapped[str]
    subject: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str]
    created_at: Mapped[datetime]
    not_before_at: Mapped[datetime]
    lease_until_at: Mapped[datetime | None]
    lease_token: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    fault: Mapped[str | None]
    unsubscribe_url: Mapped[str | None]
    calendar: Mapped[str | None]
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What stood in the placeholders, for kinds whose text a fund may write itself."""
    text_number: Mapped[int | None]
    """Which version of the fund's own text it is; None: the text that comes with the software."""

    __table_args__ = (
        check("sent_when", "(state = 'sent') = (sent_at IS NOT NULL)"),
        Index(
            "ix_outbox_due",
            "not_before_at",
            sqlite_where=text("state IN ('queued', 'sending')"),
            postgresql_where=text("state IN ('queued', 'sending')"),
        ),
        Index("ix_outbox_fund_kind", "fund_id", "name", "id"),
    )


def queue(
    name: str,
    *,
    key: str,
    to: Any,
    at: datetime,
    application: Any = None,
    fund_id: int | None = None,
    unsubscribe_url: str | None = None,
    calendar: str | None = None,
    **values: Any,
) -> bool:
    """Put one mail in the outbox, in the present transaction; give False when its key was there already.

    name: folder under templates/mail. key: says what this mail is, for ever ("decision:17:1").
    to: a user (address and language are taken from it). values: what the templates print; a fund
    among them, or that of the application, gives the mail its name and its zone. unsubscribe_url: where
    a reader ends mail of this kind by one press (RFC 8058), for what they may do without. calendar: an event
    that goes along, as iCalendar with its METHOD.
    """
    parts = write(name, to, application, values)
    about = {
        "fund_id": fund_id or getattr(application, "fund_id", None),
        "application_id": getattr(application, "id", None), "unsubscribe_url": unsubscribe_url,
        "calendar": calendar, "facts": parts["facts"], "text_number": parts["text_number"],
    }  # fmt: skip
    return post(name, parts, key=key, to=to, at=at, **about)


def post(name: str, parts: dict[str, Any], *, key: str, to: Any, at: datetime, **about: Any) -> bool:
    """Put a mail that is written already in the outbox; give False when its key was there.

    parts: subject, txt, html. about: other columns of the row.
    """
    row = {
        "key": key, "name": name, "state": Posted.QUEUED, "address": to.email, "user_id": to.id,
        "language": to.language, "subject": parts["subject"], "body_text": parts["txt"].strip() + "\n",
        "body_html": parts["html"], "created_at": at, "not_before_at": at, "tries": 0, **about,
    }  # fmt: skip
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(Outbox).values(**row).on_conflict_do_nothing(index_elements=["key"])
    return db.session.scalar(insert.returning(Outbox.id)) is not None


def write(name: str, to: Any, application: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Give subject, txt and html of a mail, in its reader's language and the fund's zone.

    Also facts, what the placeholders of its kind hold, and text_number, the version of the fund's own text.
    """
    fund, before = values.get("fund") or getattr(application, "fund", None), g.get("zone")
    given = {"reader": to, "application": application, "link": link, **values}
    with force_locale(to.language):
        given["brand_name"] = pick(fund.name, to.language) if fund else current_app.config["NAME"]
        if fund is not None:
            given["brand_colour"] = fund.brand
        g.zone = fund.zone if fund else before
        try:
            own = next((one for ask in OWN_WORDS if (one := ask(name, fund, to.language, given))), None)
            parts = _shipped(name, given) if own is None or own.subject is None else _owned(own, given)
        finally:
            g.zone = before
        if getattr(values.get("round") or getattr(application, "round", None), "is_trial", False):
            parts["subject"] = f"[{_('Trial')}] {parts['subject']}"
    return {**parts, "facts": own.facts if own else None, "text_number": own.number if own else None}


def _shipped(name: str, given: dict[str, Any]) -> dict[str, str]:
    given["subject"] = " ".join(render_template(f"mail/{name}/subject.txt", **given).split())
    bodies = {kind: render_template(f"mail/{name}/body.{kind}", **given) for kind in ("txt", "html")}
    return {"subject": given["subject"], **bodies}


def _owned(own: Own, given: dict[str, Any]) -> dict[str, str]:
    given["subject"] = own.subject
    return {"subject": own.subject or "", "txt": own.txt, "html": frame(own.html, **given)}


def frame(body: str, **given: Any) -> str:
    """Give a whole HTML mail around a body that is HTML already; given: as mail/base.html reads it."""
    return render_template("mail/own.html", **given, own_body=Markup(body))  # noqa: S704 escaped by its writer


def environment() -> Environment:
    """Give what reads the templates of mail, for who works out what they print."""
    return current_app.jinja_env


def link(endpoint: str, **values: Any) -> str:
    """Give the absolute address of a page, for mail."""
    base = current_app.config["BASE_URL"].rstrip("/")
    return str(base + current_app.url_map.bind("").build(endpoint, values))


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


def hold(prefix: str, until: datetime) -> None:
    """Keep mail whose key begins so, and that is not under way yet, until an instant."""
    db.session.execute(_unsent(update(Outbox), prefix).values(not_before_at=until))


def take_back(prefix: str) -> None:
    """Throw away mail whose key begins so and that is not under way yet."""
    db.session.execute(_unsent(delete(Outbox), prefix))


def _unsent(change: Any, prefix: str) -> Any:
    which = (Outbox.key.startswith(prefix, autoescape=True), Outbox.state == Posted.QUEUED)
    return change.where(*which).execution_options(synchronize_session=False)


def waiting() -> int:
    """Count the mails that still have to go."""
    return (
        db.session.scalar(
            select(func.count(Outbox.id)).where(Outbox.state.in_([Posted.QUEUED, Posted.SENDING]))
        )
        or 0
    )


def consider_sent(before: datetime) -> int:
    """Mark waiting mail from before an instant as sent when it was made, without sending it; give how many.

    For a past that is told afterwards (the demo): its readers were not there to get hundreds of letters.
    """
    passed = update(Outbox).where(Outbox.state == Posted.QUEUED, Outbox.created_at < before)
    done = db.session.execute(
        passed.values(state=Posted.SENT, sent_at=Outbox.created_at).execution_options(
            synchronize_session=False
        )
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def again(mail: Outbox, *, at: datetime) -> None:
    """Let a failed mail be tried once more from the start."""
    mail.state, mail.tries, mail.not_before_at, mail.fault = Posted.QUEUED, 0, at, None
