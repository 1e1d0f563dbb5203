"""Filling in a proposal from a description in the project's repository; nothing is fetched."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fundapp.applications import forms, manifests, prefill, service
from fundapp.applications.drafts import AnswersChanged
from fundapp.applications.sheets import Sheet
from fundapp.applications.views.blueprint import bp, own_sheet
from fundapp.applications.views.writing import WRITES
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.web import language

PICK = "pick_"


@bp.get("/proposals/<int:id>/prefill")
@guard(WRITES, own_sheet)
def prefilling(sheet: Sheet) -> Any:
    """Ask for a file or its text."""
    if sheet.application.state not in service.WRITABLE:
        return redirect(url_for(".show", id=sheet.application.id))
    return _page(sheet, forms.DescriptionForm(formdata=None))


@bp.post("/proposals/<int:id>/prefill")
@guard(WRITES, own_sheet)
def look_at_description(sheet: Sheet) -> Any:
    """Show what a description says, question by question; the second time fill in what was chosen."""
    form = forms.DescriptionForm()
    if not form.validate():
        return _page(sheet, form), 422
    text = form.given()
    try:
        found = manifests.read(text, currency=sheet.application.fund.currency, language=language())
    except manifests.NotUnderstood as refused:
        form.file.errors = [refused.message]
        form.text.data = text[: forms.LONGEST]
        return _page(sheet, form), 422
    if "fill" in request.form:
        return _fill(sheet, found)
    return _choice(sheet, found, text)


def _offers(sheet: Sheet, found: manifests.Description) -> list[prefill.Offer]:
    currency = sheet.application.fund.currency
    return prefill.offers(found, sheet.form, sheet.values, language(), currency)


def _choice(sheet: Sheet, found: manifests.Description, text: str) -> str:
    made = _offers(sheet, found)
    return render_template(
        "applications/prefill_choose.html",
        application=sheet.application,
        description=found,
        offers=made,
        text=text,
        pick=PICK,
        version=forms.version_of(sheet.revisions, [one.field.key for one in made]),
        form=forms.DescriptionForm(formdata=None),
    )


def _fill(sheet: Sheet, found: manifests.Description) -> Any:
    picks = {name.removeprefix(PICK): value for name, value in request.form.items() if name.startswith(PICK)}
    answers = prefill.chosen(_offers(sheet, found), picks)
    actor = current_user._get_current_object()
    try:
        service.save(sheet.application, answers, _bases(), actor=actor, at=g.arrived_at)
    except AnswersChanged as clash:
        flash(clash.message, "bad")
    db.session.commit()
    flash(
        ngettext(
            "One answer is filled in. Read it over.",
            "%(num)d answers are filled in. Read them over.",
            len(answers),
        )
        if answers
        else _("Nothing was filled in: you kept what stood there.")
    )
    return redirect(url_for(".check", id=sheet.application.id))


def _bases() -> dict[str, int]:
    pairs = (part.partition(":") for part in request.form.get("version", "").split())
    return {key: int(number) for key, _colon, number in pairs if number.isdigit() and len(number) < 9}


def _page(sheet: Sheet, form: forms.DescriptionForm) -> str:
    return render_template("applications/prefill.html", application=sheet.application, form=form)
