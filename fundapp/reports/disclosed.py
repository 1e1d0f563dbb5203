"""What a disclosure shows: each document with what is covered taken out, and how it is judged."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from fundapp.reports import covering
from fundapp.reports.covering import Piece, Span, Term
from fundapp.reports.models import Disclosure, DisclosureJudgement, DisclosureMark, Judgement


@dataclass(frozen=True)
class Marks:
    """What people added to what the machine finds: terms, passages by (document, part), what stays open."""

    terms: tuple[Term, ...]
    passages: Mapping[tuple[str, int], Sequence[Span]]
    opens: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """One document as it goes out. number: in the inventory. pieces: label and text of each part, cut."""

    number: int
    key: str
    kind: str
    title: list[Piece]
    date: str | None
    judgement: Judgement
    grounds: list[str]
    note: str
    parts: list[tuple[list[Piece], list[Piece]]]
    covered: int

    @property
    def name(self) -> str:
        """Its title as one text, what is covered as its article."""
        return covering.plain(self.title)


def shown(
    documents: Sequence[Mapping[str, Any]],
    terms: Iterable[Term],
    marks: Iterable[DisclosureMark] = (),
    judgements: Iterable[DisclosureJudgement] = (),
) -> list[Shown]:
    """Give the documents as they go out; refused ones keep a number and a covered title, and no text.

    documents, terms: as file_papers.gather and known_people.terms_of give them. marks: those that were
    not taken off.
    """
    by = sort_marks(marks)
    every = (*by.terms, *terms)
    decided = {one.document: one for one in judgements}
    return [
        _shown(number, one, every, by, decided.get(one["key"])) for number, one in enumerate(documents, 1)
    ]


def sort_marks(marks: Iterable[DisclosureMark]) -> Marks:
    """Put the marks that hold by what they are."""
    terms, opens = [], []
    passages: dict[tuple[str, int], list[Span]] = {}
    for one in marks:
        if one.taken_off_at is not None:
            continue
        if one.opens:
            opens.append(covering.settled(one.term))
        elif one.term:
            terms.append(Term(covering.settled(one.term), str(one.ground)))
        elif one.part is not None and one.start is not None and one.stop is not None:
            place = passages.setdefault((one.document, one.part), [])
            place.append(Span(one.start, one.stop, str(one.ground)))
    return Marks(tuple(terms), passages, tuple(opens))


def _shown(
    number: int,
    one: Mapping[str, Any],
    terms: Sequence[Term],
    marks: Marks,
    decided: DisclosureJudgement | None,
) -> Shown:
    def cut(text: str, own: Iterable[Span] = ()) -> list[Piece]:
        found = covering.spans(text, terms, opens=marks.opens)
        return covering.pieces(text, covering.joined([*own, *found]))

    title = cut(one["title"])
    judgement, grounds = Judgement(one["judgement"]), list(one["grounds"])
    if decided is not None:
        judgement, grounds = decided.judgement, list(decided.grounds)
    parts: list[tuple[list[Piece], list[Piece]]] = []
    if judgement is not Judgement.REFUSED:
        parts = [
            (cut(part["label"]), cut(part["text"], marks.passages.get((one["key"], place), ())))
            for place, part in enumerate(one["parts"])
        ]
    counted = Counter(piece.ground for piece in _all(title, parts) if piece.ground)
    if judgement is Judgement.PUBLIC and counted:
        judgement, grounds = Judgement.PARTLY, sorted(counted)
    return Shown(
        number, one["key"], one["kind"], title, one["date"], judgement, grounds, one["note"], parts,
        sum(counted.values()),
    )  # fmt: skip


def _all(title: list[Piece], parts: Iterable[tuple[list[Piece], list[Piece]]]) -> list[Piece]:
    return [*title, *(piece for label, text in parts for piece in (*label, *text))]


def of(disclosure: Disclosure) -> list[Shown]:
    """Give the documents of a disclosure as they go out now."""
    terms = [Term(one["text"], one["ground"], one["is_name"]) for one in disclosure.terms]
    return shown(disclosure.documents, terms, disclosure.marks, disclosure.judgements)


def digest(documents: Sequence[Shown]) -> str:
    """Name exactly what goes out: any other mark or judgement gives another digest."""
    told = [
        [one.key, one.judgement.value, one.grounds, one.name, [[label, text] for label, text in one.parts]]
        for one in documents
    ]
    return sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
