"""What of a proposal a person at work may read: blind rounds, and what stands apart."""

from typing import Any

from fundapp.applications.models import Application
from fundapp.applications.rules import OFFICE
from fundapp.rounds import definitions


def is_blind_for(user: Any, application: Application) -> bool:
    """Tell whether this person must not learn who applies: a reviewer in a blind stage."""
    return bool(application.stage.is_blind) and not OFFICE(user, application)


def hidden_from(user: Any, application: Application, form: definitions.Form) -> frozenset[str]:
    """Give the keys of the questions whose answers this person may not see."""
    if not is_blind_for(user, application):
        return frozenset()
    return frozenset(field.key for field in form.fields if field.identifying)
