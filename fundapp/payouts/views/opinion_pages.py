"""Second opinions: asked from the page of a request, answered by a link, given on a page of their own."""

from datetime import date, timedelta
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user
from sqlalchemy.orm.attributes import set_committed_value

from fundapp.accounts.queries import user_by_email
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.rules import PUBLIC
from fundapp.core.web import language
from fundapp.payouts import opinions
from fundapp.payouts.forms.opinions import (
    AdviceForm,
    AskAgainForm,
    AskOpinionForm,
    NewExpertForm,
    TieForm,
)
from fundapp.payouts.models import Claim, SecondOpinion, Verdict
from fundapp.payouts.opinion_flow import EXPERT, VERDICT_WORDS
from fundapp.payouts.rules import JUDGE
from fundapp.payouts.views import bp
from fundapp.payouts.views.claim_pages import load

USUAL = timedelta(days=14)


# --- the office ------------------------------------------------------------------------


@bp.get("/claims/<int:id>/second-opinion")
@guard(JUDGE, load)
def ask_opinion(asked: Claim) -> Any:
    """Show whom to ask, and what."""
    form = AskOpinionForm(formdata=None, language=language(), due_on=_usual_day(asked))
    if (before := _instead(asked)) is not None:
        form.question.data, form.language.data = before.question, before.language
    return _ask_page(asked, form)


def _usual_day(asked: Claim) -> date:
    return clock.day(g.arrived_at, asked.award.application.fund.zone) + USUAL


def _instead(asked: Claim) -> SecondOpinion | None:
    """Find the open question that another is to take the place of, as the address of the page says."""
    found = db.session.get(SecondOpinion, request.args.get("instead", 0, type=int))
    is_open = found is not None and found.claim_id == asked.id and found.state in opinions.OPEN
    return found if is_open else None


def _ask_page(asked: Claim, form: AskOpinionForm) -> str:
    return render_template(
        "payouts/ask_opinion.html", claim=asked, award=asked.award, form=form, instead=_instead(asked)
    )


@bp.post("/claims/<int:id>/second-opinion")
@guard(JUDGE, load)
def send_opinion(asked: Claim) -> Any:
    """Ask somebody by mail."""
    form = AskOpinionForm()
    if not form.validate() or form.due_on.data is None:
        return _ask_page(asked, form), 422
    said: dict[str, Any] = {"language": form.language.data, "question": form.question.data}
    given: dict[str, Any] = {"due_on": form.due_on.data, "instead": _instead(asked)}
    given |= {"actor": current_user, "at": g.arrived_at}
    try:
        opinions.ask(asked, form.email.data, form.name.data, **said, **given)
    except Refusal as refused:
        if refused.status != 422:
            raise
        db.session.rollback()
        form.form_errors = [refused.message]
        return _ask_page(db.session.get_one(Claim, asked.id), form), 422
    db.session.commit()
    flash(_("%(name)s gets a mail with a link to answer.", name=form.name.data))
    return redirect(url_for(".show", id=asked.id, _anchor="opinions"))


def _of_claim(user: Any, id: int, opinion_id: int) -> SecondOpinion | None:
    claim = load(user, id)
    found = db.session.get(SecondOpinion, opinion_id) if claim is not None else None
    if found is None or claim is None or found.claim_id != claim.id:
        return None
    set_committed_value(found, "claim", claim)  # who holds the opinion holds its request
    return found


@bp.get("/claims/<int:id>/second-opinion/<int:opinion_id>/take-back")
@guard(JUDGE, _of_claim)
def ask_take_opinion_back(opinion: SecondOpinion) -> Any:
    """Ask before a question is taken back."""
    return render_template("payouts/take_opinion_back.html", opinion=opinion, form=EmptyForm())


@bp.post("/claims/<int:id>/second-opinion/<int:opinion_id>/take-back")
@guard(JUDGE, _of_claim)
def take_opinion_back(opinion: SecondOpinion) -> Any:
    """Take a question back."""
    opinions.take_back(opinion, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("The question is taken back."))
    return redirect(url_for(".show", id=opinion.claim_id, _anchor="opinions"))


@bp.get("/claims/<int:id>/second-opinion/<int:opinion_id>/again")
@guard(JUDGE, _of_claim)
def ask_opinion_again(opinion: SecondOpinion) -> Any:
    """Ask by when an answer is wanted, before a question is sent again."""
    return _again_page(opinion, AskAgainForm(formdata=None, due_on=_usual_day(opinion.claim)))


def _again_page(opinion: SecondOpinion, form: AskAgainForm) -> str:
    return render_template("payouts/send_opinion_again.html", opinion=opinion, claim=opinion.claim, form=form)


