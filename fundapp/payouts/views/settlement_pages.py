"""The advance, and the final account: asked, written, handed in, checked by another."""

from io import BytesIO
from typing import Any

from flask import (
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications.rules import partner
from fundapp.core import clock, files
from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.core.guard import guard
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.core.rules import Rule
from fundapp.core.web import language, zone
from fundapp.grants.models import Award
from fundapp.grants.views import load as load_grant
from fundapp.payouts import account_files, account_papers, account_writing, queries, settlement
from fundapp.payouts.forms.settlements import (
    AccountForm,
    CheckAccountForm,
    WhyForm,
    filled_account,
)
from fundapp.payouts.models import FinalAccount
from fundapp.payouts.rules import ASK, SEE
from fundapp.payouts.settling import ACCOUNT_WORDS, OWN_ACCOUNT_WORDS, SETTLE, accounts
from fundapp.payouts.views import bp

SEE_FILE = Rule(lambda user, pair: SEE(user, pair[0]), "see the account")


def load_account(user: Any, id: int) -> FinalAccount | None:
    """Load the final account of a grant that the person may see."""
    award = load_grant(user, id)
    return queries.final_account(award) if award is not None else None


# --- written -----------------------------------------------------------------------


@bp.post("/grants/<int:id>/final-account/begin")
@guard(ASK, load_grant)
def begin_account(award: Award) -> Any:
    """Begin the final account."""
    account_writing.begin(award, actor=current_user, at=clock.now())
    db.session.commit()
    return redirect(url_for(".edit_account", id=award.id))


@bp.get("/grants/<int:id>/final-account/edit")
@guard(ASK, load_account)
def edit_account(account: FinalAccount) -> Any:
    """Show the final account to work on."""
    if not accounts.allows("write", current_user, account):
        return redirect(url_for(".final_account", id=account.award_id))
    return _edit_page(account, filled_account(account))


@bp.post("/grants/<int:id>/final-account/edit")
@guard(ASK, load_account)
def save_account(account: FinalAccount) -> Any:
    """Keep the final account, with the files that came along, and go where the button leads."""
    form = AccountForm()
    if not form.validate():
        return _edit_page(account, form), 422
    try:
        places = _keep(account, form)
        _take_files(account, places)
    except Refusal as refused:
        return _back_to_form(account, form, refused)
    db.session.commit()
    return redirect(_onwards(account))


def _onwards(account: FinalAccount) -> str:
    if request.form.get("do") == "check":
        return url_for(".final_account", id=account.award_id)
    flash(_("The account is saved."))
    return url_for(".edit_account", id=account.award_id)


def _sent_files() -> dict[int, list[Any]]:
    """Give the files that came along, by the place of their row on the page."""
    found: dict[int, list[Any]] = {}
    for name in request.files:
        place = name.removeprefix("files-")
        sent = [one for one in request.files.getlist(name) if one.filename]
        if sent and place.isdecimal() and len(place) < 4:
            found[int(place)] = sent
    return found


def _keep(account: FinalAccount, form: AccountForm) -> list[int]:
    """Save what was typed; give the places of the rows that became lines, in their order."""
    given: dict[str, Any] = {"actor": current_user, "at": clock.now()}
    with_files = _sent_files()
    lines = form.lines(with_files)
    account_writing.save(account, lines, form.around(), base=form.version.data or 0, **given)
    return form.places(with_files)


def _take_files(account: FinalAccount, places: list[int]) -> None:
    """Add the files that were sent with their lines, and take out the one whose button was pressed."""
    given: dict[str, Any] = {"actor": current_user, "at": clock.now()}
    wish, _dash, number = request.form.get("do", "").partition("-")
    if wish == "detach" and number.isdecimal():
        account_files.remove(account, int(number[:12]), **given)
    for place, files_of_row in _sent_files().items():
        line = account.lines[places.index(place)]
        for sent in files_of_row:
            content, most = sent.read(), current_app.config["MAX_FILE"]
            account_files.add(account, line, sent.filename, content, most_bytes=most, **given)


def _back_to_form(account: FinalAccount, form: AccountForm, refused: Refusal) -> Any:
    """Say the refusal above the form; everything typed stays, and the next press counts."""
    id = account.id
    db.session.rollback()
    account = db.session.get_one(FinalAccount, id)
    form.form_errors.append(refused.message)
    if isinstance(refused, ChangedMeanwhile):
        form.version.data, form.version.raw_data = account.row_version, None
        return _edit_page(account, form, theirs=account), 409
    return _edit_page(account, form), refused.status


@bp.post("/grants/<int:id>/final-account/autosave")
@guard(ASK, load_account)
def autosave_account(account: FinalAccount) -> Any:
    """Keep the account while it is typed; new lines get their names at the next full save."""
    form = AccountForm()
    if not form.validate():
        return {"message": _("An amount cannot be read yet.")}, 422
    try:
        _keep(account, form)
    except Refusal as refused:
        db.session.rollback()
        return {"message": refused.message}, refused.status
    db.session.commit()
    saved_at = f"{clock.local(g.arrived_at, zone()):%H:%M}"
    return {"saved_at": saved_at, "version": account.row_version}


def _edit_page(account: FinalAccount, form: AccountForm, theirs: FinalAccount | None = None) -> str:
    return render_template(
        "payouts/account_edit.html",
        account=account,
        award=account.award,
        fund=account.application.fund,
        form=form,
        files=account_files.by_line(account),
        ids=[line.id for line in account.lines],
        sums=account_writing.sums(account),
        theirs=theirs,
    )


# --- read, handed in, checked --------------------------------------------------------


@bp.get("/grants/<int:id>/final-account")
@guard(SEE, load_account)
def final_account(account: FinalAccount) -> Any:
    """Show the final account as it stands, with what follows from it."""
    return _page(account, CheckAccountForm(formdata=None, digest=account.digest), WhyForm(formdata=None))


def _page(account: FinalAccount, form: CheckAccountForm, reason: WhyForm) -> str:
    is_own = partner(current_user, account)
    steps = {move.name for move in accounts.open_to(current_user, account)}
    outcome = settlement.outcome(account)
    return render_template(
        "payouts/account.html",
        account=account,
        award=account.award,
        fund=account.application.fund,
        is_own=is_own,
        state=(OWN_ACCOUNT_WORDS if is_own else ACCOUNT_WORDS)[account.state],
        steps=steps,
        points=settlement.open_points(account, outcome) if "submit" in steps else [],
        sums=account_writing.sums(account),
        outcome=outcome,
        rest=settlement.live_claims(account) if account.claim_id else [],
        files=account_files.by_line(account),
        form=form,
        reason=reason,
    )


@bp.post("/grants/<int:id>/final-account/submit")
@guard(ASK, load_account)
def submit_account(account: FinalAccount) -> Any:
    """Hand the final account in."""
    settlement.submit(account, actor=current_user, at=clock.now())
    return _done(account, _("We have your final account. You get mail when it is checked."))


@bp.post("/grants/<int:id>/final-account/take-back")
@guard(ASK, load_account)
def take_back_account(account: FinalAccount) -> Any:
    """Take the final account back to change it."""
    settlement.take_back(account, actor=current_user, at=clock.now())
    db.session.commit()
    return redirect(url_for(".edit_account", id=account.award_id))


@bp.post("/grants/<int:id>/final-account/approve")
@guard(SETTLE, load_account)
def approve_account(account: FinalAccount) -> Any:
    """Approve the account that was on the page, and settle the grant."""
    form = CheckAccountForm()
    if not form.validate():
        return _page(account, form, WhyForm(formdata=None)), 422
    settlement.approve(account, form.note.data or "", form.digest.data, actor=current_user, at=clock.now())
    return _done(account, _("The grant is settled. The grantee has mail."))


@bp.post("/grants/<int:id>/final-account/return")
@guard(SETTLE, load_account)
def return_account(account: FinalAccount) -> Any:
    """Ask the grantee for a change."""
    form = WhyForm()
    if not form.validate():
        return _page(account, CheckAccountForm(formdata=None, digest=account.digest), form), 422
    settlement.return_account(account, form.reason.data, actor=current_user, at=clock.now())
    return _done(account, _("The grantee has your question by mail."))


def _done(account: FinalAccount, said: str) -> Any:
    db.session.commit()
    flash(said)
    return redirect(url_for(".final_account", id=account.award_id))


@bp.get("/grants/<int:id>/final-account/settle-without")
@guard(SETTLE, load_grant)
def ask_settle_without(award: Award) -> Any:
    """Ask before an advance is claimed back whole."""
    return _without_page(award, WhyForm(formdata=None))


@bp.post("/grants/<int:id>/final-account/settle-without")
@guard(SETTLE, load_grant)
def settle_without(award: Award) -> Any:
    """Claim the whole advance back, when no account comes."""
    form = WhyForm()
    if not form.validate():
        return _without_page(award, form), 422
    settlement.settle_without(award, form.reason.data, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The whole advance is claimed back; the grantee has the letter by mail."))
    return redirect(url_for("grants.show", id=award.id))


def _without_page(award: Award, form: WhyForm) -> str:
    cents = settlement.outstanding(award)
    return render_template(
        "payouts/settle_without.html", award=award, fund=award.application.fund, form=form, cents=cents
    )


# --- on paper ------------------------------------------------------------------------


@bp.get("/grants/<int:id>/final-account.pdf")
@guard(SEE, load_account)
def account_paper(account: FinalAccount) -> Any:
    """Give the final account as PDF."""
    given = Response(account_papers.final_account(account, language()), mimetype="application/pdf")
    name = f"{account.application.code or account.award_id}-final-account.pdf"
    given.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return given


def _load_file(user: Any, id: int, file_id: int) -> tuple[FinalAccount, File] | None:
    account = load_account(user, id)
    file = account_files.file_of(account, file_id) if account is not None else None
    return (account, file) if account is not None and file is not None else None


@bp.get("/grants/<int:id>/final-account/files/<int:file_id>")
@guard(SEE_FILE, _load_file)
def account_file(pair: tuple[FinalAccount, File]) -> Any:
    """Give one file of evidence as a download."""
    file = pair[1]
    try:
        content = files.content(file)
    except FileNotFoundError:
        abort(404)
    answer = send_file(
        BytesIO(content), mimetype=file.media_type, as_attachment=True, download_name=file.name, max_age=0
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
