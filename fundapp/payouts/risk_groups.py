"""Warnings about a batch as one looks at them: what one reason may answer stands together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fundapp.payouts.risks import Risk


@dataclass(frozen=True)
class Group:
    """Warnings of one kind that one reason answers. lines: of `room.lines_of`, in the order of the batch."""

    name: str
    shape: str
    words: tuple[str, ...]
    lines: tuple[Any, ...]
    answers: tuple[tuple[str, Any], ...]
    is_answered: bool


def of(
    found: Mapping[int, Sequence[Risk]], payment_ids: Sequence[int], lines: Mapping[int, Any]
) -> list[Group]:
    """Put the warnings about these payments in groups, the grave ones first."""
    together: dict[str, list[Risk]] = {}
    for id in payment_ids:
        for risk in found.get(id, []):
            together.setdefault(risk.group, []).append(risk)
    made = [_group(name, members, lines) for name, members in together.items()]
    return sorted(made, key=lambda group: (group.is_answered, group.shape != "bad"))


def _group(name: str, members: Sequence[Risk], lines: Mapping[int, Any]) -> Group:
    given = {one.answer.reason: one.answer for one in members if one.answer is not None}
    return Group(
        name=name,
        shape=members[0].shape,
        words=tuple(dict.fromkeys(one.words for one in members)),
        lines=tuple(lines[one.payment_id] for one in members if one.payment_id in lines),
        answers=tuple((reason, answer.answered_at) for reason, answer in given.items()),
        is_answered=all(one.answer is not None for one in members),
    )
