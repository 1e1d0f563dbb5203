"""What is filled in about ties, scores, assignments and the pool."""

from fundapp.reviews.forms.office import AssignForm, BarForm, LineForm, NoteForm
from fundapp.reviews.forms.sheets import (
    DeclineForm,
    RevisionForm,
    SheetForm,
    TieForm,
    TiesForm,
    sheet_form,
    ties_form,
)

__all__ = [
    "AssignForm",
    "BarForm",
    "DeclineForm",
    "LineForm",
    "NoteForm",
    "RevisionForm",
    "SheetForm",
    "TieForm",
    "TiesForm",
    "sheet_form",
    "ties_form",
]
