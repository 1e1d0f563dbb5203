"""Pages of rubrics: the library, one of them whole, its head, each criterion, YAML in and out."""

from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.models import RoleName
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm, options
from fundapp.core.guard import guard
from fundapp.core.refusals import ChangedMeanwhile
from fundapp.core.rules import person
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.funds import queries as funds
from fundapp.funds.models import Fund
from fundapp.rounds import definitions, rubric_lists, rubrics
from fundapp.rounds.forms.rubrics import CriterionForm, HeadForm, NewRubricForm, TakeInForm
from fundapp.rounds.models import Rubric
from fundapp.rounds.reading import InvalidDefinition
from fundapp.rounds.rules import MANAGE
from fundapp.rounds.views.blueprint import bp, seen_fund
from fundapp.rounds.views.choices import shipped
from fundapp.rounds.workflow import WORDS

READ = person(
    lambda user, row: user.holds(RoleName.MANAGER) or user.holds(RoleName.AUDITOR), "manager or auditor"
)
"""A rubric of no fund is read by every office; which rows there are, the query says."""


def seen_rubric(user: Any, id: int, **more: Any) -> Rubric | None:
    """Load a rubric of a fund the person works at, or one that all funds can use."""
    return rubric_lists.office_rubric(user, id)


def _library() -> dict[str, definitions.Rubric]:
    found = {name: definitions.load_library(name) for name in shipped(definitions.Rubric)}
    return {name: one for name, one in found.items() if isinstance(one, definitions.Rubric)}


# --- the library -----------------------------------------------------------------


@bp.get("/office/rubrics")
@guard(READ)
def rubric_index() -> Any:
    """List the rubrics of the person's funds, and those that come with fundapp."""
    managed = set(current_user.funds(RoleName.MANAGER))
    return render_template(
        "rounds/rubric_index.html",
        rubrics=rubric_lists.office_rubrics(current_user),
        library=_library(),
        own=[fund for fund in funds.office_funds(current_user) if fund.id in managed],
    )


@bp.get("/office/rubrics/library/<name>")
@guard(READ)
def rubric_template(name: str) -> Any:
    """Show a rubric that comes with fundapp."""
    found = _library().get(name) or abort(404)
    managed = set(current_user.funds(RoleName.MANAGER))
    own = [fund for fund in funds.office_funds(current_user) if fund.id in managed]
    return render_template("rounds/rubric_template.html", read=found, name=name, own=own)


def _new(fund: Fund) -> NewRubricForm:
    form = NewRubricForm(data={"source": request.args.get("start", "")} if request.method == "GET" else None)
    ours = [(f"shipped:{name}", pick(one.name, language())) for name, one in _library().items()]
    own = [(f"row:{one.id}", _named(one)) for one in rubric_lists.office_rubrics(current_user)]
    form.source.choices = options([*ours, *own, ("empty", _("Nothing: an empty rubric"))])
    return form


def _named(row: Rubric) -> str:
    name = pick(row.name, language()) or row.slug
    return str(_("%(name)s, version %(number)d", name=name, number=row.number))


@bp.get("/office/funds/<int:id>/rubrics/new")
@guard(MANAGE, seen_fund)
def rubric_new(fund: Fund) -> Any:
    """Ask what a new rubric begins with, or for a file."""
    form, file = _new(fund), TakeInForm(formdata=None)
    return render_template("rounds/rubric_new.html", fund=fund, form=form, file=file, problems=[])


@bp.post("/office/funds/<int:id>/rubrics/new")
@guard(MANAGE, seen_fund)
def rubric_create(fund: Fund) -> Any:
    """Begin a rubric, and open it."""
    form = _new(fund)
    if done := once.result(form.once.data):
        return redirect(done)
    if not form.validate():
        file = TakeInForm(formdata=None)
        return render_template("rounds/rubric_new.html", fund=fund, form=form, file=file, problems=[]), 422
    made = rubrics.begin(
        fund, slug=form.slug.data, source=_source(form.source.data), actor=current_user, at=g.arrived_at
    )
    once.remember(form.once.data, url_for(".rubric_show", id=made.id), at=g.arrived_at)
    db.session.commit()
    return redirect(url_for(".rubric_show", id=made.id))


def _source(chosen: str) -> Any:
    """Give the definition that a new rubric begins with; None for an empty one."""
    where, _colon, what = chosen.partition(":")
    if where == "shipped":
        return _library()[what].definition
    found = rubric_lists.office_rubric(current_user, int(what)) if where == "row" else None
    return rubrics.definition_of(found) if found else None


