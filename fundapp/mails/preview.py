"""How a text will look: with what stood in the newest mail of its kind, or with made-up data."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import force_locale

from fundapp.accounts.models import User
from fundapp.core import mail
from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.mails import placeholders, queries
from fundapp.mails.kinds import Kind, Place, Readers, Sort


class Data(NamedTuple):
    """What is filled in. source: mail (the newest sent in this language), other (in another) or sample."""

    values: dict[str, str]
    source: str
    sent_at: datetime | None = None
    application_id: int | None = None


def data(user: User, fund: Fund, kind: Kind, language: str) -> Data:
    """Find what to fill in: only from mail the person may read."""
    made_up = sample(fund, kind, language)
    found = queries.newest_facts(user, fund.id, kind.name)
    chosen = next((row for row in found if row.language == language), found[0] if found else None)
    if chosen is None:
        return Data(made_up, "sample")
    facts = {name: value for name, value in chosen.facts.items() if name in made_up}
    source = "mail" if chosen.language == language else "other"
    return Data({**made_up, **facts}, source, chosen.created_at, chosen.application_id)


def sample(fund: Fund, kind: Kind, language: str) -> dict[str, str]:
    """Give made-up data for a kind of mail, in a language."""
    with force_locale(language):
        values = {place.name: _made_up(place) for place in kind.places.values()}
    return {**values, "fund.name": pick(fund.name, language)}


def _made_up(place: Place) -> str:
    if place.sort is Sort.LINK:
        return mail.link("reminders.to_do")
    return str(place.sample or f"[{place.words}]")


def write(
    fund: Fund, kind: Kind, language: str, text: placeholders.Text, values: dict[str, str]
) -> tuple[placeholders.Written, str]:
    """Give a text filled in, and the whole HTML of it."""
    with force_locale(language):
        written = placeholders.write(kind, text, values)
        html = mail.frame(
            written.html,
            subject=written.subject,
            brand_name=pick(fund.name, language),
            brand_colour=fund.brand,
            locale=language,
            **({"gift": True, "fund": fund} if kind.readers is Readers.GIVERS else {}),
        )
    return written, html
