"""A document of a file as it is kept for disclosure: parts of plain text, and how it is judged at first."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from fundapp.core import clock
from fundapp.reports.covering import settled
from fundapp.reports.models import Ground, Judgement

Part = tuple[str, Any]
"""(label, text)."""


def document(  # noqa: PLR0917 - a document is these six, and the rest by name
    key: str,
    kind: Any,
    title: str,
    at: datetime | None,
    zone: str,
    parts: Iterable[Part],
    *,
    refused: Ground | None = None,
    note: Any = "",
) -> dict[str, Any]:
    """Give a document as plain data, empty parts left out.

    kind: in words. at: aware, None when unknown. refused: the ground on which all of it stays back at
    first. note: why, in words.
    """
    return {
        "key": key,
        "kind": str(kind),
        "title": settled(title),
        "date": clock.day(at, zone).isoformat() if at else None,
        "at": at.isoformat() if at else "",
        "judgement": (Judgement.REFUSED if refused else Judgement.PUBLIC).value,
        "grounds": [refused.value] if refused else [],
        "note": str(note),
        "parts": [
            {"label": settled(label), "text": settled(text)}
            for label, text in parts
            if text is not None and str(text).strip()
        ],
    }


def moment(at: datetime | None, zone: str) -> str:
    """Write an instant as it stood on the fund's clock: 2026-11-22 15:06."""
    return f"{clock.local(at, zone):%Y-%m-%d %H:%M}" if at else ""
