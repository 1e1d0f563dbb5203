"""An evaluation as one document: figures fit for the public, chapters, signature, decision."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypedDict, cast

from fundapp.core import clock, markdown
from fundapp.core.words import LANGUAGES
from fundapp.reports import chapters
from fundapp.reports.fund_shape import FundReport
from fundapp.reports.models import Evaluation
from fundapp.reports.shape import FundCard, Words
from fundapp.reports.sources import fund_card, said
from fundapp.reports.wording import Say


class ChapterText(TypedDict):
    """One chapter: its text as it was typed, by language, and as safe HTML with the figures filled in."""

    key: str
    title: Words
    question: Words
    prompts: list[Words]
    figures: list[str]
    text: Words
    html: Words


class Signature(TypedDict):
    """Who signed which content, and when."""

    name: str
    office: str
    on: str
    digest: str


class DecisionText(TypedDict):
    """What was decided on the evaluation, on which day."""

    course: str
    on: str
    html: Words


class EvaluationReport(TypedDict):
    """Everything a fund's evaluation says; figures: those of the fund, small cells hidden."""

    kind: Literal["evaluation", "fund"]
    made_at: str
    fund: FundCard
    number: int
    title: Words
    from_on: str | None
    until_on: str | None
    figures: FundReport
    figures_digest: str
    chapters: list[ChapterText]
    evaluator: str
    office: str
    recommendation: str | None
    signed: Signature | None
    decision: DecisionText | None
    digest: str
    """Of what is signed: the figures, the texts and the recommendation."""


def document(evaluation: Evaluation, *, digest: str, at: datetime) -> EvaluationReport:
    """Put an evaluation together as it stands. digest: of what is signed, see evaluations.content_digest."""
    fund, figures = evaluation.fund, cast(FundReport, evaluation.figures.data)
    texts = {(one.key, one.language): one.body for one in evaluation.texts}
    return {
        "kind": "evaluation",
        "made_at": clock.local(at, fund.zone).strftime("%Y-%m-%dT%H:%M"),
        "fund": fund_card(fund),
        "number": evaluation.number,
        "title": said(evaluation.title),
        "from_on": evaluation.from_on.isoformat(),
        "until_on": evaluation.until_on.isoformat(),
        "figures": figures,
        "figures_digest": evaluation.figures.digest,
        "chapters": [_chapter(one, texts, figures) for one in chapters.chapters()],
        "evaluator": evaluation.evaluator.name if evaluation.evaluator else "",
        "office": evaluation.evaluator_office,
        "recommendation": evaluation.recommendation.value if evaluation.recommendation else None,
        "signed": _signature(evaluation),
        "decision": _decision(evaluation, figures),
        "digest": digest,
    }


def fund_document(data: FundReport) -> EvaluationReport:
    """Give the figures of a fund alone, in the same chapters."""
    return {
        "kind": "fund",
        "made_at": data["made_at"],
        "fund": data["fund"],
        "number": 0,
        "title": data["fund"]["name"],
        "from_on": data["founded_on"],
        "until_on": data["made_at"][:10],
        "figures": data,
        "figures_digest": "",
        "chapters": [_chapter(one, {}, data) for one in chapters.chapters() if one.figures],
        "evaluator": "",
        "office": "",
        "recommendation": None,
        "signed": None,
        "decision": None,
        "digest": "",
    }


def _chapter(one: chapters.Chapter, texts: Mapping[tuple[str, str], str], figures: FundReport) -> ChapterText:
    text = {lang: texts.get((one.key, lang), "") for lang in LANGUAGES}
    return {
        "key": one.key,
        "title": one.title,
        "question": one.question,
        "prompts": list(one.prompts),
        "figures": list(one.figures),
        "text": text,
        "html": _html(text, figures),
    }


def _html(text: Words, figures: FundReport) -> Words:
    """Render what was typed, with the figures filled in, in each language."""
    currency = figures["fund"]["currency"]
    return {
        lang: str(markdown.render(chapters.filled(body, chapters.values(figures, Say(lang, currency)))))
        if body.strip()
        else ""
        for lang, body in text.items()
    }


def _signature(evaluation: Evaluation) -> Signature | None:
    if evaluation.signed_at is None:
        return None
    return {
        "name": evaluation.signed_name,
        "office": evaluation.evaluator_office,
        "on": clock.day(evaluation.signed_at, evaluation.fund.zone).isoformat(),
        "digest": evaluation.signed_digest or "",
    }


def _decision(evaluation: Evaluation, figures: FundReport) -> DecisionText | None:
    """Give the decision once two people stand behind it."""
    if not evaluation.is_decided or evaluation.decision is None or evaluation.decided_on is None:
        return None
    return {
        "course": evaluation.decision.value,
        "on": evaluation.decided_on.isoformat(),
        "html": _html({lang: str(evaluation.decision_text.get(lang, "")) for lang in LANGUAGES}, figures),
    }