@bp.post("/office/funds/<int:id>/rubrics/file")
@guard(MANAGE, seen_fund)
def rubric_take_in(fund: Fund) -> Any:
    """Take a rubric in from a YAML file; every mistake in it is named."""
    file = TakeInForm()
    try:
        content = file.file.data.read(rubrics.LARGEST * 4) if file.file.data else b""
        definition = rubrics.from_yaml(content.decode("utf-8"))
    except UnicodeDecodeError:
        problems = [_("The file is not a text in UTF-8.")]
    except InvalidDefinition as fault:
        problems = fault.problems
    else:
        made, is_new = rubrics.take_in(definition, fund, actor=current_user, at=g.arrived_at)
        db.session.commit()
        flash(_("The rubric is taken in.") if is_new else _("This rubric was here already."))
        return redirect(url_for(".rubric_show", id=made.id))
    form = NewRubricForm(formdata=None)
    form.source.choices = _new(fund).source.choices
    return render_template("rounds/rubric_new.html", fund=fund, form=form, file=file, problems=problems), 422


# --- one of them -----------------------------------------------------------------


@bp.get("/office/rubrics/<int:id>")
@guard(READ, seen_rubric)
def rubric_show(rubric: Rubric) -> Any:
    """Show a rubric whole: its criteria, what has to be mended, its versions and rounds."""
    return render_template(
        "rounds/rubric_show.html",
        rubric=rubric,
        written=rubrics.definition_of(rubric),
        problems=rubric_lists.problems(rubric),
        versions=rubric_lists.versions(rubric),
        uses=rubric_lists.uses(current_user, rubric),
        words=WORDS,
        may_write=rubric_lists.may_write(current_user, rubric),
        may_renew=rubric_lists.may_renew(current_user, rubric),
    )


@bp.get("/office/rubrics/<int:id>/yaml")
@guard(READ, seen_rubric)
def rubric_yaml(rubric: Rubric) -> Any:
    """Give a rubric as a YAML file."""
    answer = Response(rubrics.as_yaml(rubrics.definition_of(rubric)), mimetype="application/yaml")
    answer.headers["Content-Disposition"] = f"attachment; filename={rubric.slug}-{rubric.number}.yaml"
    return answer


@bp.post("/office/rubrics/<int:id>/version")
@guard(MANAGE, rubric_lists.own_rubric)
def rubric_version(rubric: Rubric) -> Any:
    """Begin the next version."""
    made = rubrics.new_version(rubric, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("Version %(number)d is begun. Reviews that exist keep their own version.", number=made.number))
    return redirect(url_for(".rubric_show", id=made.id))


@bp.get("/office/rubrics/<int:id>/drop")
@guard(MANAGE, rubric_lists.own_rubric)
def rubric_drop_ask(rubric: Rubric) -> Any:
    """Ask before an unfinished rubric is thrown away."""
    return render_template("rounds/rubric_drop.html", rubric=rubric, form=EmptyForm(formdata=None))


@bp.post("/office/rubrics/<int:id>/drop")
@guard(MANAGE, rubric_lists.own_rubric)
def rubric_drop(rubric: Rubric) -> Any:
    """Throw an unfinished rubric away."""
    rubrics.drop(rubric, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("The rubric is thrown away."))
    return redirect(url_for(".rubric_index"))


# --- writing ---------------------------------------------------------------------


@bp.get("/office/rubrics/<int:id>/head")
@guard(MANAGE, rubric_lists.open_rubric)
def rubric_head(rubric: Rubric) -> Any:
    """Show the head of a rubric to write on."""
    form = HeadForm.of(rubrics.definition_of(rubric), rubric.row_version)
    return render_template("rounds/rubric_head.html", rubric=rubric, form=form)


@bp.post("/office/rubrics/<int:id>/head")
@guard(MANAGE, rubric_lists.open_rubric)
def rubric_put_head(rubric: Rubric) -> Any:
    """Keep the head of a rubric."""
    form = HeadForm()
    if form.validate() and _written(rubric, form, form.put):
        return redirect(url_for(".rubric_show", id=rubric.id))
    return render_template("rounds/rubric_head.html", rubric=rubric, form=form), 422


