"""The articles of a fund's agreements: its own, in versions, or those of the house; with places to fill."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

import yaml
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.core.words import LANGUAGES
from fundapp.funds.models import Fund
from fundapp.grants.models import AgreementText

LIBRARY = Path(__file__).parent / "library" / "agreement.yaml"
"""The articles a fund starts with, in every language."""
MOST, LONGEST_HEADING, LONGEST_TEXT = 40, 120, 6000
PLACES: dict[str, LazyString] = {
    "fund": _l("name of the fund"),
    "title": _l("title of the project"),
    "code": _l("number of the application"),
    "round": _l("name of the call"),
    "grantee": _l("name of the grantee"),
    "total": _l("sum of the milestones"),
    "grant": _l("amount of the grant"),
    "ends": _l("last day of the plan"),
}
"""What a fund's own text may hold in curly brackets. Nothing else is looked up: text is data, not code."""
_PLACE = re.compile(r"\{(\w+)\}")


class Article(TypedDict):
    """One promise, in every language."""

    heading: dict[str, str]
    text: dict[str, str]


def shipped() -> list[Article]:
    """Give the articles of the house."""
    return [_article(one) for one in _library()["articles"]]


@cache
def _library() -> dict[str, Any]:
    library: dict[str, Any] = yaml.safe_load(LIBRARY.read_text("utf-8"))
    return library


def _article(given: Mapping[str, Any]) -> Article:
    return {
        "heading": {code: str(given["heading"][code]) for code in LANGUAGES},
        "text": {code: str(given["text"][code]) for code in LANGUAGES},
    }


def newest(fund_id: int) -> AgreementText | None:
    """Find the newest text of a fund; none: those of the house."""
    statement = select(AgreementText).where(AgreementText.fund_id == fund_id)
    return db.session.scalar(statement.order_by(AgreementText.number.desc()).limit(1))


def versions(fund_id: int) -> list[AgreementText]:
    """List every text a fund had, the newest first."""
    statement = select(AgreementText).where(AgreementText.fund_id == fund_id)
    return list(db.session.scalars(statement.order_by(AgreementText.number.desc())))


def authors(kept: Iterable[AgreementText]) -> dict[int, str]:
    """Give the names of who wrote these texts, in one query."""
    ids = {one.made_by for one in kept if one.made_by}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in rows}


def articles_of(text: AgreementText | None) -> list[Article]:
    """Give the articles of a text; those of the house where a fund has none or went back to them."""
    if text is None or text.is_shipped:
        return shipped()
    return [_article(one) for one in text.articles]


def filled(text: str, values: Mapping[str, str]) -> str:
    """Fill the places of a text in; what is no place stays as it was written."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)


def unknown_places(articles: Iterable[Article]) -> list[str]:
    """List what stands in curly brackets and is no place we know, in the order of reading."""
    texts = [
        text
        for article in articles
        for part in (article["heading"], article["text"])
        for text in part.values()
    ]
    found = (place for text in texts for place in re.findall(r"\{([^{}]*)\}", text))
    return list(dict.fromkeys(place for place in found if place not in PLACES))


# --- writing -----------------------------------------------------------------------


def rewrite(
    fund: Fund, articles: Sequence[Article], *, base: int, actor: User, at: datetime
) -> AgreementText | None:
    """Keep new articles for the fund's next agreements; those that were offered keep their own words.

    base: number of the text the writer saw, 0 for the house's. Gives None when nothing differs. Raises
    ChangedMeanwhile (somebody was quicker) and Refusal (nothing, too much, one language, a strange place).
    """
    last = newest(fund.id)
    if (last.number if last else 0) != base:
        raise ChangedMeanwhile(_("Somebody else changed this text while you had it open."))
    if points := faults(articles):
        raise Refusal(" ".join(points))
    if list(articles) == articles_of(last):
        return None
    return _keep(fund, last, list(articles), is_shipped=False, actor=actor, at=at)


def reset(fund: Fund, *, actor: User, at: datetime) -> AgreementText | None:
    """Go back to the articles of the house; gives None where the fund has them already."""
    last = newest(fund.id)
    if last is None or last.is_shipped:
        return None
    return _keep(fund, last, [], is_shipped=True, actor=actor, at=at)


def _keep(
    fund: Fund,
    last: AgreementText | None,
    articles: list[Article],
    *,
    is_shipped: bool,
    actor: User,
    at: datetime,
) -> AgreementText:
    made = AgreementText(
        fund_id=fund.id,
        number=(last.number if last else 0) + 1,
        articles=articles,
        is_shipped=is_shipped,
        made_by=actor.id,
        made_at=at,
    )
    db.session.add(made)
    db.session.flush()  # the log names the row
    audit.record("rewrite_agreement", made, actor=actor, at=at, detail={"number": made.number})
    return made


def faults(articles: Sequence[Article]) -> list[str]:
    """Say what keeps articles from being used; nothing when they can be."""
    points: list[str] = []
    if not articles:
        points.append(_("An agreement has at least one article."))
    if len(articles) > MOST:
        points.append(_("An agreement has at most %(most)d articles.", most=MOST))
    for number, article in enumerate(articles, 1):
        if not all(article[part][code].strip() for part in ("heading", "text") for code in LANGUAGES):
            points.append(
                _("Article %(number)d needs its heading and text in both languages.", number=number)
            )
    points += [
        _("“{%(place)s}” is no place that can be filled in.", place=place)
        for place in unknown_places(articles)
    ]
    return points
