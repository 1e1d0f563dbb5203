"""What is asked about keys and addresses."""

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectMultipleField, StringField, widgets
from wtforms.validators import DataRequired, InputRequired, Length

from fundapp.connections import events, scopes
from fundapp.core.forms import Form, OnceForm, filled, options

FILL = _l("Fill this in.")


class MultiCheckboxField(SelectMultipleField):
    """A choice of several, as ticks."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class NewKeyForm(OnceForm):
    """Make a key."""

    name = StringField(_l("What is it for?"), [DataRequired(FILL), Length(max=100), filled])
    scopes = MultiCheckboxField(
        _l("What it may read"), [InputRequired(_l("Choose at least one thing it may read."))], choices=[]
    )
    until = DateField(_l("Works until and including"), [InputRequired(FILL)])

    def of(self, user: Any, fund: Any, today: date) -> "NewKeyForm":
        """Offer what this person can give, and half a year."""
        self.scopes.choices = options((one.value, scopes.WORDS[one]) for one in scopes.open_to(user, fund))
        if self.until.raw_data is None and self.until.data is None:
            self.until.data = today + timedelta(days=182)
        return self


class _HookForm(Form):
    url = StringField(
        _l("Web address"), [DataRequired(FILL), Length(max=2000), filled],
        render_kw={"type": "url", "inputmode": "url", "autocomplete": "off", "spellcheck": "false"},
    )  # fmt: skip
    events = MultiCheckboxField(
        _l("What it hears of"), [InputRequired(_l("Choose at least one event."))], choices=[]
    )

    def of(self, user: Any, row: Any) -> Any:
        """Offer the events this person may hear of."""
        self.events.choices = options((name, events.EVENTS[name].words) for name in events.open_to(user, row))
        return self


class NewHookForm(_HookForm, OnceForm):
    """Add an address."""


class HookForm(_HookForm):
    """Change an address."""
