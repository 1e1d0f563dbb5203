"""Pages that show what changed between two versions, for applicants and for those who work."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask_login import current_user

from fundapp.applications import differences, drafts, queries, readers, versions
from fundapp.applications.models import Application, ApplicationVersion
from fundapp.applications.rules import OFFICE, reads
from fundapp.applications.views.blueprint import bp, own, seen
from fundapp.core.guard import guard
from fundapp.core.rules import SIGNED_IN
from fundapp.core.web import language

bp.add_app_template_filter(differences.folded, "folded")


@bp.get("/proposals/<int:id>/compare")
@guard(SIGNED_IN, own)
def compare(application: Application) -> Any:
    """Show what changed between two versions of one's own proposal; without `to`: since it was sent."""
    if "to" in request.args:
        return _page(application, _wanted(application, "to"), url_for(".compare", id=application.id))
    before = _wanted(application, "from") if "from" in request.args else application.current
    if before is None:
        abort(404)
    given = versions.values(drafts.answers_of(application.id).values())
    form = versions.form_of(application.stage.form)
    found = differences.between(form, before.answers, given, language(), currency=application.fund.currency)
    return _drawn(application, found, before, None, url_for(".compare", id=application.id))


@bp.get("/office/applications/<int:id>/compare")
@guard(OFFICE | reads, seen)
def office_compare(application: Application) -> Any:
    """Show what changed between two versions of an application that one handles or reviews."""
    if readers.is_blind_for(current_user, application):
        abort(404)  # names inside texts are covered on the desk alone
    return _page(application, _wanted(application, "to"), url_for(".office_compare", id=application.id))


def _wanted(application: Application, name: str) -> ApplicationVersion:
    number = request.args.get(name, type=int)
    return (queries.version(application.id, number) if number else None) or abort(404)


def _page(application: Application, after: ApplicationVersion, action: str) -> str:
    before = _wanted(application, "from")
    form = versions.form_of(after.form)
    is_own = action == url_for(".compare", id=application.id)
    found = differences.between(
        form,
        before.answers,
        after.answers,
        language(),
        currency=application.fund.currency,
        without=frozenset() if is_own else readers.hidden_from(current_user, application, form),
    )
    return _drawn(application, found, before, after, action)


def _drawn(
    application: Application,
    found: list[differences.SectionChanges],
    before: ApplicationVersion,
    after: ApplicationVersion | None,
    action: str,
) -> str:
    return render_template(
        "applications/differences.html",
        application=application,
        found=found,
        before=before,
        after=after,
        action=action,
        is_own=action == url_for(".compare", id=application.id),
        others=queries.versions(application.id)[::-1],
    )
