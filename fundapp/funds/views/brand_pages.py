"""What a fund looks like to a browser: its colour as a stylesheet, its logo as a picture. Both public."""

from typing import Any

from flask import Response, abort, make_response, request

from fundapp.core import files
from fundapp.core.guard import guard
from fundapp.core.rules import PUBLIC
from fundapp.funds import queries
from fundapp.funds.views.blueprint import bp

YEAR = 365 * 24 * 3600
STYLES = """:root{{--brand:{colour}}}
@supports not (color:light-dark(#000,#fff)){{:root{{--accent:{colour}}}}}
"""
"""Unlayered, so it goes before the layers of our stylesheet; the tokens derive the rest."""


def _kept(answer: Response, digest: str) -> Response:
    """Let browsers keep what an address with a version names; without one they ask again."""
    named = "v" in request.args
    answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if named else "public, no-cache"
    answer.set_etag(digest)
    answer.make_conditional(request.environ)
    return answer


@bp.get("/funds/<slug>/brand.css")
@guard(PUBLIC)
def brand(slug: str) -> Any:
    """Give the colour of a fund as a stylesheet."""
    fund = queries.fund_by_slug(slug)
    if fund is None:
        abort(404)
    answer = make_response(STYLES.format(colour=fund.brand))
    answer.mimetype = "text/css"
    return _kept(answer, fund.brand.removeprefix("#"))


@bp.get("/funds/<slug>/logo")
@guard(PUBLIC)
def logo(slug: str) -> Any:
    """Give the logo of a fund: a picture by its content, never anything a browser would run."""
    found = queries.logo(slug)
    if found is None:
        abort(404)
    answer = make_response(files.content(found))
    answer.mimetype = found.media_type
    answer.headers["Content-Disposition"] = f'inline; filename="{found.name}"'
    return _kept(answer, found.sha256)
