"""Accounts and the roles people hold."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts import service as accounts
from fundapp.accounts.models import Role, RoleName, User
from fundapp.accounts.rules import administrator
from fundapp.admin import queries, service, words
from fundapp.admin.forms import RoleForm
from fundapp.admin.views.blueprint import asked, before, bp, page
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm, options
from fundapp.core.guard import guard
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.funds.queries import all_funds


@bp.get("/users")
@guard(administrator)
def users() -> Any:
    """List accounts, fifty a page."""
    text = asked("q")
    found = page(".users", queries.people(text=text, before=before()), q=text)
    roles = queries.roles_of([row.id for row in found.items])
    return render_template("admin/users.html", page=found, roles=roles, text=text, words=words)


def _page(user: User, form: RoleForm, status: int = 200) -> Any:
    roles = queries.all_roles(user.id)
    return render_template("admin/user.html", user=user, roles=roles, form=form, words=words), status


def _form(**given: Any) -> RoleForm:
    form = RoleForm(**given)
    funds = [(fund.id, pick(fund.name, language())) for fund in all_funds()]
    form.fund.choices = options([("", _("Choose a fund")), *funds])
    return form


@bp.get("/users/<int:id>")
@guard(administrator, queries.user)
def user(user: User) -> Any:
    """Show one person's account and roles."""
    return _page(user, _form(formdata=None))


@bp.post("/users/<int:id>/roles")
@guard(administrator, queries.user)
def grant(user: User) -> Any:
    """Give the person a role at a fund."""
    form = _form()
    if not form.validate():
        return _page(user, form, 422)
    service.grant(user, int(form.fund.data), RoleName(form.role.data), actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("%(name)s now holds this role.", name=user.name))
    return redirect(url_for(".user", id=user.id))


@bp.get("/roles/<int:id>/end")
@guard(administrator, queries.role)
def ask_end(role: Role) -> Any:
    """Ask before a role ends."""
    return confirm_end(role, url_for(".user", id=role.user_id))


@bp.post("/roles/<int:id>/end")
@guard(administrator, queries.role)
def end(role: Role) -> Any:
    """End a role."""
    return carry_out(role, url_for(".user", id=role.user_id))


def confirm_end(role: Role, back: str) -> Any:
    """Ask whether this role should end; the answer goes to the same address."""
    return render_template(
        "admin/end_role.html",
        role=role,
        fund=db.session.get(Fund, role.fund_id),
        back=back,
        form=EmptyForm(),
        words=words,
    )


def carry_out(role: Role, back: str) -> Any:
    """End a role and go back."""
    accounts.end_role(role, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("%(name)s no longer holds the role.", name=role.user.name))
    return redirect(back)
