"""Pages that give one applicant more time: on an application, or by address for who has not sent yet."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import EmailField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length

from fundapp.applications import extensions, queries
from fundapp.applications.models import Application
from fundapp.applications.rules import staff
from fundapp.applications.views.blueprint import bp, seen
from fundapp.core.db import db
from fundapp.core.forms import Form, ZonedField
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.rounds import queries as rounds
from fundapp.rounds.models import Round
from fundapp.rounds.rules import MANAGE

FILL = _l("Fill this in.")


class ExtensionForm(Form):
    """A later deadline for one applicant, on the wall clock of the fund."""

    until = ZonedField(_l("New deadline"), [InputRequired(FILL)], closing=True)
    reason = TextAreaField(_l("Reason"), [DataRequired(FILL), Length(max=2000)])


class AddressedForm(ExtensionForm):
    """The same, for a person who has not sent anything yet."""

    email = EmailField(_l("Their e-mail address"), [DataRequired(FILL), Email(), Length(max=320)])


def _round(user: Any, id: int) -> Round | None:
    found = rounds.office_round(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found


@bp.get("/office/applications/<int:id>/extension")
@guard(staff, seen)
def extend(application: Application) -> Any:
    """Ask until when, and why."""
    form = ExtensionForm(formdata=None)
    form.until.show(application.ends_at, application.fund.zone)
    return _page(application, form)


@bp.post("/office/applications/<int:id>/extension")
@guard(staff, seen)
def give_extension(application: Application) -> Any:
    """Give this proposal a later deadline."""
    form = ExtensionForm()
    form.until.zone = application.fund.zone
    if not form.validate() or not _given(form, [application]):
        return _page(application, form), 422
    db.session.commit()
    flash(_("They have more time now, and a mail that says so."))
    return redirect(url_for(".office_show", id=application.id))


def _page(application: Application, form: ExtensionForm) -> str:
    return render_template(
        "applications/extension.html", round=application.round, application=application, form=form
    )


@bp.get("/office/rounds/<int:id>/extension")
@guard(MANAGE, _round)
def extend_unsent(round: Round) -> Any:
    """Ask who, until when, and why; a draft itself stays closed to the office."""
    form = AddressedForm(formdata=None)
    form.until.show(round.stages[-1].closes_at, round.fund.zone)
    return render_template("applications/extension.html", round=round, application=None, form=form)


@bp.post("/office/rounds/<int:id>/extension")
@guard(MANAGE, _round)
def give_unsent(round: Round) -> Any:
    """Give somebody who has not sent their proposal yet a later deadline."""
    form = AddressedForm()
    form.until.zone = round.fund.zone
    if form.validate():
        found = queries.unsent_of(form.email.data, round.id)
        if not found:
            form.email.errors = [_("Nobody with this address is writing a proposal for this call.")]
        elif _given(form, found):
            db.session.commit()
            flash(_("They have more time now, and a mail that says so."))
            return redirect(url_for("rounds.show", id=round.id))
    return render_template("applications/extension.html", round=round, application=None, form=form), 422


def _given(form: ExtensionForm, found: list[Application]) -> bool:
    """Extend each; a refusal is shown above the form, whose entries stay."""
    try:
        for one in found:
            _extend(one, form.until.instant, form.reason.data)
    except Refusal as refused:
        db.session.rollback()
        form.form_errors = [*form.form_errors, refused.message]
        return False
    return True


def _extend(application: Application, until: datetime | None, reason: str) -> None:
    give: Callable[..., None] = extensions.extend
    actor = current_user._get_current_object()
    give(application, until, reason=reason, actor=actor, at=g.arrived_at)
