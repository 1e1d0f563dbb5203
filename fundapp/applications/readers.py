"""What of a proposal a person at work may read: blind rounds, and the disclosure that stands apart."""

from collections.abc import Mapping
from typing import Any

from fundapp.applications.models import Application
from fundapp.applications.rules import OFFICE
from fundapp.rounds import definitions
from fundapp.rounds.definitions import Form
from fundapp.rounds.models import Stage

TITLE = "title"
USES_AI = "uses_genai"
DISCLOSURE = "genai_"
"""The question whether generative AI was used, and what the keys of the questions about it begin with."""


def is_blind_for(user: Any, application: Application) -> bool:
    """Tell whether this person must not learn who applies: a reviewer in a blind stage."""
    return bool(application.stage.is_blind) and not OFFICE(user, application)


def hidden_from(user: Any, application: Application, form: Form) -> frozenset[str]:
    """Give the keys of the questions whose answers this person may not see."""
    return frozenset() if OFFICE(user, application) else hidden_from_reviewers(application, form)


def hidden_from_reviewers(application: Application, form: Form) -> frozenset[str]:
    """Give the keys of the questions that reviewers do not see in this stage."""
    identifying = {field.key for field in form.fields if field.identifying and application.stage.is_blind}
    return frozenset(identifying | (set() if application.round.shows_disclosure else disclosed(form)))


def disclosed(form: Form) -> set[str]:
    """Give the keys of the questions about the use of generative AI."""
    return {field.key for field in form.fields if field.key == USES_AI or field.key.startswith(DISCLOSURE)}


def hides_title(stage: Stage) -> bool:
    """Tell whether even the title of proposals tells who applies, as its form says."""
    return stage.is_blind and flags_title(stage.form.definition)


def flags_title(definition: Mapping[str, Any]) -> bool:
    """Tell whether a form says that the title itself tells who applies."""
    field = definitions.read_form(definition).field(TITLE)
    return field is not None and field.identifying


def title(user: Any, application: Application) -> str:
    """Give the title as this person may read it; in its place the code, where even the title is hidden."""
    if is_blind_for(user, application) and hides_title(application.stage):
        return application.code or ""
    return application.title
