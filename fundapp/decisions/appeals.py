"""What an applicant can do who does not agree, and how people outside of the decision look again."""

from datetime import date, datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications import deferral
from fundapp.applications.models import Application, ApplicationState
from fundapp.core import audit, clock
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.decisions import appeal_mail, appeal_rows, queries, terms
from fundapp.decisions.models import (
    Appeal,
    AppealKind,
    AppealState,
    Decision,
    DecisionState,
    Finding,
)
from fundapp.decisions.rules import AGREES, SECOND, writer
from fundapp.decisions.workflow import appeals as workflow
from fundapp.decisions.workflow import workflow as decisions

REOPENED = (ApplicationState.DECLINED, ApplicationState.INELIGIBLE)
"""A changed decision takes these up again; one on the reserve list is proposed anew as always."""


def term_of(decision: Decision) -> date:
    """Give the last day to object to a released decision, or to ask about it."""
    assert decision.released_at is not None  # noqa: S101 - only what is released is told
    return terms.open_until(decision.released_at, decision.application.fund.zone)


def may_appeal(decision: Decision, at: datetime) -> bool:
    """Tell whether there is something to ask now: within the term, or late under public law."""
    if decision.state is not DecisionState.RELEASED or decision.approved_by is None:
        return False
    fund = decision.application.fund
    if terms.kind_for(fund) is AppealKind.OBJECTION:
        return True
    return not terms.is_over(term_of(decision), at, fund.zone)


# --- the applicant -----------------------------------------------------------------


def keep(decision: Decision, *, grounds: str, late_reason: str = "", actor: User, at: datetime) -> Appeal:
    """Keep what an applicant wrote so far; nobody else reads it. Raises Refusal once it was sent."""
    decision = locked(Decision, decision.id)
    if not writer(actor, decision):
        raise MoveRefused(_("This step is not yours to take."))
    appeal = appeal_rows.live_appeal(decision)
    if appeal is not None and appeal.state is not AppealState.DRAFT:
        raise Refusal(_("This was sent already."))
    if not may_appeal(decision, at):
        raise Refusal(_("The term to ask is over."))
    appeal = appeal or _begin(decision, actor, at)
    appeal.grounds, appeal.late_reason = grounds.strip(), late_reason.strip()
    appeal.written_by, appeal.saved_at = actor.id, at
    db.session.flush()  # the page that follows names the row
    return appeal


def _begin(decision: Decision, actor: User, at: datetime) -> Appeal:
    made = Appeal(
        application_id=decision.application_id,
        round_id=decision.round_id,
        fund_id=decision.fund_id,
        decision_id=decision.id,
        proposed_by=decision.proposed_by,
        approved_by=decision.approved_by,
        released_by=decision.released_by,
        kind=terms.kind_for(decision.application.fund),
        state=AppealState.DRAFT,
        state_at=at,
        term_ends_on=term_of(decision),
        written_by=actor.id,
        saved_at=at,
    )
    db.session.add(made)
    return made


def send_in(decision: Decision, *, grounds: str, late_reason: str = "", actor: User, at: datetime) -> Appeal:
    """Send an objection or a request to explain; the term to answer begins.

    After the term an objection needs a reason why it is late; a request is refused. Raises Refusal.
    """
    if not grounds.strip():
        raise Refusal(_("Say what you do not agree with, or do not understand."))
    zone = decision.application.fund.zone
    is_late = terms.is_over(term_of(decision), at, zone)
    if is_late and not late_reason.strip():
        raise Refusal(_("The term is over. Say why you could not send this earlier."))
    appeal = keep(decision, grounds=grounds, late_reason=late_reason if is_late else "", actor=actor, at=at)
    appeal.is_late, appeal.received_at = is_late, at
    appeal.due_on = terms.answer_by(appeal.term_ends_on, at, zone, appeal.kind)
    workflow.make("send_in", appeal, actor=actor, at=at, detail={"kind": appeal.kind.value})
    appeal_mail.received(appeal, at=at)
    return appeal


def withdraw(appeal: Appeal, *, actor: User, at: datetime) -> None:
    """Take an appeal back; the decision stays as it is."""
    appeal = locked(Appeal, appeal.id)
    was_sent = appeal.state is not AppealState.DRAFT
    workflow.make("withdraw", appeal, actor=actor, at=at)
    if was_sent:
        appeal_mail.withdrawn(appeal, at=at)


# --- the office ----------------------------------------------------------------------


def _outside(appeal: Appeal, actor: User) -> None:
    """Keep everybody who had a hand in the decision away from it: also the first of several approvers."""
    if any(row.user_id == actor.id for row in queries.approvers(appeal.decision)) or not SECOND(
        actor, appeal
    ):
        raise MoveRefused(_("You took part in this decision; somebody else looks again."))


def take(appeal: Appeal, *, actor: User, at: datetime) -> None:
    """Take an appeal in hand. Raises MoveRefused for anybody who took part in the decision."""
    appeal = locked(Appeal, appeal.id)
    _outside(appeal, actor)
    appeal.handler_id = actor.id
    workflow.make("take", appeal, actor=actor, at=at)


def extend(appeal: Appeal, *, reason: str, actor: User, at: datetime) -> None:
    """Give oneself six weeks more, once, and tell the applicant why."""
    appeal = locked(Appeal, appeal.id)
    _outside(appeal, actor)
    if appeal.state not in appeal_rows.OPEN or appeal.due_on is None:
        raise MoveRefused(_("This step is not open any more: the page was out of date."))
    if appeal.extended_at is not None:
        raise Refusal(_("The term was made longer already; that can be done once."))
    if not reason.strip():
        raise Refusal(_("Give the applicant the reason."))
    appeal.due_on, appeal.extended_at = terms.extended(appeal.due_on), at
    audit.record("extend_term", appeal, actor=actor, at=at, note=reason)
    appeal_mail.extended(appeal, reason.strip(), at=at)


