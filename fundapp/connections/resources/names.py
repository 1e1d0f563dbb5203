"""Who a row is about: organisations by name, private persons only where the key says so."""

from typing import Any

from flask_babel import lazy_gettext as _l

from fundapp.accounts.models import Party, PartyKind
from fundapp.connections.declared import Field, Line

PARTY: tuple[Any, ...] = (
    Party.kind.label("party_kind"), Party.legal_name.label("party_name"), Party.country.label("party_country")
)  # fmt: skip


def _is_person(line: Line) -> bool:
    return bool(line.party_kind is not PartyKind.ORGANISATION)


WHO = (
    Field("kind", "word", _l("Person or organisation."), lambda line: line.party_kind, True, PartyKind),
    Field(
        "name", "text", _l("Legal name; of a private person only with people:read."),
        lambda line: line.party_name, True, hidden=_is_person,
    ),
    Field("country", "text", _l("ISO 3166 code of the country."), lambda line: line.party_country, True),
)  # fmt: skip
