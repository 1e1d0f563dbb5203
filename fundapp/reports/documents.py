"""Reports as documents: a snapshot's data in, a page or a PDF out, in either language."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from markupsafe import Markup

from fundapp.core import papers
from fundapp.core.pdf import Paper, set_paper
from fundapp.core.pdf_identity import Attached
from fundapp.reports.kinds import KINDS
from fundapp.reports.wording import Say


def page(data: Mapping[str, Any], *, lang: str, made_at: datetime) -> str:
    """Give the report as a page for paper. made_at: when the snapshot was made, aware UTC."""
    return _filled(KINDS[data["kind"]].template, data, lang=lang, made_at=made_at)


def screen(data: Mapping[str, Any], *, lang: str, made_at: datetime) -> Markup:
    """Give the report as it stands within a page of the site, from the same template as on paper."""
    kind = KINDS[data["kind"]]
    text = _filled(kind.screen or kind.template, data, lang=lang, made_at=made_at, on_screen=True)
    return Markup(text)  # noqa: S704 - a template with escaping on wrote it


def _filled(template: str, data: Mapping[str, Any], *, lang: str, made_at: datetime, **more: Any) -> str:
    say, kind = Say(lang, data["fund"]["currency"]), KINDS[data["kind"]]
    with force_locale(lang):
        drawn = kind.figures(data, say)
        return papers.page(
            template, lang=lang, made_at=made_at, currency=say.currency, d=data, fig=drawn, **more
        )


def paper(
    data: Mapping[str, Any],
    *,
    lang: str,
    made_at: datetime,
    identity: Mapping[str, str] | None = None,
    attached: Sequence[Attached] = (),
) -> Paper:
    """Give the report ready to be set as PDF; the same snapshot gives the same bytes."""
    return Paper(page(data, lang=lang, made_at=made_at), lang, made_at, identity or {}, tuple(attached))


def pdf(data: Mapping[str, Any], *, lang: str, made_at: datetime) -> bytes:
    """Give the report as PDF, without its data inside. Raises PdfEngineMissing."""
    return set_paper(paper(data, lang=lang, made_at=made_at))
