"""The minutes of a meeting on paper, as one reader may read them."""

from datetime import datetime
from typing import Any

from flask_babel import force_locale

from fundapp.core import clock
from fundapp.core.papers import paper
from fundapp.core.words import pick
from fundapp.decisions import reasons
from fundapp.decisions.minutes import Minutes, Signature
from fundapp.decisions.models import Choice, Meeting, Outcome, SeatKind
from fundapp.decisions.workflow import CHOICE_WORDS, OUTCOME_WORDS, SEAT_WORDS
from fundapp.rounds.models import Round


def content(meeting: Meeting, told: Minutes, signed: list[Signature], *, lang: str, at: datetime) -> bytes:
    """Set minutes as a tagged PDF in one language. Raises PdfEngineMissing."""
    round = meeting.round
    with force_locale(lang):
        words = _words(round, lang)
    made_at = meeting.closed_at or at
    last = max((one.at for one in signed if one.at), default=made_at)
    return paper(
        "minutes.html", lang=lang, made_at=max(made_at, last), d=told, words=words,
        currency=round.fund.currency, fund=pick(round.fund.name, lang), round=pick(round.name, lang),
        signed=[(one.name, _wall(one.at, round.fund.zone)) for one in signed],
    )  # fmt: skip


def _words(round: Round, lang: str) -> dict[str, Any]:
    known = reasons.reasons_of(round.fund_id, ended=True)
    return {
        "seats": {kind.value: str(SEAT_WORDS[kind]) for kind in SeatKind},
        "choices": {choice.value: str(CHOICE_WORDS[choice][1]) for choice in Choice},
        "outcomes": {outcome.value: str(OUTCOME_WORDS[outcome][1]) for outcome in Outcome},
        "reasons": {one.code: pick(one.name, lang) for one in known},
    }


def _wall(at: datetime | None, zone: str) -> str | None:
    return clock.local(at, zone).replace(tzinfo=None).isoformat(timespec="minutes") if at else None
