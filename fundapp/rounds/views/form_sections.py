"""Pages of the builder: the sections of a form, and moving what is in it."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm, options
from fundapp.core.guard import guard
from fundapp.rounds import building, drafting
from fundapp.rounds.drafting import Data
from fundapp.rounds.field_settings import base_of
from fundapp.rounds.fields import Gate
from fundapp.rounds.forms.building import SectionForm
from fundapp.rounds.models import Form
from fundapp.rounds.rules import MANAGE
from fundapp.rounds.views.blueprint import bp
from fundapp.rounds.views.form_parts import actor, amend, part, seen_form

GATES = (
    ("", _l("No, an ordinary section")),
    (Gate.STOP.value, _l("Yes, and whoever does not fit cannot send a proposal")),
    (Gate.WARN.value, _l("Yes, and whoever does not fit is told so, and may go on")),
)
STEPS = {"up": -1, "down": 1}


def _form(section: Data | None = None) -> SectionForm:
    """Make the page's form, filled with what the section says now."""
    data: Data | None = None
    if section is not None:
        texts = {
            f"{name}_{one}": (section.get(name) or {}).get(one)
            for name in ("title", "intro")
            for one in ("en", "nl")
        }
        data = {**texts, "gate": section.get("gate", ""), "base": base_of(section)}
    form = SectionForm(data=data)
    form.gate.choices = options(GATES)
    return form


def _put(section: Data, form: SectionForm) -> Data:
    """Write what was filled in into a section."""
    intro = {"en": (form.intro_en.data or "").strip(), "nl": (form.intro_nl.data or "").strip()}
    section["title"] = {"en": form.title_en.data.strip(), "nl": form.title_nl.data.strip()}
    section.pop("gate", None)
    section.pop("intro", None)
    if any(intro.values()):
        section["intro"] = {one: text.replace("\r\n", "\n") for one, text in intro.items()}
    if form.gate.data:
        section["gate"] = form.gate.data
    return section


@bp.get("/office/forms/<int:id>/sections/new")
@guard(MANAGE, seen_form)
def form_section_new(form: Form) -> Any:
    """Ask what a new section is about."""
    return render_template("rounds/form_section.html", form=form, asked=_form(), key="", theirs=None)


@bp.post("/office/forms/<int:id>/sections/new")
@guard(MANAGE, seen_form)
def form_section_add(form: Form) -> Any:
    """Add a section at the end; a set of checks at the beginning."""
    asked = _form()
    if done := once.result(asked.once.data):
        return redirect(done)
    if not asked.validate():
        return render_template("rounds/form_section.html", form=form, asked=asked, key="", theirs=None), 422

    def add(data: Data) -> str:
        key = drafting.fresh_key(data, asked.title_en.data, fallback="section")
        drafting.add_section(data, _put({"key": key, "fields": []}, asked))
        return key

    key = building.amend(form, add, verb="add_section", actor=actor(), at=g.arrived_at)
    target = url_for(".form_show", id=form.id, _anchor=f"s-{key}")
    once.remember(asked.once.data, target, at=g.arrived_at)
    db.session.commit()
    return redirect(target)


@bp.get("/office/forms/<int:id>/sections/<key>")
@guard(MANAGE, seen_form)
def form_section(form: Form) -> Any:
    """Show what can be changed about a section."""
    section = drafting.section_of(dict(form.definition), part("key"))
    return render_template(
        "rounds/form_section.html", form=form, asked=_form(section), key=section["key"], theirs=None
    )


@bp.post("/office/forms/<int:id>/sections/<key>")
@guard(MANAGE, seen_form)
def form_section_save(form: Form) -> Any:
    """Change a section; a change from another window is shown beside what was typed."""
    now = drafting.section_of(dict(form.definition), part("key"))
    asked, base = _form(now), base_of(now)
    is_stale = asked.base.data != base
    if is_stale or not asked.validate():
        asked.base.data = base
        page = render_template(
            "rounds/form_section.html",
            form=form,
            asked=asked,
            key=now["key"],
            theirs=now if is_stale else None,
        )
        return page, 409 if is_stale else 422
    amend(
        form, lambda data: _put(drafting.section_of(data, part("key")), asked), "change_section", part("key")
    )
    return redirect(url_for(".form_show", id=form.id, _anchor=f"s-{part('key')}"))


@bp.get("/office/forms/<int:id>/sections/<key>/remove")
@guard(MANAGE, seen_form)
def form_section_remove(form: Form) -> Any:
    """Ask before a section is taken out with its questions."""
    section = drafting.section_of(dict(form.definition), part("key"))
    return render_template("rounds/form_section_remove.html", form=form, section=section, asked=EmptyForm())


@bp.post("/office/forms/<int:id>/sections/<key>/remove")
@guard(MANAGE, seen_form)
def form_section_remove_now(form: Form) -> Any:
    """Take a section out; answers to its questions stay."""
    kept = set(building.asked_before(form))
    amend(
        form,
        lambda data: drafting.remove_section(data, part("key"), kept=kept),
        "remove_section",
        part("key"),
    )
    flash(_("The section is taken out."))
    return redirect(url_for(".form_show", id=form.id))


@bp.post("/office/forms/<int:id>/move")
@guard(MANAGE, seen_form)
def form_move(form: Form) -> Any:
    """Move a section or a question one place up or down."""
    what, _colon, key = request.form.get("what", "").partition(":")
    step = STEPS.get(request.form.get("way", ""))
    move = {"section": drafting.move_section, "field": drafting.move_field}.get(what)
    if move is None or step is None:
        abort(400)
    amend(form, lambda data: move(data, key, step), "move", key)
    return redirect(url_for(".form_show", id=form.id, _anchor=f"{what[0]}-{key}"))
