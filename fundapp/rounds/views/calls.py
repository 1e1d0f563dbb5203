"""Pages of rounds in the office: the list, one at a glance, making and changing one, its steps."""

from collections.abc import Callable
from typing import Any

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from fundapp.accounts.models import RoleName
from fundapp.core import once
from fundapp.core.charts import budget_bar
from fundapp.core.db import db
from fundapp.core.forms import options
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.funds import ledger
from fundapp.funds import queries as funds
from fundapp.funds.models import Fund
from fundapp.rounds import definitions, queries, service
from fundapp.rounds.forms import MoveForm, RoundForm
from fundapp.rounds.models import Form, Round, RoundState, Rubric
from fundapp.rounds.rules import MANAGE, OFFICE
from fundapp.rounds.views.blueprint import bp, seen, seen_fund
from fundapp.rounds.workflow import WORDS, workflow

FORMS = ("proposal_form",)
RUBRICS = ("digital_commons", "ostrom", "nlnet_stage_one")
TABS: tuple[tuple[Any, str], ...] = (
    (_l("Overview"), "rounds.show"),
    (_l("Applications"), "applications.office_index"),
    (_l("Reviewers"), "reviews.office_assign"),
    (_l("Ranking"), "reviews.office_ranking"),
    (_l("Statistics"), "reviews.office_statistics"),
    (_l("Decisions"), "decisions.office_index"),
)


@bp.app_context_processor
def _lend() -> dict[str, Any]:
    return {"round_tabs": _tabs}


def _tabs(round: Any) -> list[tuple[str, str, bool]]:
    """List the pages about one round that are open to the person, for parts.tabs, this one marked."""
    opens: Any = current_app.jinja_env.globals["opens"]
    return [
        (str(label), url_for(endpoint, id=round.id), endpoint == request.endpoint)
        for label, endpoint in TABS
        if opens(endpoint, round)
    ]


@bp.get("/office/rounds")
@guard(OFFICE)
def index() -> Any:
    """List the rounds of the person's funds."""
    rows = queries.office_rounds(current_user)
    managed = set(current_user.funds(RoleName.MANAGER))
    own = [fund for fund in funds.office_funds(current_user) if fund.id in managed]
    return render_template("rounds/index.html", rows=rows, words=WORDS, funds=own)


@bp.get("/office/rounds/<int:id>")
@guard(OFFICE, seen)
def show(round: Round) -> Any:
    """Show a round at a glance: what waits, where the proposals are, money, dates, the next step."""
    return render_template(
        "rounds/show.html",
        round=round,
        state=WORDS[round.state],
        bar=budget_bar,
        money=ledger.figures(round.fund_id, ledger.Where(round_id=round.id)),
        moves=_offered(round),
        may_change=MANAGE(current_user, round)
        and round.state not in (RoundState.ARCHIVED, RoundState.CANCELLED),
        is_past=round.state is RoundState.PUBLISHED and _is_past(round),
    )


def _is_past(round: Round) -> bool:
    closes_at = round.stage.closes_at
    return closes_at is not None and closes_at <= g.arrived_at and not round.opens_for(g.arrived_at)


def _offered(round: Round) -> list[Any]:
    """List the steps that make sense now; the release of decisions has a page of its own."""
    is_over = round.stage.closes_at is None or _is_past(round)
    hidden = {"release", *(() if is_over else ("close",)), *(() if round.is_sealed else ("open_early",))}
    offered = [move for move in workflow.open_to(current_user, round) if move.name not in hidden]
    return [
        one
        for one in offered
        if one.name != "cancel" or service.is_possible("cancel", round, at=g.arrived_at)
    ]


# --- making and changing -------------------------------------------------------


def _shipped(kind: str) -> list[tuple[str, str]]:
    names = FORMS if kind == "form" else RUBRICS
    return [(f"shipped:{name}", pick(definitions.load_library(name).name, language())) for name in names]


def _form(fund: Fund, round: Round | None = None) -> RoundForm:
    """Make the form for a round of a fund, with the forms and rubrics it may use."""
    form = RoundForm(data=_data(round) if round else None).in_zone(fund.zone).in_currency(fund.currency)
    forms, rubrics = _shipped("form"), _shipped("rubric")
    if round is not None:
        stage = round.stage
        forms, rubrics = _with_own(forms, stage.form), _with_own(rubrics, stage.rubric)
        if request.method == "GET":
            for name in ("opens_at", "closes_at", "reviews_due_at"):
                form[name].show(getattr(stage, name), fund.zone)
    form.form.choices, form.rubric.choices = options(forms), options(rubrics)
    if round is not None and round.state is not RoundState.DRAFT:
        form.keep_promises()
    return form


def _with_own(choices: list[tuple[str, str]], row: Form | Rubric) -> list[tuple[str, str]]:
    """Put what the round uses now first; it is one of the shipped ones or stands by itself."""
    name = row.definition["name"] if isinstance(row, Form) else row.name
    return [(f"row:{row.id}", _("%(name)s (in use)", name=pick(name, language()))), *choices]


