"""What the letters of a fund are built from: standing reasons, and the words around them."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import auditor, manager
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.decisions import reasons, wording
from fundapp.decisions.forms import EmptyForm, ReasonForm, TextForm
from fundapp.decisions.models import Outcome, Reason
from fundapp.decisions.reasons import managed_reason
from fundapp.decisions.views.blueprint import bp
from fundapp.decisions.workflow import OUTCOME_WORDS
from fundapp.funds.models import Fund
from fundapp.funds.queries import office_fund


def _fund(user: Any, id: int) -> Fund | None:
    return office_fund(user, id)


def _text(user: Any, id: int, outcome: str) -> tuple[Fund, Outcome] | None:
    fund = office_fund(user, id)
    return Pair(fund, Outcome(outcome)) if fund is not None and outcome in set(Outcome) else None


class Pair(tuple[Fund, Outcome]):
    """A fund and one outcome; a rule looks at the fund."""

    __slots__ = ()

    def __new__(cls, fund: Fund, outcome: Outcome) -> "Pair":
        return super().__new__(cls, (fund, outcome))

    @property
    def fund_id(self) -> int:
        """The fund a rule looks at."""
        return self[0].id


@bp.get("/office/funds/<int:id>/letters")
@guard(manager | auditor, _fund)
def fund_letters(fund: Fund) -> Any:
    """Show the standing reasons and the words of a fund's letters."""
    return render_template(
        "decisions/fund_letters.html", fund=fund, reasons=reasons.reasons_of(fund.id, ended=True),
        texts=wording.texts_of(fund), outcomes=OUTCOME_WORDS, may_write=manager(current_user, fund),
        usual={outcome: wording.usual(outcome) for outcome in Outcome}, form=EmptyForm(),
    )  # fmt: skip


# --- standing reasons --------------------------------------------------------------


@bp.get("/office/funds/<int:id>/reasons/new")
@guard(manager, _fund)
def new_reason(fund: Fund) -> Any:
    """Ask for a new standing reason."""
    return _reason(fund, ReasonForm(formdata=None))


def _reason(fund: Fund, form: ReasonForm, reason: Reason | None = None, status: int = 200) -> Any:
    return render_template("decisions/reason.html", fund=fund, form=form, reason=reason), status


@bp.post("/office/funds/<int:id>/reasons/new")
@guard(manager, _fund)
def add_reason(fund: Fund) -> Any:
    """Add a standing reason."""
    form, to = ReasonForm(), url_for(".fund_letters", id=fund.id)
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return _reason(fund, form, status=422)
    try:
        reasons.add_reason(fund.id, form.code.data, **form.values(), actor=current_user, at=g.arrived_at)
    except Refusal as fault:
        db.session.rollback()
        form.code.errors = [fault.message]
        return _reason(fund, form, status=422)
    once.remember(form.once.data, to, at=g.arrived_at)
    db.session.commit()
    return redirect(to)


@bp.get("/office/reasons/<int:id>")
@guard(manager, managed_reason)
def reason(reason: Reason) -> Any:
    """Ask for other words of a standing reason."""
    form = ReasonForm(
        formdata=None, code=reason.code, outcomes=reason.outcomes,
        name_en=reason.name.get("en"), name_nl=reason.name.get("nl"),
        text_en=reason.text.get("en"), text_nl=reason.text.get("nl"),
    )  # fmt: skip
    return _reason(reasons.fund_of(reason), form, reason)


@bp.post("/office/reasons/<int:id>")
@guard(manager, managed_reason)
def change_reason(reason: Reason) -> Any:
    """Keep other words of a standing reason."""
    form = ReasonForm()
    form.code.data = reason.code  # a code is for ever: statistics count it
    del form.code
    if not form.validate():
        return _reason(reasons.fund_of(reason), form, reason, 422)
    reasons.change_reason(reason, **form.values(), actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("Kept. Letters that were drawn up before keep the old words."))
    return redirect(url_for(".fund_letters", id=reason.fund_id))


@bp.post("/office/reasons/<int:id>/end")
@guard(manager, managed_reason)
def end_reason(reason: Reason) -> Any:
    """Give a standing reason no more."""
    reasons.end_reason(reason, actor=current_user, at=g.arrived_at)
    db.session.commit()
    return redirect(url_for(".fund_letters", id=reason.fund_id))


# --- the words around ----------------------------------------------------------------


@bp.get("/office/funds/<int:id>/letters/<outcome>")
@guard(manager, _text)
def text(found: tuple[Fund, Outcome]) -> Any:
    """Ask for the fund's own words for one outcome; the house's stand there first."""
    fund, outcome = found
    own = wording.text_of(fund, outcome)
    given = {"opening": own.opening, "closing": own.closing} if own else wording.in_both(outcome)
    values = {f"{part}_{lang}": given[part].get(lang, "") for part in given for lang in ("en", "nl")}
    return _text_page(fund, outcome, TextForm(formdata=None, **values))


def _text_page(fund: Fund, outcome: Outcome, form: TextForm, status: int = 200) -> Any:
    return render_template(
        "decisions/text.html", fund=fund, outcome=outcome, form=form, places=wording.PLACES
    ), status


@bp.post("/office/funds/<int:id>/letters/<outcome>")
@guard(manager, _text)
def keep_text(found: tuple[Fund, Outcome]) -> Any:
    """Keep the fund's own words for one outcome."""
    fund, outcome = found
    form, to = TextForm(), url_for(".fund_letters", id=fund.id)
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return _text_page(fund, outcome, form, 422)
    wording.rewrite(fund, outcome, **form.values(), actor=current_user, at=g.arrived_at)
    once.remember(form.once.data, to, at=g.arrived_at)
    db.session.commit()
    flash(_("Kept. The next letters that are drawn up use these words."))
    return redirect(to)
