"""From one stage to the next: who is invited goes on with the answers given before."""

from typing import Any

from flask_babel import gettext as _

from fundapp.applications import drafts
from fundapp.applications.models import Answer, Application
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.rounds import definitions, stages
from fundapp.rounds.models import Stage


def next_stage(application: Application) -> Stage:
    """Give the stage an invitation leads to. Raises Refusal after the last one."""
    found = stages.after(application.stage)
    if found is None:
        raise Refusal(_("There is no stage after this one to invite for."))
    return found


def advance(application: Application) -> None:
    """Put an invited application into the next stage; its working copy holds all that fits there.

    Answers are kept by the key of their question. One whose question is of another kind in the next
    form is taken out of the working copy; the version that was sent keeps it.
    """
    following = next_stage(application)
    before = definitions.read_form(application.stage.form.definition)
    after = definitions.read_form(following.form.definition)
    for answer in drafts.answers_of(application.id).values():
        if not _fits(answer, before, after):
            db.session.delete(answer)
    application.stage_id, application.extended_until_at = following.id, None
    db.session.flush()  # the stage is read through its key
    db.session.expire(application, ["stage", "answers"])


def _fits(answer: Answer, before: Any, after: Any) -> bool:
    asked, asks = before.field(answer.field), after.field(answer.field)
    return asked is None or asks is None or asked.type is asks.type
