"""Pages of the office about openness: how a fund publishes, registers, packs of a round, all its scores."""

from datetime import date
from typing import Any

from flask import abort, current_app, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from fundapp.accounts.models import User
from fundapp.accounts.rules import manager
from fundapp.core import clock, files, tasks
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.funds.queries import office_fund, office_funds
from fundapp.reports import identifiers, packs, publishing, queries, registers, transparency_pack
from fundapp.reports.forms.publishing import PublishingForm
from fundapp.reports.models import TransparencyPack
from fundapp.reports.open_tasks import REVIEWS
from fundapp.reports.register_words import spoken
from fundapp.reports.review_lines import Naming
from fundapp.reports.rules import MAKE_ROUND, READ
from fundapp.reports.streaming import FORMATS
from fundapp.reports.views.blueprint import bp
from fundapp.rounds.models import Round


def _fund(user: User, id: int) -> Fund | None:
    found = office_fund(user, id)
    if found is not None:
        g.zone = found.zone
    return found


def _pack(user: User, id: int) -> TransparencyPack | None:
    return packs.office_pack(user, id)


# --- how a fund publishes --------------------------------------------------------


@bp.get("/funds/<int:id>/open-data")
@guard(READ, _fund)
def publishing_of(fund: Fund) -> Any:
    """Show under which identifiers and licence a fund publishes."""
    return _publishing(fund, PublishingForm(formdata=None).show(publishing.of_fund(fund.id)))


@bp.post("/funds/<int:id>/open-data")
@guard(manager, _fund)
def change_publishing(fund: Fund) -> Any:
    """Change how a fund publishes."""
    form = PublishingForm()
    if not form.validate():
        return _publishing(fund, form, 422)
    try:
        publishing.change(
            fund, **form.values(), version=form.version.data, actor=current_user, at=clock.now()
        )
    except ChangedMeanwhile as refused:
        db.session.rollback()
        form.form_errors.append(refused.message)
        return _publishing(fund, form, 409)
    except Refusal as refused:
        db.session.rollback()
        _blame(form).errors = [refused.message]
        return _publishing(fund, form, 422)
    db.session.commit()
    flash(_("Saved. The public files say so at once."))
    return redirect(url_for(".publishing_of", id=fund.id))


def _blame(form: PublishingForm) -> Any:
    """Find the field that a refusal is about."""
    for field, check in ((form.org_id, identifiers.check_org_id), (form.prefix, identifiers.check_prefix)):
        try:
            if (field.data or "").strip():
                check(field.data)
        except Refusal:
            return field
    return form.licence


def _publishing(fund: Fund, form: PublishingForm, status: int = 200) -> Any:
    row = publishing.of_fund(fund.id)
    return render_template(
        "reports/publishing.html",
        fund=fund,
        form=form,
        row=row,
        is_complete=publishing.is_complete(row),
        may_change=manager(current_user, fund),
    ), status


# --- registers -------------------------------------------------------------------


@bp.get("/funds/<int:id>/registers")
@guard(READ, _fund)
def register(fund: Fund) -> Any:
    """Show one register of a fund, of a year or whole."""
    open_ones = registers.open_to(current_user, fund)
    wanted = request.args.get("which", open_ones[0].key)
    shown = next((one for one in open_ones if one.key == wanted), None) or abort(404)
    rows = registers.rows_of(shown, fund, user=current_user, at=clock.now())
    years = sorted({registers.year_of(shown, row) for row in rows}, reverse=True)
    year = request.args.get("year", type=int)
    names = {slug: pick(name, language()) for slug, name in registers.round_names(fund).items()}
    return render_template(
        "reports/register.html",
        fund=fund,
        tabs=[
            (one.words, url_for(".register", id=fund.id, which=one.key), one is shown) for one in open_ones
        ],
        day_of=lambda text: date.fromisoformat(text) if text else None,
        shown=shown,
        rows=[spoken(shown.key, row, names) for row in rows if year in (None, registers.year_of(shown, row))],
        years=years,
        year=year,
    )


@bp.post("/funds/<int:id>/registers")
@guard(READ, _fund)
def freeze_register(fund: Fund) -> Any:
    """Freeze a register as it is now, and give it as a file."""
    which, format = request.form.get("which", ""), request.form.get("format", "")
    if which not in {one.key for one in registers.open_to(current_user, fund)} or format not in PAPERS:
        abort(404)
    year = request.form.get("year", type=int)
    made = registers.freeze(which, fund, year=year, actor=current_user, at=clock.now())
    db.session.commit()
    kind, lang = PAPERS[format]
    if lang:
        return redirect(url_for(".spoken", id=made.id, lang=lang, format=kind))
    return redirect(url_for(".data", id=made.id, format=kind))


PAPERS = {
    "pdf-en": ("pdf", "en"), "pdf-nl": ("pdf", "nl"), "xlsx": ("xlsx", "en"), "csv": ("csv", ""),
    "json": ("json", ""),
}  # fmt: skip
"""Formats a register is taken along in: (format, language)."""


# --- a round ---------------------------------------------------------------------


@bp.post("/rounds/<int:id>/scores")
@guard(READ, queries.report_round)
def order_scores(round: Round) -> Any:
    """Have every score of a round written to a file."""
    format, naming = request.form.get("format", "csv"), request.form.get("reviewers", Naming.PSEUDONYMS.value)
    if format not in FORMATS or naming not in set(Naming) or round.is_sealed:
        abort(404)
    payload = {"round_id": round.id, "format": format, "reviewers": naming}
    title = _l("All scores of %(round)s", round=pick(round.name, "en"))
    tasks.ask(REVIEWS, payload, title=title, actor=current_user, fund_id=round.fund_id, at=clock.now())
    db.session.commit()
    flash(_("The file is being made. It lands among your downloads."))
    return redirect(url_for("downloads.index"))


@bp.post("/rounds/<int:id>/packs")
@guard(MAKE_ROUND, queries.report_round)
def order_transparency(round: Round) -> Any:
    """Have the transparency pack of a round made."""
    site = current_app.config["BASE_URL"].rstrip("/")
    transparency_pack.order(round, site=site, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The pack is being made. Come back to publish it."))
    return redirect(url_for(".show", id=round.id, _anchor="packs"))


@bp.get("/packs/<int:id>/pack.zip")
@guard(READ, _pack)
def take_pack(pack: TransparencyPack) -> Any:
    """Give a pack, published or not."""
    if pack.file is None:
        abort(404)
    name = packs.file_name(pack)
    return send_file(
        files.place(pack.file), mimetype=transparency_pack.ZIP, as_attachment=True, download_name=name
    )


@bp.post("/packs/<int:id>/publish")
@guard(manager, _pack)
def publish_pack(pack: TransparencyPack) -> Any:
    """Put a pack on the public site."""
    transparency_pack.publish(pack, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("It stands on the page about open data now."))
    return redirect(url_for(".show", id=pack.round_id, _anchor="packs"))


@bp.post("/packs/<int:id>/take-down")
@guard(manager, _pack)
def take_pack_down(pack: TransparencyPack) -> Any:
    """Take a pack off the public site."""
    transparency_pack.take_down(pack, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("It is off the public site. Who has it keeps it."))
    return redirect(url_for(".show", id=pack.round_id, _anchor="packs"))


@bp.app_context_processor
def _for_rounds() -> dict[str, Any]:
    shared = {"register_funds": lambda: office_funds(current_user)}
    return shared | {
        "packs_of": packs.packs_of,
        "pack_decided": transparency_pack.DECIDED,
        "may_publish": MAKE_ROUND,
    }
