"""What is filled in about a line of a statement that matched nothing."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, Length

from fundapp.core.forms import Form
from fundapp.payouts.handling import LONGEST_NOTE
from fundapp.payouts.models import Handled


class HandlingForm(Form):
    """What a line is."""

    about = RadioField(_l("What is it?"), [DataRequired(_l("Choose what it is."))])
    note = TextAreaField(_l("Note"), [Length(max=LONGEST_NOTE)])

    def chosen(self) -> tuple[Handled, int | None]:
        """Give the kind that was chosen, and the id of what it is about."""
        kind, _colon, number = self.about.data.partition(":")
        return Handled(kind), int(number) if number else None
