"""Taking in reviews that were written elsewhere: a table with one score a line, whole or not at all."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flask_babel import gettext as _

from fundapp.core import table_text
from fundapp.core.legible import legible
from fundapp.core.refusals import Refusal
from fundapp.reviews.sheet import Entry
from fundapp.rounds.models import Criterion

COLUMNS = {
    "application": (
        "application",
        "applicationcode",
        "code",
        "proposal",
        "aanvraag",
        "aanvraagcode",
        "voorstel",
    ),
    "reviewer": ("reviewer", "revieweremail", "reviewername", "email", "beoordelaar"),
    "criterion": ("criterion", "criteria", "criterionkey", "question", "criterium"),
    "score": ("score", "value", "grade", "scoreorna", "scoreorn/a", "cijfer", "waarde", "punten"),
    "reason": ("reason", "comment", "why", "motivation", "reden", "toelichting", "motivering"),
}
"""What a column may be called, without case, spaces and marks."""

NEEDED = ("application", "reviewer", "criterion", "score")
NOT_APPLICABLE = frozenset(
    {"na", "n/a", "n.a.", "n.v.t.", "nvt", "n", "-", "–", "not applicable", "niet van toepassing"}
)
LONGEST = 2000


@dataclass(frozen=True)
class Line:
    """One score as the table has it, with its line number."""

    number: int
    code: str
    reviewer: str
    criterion: str
    score: str
    reason: str


@dataclass(frozen=True)
class Fault:
    """What is wrong with one line; 0 for the table as a whole."""

    line: int
    message: str


class Unreadable(Refusal):
    """A table that cannot be taken in. faults: what is wrong, line by line; nothing was changed."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(_("Nothing was taken in."))
        self.faults = faults


@dataclass
class Taken:
    """What came in. known: scores that stood there already, word for word."""

    scores: int = 0
    known: int = 0
    reviews: int = 0
    people: list[str] = field(default_factory=list)
    partial: int = 0


# --- reading the table ---------------------------------------------------------------


def read(path: Path) -> list[Line]:
    """Read a table: commas, semicolons or tabs; UTF-8 or Windows text; names of columns as people write them.

    Raises Unreadable when it has no heading, or lacks a column.
    """
    rows = table_text.read(path)
    _first, heading = next(rows, (0, None))
    if heading is None:
        raise Unreadable([Fault(0, _("The file is empty."))])
    places = _places(heading)
    lacking = ", ".join(name for name in NEEDED if name not in places)
    if lacking:
        raise Unreadable([Fault(1, _("No column for: %(columns)s.", columns=lacking))])
    return [_line(number, row, places) for number, row in rows]


def _line(number: int, row: list[str], places: Mapping[str, int]) -> Line:
    cells = {name: legible(row[at]).strip() if at < len(row) else "" for name, at in places.items()}
    return Line(number, *(cells.get(name, "") for name in (*NEEDED, "reason")))


def _places(heading: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, title in enumerate(heading):
        plain = re.sub(r"[\s_\-]+", "", title.casefold())
        for name, titles in COLUMNS.items():
            if plain in titles:
                found.setdefault(name, at)
    return found


# --- one line --------------------------------------------------------------------------


def folded(text: str) -> str:
    """Give a text as names are compared: without case, and with one space between words."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def criterion_named(text: str, criteria: Iterable[Criterion]) -> Criterion | None:
    """Find a criterion by its key or its name in any language."""
    wanted = folded(text)
    return next(
        (
            one
            for one in criteria
            if wanted in {folded(one.key), *(folded(name) for name in one.name.values())}
        ),
        None,
    )


def entry_of_line(line: Line, criterion: Criterion) -> Entry | str:
    """Read the score of a line on its criterion; a text says what is wrong with it."""
    if len(line.reason) > LONGEST:
        return str(_("The reason is longer than %(max)d characters.", max=LONGEST))
    if folded(line.score) in NOT_APPLICABLE:
        allowed = criterion.allows_na
        na = Entry(is_na=True, reason=line.reason)
        return na if allowed else str(_("This criterion has to be scored."))
    value = _value(line.score, criterion)
    if value is None:
        return str(
            _(
                "“%(score)s” is no score from %(lowest)d to %(highest)d; write N/A where it does not apply.",
                score=line.score,
                lowest=criterion.lowest,
                highest=criterion.highest,
            )
        )
    return Entry(value, reason=line.reason)


def _value(text: str, criterion: Criterion) -> int | None:
    """Read a whole number on the scale, or the label of a level."""
    whole = re.fullmatch(r"([+-]?\d+)(?:[.,]0+)?", text.strip())
    if whole:
        value = int(whole[1])
        return value if criterion.lowest <= value <= criterion.highest else None
    wanted = folded(text)
    labels = {
        folded(str(label)): level["value"] for level in criterion.levels for label in level["label"].values()
    }
    found: int | None = labels.get(wanted) if wanted else None
    return found


def by_review(lines: Iterable[Line]) -> dict[tuple[str, str], list[Line]]:
    """Sort lines by review: (application code, reviewer), both as names are compared."""
    found: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        found.setdefault((folded(line.code), folded(line.reviewer)), []).append(line)
    return found
