"""What pages ask when the form of a call was changed while proposals were being written."""

from typing import Any

from fundapp.applications import form_changes, reading
from fundapp.applications.sheets import Sheet
from fundapp.applications.views.blueprint import bp
from fundapp.core.web import language


@bp.app_context_processor
def _lend() -> dict[str, Any]:
    return {
        "form_drafts": form_changes.numbers,
        "form_changed": form_changes.since_begun,
        "form_left_over": _left_over,
    }


def _left_over(sheet: Sheet) -> list[reading.Item]:
    """List the answers of a proposal that its form does not ask any more."""
    currency = sheet.application.fund.currency
    return reading.left_over(sheet.form.definition, sheet.values, language(), currency=currency)
