"""A form that asks every kind of question, for tests."""

from typing import Any


def _text(word: str) -> dict[str, str]:
    return {"en": word, "nl": f"{word} (nl)"}


def _field(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "label": _text(key.capitalize()), **more}


CHOICES = [{"value": one, "label": _text(one.upper())} for one in ("a", "b", "c")]

EVERY_KIND: dict[str, Any] = {
    "slug": "every-kind",
    "number": 1,
    "name": _text("Every kind"),
    "sections": [
        {
            "key": "short_ones",
            "title": _text("Short ones"),
            "fields": [
                _field("title", "short", required=True, hard=100),
                _field("story", "long", hard=2000, advised=100),
                _field("number", "number", lowest=1, highest=12),
                _field("weight", "number", decimals=2),
                _field("day", "date", earliest="2026-01-01", latest="2027-12-31"),
                _field("country", "country"),
                _field("site", "url", hard=200),
                _field("mail", "email", hard=100),
                _field("licence", "spdx"),
                _field("one", "choice", choices=CHOICES),
                _field("many", "several", choices=CHOICES, lowest=1, highest=2),
                _field("agree", "yes_no"),
                _field("why_not", "long", hard=500, shown_if={"field": "agree", "is": False}),
                _field("promise", "consent"),
            ],
        },
        {
            "key": "money",
            "title": _text("Money"),
            "fields": [
                _field("amount", "amount", required=True),
                _field(
                    "costs",
                    "table",
                    rows=10,
                    total={"column": "cost", "field": "amount"},
                    columns=[
                        {
                            "key": "what",
                            "type": "short",
                            "label": _text("What"),
                            "required": True,
                            "hard": 50,
                        },
                        {"key": "hours", "type": "number", "label": _text("Hours"), "decimals": 2},
                        {"key": "rate", "type": "amount", "label": _text("Rate")},
                        {
                            "key": "cost",
                            "type": "amount",
                            "label": _text("Cost"),
                            "product": ["hours", "rate"],
                        },
                        {"key": "until", "type": "date", "label": _text("Until")},
                        {"key": "page", "type": "url", "label": _text("Page"), "hard": 100},
                        {"key": "note", "type": "long", "label": _text("Note"), "hard": 500},
                    ],
                ),
                _field("papers", "file", max_files=2),
            ],
        },
    ],
}
"""Sections short_ones and money; one condition, one product, one sum."""

COMPLETE: dict[str, Any] = {
    "title": "Sluiswachter", "story": "Locks.", "number": 6, "weight": "37.5", "day": "2026-12-24",
    "country": "NL", "site": "https://example.org", "mail": "ana@example.org", "licence": "EUPL-1.2",
    "one": "a", "many": ["a", "c"], "agree": True, "promise": True, "amount": 500_000,
    "costs": [
        {"what": "Work", "hours": 80, "rate": 6_000, "cost": 480_000},
        {"what": "Travel", "hours": "2.5", "rate": 8_000, "cost": 20_000},
    ],
}  # fmt: skip
"""Answers without a fault."""
