"""What a fund's mail says: the list of kinds, one text in one language, its versions."""

import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications import word_changes
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused
from fundapp.core.web import POLICY
from fundapp.funds.models import Fund
from fundapp.mails import placeholders, preview, queries, service, words
from fundapp.mails.declared import FIXED, KINDS
from fundapp.mails.forms import StepForm, TextForm
from fundapp.mails.kinds import Kind, Readers
from fundapp.mails.models import MailText
from fundapp.mails.rules import READ_TEXTS, WRITE_TEXTS
from fundapp.mails.shipped import shipped
from fundapp.mails.views.blueprint import bp, text_fund

BASE = "/office/funds/<int:id>/mail-texts"
ONE = f"{BASE}/<mail>/<lang>"


def _asked() -> tuple[Kind, str]:
    values = request.view_args or {}
    return KINDS[values["mail"]], values["lang"]


# --- the list ------------------------------------------------------------------------


@bp.get(BASE)
@guard(READ_TEXTS, text_fund)
def texts(fund: Fund) -> Any:
    """List the kinds of mail of a fund by who gets them, and which carry its own text."""
    own = queries.all_current(fund.id)
    groups = [
        (*words.READERS[readers], [_line(kind, own) for kind in KINDS.values() if kind.readers is readers])
        for readers in Readers
    ]
    fixed = [(words.mail(name), why) for name, why in FIXED.items()]
    return render_template("mails/texts.html", fund=fund, groups=groups, fixed=fixed)


def _line(kind: Kind, own: dict[tuple[str, str], MailText]) -> dict[str, Any]:
    states = {lang: _state(kind, lang, own.get((kind.name, lang))) for lang in ("en", "nl")}
    return {"name": kind.name, "word": words.mail(kind.name), "states": states}


def _state(kind: Kind, lang: str, text: MailText | None) -> str:
    if text is None or text.subject is None:
        return "shipped"
    return "own" if text.shipped_digest == shipped(kind, lang).digest else "older"


# --- one text ------------------------------------------------------------------------


def _page(fund: Fund, form: TextForm, status: int = 200, **more: Any) -> Any:
    kind, lang = _asked()
    now = queries.current(fund.id, kind.name, lang)
    is_own, came_with = now is not None and now.subject is not None, shipped(kind, lang)
    data = preview.data(current_user, fund, kind, lang)
    written, html = preview.write(fund, kind, lang, _typed(form), data.values)
    changed = None
    if now is not None and is_own and now.shipped_digest != came_with.digest:
        changed = word_changes.pieces(now.shipped_text, came_with.whole)
    given = {
        "kind": kind, "lang": lang, "now": now, "is_own": is_own, "came_with": came_with, "data": data,
        "written": written, "html": html, "changed": changed, "word": words.mail(kind.name),
        "readers": words.READERS[kind.readers], "may_write": WRITE_TEXTS(current_user, fund),
        "versions": queries.versions(fund.id, kind.name, lang),
        "places": sorted(kind.places.values(), key=lambda place: not place.needed),
    }  # fmt: skip
    shown = render_template("mails/text.html", fund=fund, form=form, **given, **more)
    return shown, status, {"Content-Security-Policy": _policy(html)}


def _policy(html: str) -> str:
    """Let the preview, which inherits the page's policy, use the style sheet of our mail and no other."""
    found = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = sha256(found[1].encode() if found else b"").digest()
    style = f"style-src 'self' 'sha256-{b64encode(digest).decode()}'"
    return POLICY.replace("style-src 'self'", style)


@bp.get(ONE)
@guard(READ_TEXTS, text_fund)
def text(fund: Fund) -> Any:
    """Show one text as it counts now, to be changed, with how it looks."""
    kind, lang = _asked()
    now = queries.current(fund.id, kind.name, lang)
    form = TextForm()
    shown = shipped(kind, lang)
    is_own = now is not None and now.subject is not None
    form.subject.data, form.body.data = (now.subject, now.body) if now and is_own else shown
    form.version.data = now.number if now else 0
    return _page(fund, form)


