"""What a fund says by itself in its agreements, and who agrees to which change: edited by its managers."""

from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from fundapp.accounts.rules import OFFICE_ROLES, manager
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.words import LANGUAGES
from fundapp.funds.models import Fund
from fundapp.funds.queries import office_fund
from fundapp.grants import policy, samples, texts
from fundapp.grants.forms.terms import PolicyForm, TextForm, filled_text, rearranged_text
from fundapp.grants.views import bp


def _fund(user: Any, id: int) -> Fund | None:
    found = office_fund(user, id)
    if found is not None:
        g.zone = found.zone
    return found


# --- the text of the agreement ------------------------------------------------------------


@bp.get("/office/funds/<int:id>/agreement")
@guard(manager, _fund)
def agreement_text(fund: Fund) -> Any:
    """Show the articles of the fund's agreements, to change them."""
    newest = texts.newest(fund.id)
    form = filled_text(texts.articles_of(newest), newest.number if newest else 0)
    return _text_page(fund, form)


@bp.post("/office/funds/<int:id>/agreement")
@guard(manager, _fund)
def rewrite_text(fund: Fund) -> Any:
    """Keep other articles, look at them first, or draw the page with one more, less or elsewhere."""
    wish = request.form.get("do", "save")
    form = rearranged_text(request.form, wish)
    if wish not in {"save", "preview"}:
        return _text_page(fund, form)
    if not form.validate():
        return _text_page(fund, form), 422
    if wish == "preview":
        return _text_page(fund, form, shows=True)
    try:
        made = texts.rewrite(
            fund, form.articles(), base=form.version.data or 0, actor=current_user, at=clock.now()
        )
    except Refusal as refused:
        db.session.rollback()
        form.form_errors = [*form.form_errors, refused.message]
        return _text_page(fund, form), refused.status
    db.session.commit()
    flash(_("Kept as version %(number)d.", number=made.number) if made else _("Nothing was different."))
    return redirect(url_for(".agreement_text", id=fund.id))


def _text_page(fund: Fund, form: TextForm, *, shows: bool = False) -> str:
    preview = {}
    if shows:
        preview = {code: samples.articles(fund, form.articles(), code) for code in LANGUAGES}
    kept = texts.versions(fund.id)
    return render_template(
        "grants/agreement_text.html",
        fund=fund,
        form=form,
        places=texts.PLACES,
        preview=preview,
        kept=kept,
        names=texts.authors(kept),
        is_shipped=not kept or kept[0].is_shipped,
        unknown=texts.unknown_places(form.articles()) if shows else [],
    )


@bp.get("/office/funds/<int:id>/agreement.<language>.pdf")
@guard(OFFICE_ROLES, lambda user, id, language: _fund(user, id) if language in LANGUAGES else None)
def text_paper(fund: Fund) -> Any:
    """Give the agreement as it would look, for a made-up grant."""
    language = (request.view_args or {})["language"]
    articles = texts.articles_of(texts.newest(fund.id))
    return Response(samples.paper(fund, articles, language, at=clock.now()), mimetype="application/pdf")


@bp.get("/office/funds/<int:id>/agreement/versions/<int:number>")
@guard(OFFICE_ROLES, lambda user, id, number: _fund(user, id))
def text_version(fund: Fund) -> Any:
    """Show an older text, and what is different since."""
    number = (request.view_args or {})["number"]
    kept = {one.number: one for one in texts.versions(fund.id)}
    if number not in kept:
        return redirect(url_for(".agreement_text", id=fund.id))
    before = texts.articles_of(kept.get(number - 1))
    return render_template(
        "grants/text_version.html",
        fund=fund,
        text=kept[number],
        changes=samples.changes(before, texts.articles_of(kept[number]), g.get("language", "en")),
    )


@bp.get("/office/funds/<int:id>/agreement/reset")
@guard(manager, _fund)
def ask_reset(fund: Fund) -> Any:
    """Ask before going back to the articles of the house."""
    return render_template("grants/reset_text.html", fund=fund, form=EmptyForm())


@bp.post("/office/funds/<int:id>/agreement/reset")
@guard(manager, _fund)
def reset_text(fund: Fund) -> Any:
    """Go back to the articles of the house."""
    texts.reset(fund, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The articles are those that came with the software again. Earlier versions are kept."))
    return redirect(url_for(".agreement_text", id=fund.id))


# --- who agrees to which change -----------------------------------------------------------


@bp.get("/office/funds/<int:id>/amendments")
@guard(OFFICE_ROLES, _fund)
def amendment_rules(fund: Fund) -> Any:
    """Show who agrees to which change of a grant."""
    newest = policy.newest(fund.id)
    return _policy_page(fund, _filled_policy(policy.rules_of(newest), newest.number if newest else 0))


def _filled_policy(rules: dict[str, dict[str, Any]], number: int) -> PolicyForm:
    typed: MultiDict[str, str] = MultiDict({"version": str(number)})
    for place, key in enumerate(policy.RULES):
        rule = rules[key]
        typed[f"rows-{place}-key"], typed[f"rows-{place}-by"] = key, rule["by"]
        typed[f"rows-{place}-upto"] = "" if rule["upto"] is None else str(rule["upto"])
    return PolicyForm(typed)


@bp.post("/office/funds/<int:id>/amendments")
@guard(manager, _fund)
def rewrite_policy(fund: Fund) -> Any:
    """Keep other rules for changes."""
    form = PolicyForm()
    if not form.validate():
        return _policy_page(fund, form), 422
    given: dict[str, Any] = {"actor": current_user, "at": clock.now()}
    try:
        made = policy.rewrite(fund, form.rules(), base=form.version.data or 0, **given)
    except Refusal as refused:
        db.session.rollback()
        form.form_errors = [*form.form_errors, refused.message]
        return _policy_page(fund, form), refused.status
    db.session.commit()
    flash(_("Changed.") if made else _("Nothing was different, so nothing was changed."))
    return redirect(url_for(".amendment_rules", id=fund.id))


def _policy_page(fund: Fund, form: PolicyForm) -> str:
    may_edit = manager(current_user, fund)
    return render_template("grants/policy.html", fund=fund, form=form, rules=policy.RULES, may_edit=may_edit)
