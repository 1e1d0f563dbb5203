"""Pages to register, confirm, sign in and out, reset a password, change details, choose a language."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_user, logout_user

from fundapp.accounts import openpgp, queries, service
from fundapp.accounts.forms import (
    DetailsForm,
    ForgotForm,
    KeyForm,
    PasswordForm,
    RegisterForm,
    ResetForm,
    SignInForm,
)
from fundapp.accounts.models import Purpose
from fundapp.accounts.openpgp import KeyRefused
from fundapp.config import Settings
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.rules import PUBLIC, SIGNED_IN
from fundapp.core.web import language
from fundapp.core.words import LANGUAGES

bp = Blueprint("accounts", __name__)
bp.add_app_template_filter(openpgp.grouped, "fingerprint")

WRONG = _l(
    "Address and password do not go together, or the address is not confirmed yet. "
    "After five wrong tries an account waits a while."
)


def _settings() -> Settings:
    return current_app.config["SETTINGS"]  # type: ignore[no-any-return]


def _inside(target: str | None) -> str | None:
    """Give a path of this site, or nothing: never a link that leads elsewhere."""
    parts = urlsplit(target or "")
    plain = target and target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc
    return target if plain and "\\" not in str(target) else None


@bp.get("/login")
@guard(PUBLIC)
def login() -> Any:
    """Ask for address and password."""
    if current_user.is_authenticated:
        return redirect(_inside(request.args.get("next")) or url_for("public.home"))
    return render_template("accounts/login.html", form=SignInForm(next=request.args.get("next", "")))


@bp.post("/login")
@guard(PUBLIC)
def sign_in() -> Any:
    """Sign in, and go on to where the person was heading."""
    form = SignInForm()
    if form.validate():
        user = service.sign_in(form.email.data, form.password.data, at=clock.now(), settings=_settings())
        db.session.commit()
        if user is not None:
            session.permanent = True
            login_user(user)
            return redirect(_inside(form.next.data) or url_for("public.home"))
        form.email.errors = [WRONG]
    return render_template("accounts/login.html", form=form), 422


@bp.post("/logout")
@guard(PUBLIC)
def logout() -> Any:
    """Sign out here."""
    logout_user()
    session.clear()
    return redirect(url_for("public.front"))


@bp.get("/register")
@guard(PUBLIC)
def register() -> Any:
    """Ask for name, address and password."""
    return render_template("accounts/register.html", form=RegisterForm())


@bp.post("/register")
@guard(PUBLIC)
def sign_up() -> Any:
    """Make the account; the answer is the same for a known address."""
    form = RegisterForm()
    if not form.validate():
        return render_template("accounts/register.html", form=form), 422
    service.register(
        form.email.data,
        form.name.data,
        form.password.data,
        language=language(),
        at=clock.now(),
        settings=_settings(),
    )
    db.session.commit()
    return render_template("accounts/sent.html", email=form.email.data, purpose="confirm")


@bp.get("/confirm/<token>")
@guard(PUBLIC)
def confirm(token: str) -> Any:
    """Show the button that confirms: a visit alone uses nothing up, so mail scanners can't either."""
    found = service.token_of(token, Purpose.CONFIRM, at=clock.now())
    return render_template("accounts/confirm.html", form=EmptyForm(), email=found.user.email, token=token)


@bp.post("/confirm/<token>")
@guard(PUBLIC)
def confirm_now(token: str) -> Any:
    """Confirm the address and sign in."""
    now = clock.now()
    user = service.confirm(service.token_of(token, Purpose.CONFIRM, at=now), at=now)
    db.session.commit()
    session.permanent = True
    login_user(user)
    with force_locale(user.language):
        flash(_("Your address is confirmed. Welcome."))
    return redirect(_inside(session.pop("after_confirming", None)) or url_for("public.home"))


@bp.get("/forgot")
@guard(PUBLIC)
def forgot() -> Any:
    """Ask for the address to send a link to."""
    return render_template("accounts/forgot.html", form=ForgotForm())


@bp.post("/forgot")
@guard(PUBLIC)
def ask_reset() -> Any:
    """Send the link, if there is such an account; the answer is the same either way."""
    form = ForgotForm()
    if not form.validate():
        return render_template("accounts/forgot.html", form=form), 422
    service.ask_reset(form.email.data, at=clock.now())
    db.session.commit()
    return render_template("accounts/sent.html", email=form.email.data, purpose="reset")


