"""The list of features: their blueprints, models, jobs, and what stands in the masthead."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Flask
from flask_login import LoginManager

from fundapp.accounts.queries import session_user
from fundapp.public.masthead import masthead

FEATURES = (
    "accounts",
    "funds",
    "rounds",
    "applications",
    "reviews",
    "decisions",
    "grants",
    "parties",
    "payouts",
    "reports",
    "reminders",
    "mails",
    "public",
    "connections",
    "admin",
)


def register(app: Flask, login: LoginManager) -> None:
    """Load every feature: its models, its kinds of work and jobs, and its blueprint where it has pages."""
    for part in ("approvals", "audit", "bounces", "counters", "files", "jobs", "mail", "once", "tasks"):
        import_module(f"fundapp.core.{part}")
    for feature in FEATURES:  # all rows first: an early one may refer to a later one by name
        _part(feature, "models")
    for feature in FEATURES:
        for part in ("todo", "due", "listed", "waiting", "jobs"):
            _part(feature, part)
        views = _part(feature, "views")
        for blueprint in getattr(views, "BLUEPRINTS", [views.bp] if views else []):
            app.register_blueprint(blueprint)
    login.user_loader(session_user)
    app.context_processor(masthead)


def _part(feature: str, part: str) -> Any:
    name = f"fundapp.{feature}.{part}"
    return import_module(name) if find_spec(name) is not None else None
