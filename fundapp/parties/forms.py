"""What is filled in about a party."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from fundapp.accounts.models import Party, PartyKind
from fundapp.core import countries
from fundapp.core.forms import Form, OnceForm, filled, options
from fundapp.core.web import language

FILL = _l("Fill this in.")
KINDS = ((PartyKind.PERSON, _l("Person")), (PartyKind.ORGANISATION, _l("Organisation")))
PLACE = ("street", "number", "postcode", "town")


class PartyForm(OnceForm):
    """A person or an organisation."""

    kind = SelectField(_l("Kind"), choices=options(KINDS))
    legal_name = StringField(_l("Legal name"), [DataRequired(FILL), Length(max=200), filled])
    public_name = StringField(
        _l("Name in public"), [Length(max=200)], description=_l("Empty: the legal name.")
    )
    registration = StringField(_l("Number in the trade register"), [Length(max=60)])
    country = SelectField(_l("Country"))
    street = StringField(_l("Street"), [Length(max=120)])
    number = StringField(_l("House number"), [Length(max=20)])
    postcode = StringField(_l("Postcode"), [Length(max=20)])
    town = StringField(_l("Town"), [Length(max=80)])
    version = IntegerField(_l("Version"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = sorted(countries.names(language()).items(), key=lambda pair: pair[1])
        self.country.choices = options([("", _l("Not known")), *names])

    def show(self, party: Party) -> "PartyForm":
        """Fill the form with what is known."""
        for name in ("kind", "legal_name", "public_name"):
            self[name].data = getattr(party, name)
        self.registration.data, self.country.data = party.registration or "", party.country or ""
        for name in PLACE:
            self[name].data = (party.address or {}).get(name, "")
        self.version.data = party.row_version
        return self

    def values(self) -> dict[str, Any]:
        """Give what was filled in as parties.service takes it."""
        place = {name: (self[name].data or "").strip() for name in PLACE}
        legal = self.legal_name.data.strip()
        return {
            "kind": PartyKind(self.kind.data),
            "legal_name": legal,
            "public_name": (self.public_name.data or "").strip() or legal,
            "registration": self.registration.data or "",
            "country": self.country.data or None,
            "address": place if any(place.values()) else {},
        }


class ChoiceForm(Form):
    """Which party is meant."""

    party = HiddenField(validators=[DataRequired(FILL)])
