"""Open data: the page that explains it, and the files themselves, each at an address that stays."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from flask import Response, abort, current_app, g, render_template, request

from fundapp.core import clock, files
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.rules import PUBLIC
from fundapp.core.web import language
from fundapp.core.words import LANGUAGES
from fundapp.funds.models import Fund
from fundapp.funds.queries import all_funds, fund_by_slug
from fundapp.public import feeds, manifests, structured
from fundapp.public.addresses import Site
from fundapp.public.sitemap import sitemap
from fundapp.public.views.blueprint import bp
from fundapp.reports import cascade, giving, giving_csv, packs, publishing
from fundapp.reports.cascade_files import cascade_csv, cascade_json
from fundapp.reports.identifiers import LICENCES

JSON, CSV, XML, TEXT = "application/json", "text/csv", "application/xml", "text/plain"


def site() -> Site:
    """Give the public site as its administrator set it."""
    return Site(current_app.config["BASE_URL"].rstrip("/"))


@bp.app_context_processor
def _data() -> dict[str, Any]:
    return {
        "grant_data": lambda row, abstract: structured.of_project(row, abstract, site(), language()),
        "call_data": lambda round: structured.of_call(round, site(), language()),
    }


@bp.get("/open-data")
@guard(PUBLIC)
def open_data() -> Any:
    """Explain what is published, where it stands and what one may do with it."""
    how = dict(publishing.publishers())
    funds = [(fund, how.get(fund), manifests.is_complete(fund)) for fund in all_funds()]
    return render_template(
        "public/open_data.html",
        funds=funds,
        is_complete=publishing.is_complete,
        licences=LICENCES,
        languages=LANGUAGES,
        packs=packs.published(),
    )


@bp.get("/open-data/<fund_slug>/360giving.<any(json, csv):format>")
@guard(PUBLIC)
def giving_file(fund_slug: str, format: str) -> Any:
    """Give the grants of a fund after the 360Giving standard."""
    fund = _fund(fund_slug)
    try:
        made = giving.package(fund, at=clock.now(), site=site().base)
    except Refusal:
        abort(404)
    content = giving_csv.table(made) if format == "csv" else giving.text(made)
    changed = datetime.fromisoformat(made["modified"])
    return _kept(
        content.encode("utf-8", "replace"), CSV if format == "csv" else JSON, changed, made["license"]
    )


@bp.get("/open-data/<fund_slug>/funding.json")
@guard(PUBLIC)
def funding(fund_slug: str) -> Any:
    """Tell machines how one gives to a fund."""
    fund = _fund(fund_slug)
    if not manifests.is_complete(fund):
        abort(404)
    return _kept(manifests.text(manifests.manifest(fund, site())).encode(), JSON)


@bp.get("/.well-known/funding-manifest-urls")
@guard(PUBLIC)
def funding_urls() -> Any:
    """List the funding.json files that speak for this site."""
    found = [
        site().open_data(f"{fund.slug}/funding.json") for fund in all_funds() if manifests.is_complete(fund)
    ]
    return _kept("".join(f"{one}\n" for one in found).encode(), TEXT)


@bp.get("/open-data/<any(calls, projects):name>.<any(en, nl):lang>.atom")
@guard(PUBLIC)
def feed(name: str, lang: str) -> Any:
    """Give a feed that readers follow."""
    of = current_app.config["NAME"]
    if name == "calls":
        content = feeds.calls(site(), lang, at=clock.now(), name=of)
    else:
        content = feeds.projects(site(), lang, name=of)
    return _kept(content, feeds.MEDIA_TYPE)


@bp.get("/sitemap.xml")
@guard(PUBLIC)
def site_map() -> Any:
    """List the public pages for machines."""
    return _kept(sitemap(site(), at=clock.now()), XML)


# --- money passed on -------------------------------------------------------------


@bp.get("/open-data/<fund_slug>/cascade")
@guard(PUBLIC)
def cascade_page(fund_slug: str) -> Any:
    """Show to whom a fund passed money on, if it publishes that."""
    fund, how = _cascading(fund_slug)
    year = request.args.get("year", type=int)
    every = cascade.passed_on(fund, at=clock.now(), is_public=True)
    return render_template(
        "public/cascade.html",
        fund=fund,
        how=how,
        year=year,
        years=sorted({one.decided_on.year for one in every}, reverse=True),
        rows=[one for one in every if year in (None, one.decided_on.year)],
    )


@bp.get("/open-data/<fund_slug>/cascade.<any(json, csv):format>")
@guard(PUBLIC)
def cascade_file(fund_slug: str, format: str) -> Any:
    """Give that list as a file."""
    fund, how = _cascading(fund_slug)
    rows = cascade.passed_on(fund, at=clock.now(), is_public=True, year=request.args.get("year", type=int))
    content = cascade_csv(rows, fund) if format == "csv" else cascade_json(rows, fund, how)
    return _kept(
        content.encode("utf-8", "replace"), CSV if format == "csv" else JSON, None, LICENCES[how.licence][1]
    )


def _cascading(slug: str) -> Any:
    fund = _fund(slug)
    how = publishing.of_fund(fund.id)
    if how is None or not how.shows_cascade:
        abort(404)
    return fund, how


# --- packs -----------------------------------------------------------------------


@bp.get("/open-data/<fund_slug>/<round_slug>-<int:number>.zip")
@guard(PUBLIC)
def pack(fund_slug: str, round_slug: str, number: int) -> Any:
    """Give the transparency pack of a round, once it is published."""
    found = packs.published_pack(fund_slug, round_slug, number)
    if found is None or found.file is None:
        abort(404)
    answer = _kept(files.content(found.file), "application/zip", found.published_at)
    answer.headers["Content-Disposition"] = f'attachment; filename="{packs.file_name(found)}"'
    return answer


# --- answers ---------------------------------------------------------------------


def _fund(slug: str) -> Fund:
    fund = fund_by_slug(slug)
    if fund is None:
        abort(404)
    g.zone = fund.zone
    return fund


def _kept(content: bytes, media_type: str, changed: datetime | None = None, licence: str = "") -> Response:
    """Answer with a file, its fingerprint and date, so that who has it need not fetch it again."""
    answer = Response(content, mimetype=media_type)
    answer.set_etag(sha256(content).hexdigest()[:32])
    if changed is not None:
        answer.last_modified = changed
    if licence:
        answer.headers["Link"] = f'<{licence}>; rel="license"'
    answer.headers["Access-Control-Allow-Origin"] = "*"  # open data may be read by pages of others
    answer.headers["Cache-Control"] = "public, max-age=300"
    answer.make_conditional(request)
    return answer