def _data(round: Round) -> dict[str, Any]:
    stage = round.stage
    texts = {
        f"{name}_{language}": (getattr(round, name) or {}).get(language, "")
        for name in ("name", "summary", "conditions")
        for language in ("en", "nl")
    }
    return texts | {
        "slug": round.slug, "budget": round.budget_cents, "lowest": round.lowest_cents,
        "highest": round.highest_cents, "grace_minutes": stage.grace_minutes,
        "reviews_wanted": stage.reviews_wanted, "decide_by_on": round.decide_by_on,
        "form": f"row:{stage.form_id}", "rubric": f"row:{stage.rubric_id}",
    }  # fmt: skip


def _chosen(form: RoundForm, round: Round | None) -> dict[str, Any]:
    """Give the rows of the form and rubric that were chosen; none where they can't be."""
    if "rubric" not in form:
        return {}
    kinds: tuple[tuple[str, Callable[..., Any]], ...] = (
        ("form", service.install_form),
        ("rubric", service.install_rubric),
    )
    rows: dict[str, Any] = {}
    for name, install in kinds:
        where, _colon, what = form[name].data.partition(":")
        rows[name] = (
            install(what, at=g.arrived_at) if where == "shipped" else getattr(round and round.stage, name)
        )
    return rows


@bp.get("/office/funds/<int:id>/rounds/new")
@guard(MANAGE, seen_fund)
def new(fund: Fund) -> Any:
    """Ask what a new round needs."""
    return render_template("rounds/edit.html", fund=fund, round=None, form=_form(fund))


@bp.post("/office/funds/<int:id>/rounds/new")
@guard(MANAGE, seen_fund)
def create(fund: Fund) -> Any:
    """Prepare a round."""
    form = _form(fund)
    if done := once.result(form.once.data):
        return redirect(done)
    if not form.validate():
        return render_template("rounds/edit.html", fund=fund, round=None, form=form), 422
    values = form.values() | _chosen(form, None)
    made = _refusable(form, lambda: service.create(fund, **values, actor=_actor(), at=g.arrived_at))
    if made is None:
        return render_template("rounds/edit.html", fund=fund, round=None, form=form), 422
    db.session.flush()  # its address carries its id
    once.remember(form.once.data, url_for(".show", id=made.id), at=g.arrived_at)
    db.session.commit()
    flash(_("The round is prepared. It is not visible to anyone outside the office yet."))
    return redirect(url_for(".show", id=made.id))


@bp.get("/office/rounds/<int:id>/edit")
@guard(MANAGE, seen)
def edit(round: Round) -> Any:
    """Show what can be changed about a round."""
    return render_template("rounds/edit.html", fund=round.fund, round=round, form=_form(round.fund, round))


@bp.post("/office/rounds/<int:id>/edit")
@guard(MANAGE, seen)
def change(round: Round) -> Any:
    """Change a round: anything in draft, texts and dates later."""
    form, fund = _form(round.fund, round), round.fund
    if form.validate():
        values, reason = form.values() | _chosen(form, round), form.reason.data or ""
        done = _refusable(
            form, lambda: service.change(round, actor=_actor(), at=g.arrived_at, reason=reason, **values)
        )
        if done is not None:
            db.session.commit()
            flash(_("Changed.") if done else _("Nothing was different, so nothing was changed."))
            return redirect(url_for(".show", id=round.id))
    return render_template("rounds/edit.html", fund=fund, round=round, form=form), 422


def _refusable(form: Any, do: Callable[[], Any]) -> Any:
    """Run one service call; a refusal is shown above the form, whose entries stay."""
    try:
        return do()
    except Refusal as refused:
        db.session.rollback()
        form.form_errors = [*form.form_errors, refused.message]
        return None


def _actor() -> Any:
    return current_user._get_current_object()


# --- steps -----------------------------------------------------------------------


def _move(round: Round) -> Any:
    name = (request.view_args or {})["name"]
    found = next((move for move in _offered(round) if move.name == name), None)
    return found or abort(404)


@bp.get("/office/rounds/<int:id>/step/<name>")
@guard(MANAGE, seen)
def step(round: Round) -> Any:
    """Say what a step does before it is taken."""
    move = _move(round)
    return render_template("rounds/step.html", round=round, move=move, form=MoveForm(formdata=None))


@bp.post("/office/rounds/<int:id>/step/<name>")
@guard(MANAGE, seen)
def take_step(round: Round) -> Any:
    """Take a step of the round."""
    form, move = MoveForm(), _move(round)
    form.closes_at.zone = round.fund.zone
    if not form.validate() or _refusable(form, lambda: _take(round, move.name, form)) is None:
        return render_template("rounds/step.html", round=round, move=move, form=form), 422
    db.session.commit()
    flash(_("Done: %(what)s.", what=move.label))
    return redirect(url_for(".show", id=round.id))


def _take(round: Round, name: str, form: MoveForm) -> bool:
    given: dict[str, Any] = {"actor": _actor(), "at": g.arrived_at}
    if name not in ("publish", "archive"):
        given["note"] = form.note.data or ""
    if name == "reopen":
        if form.closes_at.instant is None:
            raise Refusal(_("Say when the call closes now."))
        given["closes_at"] = form.closes_at.instant
    getattr(service, name)(round, **given)
    return True
