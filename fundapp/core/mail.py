"""Outgoing mail: written and queued with the change it tells of; `delivery` sends it after the commit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import current_app, g, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from jinja2 import Environment
from markupsafe import Markup
from sqlalchemy import JSON, Index, delete, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, Row, check, db, fk, words
from fundapp.core.words import pick


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
