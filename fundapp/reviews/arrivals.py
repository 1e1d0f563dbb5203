"""What comes back of a packet: laid beside what stands online, and taken over without overwriting."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer

from fundapp.accounts.models import User
from fundapp.core.refusals import Refusal
from fundapp.reviews import blind, worklist
from fundapp.reviews.models import Review
from fundapp.reviews.packets import KIND, SALT
from fundapp.reviews.scores import check, in_words, part_in_words, save_sheet
from fundapp.reviews.sheet import (
    BLANK,
    NA,
    PARTS,
    SURE,
    Entry,
    Overall,
    Sheet,
    missing,
    overall_of,
    read_shown,
    sheet_of,
)
from fundapp.rounds.answers import is_web_address
from fundapp.rounds.models import Criterion

LONGEST = {"reason": 2000, "link": 500, "to_applicant": 4000, "internal": 4000}


class NotYours(Refusal):
    """A file that is no packet, was altered, or was made for somebody else."""


@dataclass(frozen=True)
class Change:
    """One thing that the file says otherwise than what stands online.

    key: c12 (a criterion by id) or a part of the whole. is_clash: what stands online changed after
    the packet was made.
    """

    key: str
    label: str
    online: str
    offline: str
    is_clash: bool


@dataclass(frozen=True)
class Returned:
    """What the file says of one review, beside what stands online.

    faults: what cannot be taken over, in words. drift: the version the packet had, where a newer one
    came since. lacks: how many things are still missing once it is taken over.
    """

    review: Review
    title: str
    sheet: Sheet
    changes: list[Change]
    faults: list[str]
    drift: int | None
    lacks: int

    @property
    def clashes(self) -> list[Change]:
        """What changed in both places."""
        return [change for change in self.changes if change.is_clash]


@dataclass(frozen=True)
class Arrival:
    """A file that came back. gone: reviews in it that are handed in, taken off or closed by now."""

    made_at: datetime
    returned: list[Returned] = field(default_factory=list)
    gone: int = 0

    @property
    def has_changes(self) -> bool:
        """Whether there is anything to take over."""
        return any(one.changes for one in self.returned)


def open_file(user: User, text: str, *, secret: str) -> Arrival:
    """Read a file that came back, without changing anything. Raises NotYours."""
    said, token = _read(text, secret)
    if token["user"] != user.id:
        raise NotYours(_("This packet was made for somebody else. Sign in as the person who took it along."))
    there = {str(review.id): review for review in worklist.own_to_write(user)}
    made_at = datetime.fromisoformat(token["at"])
    arrival, gone = [], 0
    for key, given in said.items():
        if key not in token["reviews"]:
            raise NotYours(_("This file was altered: it speaks of a review that was not in the packet."))
        if key not in there:
            gone += 1
        elif isinstance(given, dict):
            number, shown = token["reviews"][key]
            arrival.append(_returned(user, there[key], given, number, shown))
    return Arrival(made_at, arrival, gone)


def _read(text: str, secret: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        said = json.loads(text)
        token = URLSafeSerializer(secret, salt=SALT).loads(said["token"])
        if said["kind"] == KIND and isinstance(said["reviews"], dict):
            return said["reviews"], token
    except (ValueError, TypeError, KeyError, RecursionError, BadData):
        pass
    raise NotYours(_("This is no packet of ours, or it was altered. Choose the file that the packet made."))


def _returned(user: User, review: Review, given: Mapping[str, Any], number: int, shown: str) -> Returned:
    entries, faults = _entries(review, given)
    read, overall_shown = read_shown(shown)
    sheet = Sheet(entries, _overall(given), read, overall_shown)
    drift = number if number < review.application.version_number else None
    lacks = len(missing(review.rubric.criteria, entries))
    title = blind.title(user, review.application)
    return Returned(
        review, title, sheet, [*_scores(review, sheet), *_texts(review, sheet)], faults, drift, lacks
    )


def _entries(review: Review, given: Mapping[str, Any]) -> tuple[dict[int, Entry], list[str]]:
    """Read the criteria of the file; what cannot be taken over stays as it stands online, and is told."""
    entries, faults = dict(sheet_of(review).entries), []
    for criterion in review.rubric.criteria:
        entry = _entry(given.get(f"c{criterion.id}"))
        if fault := _fault(criterion, entry):
            faults.append(f"{criterion.key}: {fault}")
        else:
            entries[criterion.id] = entry
    return entries, faults


def _text(value: Any) -> str:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def _entry(said: Any) -> Entry:
    """Read one criterion of the file; what is no text or number counts as empty."""
    if not isinstance(said, Mapping):
        return Entry()
    score, expected = _text(said.get("score")), _text(said.get("expected"))
    return Entry(
        value=int(score) if score.lstrip("-").isdecimal() else None,
        is_na=score == NA,
        expected=int(expected) if expected.lstrip("-").isdecimal() else None,
        reason=_text(said.get("reason")),
        link=_text(said.get("link")),
    )


def _overall(said: Mapping[str, Any]) -> Overall:
    sure = _text(said.get("confidence"))
    confidence = int(sure) if sure.isdecimal() and int(sure) in SURE else None
    texts = {part: _text(said.get(part))[: LONGEST[part]] for part in PARTS[1:]}
    return Overall(confidence, **texts)


def _fault(criterion: Criterion, entry: Entry) -> str:
    try:
        check(criterion, entry)
    except Refusal as fault:
        return fault.message
    if entry.link and not is_web_address(entry.link):
        return str(_("A link begins with https:// or http://."))
    if len(entry.reason) > LONGEST["reason"] or len(entry.link) > LONGEST["link"]:
        return str(_("The text is too long."))
    return ""


def _scores(review: Review, sheet: Sheet) -> list[Change]:
    """Lay the criteria of the file beside what stands online."""
    now, found = sheet_of(review), []
    for criterion in review.rubric.criteria:
        given, here = sheet.entries[criterion.id], now.entries[criterion.id]
        base, mark = sheet.shown.get(criterion.id, (0, Entry().mark()))
        if given.mark() != mark and given != here:
            is_clash = now.shown[criterion.id][0] != base
            found.append(Change(f"c{criterion.id}", criterion.key, in_words(here), in_words(given), is_clash))
    return found


def _texts(review: Review, sheet: Sheet) -> list[Change]:
    """Lay what the file says of the whole beside what stands online."""
    now, found = overall_of(review), []
    marks, here = sheet.overall.marks(), now.marks()
    for part, label in _labels().items():
        shown = sheet.overall_shown.get(part, BLANK[part])
        if marks[part] not in (shown, here[part]):
            online, offline = part_in_words(now, part), part_in_words(sheet.overall, part)
            found.append(Change(part, label, online, offline, here[part] != shown))
    return found


def _labels() -> dict[str, str]:
    return {
        "confidence": _("How sure are you, over all?"),
        "to_applicant": _("For the applicant"),
        "internal": _("For the office only"),
    }


def take_over(user: User, text: str, mine: frozenset[str], *, secret: str, at: datetime) -> list[Returned]:
    """Take over what a file says; where both places changed only what is named in `mine`.

    mine: "review:key" of the clashes in which the file wins. Gives the reviews that changed. Raises
    NotYours, and MoveRefused when one was closed meanwhile.
    """
    arrival = open_file(user, text, secret=secret)
    changed = [one for one in arrival.returned if one.changes]
    for one in changed:
        save_sheet(one.review, _settled(one, mine), actor=user, at=at)
    return changed


def _settled(one: Returned, mine: frozenset[str]) -> Sheet:
    """Give the sheet to save: in a clash either what stands online, or the file's over it."""
    now = sheet_of(one.review)
    entries, shown = dict(one.sheet.entries), dict(one.sheet.shown)
    overall, overall_shown = one.sheet.overall, dict(one.sheet.overall_shown)
    for change in one.clashes:
        wins = f"{one.review.id}:{change.key}" in mine
        if change.key in PARTS:
            overall_shown[change.key] = now.overall_shown[change.key]
            if not wins:
                overall = _with(overall, change.key, getattr(now.overall, change.key))
            continue
        key = int(change.key[1:])
        shown[key] = now.shown[key]
        if not wins:
            entries[key] = now.entries[key]
    return Sheet(entries, overall, shown, overall_shown)


def _with(overall: Overall, part: str, value: Any) -> Overall:
    return Overall(**{name: value if name == part else getattr(overall, name) for name in PARTS})
