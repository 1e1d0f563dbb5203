"""Pages of the builder: one question with all its settings, put in, copied, moved and taken out."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm, options
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.rounds import building, drafting
from fundapp.rounds.drafting import Data
from fundapp.rounds.forms.building import KINDS, NewFieldForm
from fundapp.rounds.models import Form
from fundapp.rounds.presets import PRESETS, preset
from fundapp.rounds.rules import MANAGE
from fundapp.rounds.views.blueprint import bp
from fundapp.rounds.views.field_page import Page
from fundapp.rounds.views.form_parts import MARK, READ, actor, amend, part, seen_form

STARTS: dict[str, Data] = {
    "choice": {"choices": [{"value": "one", "label": {"en": "First answer", "nl": "Eerste antwoord"}}]},
    "several": {"choices": [{"value": "one", "label": {"en": "First answer", "nl": "Eerste antwoord"}}]},
    "table": {
        "columns": [{"key": "what", "type": "short", "label": {"en": "What", "nl": "Wat"}, "hard": 200}],
        "rows": 20,
    },
    "short": {"hard": 200},
    "long": {"advised": 2500, "hard": 10000},
    "url": {"hard": 500},
    "email": {"hard": 100},
    "spdx": {"hard": 200},
    "consent": {"required": True},
}
"""What a new question of a kind begins with."""


def _new_form(form: Form) -> NewFieldForm:
    asked = NewFieldForm()
    there = {one.get("key") for one in drafting.fields(dict(form.definition))}
    ready = [
        (f"ready:{name}", pick(one[1]["label"], language()))
        for name, one in PRESETS.items()
        if name not in there
    ]
    asked.kind.choices = options([*((kind.value, words[0]) for kind, words in KINDS.items()), *ready])
    return asked


def _new_page(form: Form, asked: NewFieldForm) -> str:
    hints = {kind.value: words[1] for kind, words in KINDS.items()}
    hints |= {f"ready:{name}": words[0] for name, words in PRESETS.items()}
    section = drafting.section_of(dict(form.definition), part("section"))
    return render_template("rounds/form_field_new.html", form=form, section=section, asked=asked, hints=hints)


@bp.get("/office/forms/<int:id>/sections/<section>/questions/new")
@guard(MANAGE, seen_form)
def form_field_new(form: Form) -> Any:
    """Ask what is asked, and what kind of answer it takes."""
    return _new_page(form, _new_form(form))


@bp.post("/office/forms/<int:id>/sections/<section>/questions/new")
@guard(MANAGE, seen_form)
def form_field_add(form: Form) -> Any:
    """Put a question at the end of a section, and open its settings."""
    asked = _new_form(form)
    if done := once.result(asked.once.data):
        return redirect(done)
    is_ready = str(asked.kind.data or "").startswith("ready:")
    is_whole = asked.validate()
    if not is_ready and not ((asked.label_en.data or "").strip() and (asked.label_nl.data or "").strip()):
        for field in (asked.label_en, asked.label_nl):
            field.errors = [*field.errors, *([] if (field.data or "").strip() else [_("Fill this in.")])]
        is_whole = False
    if not is_whole:
        return _new_page(form, asked), 422
    key = building.amend(
        form, lambda data: _add(data, asked), verb="add_field", actor=actor(), at=g.arrived_at
    )
    target = url_for(".form_field", id=form.id, key=key)
    once.remember(asked.once.data, target, at=g.arrived_at)
    db.session.commit()
    return redirect(target)


def _add(data: Data, asked: NewFieldForm) -> str:
    where, _colon, name = asked.kind.data.partition(":")
    field = preset(name, data) if where == "ready" else None
    if field is None:
        label = {"en": asked.label_en.data.strip(), "nl": asked.label_nl.data.strip()}
        key = drafting.fresh_key(data, label["en"], fallback="question")
        field = {"key": key, "type": where, "label": label, **STARTS.get(where, {})}
    return str(drafting.add_field(data, part("section"), field)["key"])


# --- one question ------------------------------------------------------------------


@bp.get("/office/forms/<int:id>/questions/<key>")
@guard(READ, seen_form)
def form_field(form: Form) -> Any:
    """Show a question with its settings, beside what applicants will see."""
    return Page(form, part("key")).drawn()


@bp.post("/office/forms/<int:id>/questions/<key>")
@guard(MANAGE, seen_form)
def form_field_save(form: Form) -> Any:
    """Change a question; a change from another window is shown beside what was typed."""
    page = Page(form, part("key"))
    if page.edit_rows(request.form.get("do", "")) or "preview" in request.form:
        return page.drawn()
    if page.is_stale or not page.asked.validate():
        return page.drawn(), 409 if page.is_stale else 422
    try:
        amend(form, page.put, "change_field", part("key"))
    except Refusal as refused:
        db.session.rollback()
        page.asked.form_errors = [*page.asked.form_errors, refused.message]
        return page.drawn(), 422
    flash(_("Saved."))
    return redirect(url_for(".form_show", id=form.id, _anchor=f"f-{part('key')}"))


@bp.post("/office/forms/<int:id>/questions/<key>/preview")
@guard(MANAGE, seen_form)
def form_field_preview(form: Form) -> Any:
    """Draw a question as it is being typed, for the page's own script."""
    page = Page(form, part("key"))
    return {"html": render_template("rounds/_field_preview.html", **page.preview(), mark=MARK)}


