"""Pages of the builder: the forms of a fund, making one, one of them as a whole, throwing it away."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.models import RoleName
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm, OnceForm, options
from fundapp.core.guard import guard
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.funds import queries as funds
from fundapp.funds.models import Fund
from fundapp.rounds import building, conditions, definitions, form_check, form_lists
from fundapp.rounds.forms.building import KINDS, NamesForm, NewForm
from fundapp.rounds.models import Form
from fundapp.rounds.rules import MANAGE
from fundapp.rounds.views.blueprint import bp, seen_fund
from fundapp.rounds.views.choices import shipped
from fundapp.rounds.views.form_parts import MARK, READ, actor, as_asked, seen_form
from fundapp.rounds.workflow import WORDS


def templates() -> dict[str, definitions.Form]:
    """Give the forms that we ship, by name."""
    found = {name: definitions.load_library(name) for name in shipped(definitions.Form)}
    return {name: one for name, one in found.items() if isinstance(one, definitions.Form)}


@bp.get("/office/forms")
@guard(READ)
def form_index() -> Any:
    """List the forms of the person's funds, and the templates to begin with."""
    managed = set(current_user.funds(RoleName.MANAGER))
    return render_template(
        "rounds/form_index.html",
        forms=form_lists.office_forms(current_user),
        uses=form_lists.uses(current_user),
        templates=templates(),
        own=[fund for fund in funds.office_funds(current_user) if fund.id in managed],
    )


@bp.get("/office/forms/templates/<name>")
@guard(READ)
def form_template(name: str) -> Any:
    """Show a form that we ship, as an applicant meets it."""
    found = templates().get(name) or abort(404)
    managed = set(current_user.funds(RoleName.MANAGER))
    return render_template(
        "rounds/form_preview.html",
        name=pick(found.name, language()),
        form=None,
        read=found,
        drawn=as_asked(found.fields),
        mark=MARK,
        template=name,
        own=[fund for fund in funds.office_funds(current_user) if fund.id in managed],
    )


# --- making one ------------------------------------------------------------------


def _new_form(fund: Fund) -> NewForm:
    form = NewForm(data={"start": request.args.get("start", "")} if request.method == "GET" else None)
    own = [
        (f"row:{row.id}", _named(row))
        for row, of in form_lists.office_forms(current_user)
        if of.id == fund.id
    ]
    ours = [(f"shipped:{name}", pick(one.name, language())) for name, one in templates().items()]
    form.start.choices = options([*ours, *own, ("empty", _("An empty form: only the name of the project"))])
    return form


def _named(row: Form) -> str:
    return str(
        _("%(name)s, version %(number)d", name=pick(row.definition["name"], language()), number=row.number)
    )


@bp.get("/office/funds/<int:id>/forms/new")
@guard(MANAGE, seen_fund)
def form_new(fund: Fund) -> Any:
    """Ask what a new form is called and what it begins with."""
    return render_template("rounds/form_new.html", fund=fund, form=_new_form(fund))


@bp.post("/office/funds/<int:id>/forms/new")
@guard(MANAGE, seen_fund)
def form_create(fund: Fund) -> Any:
    """Make a form, and open it."""
    form = _new_form(fund)
    if done := once.result(form.once.data):
        return redirect(done)
    if not form.validate():
        return render_template("rounds/form_new.html", fund=fund, form=form), 422
    made = building.make(
        fund, name=form.texts(), start=_start(form.start.data), actor=actor(), at=g.arrived_at
    )
    db.session.flush()  # its address carries its id
    once.remember(form.once.data, url_for(".form_show", id=made.id), at=g.arrived_at)
    db.session.commit()
    flash(_("The form is made. Change it as you like; applicants see it when a call that uses it opens."))
    return redirect(url_for(".form_show", id=made.id))


def _start(chosen: str) -> Any:
    """Give the definition that a new form begins with; None for an empty one."""
    where, _colon, what = chosen.partition(":")
    if where == "shipped":
        return templates()[what].definition
    found = form_lists.office_form(current_user, int(what)) if where == "row" else None
    return found.definition if found else None


# --- one of them -------------------------------------------------------------------


@bp.get("/office/forms/<int:id>")
@guard(READ, seen_form)
def form_show(form: Form) -> Any:
    """Show a form with its sections and questions, what has to be mended, its versions and its rounds."""
    read, _problems = definitions.read_draft(form.definition)
    return render_template(
        "rounds/form_show.html",
        form=form,
        read=read,
        once=OnceForm(),
        kinds=KINDS,
        when={one.key: _when(form, one) for one in read.fields if one.shown_if},
        problems=form_check.problems(form.definition, language()),
        versions=form_lists.versions(form),
        using=building.rounds_using(form),
        words=WORDS,
        open_states=building.OPEN,
        may_change=MANAGE(current_user, form) and form.frozen_at is None,
        may_version=MANAGE(current_user, form) and form.frozen_at is not None,
    )


def _when(form: Form, field: Any) -> str:
    found = next(one for one in _fields(form) if one.get("key") == field.key)
    return conditions.described(found.get("shown_if"), form.definition, language())


def _fields(form: Form) -> list[Any]:
    return [field for section in form.definition.get("sections", []) for field in section.get("fields", [])]


@bp.get("/office/forms/<int:id>/preview")
@guard(READ, seen_form)
def form_preview(form: Form) -> Any:
    """Show the form as an applicant will meet it."""
    read, _problems = definitions.read_draft(form.definition)
    return render_template(
        "rounds/form_preview.html",
        name=pick(read.name, language()),
        form=form,
        read=read,
        drawn=as_asked(read.fields),
        mark=MARK,
        template=None,
        own=[],
    )


@bp.get("/office/forms/<int:id>/name")
@guard(MANAGE, seen_form)
def form_name(form: Form) -> Any:
    """Ask for another name."""
    name = form.definition.get("name", {})
    asked = NamesForm(data={f"name_{one}": name.get(one, "") for one in ("en", "nl")})
    return render_template("rounds/form_name.html", form=form, asked=asked)


@bp.post("/office/forms/<int:id>/name")
@guard(MANAGE, seen_form)
def form_rename(form: Form) -> Any:
    """Give the form another name."""
    asked = NamesForm()
    if not asked.validate():
        return render_template("rounds/form_name.html", form=form, asked=asked), 422
    building.rename(form, name=asked.texts(), actor=actor(), at=g.arrived_at)
    db.session.commit()
    return redirect(url_for(".form_show", id=form.id))


@bp.get("/office/forms/<int:id>/discard")
@guard(MANAGE, seen_form)
def form_discard(form: Form) -> Any:
    """Ask before a form is thrown away."""
    return render_template("rounds/form_discard.html", form=form, asked=EmptyForm())


@bp.post("/office/forms/<int:id>/discard")
@guard(MANAGE, seen_form)
def form_discard_now(form: Form) -> Any:
    """Throw a form away that no round uses."""
    building.discard(form, actor=actor(), at=g.arrived_at)
    db.session.commit()
    flash(_("The form is thrown away."))
    return redirect(url_for(".form_index"))
