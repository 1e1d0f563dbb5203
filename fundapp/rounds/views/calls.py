"""Pages of rounds in the office: the list, one at a glance, making and changing one, its steps."""

from typing import Any

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from fundapp.accounts.models import RoleName
from fundapp.core.charts import budget_bar
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.funds import ledger
from fundapp.funds import queries as funds
from fundapp.rounds import cockpit, queries, service
from fundapp.rounds.forms import MoveForm
from fundapp.rounds.models import Round, RoundState
from fundapp.rounds.rules import MANAGE, OFFICE
from fundapp.rounds.views.blueprint import bp, seen
from fundapp.rounds.views.making import actor, refusable
from fundapp.rounds.workflow import WORDS, workflow

TABS: tuple[tuple[Any, str], ...] = (
    (_l("Overview"), "rounds.show"),
    (_l("Applications"), "applications.office_index"),
    (_l("Conditions"), "applications.checks"),
    (_l("Ties"), "applications.register"),
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
    moves, waits = _offered(round), cockpit.waits(current_user, round, g.arrived_at)
    return render_template(
        "rounds/show.html",
        round=round,
        state=WORDS[round.state],
        bar=budget_bar,
        money=ledger.figures(round.fund_id, ledger.Where(round_id=round.id)),
        waits=waits,
        main=_main(round, moves, waits),
        moves=moves,
        may_change=MANAGE(current_user, round)
        and round.state not in (RoundState.ARCHIVED, RoundState.CANCELLED),
        is_past=round.state is RoundState.PUBLISHED and _is_past(round),
    )


def _main(round: Round, moves: list[Any], waits: list[cockpit.Wait]) -> tuple[str, str] | None:
    """Give (label, address) of the sensible next step: what waits goes before going on."""
    if not MANAGE(current_user, round):
        return None
    going_on = next((move for move in moves if move.name in ("publish", "close", "deliberate")), None)
    first = next((wait for wait in waits if wait.label), None)
    if first is not None and (going_on is None or going_on.name != "close" or round.stage.closes_at is None):
        return first.label, url_for(first.endpoint, id=round.id, **first.values)
    if going_on is None or (going_on.name == "deliberate" and waits):
        return None
    if going_on.name == "close" and round.stage.closes_at is None:
        return None  # a call without an end closes when somebody wants it
    return str(going_on.label), url_for(".step", id=round.id, name=going_on.name)


def _is_past(round: Round) -> bool:
    closes_at = round.stages[-1].closes_at
    return (
        closes_at is not None
        and closes_at <= g.arrived_at
        and not any(stage.is_open(g.arrived_at) for stage in round.stages)
    )


def _offered(round: Round) -> list[Any]:
    """List the steps that make sense now; the release of decisions has a page of its own."""
    is_over = round.stage.closes_at is None or _is_past(round)
    hidden = {
        "release", "wipe", *(() if is_over else ("close",)), *(() if round.is_sealed else ("open_early",))
    }  # fmt: skip
    offered = [move for move in workflow.open_to(current_user, round) if move.name not in hidden]
    return [
        one
        for one in offered
        if one.name != "cancel" or service.is_possible("cancel", round, at=g.arrived_at)
    ]


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
    if not form.validate() or refusable(form, lambda: _take(round, move.name, form)) is None:
        return render_template("rounds/step.html", round=round, move=move, form=form), 422
    db.session.commit()
    flash(_("Done: %(what)s.", what=move.label))
    return redirect(url_for(".show", id=round.id))


def _take(round: Round, name: str, form: MoveForm) -> bool:
    given: dict[str, Any] = {"actor": actor(), "at": g.arrived_at}
    if name not in ("publish", "archive"):
        given["note"] = form.note.data or ""
    if name == "reopen":
        if form.closes_at.instant is None:
            raise Refusal(_("Say when the call closes now."))
        given["closes_at"] = form.closes_at.instant
    getattr(service, name)(round, **given)
    return True
