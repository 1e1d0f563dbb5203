"""Who applies, seen by the office: people with their rights, their public keys, and the organisations."""

from typing import Any

from flask import Response, abort, render_template

from fundapp.accounts.queries import public_keys
from fundapp.applications import partners, people
from fundapp.applications.models import Application
from fundapp.applications.rules import OFFICE
from fundapp.applications.views.blueprint import bp, place, seen
from fundapp.applications.workflow import WORDS
from fundapp.core.guard import guard


@bp.get("/office/applications/<int:id>/people")
@guard(OFFICE, seen)
def office_people(application: Application) -> Any:
    """Show the applicants and organisations of an application."""
    applicants = people.live_access(application.id)
    return render_template(
        "applications/office_people.html",
        application=application,
        people=applicants,
        organisations=partners.organisations_of(application.id),
        partners=partners.of(application.id),
        keys=public_keys([one.user_id for one in applicants]),
        state=WORDS[application.state],
    )


@bp.get("/office/applications/<int:id>/people/<int:person>.asc")
@guard(OFFICE, seen)
def applicant_key(application: Application) -> Response:
    """Give the OpenPGP public key of an applicant, to write to them so that only they can read it."""
    user_id = int(place("person"))
    if all(one.user_id != user_id for one in people.live_access(application.id)):
        abort(404)
    key = public_keys([user_id]).get(user_id) or abort(404)
    given = Response(key.armored, mimetype="application/pgp-keys")
    given.headers["Content-Disposition"] = f'attachment; filename="{key.fingerprint}.asc"'
    return given
