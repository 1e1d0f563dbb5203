"""The blueprint of applications, and how its pages load what they are about."""

from typing import Any

from flask import Blueprint, g, request

from fundapp.applications import queries, sheets
from fundapp.applications.models import Application

bp = Blueprint("applications", __name__)


def own(user: Any, id: int, **more: Any) -> Application | None:
    """Load a proposal of the person's own, and show times in its fund's zone."""
    found = queries.own_application(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found


def own_sheet(user: Any, id: int, section: str | None = None) -> sheets.Sheet | None:
    """Load a section of a proposal of the person's own."""
    found = own(user, id)
    return sheets.sheet(found, section) if found is not None else None


def seen(user: Any, id: int, **more: Any) -> Application | None:
    """Load an application through the working door, and show times in its fund's zone."""
    found = queries.seen_application(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found


def place(name: str) -> str:
    """Give a part of the address beside the key of the row."""
    return str((request.view_args or {})[name])
