"""How a grant is paid."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField
from wtforms.validators import DataRequired, NumberRange, Optional

from fundapp.core.forms import Form, options
from fundapp.funds.forms.settings import SCHEMES


class SchemeForm(Form):
    """By milestone, or an advance and a settlement."""

    scheme = RadioField(
        _l("How is it paid?"), [DataRequired(_l("Choose an answer."))], choices=options(SCHEMES)
    )
    percent = IntegerField(
        _l("Part paid in advance, in percent"),
        [Optional(), NumberRange(1, 100)],
        description=_l("Only for an advance with a settlement; 80 leaves 20 for the settlement."),
    )
