"""Question and answer on the page of a request."""

from typing import Any

from flask import flash, g, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications import threads
from fundapp.applications.models import Thread
from fundapp.applications.rules import staff, writer
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.rules import Rule
from fundapp.payouts import talk
from fundapp.payouts.forms.opinions import SayForm
from fundapp.payouts.models import Claim
from fundapp.payouts.rules import JUDGE
from fundapp.payouts.views import bp, claim_pages
from fundapp.payouts.views.claim_pages import load

SAY = writer | staff


@bp.post("/claims/<int:id>/questions")
@guard(JUDGE, load)
def ask_question(asked: Claim) -> Any:
    """Ask the grantee something; the request stays where it is."""
    form = SayForm()
    if not form.validate():
        return claim_pages.page(asked, question=form), 422
    talk.ask(asked, form.body.data, actor=current_user, at=g.arrived_at)
    return _back(asked, _("The grantee gets your question by mail."))


def _thread(user: Any, id: int, thread_id: int) -> tuple[Claim, Thread] | None:
    claim = load(user, id)
    found = talk.thread_of(claim, thread_id) if claim is not None else None
    return (claim, found) if claim is not None and found is not None else None


@bp.post("/claims/<int:id>/questions/<int:thread_id>")
@guard(Rule(lambda user, pair: SAY(user, pair[0]), "writer or staff"), _thread)
def answer_question(pair: tuple[Claim, Thread]) -> Any:
    """Answer, or ask on."""
    asked, thread = pair
    form = SayForm()
    if not form.validate():
        return claim_pages.page(asked, answers={thread.id: form}), 422
    threads.say(thread, form.body.data, actor=current_user._get_current_object(), at=g.arrived_at)
    return _back(asked, _("Your answer is sent."))


def _back(asked: Claim, said: str) -> Any:
    db.session.commit()
    flash(said)
    return redirect(url_for(".show", id=asked.id, _anchor="questions"))
