"""The door of every page: sign in, load through the permission filter, ask the rule."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort, current_app, g, request
from flask_login import current_user

from fundapp.core import web
from fundapp.core.rules import PUBLIC, Rule

Loader = Callable[..., Any]


def guard(rule: Rule, load: Loader | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a view run only for whom `rule` allows.

    load(user, **url_values) gives the row through the asking user's own filter, or None.
    Not signed in: to the sign-in page and back; what was
    typed into a form stays on a page until then. Not visible: 404. Visible, not allowed: 403.
    With a loader the view gets the row as its only positional argument.
    """

    def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(**values: Any) -> Any:
            if rule is not PUBLIC and not current_user.is_authenticated:
                kept = web.signed_out() if request.method == "POST" else None
                return kept or current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            row = None
            if load is not None:
                row = load(current_user, **values)
                if row is None:
                    abort(404)
                g.row = row  # what the page is about: the masthead carries its fund
            if not rule(current_user, row):
                abort(403)
            return view(**values) if load is None else view(row)

        guarded.rule, guarded.load = rule, load  # type: ignore[attr-defined]
        return guarded

    return wrap
