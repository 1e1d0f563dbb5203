"""Pages of applications: writing and following one's own, and handling them in the office."""

from fundapp.applications.views import (
    comparing,
    extensions,
    notes,
    office,
    office_list,
    office_steps,
    office_views,
    own,
    parts,
    questions,
    tagging,
    ties,
    writing,
)
from fundapp.applications.views.blueprint import bp

__all__ = [
    "bp",
    "comparing",
    "extensions",
    "notes",
    "office",
    "office_list",
    "office_steps",
    "office_views",
    "own",
    "parts",
    "questions",
    "tagging",
    "ties",
    "writing",
]
