"""What an approver looks at before a request is approved: the fund's own list, or that of the house."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypedDict

from flask_babel import gettext as _

from fundapp.core import audit
from fundapp.core.db import locked
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.funds.models import Fund

MOST = 20
LONGEST = 300


class Item(TypedDict):
    """One thing to look at, in both languages."""

    key: str
    en: str
    nl: str


SHIPPED: tuple[Item, ...] = (
    {
        "key": "is_public",
        "en": "I opened every address and file, and what has to be public is.",
        "nl": "Ik heb elk adres en elk bestand geopend, en wat openbaar moet zijn, is het.",
    },
    {
        "key": "is_agreed",
        "en": "It is what was agreed for this milestone, or as much of it as is asked.",
        "nl": "Het is wat voor deze mijlpaal is afgesproken, of zoveel ervan als wordt gevraagd.",
    },
    {
        "key": "is_free",
        "en": "Its licence stands with the result itself, and is the one stated here.",
        "nl": "De licentie staat bij het resultaat zelf en is de licentie die hier staat.",
    },
)


def of(fund: Fund) -> list[Item]:
    """Give the list of a fund."""
    return [Item(key=one["key"], en=one["en"], nl=one["nl"]) for one in fund.claim_checklist or SHIPPED]


def ticked(fund: Fund, keys: Collection[str]) -> list[Item]:
    """Give those things of the list that were ticked, in the words they have now."""
    return [one for one in of(fund) if one["key"] in keys]


def rewrite(
    fund: Fund, texts: Sequence[tuple[str, str]], *, version: int, actor: Any, at: datetime
) -> list[Item]:
    """Give a fund its own list; an empty one brings that of the house back.

    texts: (English, Dutch) in order. Raises ChangedMeanwhile; Refusal: one language missing, too long.
    """
    held = locked(Fund, fund.id)
    if held.row_version != version:
        raise ChangedMeanwhile(_("Somebody changed these settings while you were looking. See what is new."))
    pairs = [(" ".join(en.split()), " ".join(nl.split())) for en, nl in texts if en.strip() or nl.strip()]
    if len(pairs) > MOST:
        raise Refusal(_("A list has at most %(most)d lines.", most=MOST))
    if any(not en or not nl or len(en) > LONGEST or len(nl) > LONGEST for en, nl in pairs):
        raise Refusal(_("Write each line in both languages, in at most %(most)d characters.", most=LONGEST))
    known = {(one["en"], one["nl"]): one["key"] for one in of(held)}
    made: list[Item] = []
    for place, (en, nl) in enumerate(pairs, start=1):
        key = known.get((en, nl)) or _key(en, place)
        made.append(Item(key=key, en=en, nl=nl))
    held.claim_checklist = [] if made == list(SHIPPED) else made
    audit.record("change_checklist", held, actor=actor, at=at, detail={"lines": len(made)})
    return of(held)


def _key(text: str, place: int) -> str:
    return f"check_{place}_{re.sub(r'[^a-z0-9]+', '_', text.lower()).strip('_')[:30]}"
