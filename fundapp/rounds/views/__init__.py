"""Pages of rounds in the office, and of the forms they ask."""

from fundapp.rounds.views import (
    calendar_pages,
    calls,
    choices,
    clones,
    form_fields,
    form_pages,
    form_sections,
    form_versions,
    making,
    rubrics,
    stages,
)
from fundapp.rounds.views.blueprint import bp

__all__ = [
    "bp", "calendar_pages", "calls", "choices", "clones", "form_fields", "form_pages", "form_sections",
    "form_versions", "making", "rubrics", "stages",
]  # fmt: skip
