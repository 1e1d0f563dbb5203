"""What the applicant wrote, laid out for paper in both languages."""

from collections.abc import Mapping
from typing import Any

from markupsafe import escape

from fundapp.applications import reading
from fundapp.applications.models import ApplicationVersion
from fundapp.core.words import LANGUAGES
from fundapp.funds.models import Fund
from fundapp.reports.shape import AnswerText
from fundapp.rounds import definitions
from fundapp.rounds.fields import FieldType

ELSEWHERE = {"title", "country", "amount", "send_copy", "openpgp_key"}
"""Answers that stand on the cover, or that are about the mail and not about the project."""


def answers_of(version: ApplicationVersion | None, fund: Fund) -> list[AnswerText]:
    """Lay out the answers of a version in both languages; who applies stays on the cover alone."""
    if version is None:
        return []
    return laid_out(version.form.definition, version.answers, fund.currency)


def laid_out(form: Mapping[str, Any], answers: Mapping[str, Any], currency: str) -> list[AnswerText]:
    """Lay out answers to any form in both languages; what tells who writes is left out."""
    fields = definitions.read_form(form).fields
    hidden = {one.key for one in fields if one.identifying or one.type is FieldType.CONSENT} | ELSEWHERE
    by_language = [_items(form, answers, lang, currency) for lang in LANGUAGES]
    return [
        {
            "key": first.key,
            "label": dict(zip(LANGUAGES, (one.label for one in items), strict=True)),
            "html": dict(zip(LANGUAGES, (_html(one) for one in items), strict=True)),
        }
        for items in zip(*by_language, strict=True)
        if (first := items[0]).kind != "none" and first.key not in hidden
    ]


def _items(
    form: Mapping[str, Any], answers: Mapping[str, Any], lang: str, currency: str
) -> list[reading.Item]:
    parts = reading.sections(form, answers, lang, currency=currency)
    return [item for part in parts for item in part.items]


def _html(item: reading.Item) -> str:
    if item.kind == "html":
        return str(item.content)
    text = str(escape(item.content))
    return f'<p><a href="{text}">{text}</a></p>' if item.kind == "link" else f"<p>{text}</p>"
