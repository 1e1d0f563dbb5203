"""Words and flags: on one application, and the list of a fund's words."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.models import User
from fundapp.accounts.rules import manager
from fundapp.applications import tags
from fundapp.applications.forms.office_lists import FlagForm, TagForm
from fundapp.applications.models import Application, Tag
from fundapp.applications.rules import staff
from fundapp.applications.views.blueprint import bp, seen
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.rules import Rule
from fundapp.funds.models import Fund
from fundapp.funds.queries import office_fund

OF_FUND = Rule(lambda user, fund: manager(user, tags.OfFund(fund.id)), "manager")


def _actor() -> User:
    found: User = current_user._get_current_object()
    return found


def _back(application: Application) -> Any:
    return redirect(url_for(".office_show", id=application.id, _anchor="tags"))


@bp.post("/office/applications/<int:id>/tags")
@guard(staff, seen)
def office_tag(application: Application) -> Any:
    """Put a word on an application."""
    form = TagForm()
    if form.validate():
        try:
            tags.put(application, form.name.data, actor=_actor(), at=g.arrived_at)
        except Refusal as refused:
            db.session.rollback()
            flash(refused.message, "bad")
            return _back(application)
        db.session.commit()
    else:
        flash(next(iter(form.errors.values()))[0], "bad")
    return _back(application)


@bp.post("/office/applications/<int:id>/untag")
@guard(staff, seen)
def office_untag(application: Application) -> Any:
    """Take a word off an application."""
    tag = tags.seen_tag(current_user, request.form.get("tag", 0, type=int))
    if tag is not None:
        tags.take_off(application, tag, actor=_actor(), at=g.arrived_at)
        db.session.commit()
    return _back(application)


@bp.post("/office/applications/<int:id>/flag")
@guard(staff, seen)
def office_flag(application: Application) -> Any:
    """Raise the flag on an application, or lower it."""
    if "lower" in request.form:
        tags.lower_flag(application, actor=_actor(), at=g.arrived_at)
    else:
        tags.raise_flag(application, FlagForm().reason.data or "", actor=_actor(), at=g.arrived_at)
    db.session.commit()
    return _back(application)


# --- the words of a fund -----------------------------------------------------------------


@bp.get("/office/funds/<int:id>/tags")
@guard(OF_FUND, office_fund)
def office_tags(fund: Fund) -> Any:
    """List the words of a fund, to rename, join and drop."""
    return render_template("applications/office_tags.html", fund=fund, words=tags.of_fund(fund.id))


@bp.get("/office/tags/<int:id>")
@guard(manager, tags.seen_tag)
def office_tag_edit(tag: Tag) -> Any:
    """Ask what is to become of a word."""
    return _tag_page(tag, TagForm(data={"name": tag.name}))


def _tag_page(tag: Tag, form: TagForm) -> str:
    words = [(other, number) for other, number in tags.of_fund(tag.fund_id) if other.id != tag.id]
    return render_template("applications/office_tag.html", tag=tag, form=form, words=words, empty=EmptyForm())


@bp.post("/office/tags/<int:id>")
@guard(manager, tags.seen_tag)
def office_tag_change(tag: Tag) -> Any:
    """Rename a word; the name of another joins the two."""
    form, fund_id = TagForm(), tag.fund_id
    if not form.validate():
        return _tag_page(tag, form), 422
    try:
        left = tags.rename(tag, form.name.data, actor=_actor(), at=g.arrived_at)
    except Refusal as refused:
        form.name.errors = [refused.message]
        return _tag_page(tag, form), 422
    db.session.commit()
    flash(_("The tag is called %(name)s now.", name=left.name))
    return redirect(url_for(".office_tags", id=fund_id))


@bp.post("/office/tags/<int:id>/drop")
@guard(manager, tags.seen_tag)
def office_tag_drop(tag: Tag) -> Any:
    """Take a word off everything and out of the list."""
    fund_id, name = tag.fund_id, tag.name
    tags.drop(tag, actor=_actor(), at=g.arrived_at)
    db.session.commit()
    flash(_("The tag %(name)s is gone.", name=name))
    return redirect(url_for(".office_tags", id=fund_id))
