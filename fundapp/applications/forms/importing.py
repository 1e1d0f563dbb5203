"""The file that is handed in to be taken in, and what has to be known beside it."""

from decimal import Decimal

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField, ValidationError
from wtforms.validators import Length

from fundapp.applications.intake_amounts import rate_of
from fundapp.core.forms import OnceForm


class ImportForm(OnceForm):
    """A file to be looked through before it is taken in."""

    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))])


class ApplicationsForm(ImportForm):
    """A file of applications, and the rates for other currencies in it."""

    rates = StringField(
        _l("Rates for other currencies"),
        [Length(max=300)],
        description=_l(
            "What one unit is worth in the fund’s currency, with spaces between: USD=0.92 CHF=1.05"
        ),
    )

    def validate_rates(self, field: StringField) -> None:
        """Refuse what is no list of rates."""
        wrong = next((part for part in _parts(field.data) if rate_of(part) is None), None)
        if wrong is not None:
            raise ValidationError(_l("“%(text)s” is not a rate such as USD=0.92.", text=wrong))

    @property
    def rate_by_code(self) -> dict[str, Decimal]:
        """The rates that were typed, by currency."""
        return dict(rate for part in _parts(self.rates.data) if (rate := rate_of(part)) is not None)


def _parts(text: str | None) -> list[str]:
    return (text or "").replace(";", " ").split()
