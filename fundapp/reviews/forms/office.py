"""What the office fills in: who reviews what, why not, and another funding line to try."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from fundapp.applications.tie_words import KINDS
from fundapp.core.forms import Form, MoneyField, filled, options
from fundapp.reviews.forms.sheets import FILL
from fundapp.reviews.ranking import Order


class NoteForm(Form):
    """A reason for what the office does with a review."""

    note = TextAreaField(_l("Reason"), [DataRequired(FILL), filled, Length(max=500)])


class BarForm(Form):
    """A tie the office found."""

    kind = SelectField(_l("What kind of tie?"), [DataRequired(_l("Choose what fits best."))])
    note = TextAreaField(_l("What is known"), [DataRequired(FILL), filled, Length(max=1000)])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.kind.choices = options([("", _("Choose")), *KINDS.items()])


class LineForm(Form):
    """Try another funding line; changes nothing."""

    class Meta(Form.Meta):
        csrf = False  # it only reads

    budget = MoneyField(_l("Money to give"))
    order = SelectField(
        _l("Order by"),
        [Optional()],
        choices=options(
            [(Order.MEAN.value, _l("Mean of the reviews")), (Order.MEDIAN.value, _l("Median of the reviews"))]
        ),
        default=Order.MEAN.value,
    )
