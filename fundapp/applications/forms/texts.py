"""What an applicant brings along as a text or a file: a plan, or a description of the project."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from fundapp.core.forms import Form

LONGEST = 300_000


class PlanTextForm(Form):
    """A plan in takentaal, typed or as a file."""

    text = TextAreaField(_l("Plan in takentaal"), [Optional(), Length(max=LONGEST)])
    file = FileField(_l("Or a file with the plan"), [Optional()])

    def given(self) -> str:
        """Give what was brought: the file where there is one, else the text."""
        return brought(self.file) or str(self.text.data or "")


class DescriptionForm(Form):
    """A description of the project, as a file or its text."""

    file = FileField(_l("A file: funding.json, publiccode.yml or codemeta.json"), [Optional()])
    text = TextAreaField(_l("Or its text"), [Optional(), Length(max=LONGEST)])

    def given(self) -> str:
        """Give what was brought: the file where there is one, else the text."""
        return brought(self.file) or str(self.text.data or "")


def brought(field: Any) -> str:
    """Read a file field as text; what is no text shows as such in the messages about it."""
    content = field.data.read(LONGEST + 1) if field.data and getattr(field.data, "filename", "") else b""
    return str(content.decode("utf-8-sig", "replace"))
