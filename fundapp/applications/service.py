"""What happens to an application: begun, saved, sent, withdrawn, admitted, concluded; who is let in; ties."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from fundapp.accounts import service as accounts
from fundapp.accounts.models import User
from fundapp.applications import (
    advancing,
    clock_stops,
    codes,
    drafts,
    eligibility,
    knockouts,
    queries,
    questions,
    receipts,
    versions,
)
from fundapp.applications.doors import declare_conflict, let_in, settle_conflict, shut_out
from fundapp.applications.models import (
    Application,
    ApplicationState,
    ApplicationVersion,
    Capacity,
    Level,
    VersionReason,
)
from fundapp.applications.rules import owner, writer
from fundapp.applications.workflow import OUTCOMES, workflow
from fundapp.core import audit
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.rounds import service as rounds
from fundapp.rounds.models import Round, RoundState

__all__ = [
    "ON_ADMIT",
    "ON_WITHDRAW",
    "WRITABLE",
    "TooLate",
    "admit",
    "admit_all",
    "conclude",
    "declare_conflict",
    "discard",
    "file_under",
    "has_unsent",
    "leave",
    "let_in",
    "save",
    "settle_conflict",
    "shut_out",
    "start",
    "submit",
    "takes",
    "withdraw",
]  # fmt: skip

S = ApplicationState
WRITABLE = frozenset({S.DRAFT, S.SUBMITTED, S.INVITED})
"""While it is one of these the whole proposal is open; what the office asked opens in its question."""

ON_ADMIT: list[Callable[[list[Application], datetime], None]] = []
"""What later features do when proposals go into review: possible ties are looked for."""

ON_WITHDRAW: list[Callable[[Application, User, datetime], None]] = []
"""What later features do when a proposal is withdrawn, deferred or joined: reviews are released."""


class TooLate(Refusal):
    """The deadline has passed, or the call is not open (yet)."""


# --- writing -------------------------------------------------------------------


def start(round: Round, *, actor: User, at: datetime) -> Application:
    """Begin a draft in an open round, or give the untouched one they have there. Raises TooLate."""
    if not round.opens_for(at):
        raise TooLate(_("This call does not take proposals now."))
    if untouched := queries.untouched_draft(actor, round.id):
        return untouched
    made = Application(
        fund_id=round.fund_id,
        round_id=round.id,
        stage_id=round.stage.id,
        state_at=at,
        party=accounts.party_of(actor, at=at),
        applicant_name=actor.name,
        created_at=at,
    )
    db.session.add(made)
    audit.record("start", made, actor=actor, at=at)
    let_in(made, actor, Capacity.OWNER, Level.WRITE, actor=actor, at=at)
    return made


def save(
    application: Application,
    answers: Mapping[str, Any],
    bases: Mapping[str, int],
    *,
    actor: User,
    at: datetime,
) -> dict[str, int]:
    """Keep answers in the working copy and give their revisions by field.

    answers: value by field, None for an answer taken away. bases: the revision each was written
    upon. Saving is not sending: it is allowed after the deadline too, so that nothing is lost.
    Raises AnswersChanged on a clash (answers that do not clash are kept: commit them), and
    MoveRefused when the application is not being written any more.
    """
    held = locked(Application, application.id)
    if held.state not in WRITABLE or not writer(actor, held):
        raise MoveRefused(_("This proposal can't be changed any more."))
    held.saved_at = at
    try:
        return drafts.take(held, answers, bases, actor=actor, at=at)
    finally:
        if held.state is S.DRAFT:
            versions.copy_out(held, versions.values(drafts.answers_of(held.id).values()))


def submit(application: Application, *, actor: User, at: datetime) -> ApplicationVersion:
    """Send the working copy in as the next version; the first time it gets its code.

    at: the arrival of the request; to the second it decides whether the call is open. The version
    that was sent stays as it is when nothing changed. Raises TooLate, NotComplete, MoveRefused.
    """
    held = locked(Application, application.id)
    if not owner(actor, held):
        raise MoveRefused(_("Only the main applicant can do this."))
    if not takes(held, at):
        raise TooLate(
            _("The deadline has passed: this can't be sent any more. What you sent before it counts.")
        )
    given = versions.values(drafts.answers_of(held.id).values())
    if missing := versions.faults(held, given):
        raise versions.NotComplete(missing)
    before = held.current
    if before is not None and held.state is S.SUBMITTED and versions.is_same(held, before, given):
        return before
    if held.code is None:
        held.code = codes.next_code(held.fund, held.stage, at=at)
        held.submitted_at = at
    version = versions.make(held, given, VersionReason.SUBMITTED, actor=actor, at=at)
    if before is not None:
        knockouts.start_over(held, actor=actor, at=at)  # what was checked says something else now
    workflow.make("submit", held, actor=actor, at=at, detail={"version": version.number, "code": held.code})
    receipts.send(held, version, at=at)
    return version


def takes(application: Application, at: datetime) -> bool:
    """Tell whether this application may be sent in at this instant, its own extension included."""
    state, own = application.round.state, application.extended_until_at
    if state is RoundState.REVIEWING:  # closed for all but who got more time
        return own is not None and at < own
    return state is RoundState.PUBLISHED and application.stage.is_open(at, own)


def has_unsent(application: Application) -> bool:
    """Tell whether the working copy of a sent proposal differs from the version that counts."""
    current = application.current
    if current is None or application.state not in WRITABLE:
        return False
    given = versions.values(drafts.answers_of(application.id).values())
    return not versions.is_same(application, current, given)


def discard(application: Application, *, actor: User, at: datetime) -> None:
    """Throw a draft away; it stays readable for its writer."""
    workflow.make("discard", application, actor=actor, at=at)


def withdraw(application: Application, *, reason: str, actor: User, at: datetime) -> None:
    """Take a proposal back, with a reason; reviews are released and the applicants get a mail."""
    held = locked(Application, application.id)
    clock_stops.run("withdraw", held, actor=actor, at=at, note=reason)
    leave(held, actor=actor, at=at)
    receipts.confirm_withdrawal(held, at=at)


def leave(application: Application, *, actor: User, at: datetime) -> None:
    """Let go of what was under way about an application that is assessed no more: reviews and questions."""
    for react in ON_WITHDRAW:
        react(application, actor, at)
    questions.cease(application, at=at)


# --- the office ----------------------------------------------------------------


def admit(application: Application, *, actor: User, at: datetime) -> None:
    """Take a received application into review. Raises Refusal (conditions, still open) and MoveRefused."""
    eligibility.check_admission(application)
    _admit(application, actor=actor, at=at)
    _look_at([application], at)


def _admit(application: Application, *, actor: User, at: datetime) -> None:
    if application.stage.closes_at is not None and takes(application, at):
        raise Refusal(
            _("The applicant can still change this: it can go into review when the call has closed.")
        )
    workflow.make("admit", application, actor=actor, at=at)


def admit_all(round: Round, *, actor: User, at: datetime) -> int:
    """Take every received application that the person may handle into review; give how many.

    Those whose conditions are not checked, or not met, stay where they are.
    """
    waiting = queries.waiting(actor, round.id)
    ready = eligibility.admissible(round.id, [one.id for one in waiting])
    chosen = [one for one in waiting if one.id in ready]
    for application in chosen:
        _admit(application, actor=actor, at=at)
    _look_at(chosen, at)
    return len(chosen)


def _look_at(admitted: list[Application], at: datetime) -> None:
    for react in ON_ADMIT:
        react(admitted, at)


def file_under(
    application: Application, *, theme: str | None, lead: User | None, actor: User, at: datetime
) -> None:
    """Say which theme of the fund an application is about, and who in the office looks after it."""
    if theme is not None and theme not in {one["key"] for one in application.fund.themes}:
        raise Refusal(_("This fund has no such theme."))
    lead_id = lead.id if lead is not None else None
    if (application.theme, application.lead_id) == (theme, lead_id):
        return
    application.theme, application.lead_id = theme, lead_id
    audit.record("file_under", application, actor=actor, at=at, detail={"theme": theme, "lead": lead_id})


def conclude(application: Application, outcome: ApplicationState, *, actor: User, at: datetime) -> None:
    """Let an outcome reach the application: awarded, reserve, declined, ineligible or invited.

    Called by the release of a decision alone, so that an embargo cannot leak. Who is invited goes on
    to the next stage with the answers given before. Raises MoveRefused, and Refusal after the last stage.
    """
    if outcome is S.INVITED:
        advancing.next_stage(application)
    workflow.make(OUTCOMES[outcome], application, actor=actor, at=at)
    if outcome is S.INVITED:
        advancing.advance(application)


def _no_live_application(round: Round, at: datetime, note: str) -> None:
    if queries.live_count(round.id):
        raise Refusal(_("There are applications in this round, so it can't be cancelled."))


def _no_extension_running(round: Round, at: datetime, note: str) -> None:
    if queries.extended_beyond(round.id, at):
        raise Refusal(_("An applicant still has an extension of the deadline."))


rounds.CHECKS["cancel"].append(_no_live_application)
rounds.CHECKS["close"].append(_no_extension_running)
rounds.CHECKS["deliberate"].append(_no_extension_running)
