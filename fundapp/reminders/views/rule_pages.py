"""A fund's rules of reminders, those of one round, and who would get what in the coming days."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import manager
from fundapp.core import due
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.core.web import language
from fundapp.funds.models import Fund
from fundapp.funds.rules import OFFICE
from fundapp.reminders import changing, planning, queries, rulebook, words
from fundapp.reminders.forms import RuleForm
from fundapp.reminders.views.blueprint import bp, seen_fund, seen_round
from fundapp.rounds.models import Round

DAYS = 30
LINES = 200


def _place(row: Fund | Round) -> tuple[Fund, Round | None]:
    return (row, None) if isinstance(row, Fund) else (row.fund, row)


def _home(row: Fund | Round) -> str:
    return url_for(".fund_rules" if isinstance(row, Fund) else ".round_rules", id=row.id)


def _page_of(row: Fund | Round, kind: str) -> str:
    return url_for(".fund_rule" if isinstance(row, Fund) else ".round_rule", id=row.id, kind=kind)


# --- the list ------------------------------------------------------------------------


def _list(row: Fund | Round) -> Any:
    fund, round = _place(row)
    book = rulebook.read(fund.id)
    rules = [book.of(kind.key, fund.id, round.id if round else None) for kind in changing.kinds()]
    lines = [
        {
            "rule": rule,
            "when": words.when(rule),
            "late": words.late(rule),
            "whom": words.whom(rule),
            "url": _page_of(row, rule.kind.key) if manager(current_user, row) else None,
        }
        for rule in rules
    ]
    return render_template("reminders/rules.html", fund=fund, round=round, lines=lines)


@bp.get("/office/funds/<int:id>/reminders")
@guard(OFFICE, seen_fund)
def fund_rules(fund: Fund) -> Any:
    """List when a fund reminds of what."""
    return _list(fund)


@bp.get("/office/rounds/<int:id>/reminders")
@guard(OFFICE, seen_round)
def round_rules(round: Round) -> Any:
    """List when a round reminds of what."""
    return _list(round)


# --- one rule ------------------------------------------------------------------------


def _edit(row: Fund | Round, form: RuleForm, status: int = 200, clash: bool = False) -> Any:
    fund, round = _place(row)
    kind = due.KINDS[(request.view_args or {})["kind"]]
    kept = changing.kept(fund.id, round.id if round else None, kind.key)
    return render_template(
        "reminders/rule.html",
        fund=fund,
        round=round,
        kind=kind,
        form=form,
        version=kept.row_version if kept else 0,
        kept=kept,
        home=_home(row),
        clash=clash,
        button=EmptyForm(),
    ), status


def _show(row: Fund | Round) -> Any:
    fund, round = _place(row)
    form = RuleForm()
    kind = (request.view_args or {})["kind"]
    form.show(rulebook.read(fund.id).of(kind, fund.id, round.id if round else None))
    return _edit(row, form)


def _keep(row: Fund | Round) -> Any:
    form, (fund, round) = RuleForm(), _place(row)
    if not form.validate():
        return _edit(row, form, 422)
    kind, version = (request.view_args or {})["kind"], form.version.data or 0
    try:
        changing.keep(fund, round, kind, form.wish(), version=version, actor=current_user, at=g.arrived_at)
        db.session.commit()
    except ChangedMeanwhile:
        db.session.rollback()
        return _edit(row, form, 409, clash=True)
    except Refusal as refused:
        db.session.rollback()
        form.before.errors = [*form.before.errors, refused.message]
        return _edit(row, form, 422)
    flash(_("Kept. It holds from the next reminder on."))
    return redirect(_home(row))


def _drop(row: Fund | Round) -> Any:
    fund, round = _place(row)
    version = request.form.get("version", "0")
    changing.drop(
        fund,
        round,
        (request.view_args or {})["kind"],
        version=int(version) if version.isdecimal() else 0,
        actor=current_user,
        at=g.arrived_at,
    )
    db.session.commit()
    flash(_("Back to what holds without it."))
    return redirect(_home(row))


@bp.get("/office/funds/<int:id>/reminders/<kind>")
@guard(manager, seen_fund)
def fund_rule(fund: Fund) -> Any:
    """Show one rule of a fund."""
    return _show(fund)


@bp.post("/office/funds/<int:id>/reminders/<kind>")
@guard(manager, seen_fund)
def fund_rule_keep(fund: Fund) -> Any:
    """Keep one rule of a fund."""
    return _keep(fund)


@bp.post("/office/funds/<int:id>/reminders/<kind>/drop")
@guard(manager, seen_fund)
def fund_rule_drop(fund: Fund) -> Any:
    """Go back to what fundapp brings along."""
    return _drop(fund)


@bp.get("/office/rounds/<int:id>/reminders/<kind>")
@guard(manager, seen_round)
def round_rule(round: Round) -> Any:
    """Show one rule of a round."""
    return _show(round)


@bp.post("/office/rounds/<int:id>/reminders/<kind>")
@guard(manager, seen_round)
def round_rule_keep(round: Round) -> Any:
    """Keep one rule of a round."""
    return _keep(round)


@bp.post("/office/rounds/<int:id>/reminders/<kind>/drop")
@guard(manager, seen_round)
def round_rule_drop(round: Round) -> Any:
    """Go back to the rule of the fund."""
    return _drop(round)


# --- who would get what --------------------------------------------------------------


@bp.get("/office/funds/<int:id>/reminders-to-come")
@guard(OFFICE, seen_fund)
def preview(fund: Fund) -> Any:
    """Show who would be reminded of what in the coming thirty days."""
    coming = planning.preview(g.arrived_at, DAYS, fund_id=fund.id, user=current_user)
    shown = coming[:LINES]
    people = queries.people({telling.user_id for telling in shown})
    names = queries.named(current_user, {one.row.application_id for one in shown if one.row.application_id})
    lines = [
        {
            "at": telling.at,
            "who": people[telling.user_id].name,
            "what": telling.rule.kind.words,
            "about": words.about(telling, names, language()),
            "offset": words.offset(telling),
            "due_at": telling.row.due_at,
        }
        for telling in shown
    ]
    return render_template("reminders/preview.html", fund=fund, lines=lines, total=len(coming), days=DAYS)
