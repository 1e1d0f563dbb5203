"""Pages of the simulator: try a funding line, keep tries, choose the one that proposals follow."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import auditor, manager
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.decisions import scenarios
from fundapp.decisions.forms.simulating import BASES, SHORT, KeepForm, SimulatorForm, build
from fundapp.decisions.models import Scenario
from fundapp.decisions.simulator import compare
from fundapp.decisions.simulator_words import KINDS, WHY, figure, told
from fundapp.decisions.views.blueprint import bp
from fundapp.rounds.models import Round
from fundapp.rounds.queries import office_round


@bp.get("/office/rounds/<int:id>/simulator")
@guard(manager | auditor, office_round)
def simulator(round: Round) -> Any:
    """Draw the line under the rules in the address; ?from= starts from a saved try."""
    form = build(round, language(), formdata=request.args)
    is_fine = form.validate()
    return _drawn(round, form, KeepForm(formdata=None), 200 if is_fine else 422)


def _drawn(round: Round, form: SimulatorForm, keep: KeepForm, status: int) -> Any:
    g.zone = round.fund.zone
    if "budget" not in request.values:
        form.budget.data = round.budget_cents
    rules = form.rules(round, scenarios.threshold(round))
    known, figures = scenarios.candidates(current_user, round, rules.budget_cents)
    drawn = compare(known, rules)
    return render_template(
        "decisions/simulator.html", round=round, form=form, keep=keep, rules=rules, drawn=drawn,
        outcome=drawn[rules.basis], kinds=KINDS, why=WHY, bases=BASES, figure=figure, figures=figures,
        kept=scenarios.scenarios(round),
        may_keep=manager(current_user, round) and scenarios.is_free(current_user, round),
        scale=scenarios.scale(round), short=SHORT,
    ), status  # fmt: skip


@bp.post("/office/rounds/<int:id>/simulator")
@guard(manager, office_round)
def keep_scenario(round: Round) -> Any:
    """Keep a try under a name; the line is drawn anew from the same rules."""
    form, keep = build(round, language()), KeepForm()
    if (done := once.result(keep.once.data)) is not None:
        return redirect(done)
    if not (form.validate() & keep.validate()):
        return _drawn(round, form, keep, 422)
    rules = form.rules(round, scenarios.threshold(round))
    try:
        made = scenarios.save(
            round, name=keep.name.data, note=keep.note.data or "", rules=rules, settings=told(rules),
            actor=current_user, at=g.arrived_at,
        )  # fmt: skip
    except Refusal as fault:
        keep.form_errors.append(str(fault))
        return _drawn(round, form, keep, 422)
    once.remember(keep.once.data, url_for(".scenario", id=made.id), at=g.arrived_at)
    db.session.commit()
    flash(_("The scenario is kept."))
    return redirect(url_for(".scenario", id=made.id))


# --- kept ones -------------------------------------------------------------------


@bp.get("/office/scenarios/<int:id>")
@guard(manager | auditor, scenarios.office_scenario)
def scenario(scenario: Scenario) -> Any:
    """Show a kept try: its rules, its outcome, and whether the reviews have changed since."""
    round = scenario.round
    g.zone = round.fund.zone
    rows = scenarios.visible(current_user, scenario)
    lines = [line for line in scenario.result if line["id"] in rows]
    return render_template(
        "decisions/scenario.html", scenario=scenario, round=round, rows=rows, lines=lines,
        kinds=KINDS, why=WHY, bases=BASES, form=EmptyForm(formdata=None),
        is_stale=scenarios.is_stale(scenario),
        themes={theme["key"]: pick(theme, language()) for theme in round.fund.themes},
        may_choose=manager(current_user, round) and scenarios.is_free(current_user, round)
        and round.state in scenarios.LIVE,
    )  # fmt: skip


@bp.post("/office/scenarios/<int:id>/choose")
@guard(manager, scenarios.office_scenario)
def choose_scenario(scenario: Scenario) -> Any:
    """Choose the try that proposals follow from now on."""
    scenarios.choose(scenario, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("Chosen. Proposals made from now on refer to it."))
    return redirect(url_for(".scenario", id=scenario.id))


@bp.get("/office/scenarios/<int:id>/drop")
@guard(manager, scenarios.office_scenario)
def drop_scenario_ask(scenario: Scenario) -> Any:
    """Ask before a kept try is thrown away."""
    return render_template("decisions/scenario_drop.html", scenario=scenario, form=EmptyForm(formdata=None))


@bp.post("/office/scenarios/<int:id>/drop")
@guard(manager, scenarios.office_scenario)
def drop_scenario(scenario: Scenario) -> Any:
    """Throw a kept try away."""
    round_id = scenario.round_id
    scenarios.drop(scenario, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("The scenario is thrown away."))
    return redirect(url_for(".simulator", id=round_id))
