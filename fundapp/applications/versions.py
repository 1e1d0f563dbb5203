"""Versions: what was sent in, whole and for ever, and whether it is complete."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import ngettext

from fundapp.applications import search_texts
from fundapp.applications.models import Answer, Application, ApplicationVersion, VersionReason
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.rounds import definitions, reading
from fundapp.rounds.models import Form

# The copies that an application carries of its answers, for lists and letters.
TITLE, AMOUNT, COUNTRY, THEME = "title", "amount", "country", "theme"
ORGANISATION, NAME = "organisation", "contact_name"


class NotComplete(Refusal):
    """Something is missing or wrong, so the proposal cannot be sent yet. faults: one for each thing."""

    def __init__(self, faults: list[definitions.Fault]) -> None:
        count = len(faults)
        super().__init__(
            ngettext(
                "One thing is missing or has to be changed before the proposal can be sent.",
                "%(num)d things are missing or have to be changed before the proposal can be sent.",
                count,
            )
        )
        self.faults = faults


def form_of(row: Form) -> definitions.Form:
    """Give a form as questions."""
    return definitions.read_form(row.definition)


def ask_of(application: Application) -> definitions.Ask:
    """Give the limits of the round: what may be asked, in its currency."""
    return definitions.Ask(
        application.round.lowest_cents, application.round.highest_cents, application.fund.currency
    )


def values(answers: Iterable[Answer]) -> dict[str, Any]:
    """Give the working copy as value by field."""
    return {answer.field: answer.value.get("v") for answer in answers}


def faults(application: Application, given: Mapping[str, Any]) -> list[definitions.Fault]:
    """List what has to be mended before these answers can be sent in."""
    return form_of(application.stage.form).check(given, ask_of(application))


def make(
    application: Application,
    given: Mapping[str, Any],
    reason: VersionReason,
    *,
    actor: Any,
    at: datetime,
    is_over_limit: bool = False,
    form: definitions.Form | None = None,
) -> ApplicationVersion:
    """Add the next version and let the application's own columns follow it.

    given: value by field; answers to questions that are not asked are left out. form: that of its stage,
    where it was read already.
    """
    kept = _asked(form or form_of(application.stage.form), given)
    application.version_number += 1
    copy_out(application, kept)
    made = ApplicationVersion(
        application_id=application.id,
        number=application.version_number,
        stage_id=application.stage_id,
        form_id=application.stage.form_id,
        answers=kept,
        title=application.title,
        requested_cents=application.requested_cents,
        reason=reason,
        is_over_limit=is_over_limit,
        digest=reading.digest_of(kept),
        made_at=at,
        made_by=actor.id if actor is not None else None,
    )
    db.session.add(made)
    db.session.flush()  # whoever reads the versions next must find it
    db.session.expire(application, ["versions"])
    search_texts.keep(application, made)
    return made


def is_same(application: Application, version: ApplicationVersion, given: Mapping[str, Any]) -> bool:
    """Tell whether these answers are what the version holds."""
    return version.digest == digest_of(application, given)


def digest_of(application: Application, given: Mapping[str, Any]) -> str:
    """Name exactly these answers, without those to questions that are not asked."""
    return reading.digest_of(_asked(form_of(application.stage.form), given))


def _asked(form: definitions.Form, given: Mapping[str, Any]) -> dict[str, Any]:
    asked = {field.key for field in form.shown(given)}
    left_out = {field.key for field in (*form.fields, *form.retired)} - asked
    return {key: value for key, value in given.items() if key not in left_out}


def copy_out(application: Application, given: Mapping[str, Any]) -> None:
    """Copy the answers that lists and letters need onto the application itself."""
    amount, country = given.get(AMOUNT), given.get(COUNTRY)
    themes = {theme["key"] for theme in application.fund.themes}
    application.title = _line(given.get(TITLE))[:300] or application.title
    application.requested_cents = amount if isinstance(amount, int) and not isinstance(amount, bool) else None
    application.country = country[:2] if isinstance(country, str) and country else None
    application.applicant_name = (
        _line(given.get(ORGANISATION)) or _line(given.get(NAME)) or application.applicant_name
    )[:200]
    if given.get(THEME) in themes:
        application.theme = given[THEME]


def _line(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
