"""The list of features: their blueprints, models, jobs, and what stands in the masthead."""

from importlib import import_module
from importlib.util import find_spec

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
    "public",
    "admin",
)


def register(app: Flask, login: LoginManager) -> None:
    """Load every feature: its models, its kinds of work and jobs, and its blueprint where it has pages."""
    for part in ("approvals", "audit", "counters", "files", "jobs", "mail", "once", "tasks"):
        import_module(f"fundapp.core.{part}")
    for feature in FEATURES:
        for part in ("models", "todo", "due", "listed", "waiting", "jobs", "views"):
            name = f"fundapp.{feature}.{part}"
            if find_spec(name) is None:
                continue
            module = import_module(name)
            if part == "views":
                app.register_blueprint(module.bp)
    login.user_loader(session_user)
    app.context_processor(masthead)
