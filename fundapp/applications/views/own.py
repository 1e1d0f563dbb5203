"""Pages of one's own proposals: the list, beginning one, where it stands, taking it back."""

from datetime import datetime
from typing import Any

from babel.dates import format_datetime
from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications import (
    attachments,
    in_words,
    inviting,
    listings,
    own_lists,
    people,
    progress,
    queries,
    reading,
    service,
    usual,
    versions,
)  # fmt: skip
from fundapp.applications.forms import BeginForm, WithdrawForm
from fundapp.applications.models import Application, ApplicationState
from fundapp.applications.rules import owner
from fundapp.applications.views import attaching
from fundapp.applications.views.blueprint import bp, own, place
from fundapp.applications.workflow import PUBLIC_WORDS, workflow
from fundapp.core import clock, once
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.rules import SIGNED_IN
from fundapp.core.web import language
from fundapp.rounds import queries as rounds
from fundapp.rounds.models import Round

S = ApplicationState
WAITS = frozenset({S.SUBMITTED, S.INCOMPLETE, S.IN_REVIEW})
"""While somebody waits for a decision, the usual times of earlier rounds are told."""


@bp.app_template_filter("stamp_in")
def _stamp_in(at: datetime | None, zone: str) -> str:
    """Write an instant short on the clock of a fund, where a list shows several funds."""
    return format_datetime(clock.local(at, zone), "d MMM y, HH:mm", locale=language()) if at else ""


@bp.get("/proposals")
@guard(SIGNED_IN)
def index() -> Any:
    """List one's own proposals: what is to be written first, then what is under way, then what is over."""
    before = request.args.get("before", type=int)
    rows = own_lists.over(current_user, before=before)
    items = rows[: own_lists.MOST]
    older = url_for(".index", before=items[-1].id) if len(rows) > len(items) else None
    to_write, under_way = own_lists.present(current_user, g.arrived_at) if before is None else ([], [])
    return render_template(
        "applications/index.html",
        to_write=to_write,
        under_way=under_way,
        page={"items": items, "older_url": older, "newer_url": url_for(".index") if before else None},
        words=PUBLIC_WORDS,
        waiting=inviting.waiting_for(current_user, g.arrived_at) if before is None else [],
    )


def _public_round(user: Any, fund_slug: str, round_slug: str) -> Round | None:
    found = rounds.public_round(fund_slug, round_slug)
    if found is not None:
        g.zone = found.fund.zone
    return found


@bp.get("/apply/<fund_slug>/<round_slug>")
@guard(SIGNED_IN, _public_round)
def begin(round: Round) -> Any:
    """Say what writing a proposal asks, with the button that begins one."""
    return render_template(
        "applications/begin.html",
        round=round,
        form=BeginForm(),
        drafts=listings.own_drafts(current_user, round.id),
        earlier=own_lists.earlier(current_user, round.id),
        is_open=round.opens_for(g.arrived_at),
    )


@bp.post("/apply/<fund_slug>/<round_slug>")
@guard(SIGNED_IN, _public_round)
def start(round: Round) -> Any:
    """Begin a draft and open its first section."""
    form = BeginForm()
    if done := once.result(form.once.data):
        return redirect(done)
    made = service.start(round, actor=current_user._get_current_object(), at=g.arrived_at)
    db.session.flush()  # its address carries its id
    first = versions.form_of(round.stage.form).sections[0]
    target = url_for(".edit", id=made.id, section=first.key)
    once.remember(form.once.data, target, at=g.arrived_at)
    db.session.commit()
    return redirect(target)


@bp.get("/proposals/<int:id>")
@guard(SIGNED_IN, own)
def show(application: Application) -> Any:
    """Show where a proposal stands, what comes next and when, and all letters."""
    if application.state is S.DRAFT:
        return redirect(url_for(".check", id=application.id))
    return render_template(
        "applications/show.html",
        application=application,
        state=PUBLIC_WORDS[application.state],
        standing=in_words.standing(application, g.arrived_at),
        way=progress.of_way(application, g.arrived_at),
        usual=usual.times(application.fund_id) if application.state in WAITS else None,
        people=people.live_access(application.id),
        files=_files(application),
        versions=queries.versions(application.id),
        letters=listings.letters(application.id, current_user.id),
        is_open=service.takes(application, g.arrived_at),
        unsent=service.has_unsent(application),
        is_owner=owner(current_user, application),
        moves=[move for move in workflow.open_to(current_user, application) if move.name == "withdraw"],
    )


def _files(application: Application) -> list[dict[str, Any]]:
    """List the files of the version that counts."""
    answers = application.current.answers if application.current is not None else {}
    return [one for value in answers.values() for one in attachments.entries(value)]


@bp.get("/proposals/<int:id>/versions/<int:number>")
@guard(SIGNED_IN, own)
def version(application: Application) -> Any:
    """Show one version as it was sent."""
    found = queries.version(application.id, int(place("number")))
    if found is None:
        abort(404)
    parts = reading.sections(
        found.form.definition,
        found.answers,
        language(),
        currency=application.fund.currency,
        file_link=attaching.own_link,
    )
    return render_template("applications/version.html", application=application, version=found, pieces=parts)


@bp.get("/proposals/<int:id>/withdraw")
@guard(owner, own)
def withdraw(application: Application) -> Any:
    """Ask before a proposal is taken back, or a draft thrown away."""
    return _ask(application, _leaving_form(application))


@bp.post("/proposals/<int:id>/withdraw")
@guard(owner, own)
def withdraw_now(application: Application) -> Any:
    """Take a proposal back, or throw a draft away."""
    form, actor = _leaving_form(application), current_user._get_current_object()
    if not form.validate():
        return _ask(application, form), 422
    if application.state is S.DRAFT:
        service.discard(application, actor=actor, at=g.arrived_at)
        flash(_("The draft is thrown away."))
    else:
        service.withdraw(application, reason=form.reason.data, actor=actor, at=g.arrived_at)
        flash(_("Your proposal is withdrawn."))
    db.session.commit()
    return redirect(url_for(".index"))


def _leaving_form(application: Application) -> Any:
    return EmptyForm() if application.state is S.DRAFT else WithdrawForm()


def _ask(application: Application, form: Any) -> str:
    return render_template("applications/withdraw.html", application=application, form=form)
