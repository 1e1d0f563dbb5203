"""What the pages of the builder share: loading a form, changing it, drawing it as it will be asked."""

from collections.abc import Callable
from typing import Any

from flask import g, request
from flask_login import current_user

from fundapp.core.db import db
from fundapp.core.rules import person
from fundapp.core.web import language
from fundapp.funds.queries import OFFICE_ROLES
from fundapp.rounds import building, form_lists
from fundapp.rounds.drafting import Data
from fundapp.rounds.fields import Field, Section
from fundapp.rounds.forms.questions import MARK, ProposalForm, build
from fundapp.rounds.models import Form

READ = person(lambda user, form: bool(user.funds(*OFFICE_ROLES)), "office")
"""The loader narrows to the person's funds; what we ship is open to every office."""


def seen_form(user: Any, id: int, **more: Any) -> Form | None:
    """Load a form of the person's funds, or one that we ship."""
    return form_lists.office_form(user, id)


def part(name: str) -> str:
    """Give a part of the address beside the number of the form."""
    return str((request.view_args or {}).get(name, ""))


def actor() -> Any:
    """Give the person who asks."""
    return current_user._get_current_object()


def amend(form: Form, change: Callable[[Data], Any], verb: str, what: str = "") -> Any:
    """Make one change to a form and commit it; the log says what."""
    given = building.amend(form, change, verb=verb, what=what, actor=actor(), at=g.arrived_at)
    db.session.commit()
    return given


def as_asked(fields: tuple[Field, ...]) -> ProposalForm:
    """Draw questions as an applicant meets them, with nothing filled in."""
    section = Section("preview", {}, {}, fields)
    made = build(section, {}, {}, language=language(), currency="EUR", is_preview=True)
    made.offer_rows()
    return made


__all__ = ["MARK", "READ", "actor", "amend", "as_asked", "part", "seen_form"]