def hear(appeal: Appeal, *, on: date, summary: str, actor: User, at: datetime) -> None:
    """Keep that the applicant was heard, when, and what was said."""
    appeal = locked(Appeal, appeal.id)
    _outside(appeal, actor)
    if appeal.state is not AppealState.IN_HAND:
        raise MoveRefused(_("This step is not open any more: the page was out of date."))
    if not summary.strip():
        raise Refusal(_("Write down what was said."))
    if on > clock.day(at, appeal.application.fund.zone):
        raise Refusal(_("This day is still to come."))
    appeal.hearing_on, appeal.hearing_summary = on, summary.strip()
    audit.record("hear", appeal, actor=actor, at=at)


def propose_answer(
    appeal: Appeal, *, finding: Finding, text: str, internal: str = "", actor: User, at: datetime
) -> None:
    """Write the answer to an appeal, and ask a colleague to agree with it.

    Until then nobody outside reads it. text: goes to the applicant. internal: under public law also why
    there was no hearing. Raises MoveRefused, and Refusal without reasons or, where the law wants it, a
    hearing.
    """
    appeal = locked(Appeal, appeal.id)
    _outside(appeal, actor)
    if not text.strip():
        raise Refusal(_("Give the applicant the reason."))
    is_kept = finding is Finding.UPHOLD
    if _wants_hearing(appeal) and is_kept and not internal.strip():
        raise Refusal(_("Hear the applicant first, or write down for the file why that is not needed."))
    with db.session.no_autoflush:  # all of it changes together
        appeal.finding, appeal.proposed_answer, appeal.proposed_internal = (
            finding,
            text.strip(),
            internal.strip(),
        )
        appeal.answered_by, appeal.proposed_at = actor.id, at
        workflow.make("propose_answer", appeal, actor=actor, at=at, detail={"finding": finding.value})
    db.session.flush()  # who may agree follows from who wrote it
    appeal_mail.to_agree(appeal, who_agrees(appeal), at=at)


def who_agrees(appeal: Appeal) -> list[User]:
    """List who may agree with a proposed answer: managers without a tie other than who wrote it.

    Those who took no part in the decision; only where there is nobody like that, the others.
    """
    took_part = {row.user_id for row in queries.approvers(appeal.decision)}
    able = [user for user in appeal_rows.managers(appeal.fund_id) if AGREES(user, appeal)]
    outside = [user for user in able if SECOND(user, appeal) and user.id not in took_part]
    return outside or able


def agree(appeal: Appeal, *, actor: User, at: datetime) -> None:
    """Agree with the answer a colleague wrote: it is sent, and a changed decision is taken up again.

    Raises MoveRefused for who wrote it, and for who decided while somebody else can do this.
    """
    appeal = locked(Appeal, appeal.id)
    if appeal.finding is None or appeal.state is not AppealState.PROPOSED:
        raise MoveRefused(_("This step is not open any more: the page was out of date."))
    _may_agree(appeal, actor)
    is_changed = appeal.finding is Finding.CHANGE
    detail = {"took_part": not SECOND(actor, appeal)}
    with db.session.no_autoflush:  # all of it changes together
        appeal.answer, appeal.internal = appeal.proposed_answer, appeal.proposed_internal
        appeal.agreed_by, appeal.answered_at = actor.id, at
        workflow.make("change" if is_changed else "uphold", appeal, actor=actor, at=at, detail=detail)
    if is_changed:
        _reopen(appeal, actor, at)
    appeal_mail.answered(appeal, at=at)


def _may_agree(appeal: Appeal, actor: User) -> None:
    able = who_agrees(appeal)
    if actor.id not in {user.id for user in able}:
        names = ", ".join(user.name for user in able)
        raise MoveRefused(_("Somebody else agrees with this answer: %(names)s.", names=names or "–"))


def return_answer(appeal: Appeal, *, reason: str, actor: User, at: datetime) -> None:
    """Ask for another answer, with the reason; who wrote it hears so, and the text stays to be changed."""
    appeal = locked(Appeal, appeal.id)
    _may_agree(appeal, actor)
    if not reason.strip():
        raise Refusal(_("Give a reason for this step."))
    workflow.make("return_answer", appeal, actor=actor, at=at, note=reason)
    appeal_mail.returned(appeal, reason.strip(), at=at)


def take_answer_back(appeal: Appeal, *, actor: User, at: datetime) -> None:
    """Take back the answer one proposed, to write it anew."""
    workflow.make("take_answer_back", locked(Appeal, appeal.id), actor=actor, at=at)


def _wants_hearing(appeal: Appeal) -> bool:
    """Before it decides, a public body hears who objects, unless the file says why not (Awb 7:2, 7:3)."""
    return appeal.kind is AppealKind.OBJECTION and appeal.hearing_on is None


def _reopen(appeal: Appeal, actor: User, at: datetime) -> None:
    """Replace the decision and take the application up again, to be decided about anew."""
    application = locked(Application, appeal.application_id)
    if application.state not in REOPENED:
        return
    decision = locked(Decision, appeal.decision_id)
    decisions.make("supersede", decision, actor=None, at=at)
    deferral.overturn(application, reason=_("The decision was changed after an appeal."), actor=actor, at=at)
