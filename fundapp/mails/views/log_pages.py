"""What was sent: about an application, by a fund, and to oneself."""

from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Row

from fundapp.applications.models import Application
from fundapp.applications.queries import seen_application
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.mail import Outbox, Posted
from fundapp.core.rules import SIGNED_IN
from fundapp.funds.models import Fund
from fundapp.funds.queries import office_fund
from fundapp.mails import log, service, words
from fundapp.mails.rules import READ_LOG, SEND_AGAIN
from fundapp.mails.views.blueprint import bp

STATES = (*Posted, "back")


@dataclass(frozen=True)
class Page:
    """One page of a list, with the ways to the other pages."""

    items: log.Found
    older_url: str | None
    newer_url: str | None
    count_text: str = ""


def _narrowed() -> dict[str, Any]:
    state = request.args.get("state", "")
    return {
        "text": request.args.get("q", "").strip()[:200],
        "state": state if state in STATES else "",
        "before": request.args.get("before", type=int),
    }


def _cut(rows: log.Found, asked: dict[str, Any], **address: Any) -> Page:
    kept = {"q": asked["text"] or None, "state": asked.get("state") or None}
    endpoint, items = str(request.endpoint), rows[: log.PAGE]
    older = url_for(endpoint, before=items[-1].id, **kept, **address) if len(rows) > log.PAGE else None
    return Page(items, older, url_for(endpoint, **kept, **address) if asked["before"] else None)


def _zoned_application(user: Any, id: int) -> Application | None:
    found = seen_application(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found


def _zoned_fund(user: Any, id: int) -> Fund | None:
    found = office_fund(user, id)
    if found is not None:
        g.zone = found.zone
    return found


@bp.get("/office/applications/<int:id>/mail")
@guard(READ_LOG, _zoned_application)
def about(application: Application) -> Any:
    """List the mail about one application."""
    asked = _narrowed()
    page = _cut(log.about(current_user, application.id, **asked), asked, id=application.id)
    return render_template("mails/about.html", application=application, page=page, asked=asked, words=words)


@bp.get("/office/funds/<int:id>/mail")
@guard(READ_LOG, _zoned_fund)
def sent(fund: Fund) -> Any:
    """List the mail of a fund."""
    asked = _narrowed()
    page = _cut(log.of_fund(current_user, fund.id, **asked), asked, id=fund.id)
    return render_template("mails/sent.html", fund=fund, page=page, asked=asked, words=words)


@bp.get("/office/mail/<int:id>")
@guard(READ_LOG, log.seen_mail)
def letter(row: Row[Any]) -> Any:
    """Show one mail as it was sent."""
    return render_template(
        "mails/letter.html", mail=row, body=log.masked(row.body_text), words=words, is_office=True,
        may_again=row.state is Posted.FAILED and SEND_AGAIN(current_user, row),
    )  # fmt: skip


@bp.post("/office/mail/<int:id>/again")
@guard(SEND_AGAIN, log.posted)
def again(row: Outbox) -> Any:
    """Let a failed mail be tried once more."""
    service.send_again(row, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("The mail goes out again."))
    return redirect(url_for(".letter", id=row.id))


@bp.get("/account/mail")
@guard(SIGNED_IN)
def mine() -> Any:
    """List all mail to oneself."""
    asked = _narrowed()
    rows = log.mine(current_user, text=asked["text"], before=asked["before"])
    return render_template("mails/mine.html", page=_cut(rows, asked), asked=asked, words=words)


@bp.get("/account/mail/<int:id>")
@guard(SIGNED_IN, log.own_mail)
def own_letter(row: Row[Any]) -> Any:
    """Show one mail to oneself as it was sent."""
    return render_template(
        "mails/letter.html", mail=row, body=log.masked(row.body_text), words=words, is_office=False,
        may_again=False,
    )  # fmt: skip
