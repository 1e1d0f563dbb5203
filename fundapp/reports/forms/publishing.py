"""How a fund publishes, and which register is wanted."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from fundapp.core.forms import Form, options
from fundapp.reports.identifiers import LICENCES
from fundapp.reports.models import Publishing
from fundapp.reports.publishing import SETTABLE


class PublishingForm(Form):
    """Identifiers, licence, and whether the list of money passed on is public."""

    org_id = StringField(
        _l("Identifier of the organisation"), [Length(max=60)],
        description=_l("Register and number, such as NL-KVK-41215393; org-id.guide lists the registers."),
    )  # fmt: skip
    org_name = StringField(
        _l("Name of the publisher"), [Length(max=200)], description=_l("Empty: the name of the fund.")
    )
    prefix = StringField(
        _l("Publisher prefix of 360Giving"), [Length(max=70)],
        description=_l("360Giving hands it out; it begins with 360G-. Grants are numbered with it for ever."),
    )  # fmt: skip
    licence = SelectField(
        _l("Licence of the data"), choices=options((key, name) for key, (name, _url) in LICENCES.items())
    )
    shows_cascade = BooleanField(_l("Publish to whom money was passed on"))
    eu_grant = StringField(
        _l("EU grant agreement"), [Length(max=60)],
        description=_l("The number under which the fund passes money on to third parties, if any."),
    )  # fmt: skip
    version = IntegerField(_l("Version"), [InputRequired()])

    def show(self, row: Publishing | None) -> "PublishingForm":
        """Fill the form with what is set."""
        for name in SETTABLE if row else ():
            self[name].data = getattr(row, name) or ("" if name != "shows_cascade" else False)
        self.version.data = row.row_version if row else 0
        return self

    def values(self) -> dict[str, Any]:
        """Give what was filled in as reports.publishing takes it."""
        return {name: self[name].data for name in SETTABLE}
