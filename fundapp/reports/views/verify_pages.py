"""The page that tells whether a report is what it says it is."""

from typing import Any

from flask import render_template
from flask_login import current_user

from fundapp.core.guard import guard
from fundapp.reports import kinds, verified_words
from fundapp.reports.forms.verifying import VerifyForm
from fundapp.reports.rules import READ
from fundapp.reports.verifying import Outcome, Verdict, verify
from fundapp.reports.views.blueprint import bp


@bp.get("/verify")
@guard(READ)
def verify_form() -> Any:
    """Ask for a file."""
    return _page(VerifyForm(formdata=None), None)


@bp.post("/verify")
@guard(READ)
def verify_file() -> Any:
    """Tell from which record a file was printed, and whether it was changed."""
    form = VerifyForm()
    if not form.validate():
        return _page(form, None), 422
    given = form.file.data
    found = verify(given.stream.read(), given.filename or "")
    if found.snapshot is not None and not kinds.may_read(current_user, found.snapshot):
        found = Verdict(Outcome.UNKNOWN, found.format)  # of what one may not read, one hears nothing
    return _page(form, found)


def _page(form: VerifyForm, found: Verdict | None) -> str:
    return render_template("reports/verify.html", form=form, found=found, words=verified_words)
