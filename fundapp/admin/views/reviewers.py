"""The people of one fund; its managers let reviewers in."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.models import Role
from fundapp.accounts.rules import manager
from fundapp.admin import queries, service, words
from fundapp.admin.forms import ReviewerForm
from fundapp.admin.views.blueprint import bp
from fundapp.admin.views.people import carry_out, confirm_end
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.funds.models import Fund
from fundapp.funds.queries import office_fund
from fundapp.reviews.office import part


def _page(fund: Fund, form: ReviewerForm, status: int = 200) -> Any:
    return render_template(
        "admin/people.html", fund=fund, holders=queries.people_at(fund.id), form=form, words=words
    ), status


@bp.get("/funds/<int:id>/people")
@guard(manager, office_fund)
def people(fund: Fund) -> Any:
    """List who works for a fund."""
    return _page(fund, ReviewerForm(formdata=None))


@bp.post("/funds/<int:id>/people")
@guard(manager, office_fund)
def add_reviewer(fund: Fund) -> Any:
    """Let somebody with an account review for the fund."""
    form = ReviewerForm()
    if form.validate():
        try:
            user = service.add_reviewer(fund, form.email.data, actor=current_user, at=clock.now())
        except Refusal as refusal:
            form.email.errors = [refusal.message]
        else:
            db.session.commit()
            flash(_("%(name)s can review for this fund now.", name=user.name))
            return redirect(url_for(".people", id=fund.id))
    return _page(fund, form, 422)


@bp.get("/funds/<int:id>/people/<int:role_id>/end")
@guard(manager, queries.reviewer_role)
def ask_end_reviewer(role: Role) -> Any:
    """Ask before somebody stops reviewing for the fund."""
    return confirm_end(role, url_for(".people", id=role.fund_id))


@bp.post("/funds/<int:id>/people/<int:role_id>/end")
@guard(manager, queries.reviewer_role)
def end_reviewer(role: Role) -> Any:
    """End a reviewer's role; what they have still to review is taken off them."""
    part(role.user, role.fund_id, at=clock.now())
    return carry_out(role, url_for(".people", id=role.fund_id))
