"""Pages of rounds in the office, and of the forms they ask."""

from fundapp.rounds.views import (
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
    "bp", "calls", "choices", "clones", "form_fields", "form_pages", "form_sections", "form_versions",
    "making", "rubrics", "stages",
]  # fmt: skip