@bp.post(ONE)
@guard(WRITE_TEXTS, text_fund)
def write(fund: Fund) -> Any:
    """Keep a text, show how it would look, or send it to whoever writes it."""
    form, (kind, lang) = TextForm(), _asked()
    form.validate()
    form.subject.data, form.body.data = form.subject.data or "", form.body.data or ""
    act = {"preview": _look, "test": _test}.get(request.form.get("do", ""), _keep)
    return act(fund, kind, lang, form)


def _keep(fund: Fund, kind: Kind, lang: str, form: TextForm) -> Any:
    try:
        service.keep(
            fund, kind, lang, _typed(form), version=form.version.data or 0, actor=current_user,
            at=g.arrived_at,
        )  # fmt: skip
        db.session.commit()
    except service.NotRight as refused:
        db.session.rollback()
        form.blame(refused.faults)
        return _page(fund, form, 422)
    except ChangedMeanwhile as clash:
        db.session.rollback()
        return _page(fund, form, 409, theirs=clash.theirs)
    flash(_("Kept. Mail of this kind carries it from now on."))
    return redirect(url_for(".text", id=fund.id, mail=kind.name, lang=lang))


def _look(fund: Fund, kind: Kind, lang: str, form: TextForm) -> Any:
    faults = _faults(kind, form)
    form.blame(faults)
    return _page(fund, form, 422 if faults else 200, is_preview=True)


def _test(fund: Fund, kind: Kind, lang: str, form: TextForm) -> Any:
    if faults := _faults(kind, form):
        form.blame(faults)
        return _page(fund, form, 422)
    data = preview.data(current_user, fund, kind, lang)
    written, html = preview.write(fund, kind, lang, _typed(form), data.values)
    try:
        service.try_out(
            fund, written, html, language=lang, application_id=data.application_id, actor=current_user,
            at=g.arrived_at,
        )  # fmt: skip
    except MoveRefused as refused:
        form.blame([placeholders.Fault("body", refused.message)])
        return _page(fund, form, 409)
    db.session.commit()
    flash(_("A test is on its way to %(address)s. Nothing was kept yet.", address=current_user.email), "info")
    return _page(fund, form, is_preview=True)


def _faults(kind: Kind, form: TextForm) -> list[placeholders.Fault]:
    return placeholders.faults(kind, _typed(form))


def _typed(form: TextForm) -> placeholders.Text:
    return placeholders.cleaned(form.subject.data, form.body.data)


# --- versions and the way back -------------------------------------------------------


@bp.get(f"{ONE}/versions/<int:number>")
@guard(READ_TEXTS, text_fund)
def version(fund: Fund) -> Any:
    """Show one version of a text, with what it changed."""
    kind, lang = _asked()
    number = int((request.view_args or {})["number"])
    found = queries.two_versions(fund.id, kind.name, lang, number)
    if not found or found[0].number != number:
        return render_template("errors/404.html"), 404
    made, before = found[0], found[1] if len(found) > 1 else None
    now = _whole(made, kind, lang)
    old = _whole(before, kind, lang) if before else made.shipped_text
    return render_template(
        "mails/version.html", fund=fund, kind=kind, lang=lang, made=made, word=words.mail(kind.name),
        pieces=word_changes.pieces(old, now), is_first=before is None,
    )  # fmt: skip


def _whole(text: MailText, kind: Kind, lang: str) -> str:
    return f"{text.subject}\n\n{text.body}" if text.subject else text.shipped_text


@bp.get(f"{ONE}/shipped")
@guard(WRITE_TEXTS, text_fund)
def ask_restore(fund: Fund) -> Any:
    """Ask before going back to the shipped text."""
    kind, lang = _asked()
    now = queries.current(fund.id, kind.name, lang)
    form = StepForm()
    form.version.data = now.number if now else 0
    return render_template(
        "mails/restore.html", fund=fund, kind=kind, lang=lang, form=form, word=words.mail(kind.name),
        came_with=shipped(kind, lang),
    )  # fmt: skip


@bp.post(f"{ONE}/shipped")
@guard(WRITE_TEXTS, text_fund)
def restore(fund: Fund) -> Any:
    """Go back to the shipped text."""
    form, (kind, lang) = StepForm(), _asked()
    form.validate()
    version = form.version.data or 0
    service.restore(fund, kind, lang, version=version, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("Mail of this kind carries the shipped text again. Your own is kept among the versions."))
    return redirect(url_for(".text", id=fund.id, mail=kind.name, lang=lang))