@bp.get("/reset/<token>")
@guard(PUBLIC)
def reset(token: str) -> Any:
    """Ask for the new password."""
    found = service.token_of(token, Purpose.RESET, at=clock.now())
    return render_template("accounts/reset.html", form=ResetForm(), email=found.user.email, token=token)


@bp.post("/reset/<token>")
@guard(PUBLIC)
def reset_now(token: str) -> Any:
    """Set the new password and sign in."""
    now = clock.now()
    found, form = service.token_of(token, Purpose.RESET, at=now), ResetForm()
    if not form.validate():
        return render_template("accounts/reset.html", form=form, email=found.user.email, token=token), 422
    user = service.reset(found, form.password.data, at=now, settings=_settings())
    db.session.commit()
    session.permanent = True
    login_user(user)
    flash(_("Your new password is set. You are signed out everywhere else."))
    return redirect(url_for("public.home"))


def _details(
    details: DetailsForm, password: PasswordForm, status: int = 200, key: KeyForm | None = None
) -> Any:
    drawn = render_template(
        "accounts/details.html",
        details=details,
        password=password,
        key=key or KeyForm(formdata=None),
        kept_key=queries.public_keys([current_user.id]).get(current_user.id),
    )
    return drawn, status


@bp.get("/account")
@guard(SIGNED_IN)
def details() -> Any:
    """Show one's own details."""
    return _details(DetailsForm(obj=current_user, formdata=None), PasswordForm(formdata=None))


@bp.post("/account")
@guard(SIGNED_IN)
def change_details() -> Any:
    """Change name and language."""
    form = DetailsForm()
    if not form.validate():
        return _details(form, PasswordForm(formdata=None), 422)
    service.change_details(
        current_user, name=form.name.data, language=form.language.data, actor=current_user, at=clock.now()
    )
    db.session.commit()
    flash(_("Your details are changed."))
    return redirect(url_for(".details"))


@bp.post("/account/password")
@guard(SIGNED_IN)
def change_password() -> Any:
    """Change the password; signs out everywhere else."""
    form = PasswordForm()
    if not form.validate():
        return _details(DetailsForm(obj=current_user, formdata=None), form, 422)
    service.change_password(
        current_user,
        form.old.data,
        form.password.data,
        actor=current_user,
        at=clock.now(),
        settings=_settings(),
    )
    db.session.commit()
    login_user(current_user._get_current_object())  # the proxy would hold itself
    flash(_("Your new password is set. You are signed out everywhere else."))
    return redirect(url_for(".details"))


@bp.post("/account/key")
@guard(SIGNED_IN)
def keep_key() -> Any:
    """Keep one's OpenPGP public key."""
    form, me = KeyForm(), current_user._get_current_object()
    if form.validate():
        try:
            service.keep_key(me, form.armored.data, actor=me, at=clock.now())
        except KeyRefused as refused:
            db.session.rollback()
            form.armored.errors = [refused.message]
            if "PRIVATE KEY" in form.armored.data:
                form.armored.data = ""  # not sent back over the line either
                form.armored.raw_data = None
        else:
            db.session.commit()
            flash(_("Your key is kept. Compare the fingerprint."))
            return redirect(url_for(".details", _anchor="key"))
    return _details(DetailsForm(obj=me, formdata=None), PasswordForm(formdata=None), 422, form)


@bp.post("/account/key/remove")
@guard(SIGNED_IN)
def drop_key() -> Any:
    """Forget one's OpenPGP key."""
    me = current_user._get_current_object()
    service.drop_key(me, actor=me, at=clock.now())
    db.session.commit()
    flash(_("Your key is removed."))
    return redirect(url_for(".details", _anchor="key"))


@bp.post("/preferences/language")
@guard(PUBLIC)
def choose_language() -> Any:
    """Keep the language a reader chose, in their account or in this browser."""
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        session["language"] = wanted
        if current_user.is_authenticated and current_user.language != wanted:
            service.change_details(
                current_user, name=current_user.name, language=wanted, actor=current_user, at=clock.now()
            )
            db.session.commit()
    return redirect(_inside(request.form.get("next")) or url_for("public.front"))
