"""What pages of other features may ask about applications, called only where it is drawn."""

from typing import Any

from fundapp.applications import listings, tags
from fundapp.applications.rules import staff
from fundapp.applications.views.blueprint import bp


@bp.app_context_processor
def _lend() -> dict[str, Any]:
    return {
        "application_numbers": listings.numbers,
        "round_pipeline": listings.pipeline,
        "office_marks": tags.marks,
        "may_tag": staff,
    }