def _written(rubric: Rubric, form: Any, edit: Any) -> bool:
    """Keep a change; when somebody else wrote meanwhile, say so and keep what was typed on the page."""
    try:
        rubrics.change(rubric, edit, seen=form.version, actor=current_user, at=g.arrived_at)
    except ChangedMeanwhile as clash:
        form.form_errors.append(str(clash))
        form.seen.data = rubric.row_version  # who has looked may save after all
        return False
    db.session.commit()
    flash(_("Saved."))
    return True


@bp.get("/office/rubrics/<int:id>/new-criterion")
@guard(MANAGE, rubric_lists.open_rubric)
def rubric_new_criterion(rubric: Rubric) -> Any:
    """Show an empty criterion to write on."""
    written = rubrics.definition_of(rubric)
    form = CriterionForm.of(written, rubrics.blank(written), rubric.row_version)
    return _criterion_page(rubric, form, None)


@bp.get("/office/rubrics/<int:id>/criteria/<key>")
@guard(MANAGE, rubric_lists.open_rubric_with)
def rubric_criterion(found: tuple[Rubric, str]) -> Any:
    """Show one criterion to write on."""
    rubric, key = found
    written = rubrics.definition_of(rubric)
    data = next(one for one in written["criteria"] if one["key"] == key)
    return _criterion_page(rubric, CriterionForm.of(written, data, rubric.row_version), key)


def _criterion_page(rubric: Rubric, form: CriterionForm, key: str | None, status: int = 200) -> Any:
    return render_template("rounds/rubric_criterion.html", rubric=rubric, form=form, key=key), status


@bp.post("/office/rubrics/<int:id>/new-criterion")
@guard(MANAGE, rubric_lists.open_rubric)
def rubric_add_criterion(rubric: Rubric) -> Any:
    """Keep a new criterion."""
    return _put_criterion(rubric, None)


@bp.post("/office/rubrics/<int:id>/criteria/<key>")
@guard(MANAGE, rubric_lists.open_rubric_with)
def rubric_put_criterion(found: tuple[Rubric, str]) -> Any:
    """Keep one criterion; or add a level, or take one off, without keeping anything yet."""
    return _put_criterion(*found)


def _put_criterion(rubric: Rubric, key: str | None) -> Any:
    form = CriterionForm()
    if request.form.get("do") in ("more", "less"):
        _resize(form, request.form["do"])
        return _criterion_page(rubric, form, key)
    keys = {one["key"] for one in rubrics.definition_of(rubric)["criteria"]}
    form.taken = frozenset(keys - {key})
    if form.validate() and _written(rubric, form, lambda written: form.put(written, key)):
        return redirect(url_for(".rubric_show", id=rubric.id) + f"#{form.key.data}")
    return _criterion_page(rubric, form, key, 422)


def _resize(form: CriterionForm, do: str) -> None:
    if do == "more" and len(form.levels) < form.levels.max_entries:
        form.levels.append_entry()
    elif do == "less" and len(form.levels) > 2:
        form.levels.pop_entry()


@bp.post("/office/rubrics/<int:id>/criteria/<key>/move")
@guard(MANAGE, rubric_lists.open_rubric_with)
def rubric_move_criterion(found: tuple[Rubric, str]) -> Any:
    """Move one criterion up or down."""
    rubric, key = found
    steps = -1 if request.form.get("to") == "up" else 1
    rubrics.change(
        rubric, lambda one: rubrics.moved(one, key, steps), seen=rubric.row_version, actor=current_user,
        at=g.arrived_at,
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for(".rubric_show", id=rubric.id) + f"#{key}")


@bp.get("/office/rubrics/<int:id>/criteria/<key>/drop")
@guard(MANAGE, rubric_lists.open_rubric_with)
def rubric_drop_criterion_ask(found: tuple[Rubric, str]) -> Any:
    """Ask before a criterion is thrown away."""
    rubric, key = found
    form = EmptyForm(formdata=None)
    return render_template("rounds/rubric_drop_criterion.html", rubric=rubric, key=key, form=form)


@bp.post("/office/rubrics/<int:id>/criteria/<key>/drop")
@guard(MANAGE, rubric_lists.open_rubric_with)
def rubric_drop_criterion(found: tuple[Rubric, str]) -> Any:
    """Throw one criterion away."""
    rubric, key = found
    rubrics.change(
        rubric, lambda one: rubrics.without(one, key), seen=rubric.row_version, actor=current_user,
        at=g.arrived_at,
    )  # fmt: skip
    db.session.commit()
    flash(_("Criterion %(key)s is thrown away.", key=key))
    return redirect(url_for(".rubric_show", id=rubric.id))
