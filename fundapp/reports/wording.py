"""How a report speaks: names for the fixed keys of a snapshot, and figures written in one language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import flask_babel
from flask_babel import lazy_gettext as _l

from fundapp.core import money, papers
from fundapp.core.words import pick


def _(text: str, **values: Any) -> str:
    """Give the text in the language in force; Flask-Babel's own function has no types."""
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """Give the singular or the plural in the language in force."""
    return str(flask_babel.ngettext(one, many, num, **values))


Names = Mapping[str, Any]
"""Names by key; each is a lazy text, read in the language that is in force."""

STEPS: Names = {
    "received": _l("Received"),
    "eligible": _l("Meets the conditions"),
    "reviewed": _l("Reviewed"),
    "decided": _l("Decided"),
    "funded": _l("Funded"),
}
LEFT: Names = {
    "eligible": _l("withdrawn or outside the conditions"),
    "reviewed": _l("without a review"),
    "decided": _l("without a decision"),
    "funded": _l("on the reserve list or not awarded"),
}
UNDECIDED = _l("not funded, or not decided yet")
TIMES: Names = {
    "receipt": _l("Sent in to receipt confirmed"),
    "review": _l("Sent in to last review"),
    "decision": _l("Deadline to decision sent"),
    "agreement": _l("Decision to agreement"),
    "payment": _l("Claim to payment"),
}
POTS: Names = {
    "reserved": _l("Not granted yet"),
    "committed": _l("Granted, not claimed"),
    "approved": _l("Claim approved"),
    "ordered": _l("At the bank"),
    "paid": _l("Paid"),
}
EVENTS: Names = {
    "submitted": _l("Last version received"),
    "reviewed": _l("Last review handed in"),
    "decided": _l("Decision made"),
    "released": _l("Letter sent"),
    "agreed": _l("Agreement in force"),
    "first_claim": _l("First request for payment"),
    "first_paid": _l("First payment"),
    "last_paid": _l("Last payment"),
    "completed": _l("Grant completed"),
}
LEGAL_FORMS: Names = {
    "person": _l("Private person"),
    "organisation": _l("Organisation"),
}
LAYERS: Names = {
    "hardware": _l("Hardware"),
    "network": _l("Networks"),
    "protocol": _l("Protocols and standards"),
    "data": _l("Data"),
    "identity": _l("Identity and trust"),
    "cloud": _l("Cloud and hosting"),
    "application": _l("Applications and platforms"),
}
"""The layers of the stack, from below; rounds.presets asks for them under the key `layer`."""
FIRST_TIME: Names = {
    "first": _l("Asks for the first time"),
    "again": _l("Asked before"),
}
GIVERS: Names = {
    "public": _l("Government and public bodies"),
    "private": _l("Companies and foundations"),
    "person": _l("People"),
}
PARTS: Names = {
    "delivered": _l("Delivered"),
    "partial": _l("Delivered in part"),
    "open": _l("To do"),
    "held": _l("On hold"),
    "expired": _l("Claim period over"),
    "dropped": _l("Dropped"),
}
NOT_STATED = _l("not stated")
GROUPS: Names = {
    "funded": _l("Funded"),
    "reserve": _l("Reserve list"),
    "declined": _l("Not awarded"),
    "open": _l("Not decided yet"),
    "unranked": _l("Not ranked"),
}


@dataclass(frozen=True)
class Say:
    """Writes figures in one language and currency."""

    lang: str
    currency: str

    def money(self, cents: int | None) -> str:
        """Write an amount of cents."""
        return papers.NONE if cents is None else money.show(cents, self.currency, self.lang)

    def number(self, value: float | None, digits: int = 0) -> str:
        """Write a figure with that many decimals."""
        return papers.number(value, digits, lang=self.lang)

    def plain(self, value: float | None) -> str:
        """Write a figure with one decimal, or none when it is whole: a median of scores."""
        return self.number(value, 0 if value is None or value == int(value) else 1)

    def signed(self, value: float | None, digits: int) -> str:
        """Write a difference with its sign, and a real minus."""
        if value is None:
            return papers.NONE
        size = self.number(abs(value), digits)
        is_zero = not any(letter in "123456789" for letter in size)
        return size if is_zero else ("+" if value > 0 else "−") + size

    def percent(self, value: float | None, digits: int = 0) -> str:
        """Write a share in per cent."""
        return papers.NONE if value is None else self.number(value, digits) + "%"

    def words(self, texts: Mapping[str, str] | None) -> str:
        """Choose the text of this language."""
        return pick(texts, self.lang)

    def scale(self, low: float, high: float) -> str:
        """Write a scale: "0 to 4"."""
        return _("%(low)s\u00a0to\u00a0%(high)s", low=self.plain(low), high=self.plain(high))
