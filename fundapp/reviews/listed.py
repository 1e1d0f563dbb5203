"""What reviews add to the office's list of applications: words to search with, columns, orders."""

from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fundapp.applications import office_columns, office_list, search_keys
from fundapp.applications.models import Application
from fundapp.applications.office_columns import Column, Shown
from fundapp.applications.search_keys import Asking, Condition, Key
from fundapp.applications.search_values import compared, number
from fundapp.core.db import db
from fundapp.core.shares import MILLION
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState, Standing

ASKED = (ReviewState.INVITED, ReviewState.ACCEPTED, ReviewState.SUBMITTED)
HUNDREDTH = MILLION // 100


def _count(*states: ReviewState) -> Any:
    return (
        select(func.count(Review.id))
        .where(
            Review.application_id == Application.id,
            Review.stage_id == Application.stage_id,
            Review.purpose == ReviewPurpose.SELECTION,
            Review.state.in_(states),
        )
        .correlate(Application)
        .scalar_subquery()
    )


def _standing(column: Any) -> Any:
    return (
        select(column)
        .where(Standing.application_id == Application.id, Standing.stage_id == Application.stage_id)
        .correlate(Application)
        .scalar_subquery()
    )


def _reviews(value: str, sign: str, asking: Asking) -> Condition:
    return compared(_count(ReviewState.SUBMITTED), sign, value, number)


def _missing(value: str, sign: str, asking: Asking) -> Condition:
    return compared(_count(*ASKED) - _count(ReviewState.SUBMITTED), sign, value, number)


def _asked(value: str, sign: str, asking: Asking) -> Condition:
    return compared(_count(*ASKED), sign, value, number)


def _score(value: str, sign: str, asking: Asking) -> Condition:
    return compared(_standing(Standing.mean_ppm), sign, value, _hundredths)


def _spread(value: str, sign: str, asking: Asking) -> Condition:
    return compared(_standing(Standing.spread_ppm), sign, value, _hundredths)


def _hundredths(value: str) -> int:
    return number(value) * HUNDREDTH


search_keys.add(
    Key("reviews", ("beoordelingen",), _l("how many reviews are in"), "reviews<3", _reviews, True, True),
    Key("reviewers", ("beoordelaars",), _l("how many were asked"), "reviewers<3", _asked, True, True),
    Key("missing", ("ontbreekt",), _l("how many reviews still come"), "missing>0", _missing, True, True),
    Key("score", ("cijfer",), _l("mean of the totals, from 0 to 100"), "score>70", _score, True, True),
    Key("spread", ("spreiding",), _l("how far reviewers differ, 0 to 100"), "spread>30", _spread, True, True),
)


# --- columns -----------------------------------------------------------------------


def figures(ids: list[int]) -> dict[int, Any]:
    """Give, by application, how many reviews are in and asked, and what they add up to; in one question."""
    rows = db.session.execute(
        select(
            Application.id,
            _count(ReviewState.SUBMITTED).label("done"),
            _count(*ASKED).label("asked"),
            Standing.mean_ppm,
            Standing.spread_ppm,
        )
        .outerjoin(
            Standing,
            (Standing.application_id == Application.id) & (Standing.stage_id == Application.stage_id),
        )
        .where(Application.id.in_(ids))
    )
    return {row.id: row for row in rows}


def _progress(row: Any, shown: Shown) -> str:
    found = shown.of(figures, row)
    return f"{found.done} / {found.asked}" if found and found.asked else ""


def _of_hundred(name: str) -> Any:
    def value(row: Any, shown: Shown) -> str:
        ppm = getattr(shown.of(figures, row), name, None)
        locale = str(get_locale() or "en")
        return "" if ppm is None else str(format_decimal(ppm / HUNDREDTH, "0.0", locale=locale))

    return value


office_columns.add(
    Column("reviews", _l("Reviews in / asked"), "text", _progress, "reviews", figures, True),
    Column("score", _l("Score, 0-100"), "figure", _of_hundred("mean_ppm"), "score", figures, True),
    Column("spread", _l("Spread, 0-100"), "figure", _of_hundred("spread_ppm"), "spread", figures, True),
    before="theme",
)
office_list.add_sorts(
    reviews=lambda: _count(ReviewState.SUBMITTED),
    score=lambda: func.coalesce(_standing(Standing.mean_ppm), -1),
    spread=lambda: func.coalesce(_standing(Standing.spread_ppm), -1),
)
