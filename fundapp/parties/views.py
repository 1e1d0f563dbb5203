"""Pages of the register of parties."""

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.models import Party
from fundapp.applications.models import Application
from fundapp.applications.queries import seen_application
from fundapp.applications.rules import staff
from fundapp.applications.workflow import WORDS
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.decisions import caps
from fundapp.parties import queries, service
from fundapp.parties.forms import KINDS, ChoiceForm, PartyForm
from fundapp.parties.rules import KEEP, OFFICE

bp = Blueprint("parties", __name__)


def _actor() -> Any:
    return current_user._get_current_object()


@bp.get("/office/parties")
@guard(OFFICE)
def index() -> Any:
    """List the register, by name, searched."""
    text, after = request.args.get("q", "")[:100], request.args.get("after", type=int)
    start = (request.args.get("name", ""), after) if after else None
    rows = queries.register(current_user, text, after=start)
    shown = rows[: queries.PAGE]
    more = len(rows) > queries.PAGE
    older = url_for(".index", q=text or None, name=shown[-1].sort, after=shown[-1].id) if more else None
    pages = {"older_url": older, "newer_url": url_for(".index", q=text or None) if after else None}
    return render_template(
        "parties/index.html", rows=shown, page=pages | {"count_text": ""}, text=text, kinds=dict(KINDS)
    )


@bp.get("/office/parties/new")
@guard(KEEP)
def new() -> Any:
    """Ask who it is."""
    form = PartyForm(formdata=None)
    asking = _asking()
    form.legal_name.data = asking.applicant_name[:200] if asking else ""
    return render_template("parties/edit.html", party=None, form=form, asking=asking)


def _asking() -> Application | None:
    """Give the application the party is written down for, if it is one the person handles."""
    id = request.values.get("application", type=int)
    found = seen_application(current_user, id) if id else None
    return found if found is not None and staff(current_user, found) else None


@bp.post("/office/parties/new")
@guard(KEEP)
def create() -> Any:
    """Write a party down; for an application it is linked at once."""
    form, asking = PartyForm(), _asking()
    if done := once.result(form.once.data):
        return redirect(done)
    made = _tried(form, lambda: _written_down(form, asking))
    if made is None:
        return render_template("parties/edit.html", party=None, form=form, asking=asking), 422
    to = url_for("applications.office_show", id=asking.id) if asking else url_for(".show", id=made.id)
    once.remember(form.once.data, to, at=g.arrived_at)
    db.session.commit()
    flash(_("The party stands in the register."))
    return redirect(to)


def _written_down(form: PartyForm, asking: Application | None) -> Party:
    made = service.create(**form.values(), actor=_actor(), at=g.arrived_at)
    db.session.flush()  # its address carries its id
    if asking is not None:
        service.link(asking, made, actor=_actor(), at=g.arrived_at)
    return made


def _tried(form: PartyForm, do: Any) -> Any:
    """Validate and run one service call; a refusal stands beside the register number or above the form."""
    if not form.validate():
        return None
    try:
        return do()
    except Refusal as refused:
        db.session.rollback()
        if refused.status == Refusal.status:
            form.registration.errors = [refused.message]
        else:
            form.form_errors = [*form.form_errors, refused.message]
        return None


@bp.get("/office/parties/<int:id>")
@guard(OFFICE, queries.party)
def show(party: Party) -> Any:
    """Show one party: who it is, what it asked and was awarded, how much of each limit is used."""
    limits = [
        (fund, caps.used([party.id], fund.currency)[party.id]) for fund in queries.caps(current_user)[:1]
    ]
    return render_template(
        "parties/show.html",
        party=party,
        rows=queries.asked(current_user, party),
        limits=limits,
        people=queries.people(party),
        kinds=dict(KINDS),
        words=WORDS,
    )


@bp.get("/office/parties/<int:id>/edit")
@guard(KEEP, queries.party)
def edit(party: Party) -> Any:
    """Show what can be corrected."""
    return render_template("parties/edit.html", party=party, form=PartyForm(formdata=None).show(party))


@bp.post("/office/parties/<int:id>/edit")
@guard(KEEP, queries.party)
def change(party: Party) -> Any:
    """Correct a party."""
    form = PartyForm()
    given: dict[str, Any] = {"version": form.version.data or 0, "actor": _actor(), "at": g.arrived_at}
    done = _tried(form, lambda: service.change(party, **given, **form.values()))
    if done is None:
        return render_template("parties/edit.html", party=party, form=form), 422
    db.session.commit()
    flash(_("Changed.") if done else _("Nothing was different, so nothing was changed."))
    return redirect(url_for(".show", id=party.id))


# --- joining and linking -----------------------------------------------------------


def _other(key: str) -> Party | None:
    id = request.values.get(key, type=int)
    return queries.party(current_user, id) if id else None


@bp.get("/office/parties/<int:id>/merge")
@guard(KEEP, queries.party)
def merge(party: Party) -> Any:
    """Choose what to join a party with, and look at both before."""
    text, into = request.args.get("q", "")[:100], _other("into")
    found = [] if into else queries.others_like(current_user, party, text)
    return render_template(
        "parties/merge.html", party=party, into=into, found=found, text=text, kinds=dict(KINDS)
    )


@bp.post("/office/parties/<int:id>/merge")
@guard(KEEP, queries.party)
def join(party: Party) -> Any:
    """Join two parties; what referred to the first refers to the second."""
    into = _other("party") or abort(404)
    try:
        moved = service.merge(party, into, actor=_actor(), at=g.arrived_at)
    except Refusal as refused:
        db.session.rollback()
        return render_template(
            "parties/merge.html", party=party, into=into, found=[], text="", kinds=dict(KINDS),
            refusal=refused.message,
        ), refused.status  # fmt: skip
    db.session.commit()
    count = sum(moved.values())
    flash(_("They are one party now; %(count)s references followed.", count=count))
    return redirect(url_for(".show", id=into.id))


@bp.get("/office/applications/<int:id>/party")
@guard(staff, seen_application)
def choose(application: Application) -> Any:
    """Choose which party an application is of, or write a new one down."""
    text = request.args.get("q", application.applicant_name)[:100]
    rows = queries.register(current_user, text)[: queries.PAGE]
    return render_template(
        "parties/choose.html", application=application, rows=rows, text=text, kinds=dict(KINDS)
    )


@bp.post("/office/applications/<int:id>/party")
@guard(staff, seen_application)
def link(application: Application) -> Any:
    """Link an application to a party of the register."""
    ChoiceForm().validate()
    service.link(application, _other("party") or abort(404), actor=_actor(), at=g.arrived_at)
    db.session.commit()
    flash(_("The proposal is linked to this party."))
    return redirect(url_for("applications.office_show", id=application.id))
