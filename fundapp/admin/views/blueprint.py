"""The blueprint of administration, and how its lists are cut into pages."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request, url_for

from fundapp.admin.queries import PAGE, Found

bp = Blueprint("admin", __name__, url_prefix="/admin")


def before() -> int | None:
    """Give the key after which the asked page begins."""
    return request.args.get("before", type=int)


def asked(name: str) -> str:
    """Give what a list is narrowed down by, without white space around it."""
    return request.args.get(name, "").strip()[:200]


@dataclass(frozen=True)
class Page:
    """One page of a list, with the ways to the other pages."""

    items: Found
    older_url: str | None
    newer_url: str | None


def page(endpoint: str, rows: Found, **kept: str) -> Page:
    """Cut a list to one page; kept: what it is narrowed down by."""
    items = rows[:PAGE]
    chosen: dict[str, Any] = {name: value for name, value in kept.items() if value}
    older = url_for(endpoint, before=items[-1].id, **chosen) if len(rows) > PAGE else None
    return Page(items, older, url_for(endpoint, **chosen) if before() else None)
