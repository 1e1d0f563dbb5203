"""What is filled in about ties, scores, assignments and the pool."""

from fundapp.reviews.forms.assigning import AssignForm, CsvForm, PlanForm
from fundapp.reviews.forms.office import BarForm, LineForm, NoteForm
from fundapp.reviews.forms.sheets import (
    DeclineForm,
    PacketForm,
    RevisionForm,
    SheetForm,
    TalkForm,
    TieForm,
    TiesForm,
    sheet_form,
    ties_form,
)

__all__ = [
    "AssignForm",
    "BarForm",
    "CsvForm",
    "DeclineForm",
    "LineForm",
    "NoteForm",
    "PacketForm",
    "PlanForm",
    "RevisionForm",
    "SheetForm",
    "TalkForm",
    "TieForm",
    "TiesForm",
    "sheet_form",
    "ties_form",
]
