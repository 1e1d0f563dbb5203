"""The list of conditions of a round: from the library, changed per round, fixed once somebody checked."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import yaml
from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications.models import Checklist, Screening
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.rounds import clones
from fundapp.rounds.models import Round

LIBRARY = Path(__file__).parent / "library" / "conditions.yaml"
LANGUAGES = ("en", "nl")
MOST = 30
SECOND_LOOK_PERCENT = 10
"""The share of applications that passed and are looked at again, unless the round says otherwise."""


def library() -> list[dict[str, Any]]:
    """Give the conditions we ship: [{key, label{en, nl}, help{en, nl}}]."""
    found: list[dict[str, Any]] = yaml.safe_load(LIBRARY.read_text(encoding="utf-8"))["conditions"]
    return found


def of_round(round_id: int) -> Checklist | None:
    """Find the conditions of a round; None: it has none, and everything received may go into review."""
    return db.session.scalar(select(Checklist).where(Checklist.round_id == round_id))


def is_fixed(round_id: int) -> bool:
    """Tell whether somebody has checked an application of the round already."""
    return (
        db.session.scalar(select(Screening.application_id).where(Screening.round_id == round_id).limit(1))
        is not None
    )


def adopt(
    round: Round,
    items: Sequence[Mapping[str, Any]],
    *,
    second_look_percent: int,
    actor: User | None,
    at: datetime,
) -> Checklist:
    """Give a round its conditions, or change them; texts may be mended at any time, the rest until a check.

    items: {label{}, help{}} with a key for those that stay. Raises Refusal (nothing in it, too much,
    a text missing, or a change of what is checked after somebody checked).
    """
    listed = _with_keys([_clean(item) for item in items])
    if not 0 <= second_look_percent <= 100:
        raise Refusal(_("The share is a number from 0 to 100."))
    found = of_round(round.id)
    if found is None:
        found = Checklist(
            round_id=round.id, fund_id=round.fund_id, items=listed, seed=token_hex(16), made_at=at,
            second_look_percent=second_look_percent,
        )  # fmt: skip
        db.session.add(found)
    else:
        _check_change(found, listed, second_look_percent)
        found.items, found.second_look_percent = listed, second_look_percent
    detail = {"keys": [item["key"] for item in listed], "percent": second_look_percent}
    audit.record("set_conditions", found, actor=actor, at=at, detail=detail)
    return found


def _clean(item: Mapping[str, Any]) -> dict[str, Any]:
    label, help = _texts(item.get("label")), _texts(item.get("help"))
    if not all(label.values()):
        raise Refusal(_("Give every condition a name in both languages."))
    return {"key": item.get("key") or "", "label": label, "help": help}


def _texts(given: Any) -> dict[str, str]:
    texts = given if isinstance(given, Mapping) else {}
    return {language: " ".join(str(texts.get(language) or "").split())[:1000] for language in LANGUAGES}


def _with_keys(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not items:
        raise Refusal(_("Keep at least one condition."))
    if len(items) > MOST:
        raise Refusal(_("A list has at most %(most)d conditions.", most=MOST))
    taken = {item["key"] for item in items if item["key"]}
    for item in items:
        if not item["key"]:
            item["key"] = _fresh_key(item["label"]["en"], taken)
            taken.add(item["key"])
    if len(taken) != len(items):
        raise Refusal(_("Two conditions have the same key."))
    return items


def _fresh_key(label: str, taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40] or "condition"
    names = (base if number == 1 else f"{base}_{number}" for number in range(1, MOST + 2))
    return next(name for name in names if name not in taken)


def _check_change(found: Checklist, listed: list[dict[str, Any]], percent: int) -> None:
    keys = [item["key"] for item in listed]
    if keys == [item["key"] for item in found.items] and percent == found.second_look_percent:
        return
    if is_fixed(found.round_id):
        raise Refusal(_("Somebody has checked an application already: only the texts can still be mended."))


def copy_over(source: Round, made: Round, at: datetime) -> None:
    """Let a round that was cloned set the conditions of the first one, with a lot of its own."""
    found = of_round(source.id)
    if found is not None:
        adopt(made, found.items, second_look_percent=found.second_look_percent, actor=None, at=at)


clones.ON_CLONE.append(copy_over)
