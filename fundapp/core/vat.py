"""VAT numbers of the European Union and Northern Ireland, held against the rules of their country."""

from flask_babel import gettext as _
from stdnum.eu import vat

from fundapp.core.refusals import Refusal


class UnusableVat(Refusal):
    """A VAT number that cannot exist."""


def read(text: str) -> str | None:
    """Read a VAT number with its country in front, in any spelling; None for an empty one.

    Only its form is looked at; whether it is in use now, VIES tells. Raises UnusableVat.
    """
    if not text.strip():
        return None
    plain: str = vat.compact(text) if vat.is_valid(text) else ""
    if not plain:
        raise UnusableVat(
            _("This is no VAT number of a country of the Union. It begins with the country: NL004495445B01.")
        )
    return plain
