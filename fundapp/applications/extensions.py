"""More time for one applicant, and word to those who were writing when a call changed."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications import lapsing, queries
from fundapp.applications.models import Application, ApplicationState
from fundapp.applications.rules import staff
from fundapp.core import audit, mail
from fundapp.core.db import locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.rounds import service as rounds
from fundapp.rounds.models import Round, RoundState

S = ApplicationState
EXTENDABLE = frozenset({S.DRAFT, S.SUBMITTED, S.INVITED, S.LAPSED})
RUNNING = frozenset({RoundState.PUBLISHED, RoundState.REVIEWING})
"""A call that just closed too: who could not send for a fault of ours still can."""


def extend(application: Application, until: datetime, *, reason: str, actor: User, at: datetime) -> None:
    """Give one proposal a later deadline than the call; its applicants get a mail with the reason.

    until: in the future and after the closing of its stage. An earlier extension is replaced, never
    shortened. An invitation that had lapsed is given again. Raises Refusal, and MoveRefused for who does
    not handle this application.
    """
    held = locked(Application, application.id)
    if not staff(actor, held):
        raise MoveRefused(_("This step is not yours to take."))
    _check(held, until, reason, at)
    if held.state is S.LAPSED:
        lapsing.revive(held, reason=reason, actor=actor, at=at)
    held.extended_until_at = until
    audit.record("extend", held, actor=actor, at=at, note=reason, detail={"until": until.isoformat()})
    for reader in queries.applicants(held.id):
        mail.queue(
            "deadline-extended",
            key=f"deadline-extended:{held.id}:{reader.id}:{until.isoformat()}",
            to=reader,
            at=at,
            application=held,
            round=held.round,
            title=held.title,
            until=until,
            reason=reason.strip(),
        )


def _check(application: Application, until: datetime, reason: str, at: datetime) -> None:
    ends = application.ends_at
    if application.state not in EXTENDABLE or application.round.state not in RUNNING:
        raise Refusal(_("This proposal can't be sent or changed any more, so more time would not help."))
    if ends is None:
        raise Refusal(_("This call is always open: nobody needs more time."))
    if until <= max(at, ends):
        raise Refusal(_("Choose a time after the deadline that counts now, and in the future."))
    if not reason.strip():
        raise Refusal(_("Give a reason for this step."))


# --- word to those who were writing ------------------------------------------------


def _reopened(round: Round, at: datetime, note: str) -> None:
    closes_at = round.stages[-1].closes_at
    stamp = closes_at.isoformat() if closes_at else ""
    _write_to_writers("call-reopened", round, stamp, at, reason=note.strip(), closes_at=closes_at)


def _cancelled(round: Round, at: datetime, note: str) -> None:
    _write_to_writers("call-cancelled", round, "", at, reason=note.strip())


def _write_to_writers(name: str, round: Round, stamp: str, at: datetime, **values: Any) -> None:
    """Write to the applicants of every draft in which something was written."""
    for application, reader in queries.writers(round.id):
        if name == "call-reopened" and application.stage_id != round.stages[-1].id:
            continue  # it was not theirs that opened again
        mail.queue(
            name,
            key=f"{name}:{application.id}:{reader.id}:{stamp}",
            to=reader,
            at=at,
            application=application,
            round=round,
            title=application.title or _("New proposal"),
            **values,
        )


rounds.AFTER["reopen"].append(_reopened)
rounds.AFTER["cancel"].append(_cancelled)
