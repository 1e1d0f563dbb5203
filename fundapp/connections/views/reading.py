"""The API itself: read only, by a key in a header; every answer, a refusal too, is JSON."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from hashlib import sha256
from json import dumps
from typing import Any

import structlog
from flask import Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from fundapp.connections import answers, openapi
from fundapp.connections.callers import caller
from fundapp.connections.declared import Caller, instant
from fundapp.connections.problems import (
    AWAY,
    BROKEN,
    KINDS,
    NOT_ACCEPTABLE,
    NOT_FOUND,
    UNKNOWN_KEY,
    WRONG_METHOD,
    Problem,
)
from fundapp.connections.resources import RESOURCES
from fundapp.connections.scopes import Scope
from fundapp.connections.views.blueprint import api, site
from fundapp.core import newer, outages
from fundapp.core.db import db
from fundapp.core.rules import PUBLIC

log = structlog.get_logger()
JSON = "application/json"
LISTED = ", ".join(RESOURCES)


def bearer(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let a view answer a program: who asks is told by its key alone, never by the cookie of a person."""

    @wraps(view)
    def answered(**values: Any) -> Response:
        if request.accept_mimetypes and request.accept_mimetypes.best_match([JSON]) is None:
            raise Problem(NOT_ACCEPTABLE)
        header = request.headers.get("Authorization", "")
        who = caller(header, address=request.remote_addr or "", site=site(), at=g.arrived_at)
        return _answer(view(who, **values), is_public=who.token is None)

    # A door of another kind: the key is asked by `caller`, the scope and the rows by `answers`.
    answered.rule, answered.load = PUBLIC, None  # type: ignore[attr-defined]
    return answered


def _answer(made: dict[str, Any], *, is_public: bool) -> Response:
    body = dumps(made, ensure_ascii=False, separators=(",", ":")).encode()
    answer = Response(body, mimetype=JSON)
    answer.set_etag(sha256(body).hexdigest()[:32])
    answer.headers["Cache-Control"] = "public, max-age=60" if is_public else "no-store"
    answer.headers["Vary"] = "Authorization"
    answer.make_conditional(request)
    return answer


@api.get("/api/v1/token")
@bearer
def token(who: Caller) -> dict[str, Any]:
    """Tell what the key at hand is."""
    if who.token is None or who.fund is None:
        raise Problem(UNKNOWN_KEY)
    return {
        "name": who.token.name,
        "fund": who.fund.slug,
        "scopes": list(who.token.scopes),
        "usable": [scope.value for scope in Scope if who.may(scope)],
        "expires_at": instant(who.token.expires_at),
    }


@api.get(f"/api/v1/<any({LISTED}):what>")
@bearer
def rows(who: Caller, what: str) -> dict[str, Any]:
    """Give a page of a list."""
    return answers.page(RESOURCES[what], who, request.args.to_dict())


@api.get(f"/api/v1/<any({LISTED}):what>/<path:code>")
@bearer
def row(who: Caller, what: str, code: str) -> dict[str, Any]:
    """Give one thing."""
    return answers.one(RESOURCES[what], who, code)


@api.get("/api/v1/<path:rest>")
@bearer
def nothing(who: Caller, rest: str) -> dict[str, Any]:
    """Say in the words of the API that there is nothing at an address."""
    raise Problem(NOT_FOUND, f"Lists: {LISTED}.")


@api.get("/api/openapi.json")
@bearer
def description(who: Caller) -> dict[str, Any]:
    """Describe the API for programs."""
    return openapi.description(site(), str(current_app.config["NAME"]))


# --- refusals ----------------------------------------------------------------------


@api.errorhandler(Problem)
def refused(fault: Problem) -> Response:
    """Say what was refused."""
    with suppress(SQLAlchemyError):  # it may be away
        db.session.rollback()
    answer = Response(
        dumps(fault.body(site())), status=fault.kind.status, mimetype="application/problem+json"
    )
    answer.headers.update(fault.headers())
    answer.headers["Cache-Control"] = "no-store"
    return answer


@api.errorhandler(HTTPException)
def refused_by_flask(fault: HTTPException) -> Any:
    """Say in the same form what the server itself refused."""
    kind = next((one for one in KINDS if one.status == fault.code), None)
    return fault if kind is None else refused(Problem(kind))


@api.app_errorhandler(405)
def wrong_method(fault: HTTPException) -> Any:
    """Say it in the form of the API where its address was called in another way than reading."""
    return refused(Problem(WRONG_METHOD)) if request.path.startswith("/api/v1/") else fault


@api.errorhandler(Exception)
def broke(fault: Exception) -> Response:
    """Keep what broke in the log, and tell the program no more than that."""
    if outages.is_away(fault):
        log.warning("the database is away", path=request.path, fault=outages.told(fault))
        return refused(Problem(AWAY, retry_after=outages.RETRY_S))
    log.error("unexpected fault", path=request.path, newer=newer.met() or None, exc_info=fault)
    if newer.met():
        return refused(Problem(AWAY, retry_after=outages.RETRY_S))
    return refused(Problem(BROKEN, f"Request {g.get('request_id', '')}."))
