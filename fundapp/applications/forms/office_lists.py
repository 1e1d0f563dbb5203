"""What the office fills in to keep its lists and its words: views, tags, flags, notes."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from fundapp.applications.tags import LONGEST
from fundapp.core.forms import Form, OnceForm, filled


class ViewForm(Form):
    """The name under which a list is kept, and with whom it is shared."""

    name = StringField(_l("Name of the view"), [filled, Length(max=60)])
    fund = SelectField(_l("For whom"), validate_choice=True)


class TagForm(Form):
    """A word of the office."""

    name = StringField(_l("Tag"), [filled, Length(max=LONGEST)])


class FlagForm(Form):
    """Why colleagues should look."""

    reason = StringField(_l("Why"), [Length(max=300)])


class NoteForm(OnceForm):
    """A note inside the office, and whom it is for."""

    body = TextAreaField(_l("Note"), [filled, Length(max=10_000)])
    person = SelectField(_l("Ask somebody to look"), validate_choice=True)
