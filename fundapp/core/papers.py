"""Documents for paper: a template of templates/pdf, filled from plain data, in one of the two languages."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

import nh3
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask_babel import force_locale, gettext, ngettext
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from fundapp.core import money as amounts
from fundapp.core.contents import with_contents
from fundapp.core.legible import legible
from fundapp.core.pdf import render
from fundapp.core.places import TEMPLATES
from fundapp.core.words import pick

NONE = "–"
"""Stands where a figure does not exist; never 0."""

PROSE = {
    "p", "br", "ul", "ol", "li", "strong", "em", "b", "i", "s", "del", "sub", "sup", "code", "pre",
    "blockquote", "a", "table", "thead", "tbody", "tfoot", "tr", "th", "td",
    "h1", "h2", "h3", "h4", "h5", "h6",
}  # fmt: skip
"""What a writer's own text may hold on paper: no pictures, no links that fetch."""


def paper(template: str, *, lang: str, made_at: datetime, **data: Any) -> bytes:
    """Give a document as PDF; the arguments are those of `page`. Raises PdfEngineMissing."""
    return render(page(template, lang=lang, made_at=made_at, **data), lang=lang, made_at=made_at)


def page(template: str, *, lang: str, made_at: datetime, **data: Any) -> str:
    """Fill one template of templates/pdf.

    template: its file name. lang: en or nl. data: what the template prints; every figure in it was
    computed before. A name that is missing is an error, never an empty spot on paper.
    """
    with force_locale(lang):
        text = _environment().get_template(f"pdf/{template}").render(lang=lang, made_at=made_at, **data)
        tied = _without_runts(text)
        return with_contents(tied) if "</html>" in tied else tied


def number(value: float | Decimal | str | None, digits: int = 0, *, lang: str) -> str:
    """Write a figure with that many decimals, halves rounded up, as the language writes it."""
    if value is None:
        return NONE
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(exact, format=pattern, locale=lang)


def day(value: str | date | None, *, lang: str, short: bool = False) -> str:
    """Write a calendar day ("2026-12-07" or a date): 7 December 2026, short 7 Dec 2026."""
    if not value:
        return NONE
    on = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return format_date(on, "d MMM y" if short else "d MMMM y", locale=lang)


def moment(value: str | datetime | None, *, lang: str) -> str:
    """Write a wall-clock time ("2026-12-07T12:00"): 7 December 2026, 12:00. Its zone was chosen before."""
    if not value:
        return NONE
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return format_datetime(at.replace(tzinfo=None), "d MMMM y, HH:mm", locale=lang)


def prose(html: str) -> Markup:
    """Make a writer's own text fit for paper: headings become plain bold lines, pictures go.

    html: text that was made safe before; it is cleaned once more here, because nobody sees a PDF
    before it is sent. Headings are demoted so that they cannot upset the document's outline.
    """
    clean = nh3.clean(
        legible(html),
        tags=PROSE,
        attributes={"a": {"href"}, "th": {"scope", "colspan"}, "td": {"colspan"}},
        allowed_classes={"th": {"num"}, "td": {"num"}},
        url_schemes={"http", "https", "mailto"},
    )
    clean = re.sub(r"<h[1-6]>", '<p class="inner">', clean)
    clean = re.sub(r"</h[1-6]>", "</p>", clean)
    return Markup(re.sub(r"[^<>]+(?=<|$)", lambda text: breakable(text[0]), clean))  # noqa: S704 - cleaned above


def breakable(text: str) -> str:
    """Let very long words break, so that none of them widens a table beyond the page.

    An invisible break is cheap; CSS that looks for the narrowest width of every word is not.
    """
    return re.sub(r"([^\s&;]{24})(?=[^\s&;]{12})", "\\1\u200b", text)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_readable,
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(
        money=_money, number=_number, day=_day, moment=_moment, said=_said, prose=prose, percent=_percent
    )
    return environment


def _readable(value: Any) -> Any:
    """Take invisible orders out of everything that is printed, whoever wrote it."""
    if isinstance(value, Markup):
        return Markup(legible(value))  # noqa: S704 - only takes characters away
    if not isinstance(value, str):
        return value
    readable = legible(value)
    return readable if "://" in readable else breakable(readable)  # an address may stand in a link


def _without_runts(text: str) -> str:
    """Tie a short last word to the one before it: the engine does not know `text-wrap: pretty`."""
    return re.sub(r"(?<=[^\s<>]) ([^\s<>]{1,8})(</(?:p|li|td)>)", "\u00a0\\1\\2", text)


@pass_context
def _money(context: Context, cents: int | None, *, always_cents: bool = False) -> str:
    if cents is None:
        return NONE
    return amounts.show(cents, context["currency"], context["lang"], always_cents=always_cents)


@pass_context
def _number(context: Context, value: float | None, digits: int = 0) -> str:
    return number(value, digits, lang=context["lang"])


@pass_context
def _percent(context: Context, value: float | None, digits: int = 0) -> str:
    return NONE if value is None else number(value, digits, lang=context["lang"]) + "%"


@pass_context
def _day(context: Context, value: str | date | None, *, short: bool = False) -> str:
    return day(value, lang=context["lang"], short=short)


@pass_context
def _moment(context: Context, value: str | datetime | None) -> str:
    return moment(value, lang=context["lang"])


@pass_context
def _said(context: Context, texts: Mapping[str, str] | str | None) -> str:
    return pick(texts, context["lang"])