@bp.post("/office/forms/<int:id>/questions/<key>/copy")
@guard(MANAGE, seen_form)
def form_field_copy(form: Form) -> Any:
    """Put a copy of a question after it, and open it."""
    made = amend(form, lambda data: drafting.copy_field(data, part("key")), "copy_field", part("key"))
    return redirect(url_for(".form_field", id=form.id, key=made["key"]))


@bp.post("/office/forms/<int:id>/questions/<key>/place")
@guard(MANAGE, seen_form)
def form_field_place(form: Form) -> Any:
    """Move a question to a place that was chosen: section:question it comes after."""
    section, _colon, after = request.form.get("after", "").partition(":")
    if not section:
        abort(400)
    amend(form, lambda data: drafting.place_field(data, part("key"), section, after), "move", part("key"))
    return redirect(url_for(".form_show", id=form.id, _anchor=f"f-{part('key')}"))


@bp.get("/office/forms/<int:id>/questions/<key>/remove")
@guard(MANAGE, seen_form)
def form_field_remove(form: Form) -> Any:
    """Ask before a question is taken out."""
    field = drafting.field_of(dict(form.definition), part("key"))
    return render_template(
        "rounds/form_field_remove.html",
        form=form,
        field=field,
        asked=EmptyForm(),
        needed_by=_needed_by(form, part("key")),
        was_asked=part("key") in building.asked_before(form),
    )


def _needed_by(form: Form, key: str) -> list[Data]:
    """List the questions that depend on this one."""
    every = drafting.fields(dict(form.definition))
    return [one for one in every if (one.get("shown_if") or {}).get("field") == key]


@bp.post("/office/forms/<int:id>/questions/<key>/remove")
@guard(MANAGE, seen_form)
def form_field_remove_now(form: Form) -> Any:
    """Take a question out; answers to it stay."""
    keep = part("key") in building.asked_before(form)
    amend(form, lambda data: drafting.remove_field(data, part("key"), keep=keep), "remove_field", part("key"))
    flash(_("The question is taken out."))
    return redirect(url_for(".form_show", id=form.id))


@bp.post("/office/forms/<int:id>/questions/<key>/bring-back")
@guard(MANAGE, seen_form)
def form_field_back(form: Form) -> Any:
    """Ask a question again that an earlier version asked, with the answers it had."""
    sections = drafting.sections(dict(form.definition))
    section = request.form.get("section") or (sections[-1]["key"] if sections else "")
    amend(form, lambda data: drafting.bring_back(data, part("key"), section), "bring_back", part("key"))
    return redirect(url_for(".form_show", id=form.id, _anchor=f"f-{part('key')}"))
