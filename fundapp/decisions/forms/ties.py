"""Whether a member of a panel has ties with what is on the agenda."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import Optional

from fundapp.applications.models import Application, ConflictState
from fundapp.applications.tie_words import OWN_KINDS
from fundapp.core.forms import Form, options

PLAIN = (
    ("", _l("Say it later")),
    (ConflictState.CLEAR.value, _l("I have no ties")),
    (ConflictState.UNSURE.value, _l("I am not sure")),
)


class TiesForm(Form):
    """One question for each proposal; `said` gives the answers by application."""

    @property
    def said(self) -> dict[int, str]:
        """The answers, by the number of the application; empty ones too."""
        return {
            int(field.name.removeprefix("a")): field.data or ""
            for field in self
            if isinstance(field, SelectField)
        }


def ties_form(applications: Sequence[Application], **more: Any) -> TiesForm:
    """Make the form for what is on the agenda."""
    choices = options([*PLAIN, *((kind.value, words) for kind, words in OWN_KINDS.items())])
    fields = {
        f"a{one.id}": SelectField(f"{one.title} ({one.code})", [Optional()], choices=choices)
        for one in applications
    }
    made: TiesForm = type("TiesOfMeeting", (TiesForm,), fields)(**more)
    return made