@bp.post("/claims/<int:id>/second-opinion/<int:opinion_id>/again")
@guard(JUDGE, _of_claim)
def send_opinion_again(opinion: SecondOpinion) -> Any:
    """Send a question again to who did not answer."""
    form = AskAgainForm()
    if not form.validate() or form.due_on.data is None:
        return _again_page(opinion, form), 422
    try:
        opinions.send_again(opinion, form.due_on.data, actor=current_user, at=g.arrived_at)
    except Refusal as refused:
        if refused.status != 422:
            raise
        db.session.rollback()
        form.due_on.errors = [refused.message]
        return _again_page(opinion, form), 422
    db.session.commit()
    flash(_("%(name)s gets a mail with a link to answer.", name=opinion.name))
    return redirect(url_for(".show", id=opinion.claim_id, _anchor="opinions"))


# --- answering by the link ---------------------------------------------------------------


def _answer_page(opinion: SecondOpinion, token: str, form: TieForm, *, is_known: bool) -> str:
    application = opinion.claim.award.application
    g.zone = application.fund.zone
    return render_template(
        "payouts/opinion_asked.html", opinion=opinion, token=token, form=form, is_known=is_known,
        fund=application.fund, application=application,
    )  # fmt: skip


def _answer_form(opinion: SecondOpinion, *, fresh: bool) -> tuple[TieForm, bool]:
    is_known = current_user.is_authenticated or user_by_email(opinion.email) is not None
    if is_known:
        return (TieForm(formdata=None) if fresh else TieForm()), True
    return (NewExpertForm(formdata=None, name=opinion.name) if fresh else NewExpertForm()), False


@bp.get("/second-opinion/<token>")
@guard(PUBLIC)
def opinion_asked(token: str) -> Any:
    """Show what is asked, and about whom, before anything of the request: a visit answers nothing."""
    opinion = opinions.by_token(token)
    form, is_known = _answer_form(opinion, fresh=True)
    return _answer_page(opinion, token, form, is_known=is_known)


@bp.post("/second-opinion/<token>")
@guard(PUBLIC)
def answer_opinion(token: str) -> Any:
    """Say yes without a tie, or no because of one."""
    opinion = opinions.by_token(token)
    form, is_known = _answer_form(opinion, fresh=False)
    if not form.validate():
        return _answer_page(opinion, token, form, is_known=is_known), 422
    here = current_user._get_current_object() if current_user.is_authenticated else None
    if (tie := form.kind()) is not None:
        opinions.decline(opinion, form.reason.data or "", user=here, tie=tie, at=g.arrived_at)
        db.session.commit()
        return render_template("payouts/opinion_declined.html", has_tie=True)
    given = {} if is_known else {"name": form["name"].data, "password": form["password"].data}
    settings = current_app.config["SETTINGS"]
    who = opinions.accept(opinion, here, **given, at=g.arrived_at, settings=settings)
    db.session.commit()
    if not is_known:
        session.permanent = True
        login_user(who)
    return redirect(url_for(".opinion", id=opinion.id))


@bp.post("/second-opinion/<token>/no")
@guard(PUBLIC)
def decline_opinion(token: str) -> Any:
    """Say no."""
    opinions.decline(opinions.by_token(token), "", at=g.arrived_at)
    db.session.commit()
    return render_template("payouts/opinion_declined.html", has_tie=False)


# --- looking at it -----------------------------------------------------------------------


def _own(user: Any, id: int) -> SecondOpinion | None:
    found = opinions.own(user, id)
    if found is not None:
        g.zone = found.claim.award.application.fund.zone
    return found


@bp.get("/second-opinions/<int:id>")
@guard(EXPERT, _own)
def opinion(row: SecondOpinion) -> Any:
    """Show the expert one request with its evidence, and nothing else of the project."""
    return _opinion_page(row, AdviceForm(formdata=None))


def _opinion_page(row: SecondOpinion, form: AdviceForm) -> str:
    return render_template(
        "payouts/opinion.html", opinion=row, claim=row.claim, form=form, words=VERDICT_WORDS,
        fund=row.claim.award.application.fund, application=row.claim.award.application,
    )  # fmt: skip


@bp.post("/second-opinions/<int:id>")
@guard(EXPERT, _own)
def give_opinion(row: SecondOpinion) -> Any:
    """Give one's advice."""
    form = AdviceForm()
    if not form.validate():
        return _opinion_page(row, form), 422
    opinions.give(row, Verdict(form.verdict.data), form.advice.data, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("Thank you. The fund has your advice."))
    return redirect(url_for(".opinion", id=row.id))
