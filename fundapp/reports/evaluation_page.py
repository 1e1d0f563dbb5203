"""What the pages of an evaluation show: how far each chapter is, and the whole as a text on the screen."""

from dataclasses import dataclass
from typing import Any, cast

from flask_babel import force_locale
from markupsafe import Markup

from fundapp.core import clock, papers
from fundapp.core.words import LANGUAGES
from fundapp.reports import chapters, evaluation_data, evaluations, fund_figures, fund_words
from fundapp.reports.evaluation_data import EvaluationReport
from fundapp.reports.fund_shape import FundReport
from fundapp.reports.models import Evaluation
from fundapp.reports.wording import Say


@dataclass(frozen=True)
class ChapterLine:
    """How far one chapter is: words written by language, and remarks nobody has dealt with."""

    key: str
    title: dict[str, str]
    words: dict[str, int]
    remarks: int

    @property
    def is_written(self) -> bool:
        """Whether every language has a text."""
        return all(self.words.values())


@dataclass(frozen=True)
class Overview:
    """What the page of an evaluation shows beside its row."""

    lines: list[ChapterLine]
    lacks: list[str]
    digest: str
    lead: str
    keys: list[tuple[str, str, str]]

    @property
    def open_remarks(self) -> int:
        """So many remarks nobody has dealt with."""
        return sum(line.remarks for line in self.lines)


def chapter_lines(evaluation: Evaluation) -> list[ChapterLine]:
    """Say how far each chapter is."""
    texts = {(one.key, one.language): len(one.body.split()) for one in evaluation.texts}
    waiting = [one.key for one in evaluation.remarks if one.settled_at is None]
    return [
        ChapterLine(
            one.key,
            one.title,
            {lang: texts.get((one.key, lang), 0) for lang in LANGUAGES},
            waiting.count(one.key),
        )
        for one in chapters.chapters()
    ]


def overview(evaluation: Evaluation, say: Say) -> Overview:
    """Gather what the page of an evaluation shows; no query beyond the row's own."""
    figures = cast(FundReport, evaluation.figures.data)
    return Overview(
        chapter_lines(evaluation),
        evaluations.lacks(evaluation),
        evaluations.content_digest(evaluation),
        fund_words.lead(figures, say),
        fund_words.keys(figures, say),
    )


def whole(evaluation: Evaluation, lang: str) -> Markup:
    """Give a whole evaluation as a text for the screen: as signed, else as it stands."""
    if evaluation.document is not None:
        return on_screen(cast(EvaluationReport, evaluation.document.data), lang, evaluation.document.made_at)
    digest, now = evaluations.content_digest(evaluation), clock.now()
    return on_screen(evaluation_data.document(evaluation, digest=digest, at=now), lang, now)


def on_screen(data: EvaluationReport, lang: str, made_at: Any) -> Markup:
    """Print a document for the screen, from the same blocks as on paper."""
    say = Say(lang, data["fund"]["currency"])
    with force_locale(lang):
        drawn = fund_figures.evaluation(data, say)
        text = papers.page(
            "evaluation_screen.html", lang=lang, made_at=made_at, currency=say.currency, d=data, fig=drawn
        )
    return Markup(text)  # noqa: S704 - a template with escaping on wrote it
