"""The outbox: what went out, what waits, what failed."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Row

from fundapp.accounts.rules import administrator
from fundapp.admin import queries, service, words
from fundapp.admin.views.blueprint import asked, before, bp, page
from fundapp.core import bounces, clock
from fundapp.core.bounces import BadAddress
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.mail import Outbox, Posted
from fundapp.mails.log import KEYS, masked


@bp.get("/mail")
@guard(administrator)
def mails() -> Any:
    """List the outbox, fifty a page."""
    state = Posted(asked("state")) if asked("state") in set(Posted) else None
    text = asked("q")
    rows = queries.mails(current_user, state=state, text=text, before=before())
    return render_template(
        "admin/mails.html",
        page=page(".mails", rows, state=state or "", q=text),
        chosen=state,
        text=text,
        words=words,
    )


@bp.get("/mail/<int:id>")
@guard(administrator, queries.mail)
def letter(row: Row[Any]) -> Any:
    """Show one mail; its text only to who may read it."""
    return render_template(
        "admin/mail.html",
        mail=row,
        body=masked(row.body_text or ""),
        is_key=row.name in KEYS,
        is_failed=row.state is Posted.FAILED,
        words=words,
    )


@bp.post("/mail/<int:id>/again")
@guard(administrator, queries.posted)
def again(row: Outbox) -> Any:
    """Let a failed mail be tried once more."""
    service.send_again(row, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The mail goes out again."))
    return redirect(url_for(".letter", id=row.id))


@bp.get("/mail-addresses")
@guard(administrator)
def bad_addresses() -> Any:
    """List the addresses from which mail came back for good."""
    return render_template("admin/bad_addresses.html", rows=bounces.bad_addresses())


@bp.post("/mail-addresses/<int:id>/clear")
@guard(administrator, queries.bad_address)
def clear_address(row: BadAddress) -> Any:
    """Send mail to an address again."""
    service.clear_address(row, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("Mail goes to this address again. What failed meanwhile is not sent by itself."))
    return redirect(url_for(".bad_addresses"))
