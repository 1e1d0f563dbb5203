"""What a load balancer asks: is the process alive, is it ready for work."""

from typing import Any

from flask import Blueprint, jsonify

from fundapp.core import clock, health
from fundapp.core.guard import guard
from fundapp.core.rules import PUBLIC

bp = Blueprint("probes", __name__)


@bp.get("/healthz")
@guard(PUBLIC)
def healthz() -> Any:
    """Answer as long as the process lives."""
    return jsonify(status="ok")


@bp.get("/readyz")
@guard(PUBLIC)
def readyz() -> Any:
    """Answer 200 when pages can be served, else 503 with what is missing."""
    ready, seen = health.is_ready(clock.now())
    return jsonify(status="ready" if ready else "not ready", **seen), 200 if ready else 503


@bp.get("/readyz/pages")
@guard(PUBLIC)
def pages() -> Any:
    """Answer 200 when this node can serve pages, whatever the workers do: for whoever shares out requests."""
    ready, seen = health.serves(clock.now())
    return jsonify(status="ready" if ready else "not ready", **seen), 200 if ready else 503
