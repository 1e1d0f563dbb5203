"""What is filled in about ties: a manager's own, and those the office knows of others."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from fundapp.applications.tie_words import KINDS, OWN_KINDS
from fundapp.core.forms import Form, filled, options


class OwnTieForm(Form):
    """A manager's own tie, and who takes over."""

    kind = SelectField(_l("What kind of tie?"), [DataRequired(_l("Choose what fits best."))])
    note = TextAreaField(_l("What should the other managers know?"), [Length(max=1000)])
    heir = SelectField(_l("Who takes it over?"), [Optional()])

    def offer(self, people: Any) -> None:
        """Fill in what can be chosen."""
        self.kind.choices = options([("", _("Choose")), *OWN_KINDS.items()])
        self.heir.choices = options([("", _("Whoever picks it up")), *((row.id, row.name) for row in people)])


class AddTieForm(Form):
    """A tie of somebody else that the office knows of."""

    person = SelectField(_l("Whose tie?"), [DataRequired(_l("Choose a person."))])
    kind = SelectField(_l("What kind of tie?"), [DataRequired(_l("Choose what fits best."))])
    note = TextAreaField(_l("What is known"), [DataRequired(_l("Fill this in.")), filled, Length(max=1000)])
    is_pinned = BooleanField(_l("Pin it"))

    def offer(self, people: Any) -> None:
        """Fill in what can be chosen."""
        self.person.choices = options([("", _("Choose")), *((row.id, row.name) for row in people)])
        self.kind.choices = options([("", _("Choose")), *KINDS.items()])
