"""What is to be done: one page for each person, whatever their roles."""

from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask_login import current_user

from fundapp.core import todo
from fundapp.core.guard import guard
from fundapp.core.rules import SIGNED_IN
from fundapp.core.web import language
from fundapp.core.words import pick

bp = Blueprint("reminders", __name__)


@bp.get("/to-do")
@guard(SIGNED_IN)
def to_do() -> Any:
    """List what waits for the person, the first due first."""
    after = request.args.get("after", "")
    page = todo.page(current_user._get_current_object(), g.arrived_at, after)
    older = url_for(".to_do", after=page.after) if page.after else None
    return render_template(
        "reminders/to_do.html",
        lines=[_line(line) for line in page.lines],
        page={"older_url": older, "newer_url": url_for(".to_do") if after else None, "count_text": ""},
        at=g.arrived_at,
    )


def _line(line: Any) -> dict[str, Any]:
    """Give one line as the page draws it."""
    kind = todo.KINDS[line.kind]
    words = str(kind.words)
    return {
        "words": words % {"number": line.number} if line.number is not None else words,
        "which": pick(todo.texts(line.label), language()),
        "code": line.code,
        "url": url_for(kind.endpoint, **kind.values(line)),
        "seen_url": url_for(kind.seen, **kind.values(line)) if kind.seen else None,
        "due_at": line.due_at,
        "since_at": line.since_at,
        "is_late": line.due_at is not None and line.due_at < g.arrived_at,
    }
