"""The end of an evaluation: signed by an outsider, decided on by two, published, withdrawn."""

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core import audit, clock, mail
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.reports import evaluation_data
from fundapp.reports.evaluation_workflow import workflow
from fundapp.reports.evaluations import content_digest, keep, lacks
from fundapp.reports.evaluators import is_insider
from fundapp.reports.freezing import freeze
from fundapp.reports.fund_kinds import EVALUATION
from fundapp.reports.long_reports import print_ahead
from fundapp.reports.models import Course, Evaluation, EvaluationState, Snapshot
from fundapp.reports.rules import CONFIRM_DECISION, SIGN_EVALUATION, WRITE_EVALUATION

SHOWN = (EvaluationState.SIGNED, EvaluationState.PUBLISHED)


def sign(evaluation: Evaluation, name: str, digest: str, *, actor: User, at: datetime) -> None:
    """Sign an evaluation as its outside evaluator: what was read, under one's name, on this day.

    digest: of what was shown. Raises Refusal when text or figures changed since, while something is
    missing or a remark is open, and for somebody who works at the fund or asks money of it.
    """
    held = locked(Evaluation, evaluation.id)
    if not SIGN_EVALUATION(actor, held):
        raise MoveRefused(_("This step is not yours to take."))
    if not name.strip():
        raise Refusal(_("Write your name as it should stand under the evaluation."))
    if content_digest(held) != digest:
        raise Refusal(_("The evaluation was changed while you read. Read it again before you sign."))
    if missing := lacks(held):
        raise Refusal(" ".join(missing))
    if any(one.settled_at is None for one in held.remarks):
        raise Refusal(_("There are remarks that nobody has dealt with yet."))
    if is_insider(held.fund, actor):
        raise Refusal(_("%(name)s works at this fund or asks money of it.", name=actor.name))
    for text in held.texts:
        keep(text)
    held.signed_by, held.signed_name, held.signed_at = actor.id, name.strip(), at
    held.signed_digest = digest
    issue(held, actor=actor, at=at)
    workflow.make("sign", held, actor=actor, at=at, detail={"digest": digest[:16]})
    _tell(held, "evaluation-signed", held.made_by, at)


def issue(evaluation: Evaluation, *, actor: User | None, at: datetime) -> Snapshot:
    """Freeze the whole document as it stands now, under the digest that was signed, and have it printed."""
    digest = evaluation.signed_digest or content_digest(evaluation)
    data = evaluation_data.document(evaluation, digest=digest, at=at)
    evaluation.document = freeze(
        EVALUATION.key, data, fund_id=evaluation.fund_id, basis=evaluation.figures.basis, actor=actor, at=at
    )
    db.session.flush()
    print_ahead(evaluation.document, at=at)
    return evaluation.document


def take_up_again(evaluation: Evaluation, *, actor: User, at: datetime, note: str) -> None:
    """Open a signed evaluation for writing: its signature is void, and the evaluator hears of it."""
    held = locked(Evaluation, evaluation.id)
    workflow.make("take_up_again", held, actor=actor, at=at, note=note)
    held.signed_by, held.signed_name, held.signed_at, held.signed_digest = None, "", None, None
    held.document = None
    if held.evaluator_id is not None:
        _tell(held, "evaluation-reopened", held.evaluator_id, at, why=note)


def decide(
    evaluation: Evaluation,
    course: Course,
    *,
    decided_on: date,
    text: Mapping[str, str],
    actor: User,
    at: datetime,
) -> None:
    """Record what was decided about the next investment; it counts once a second person confirms it.

    Raises MoveRefused before it is signed or once it is confirmed, Refusal for a day that has not come or
    lies before the signature.
    """
    held = _decidable(evaluation)
    if not WRITE_EVALUATION(actor, held):
        raise MoveRefused(_("This step is not yours to take."))
    zone = held.fund.zone
    if decided_on > clock.day(at, zone):
        raise Refusal(_("This day has not come yet."))
    if held.signed_at is not None and decided_on < clock.day(held.signed_at, zone):
        raise Refusal(_("The decision follows the evaluation: choose a day after it was signed."))
    held.decision, held.decided_on, held.decided_by = course, decided_on, actor.id
    held.decision_text = {lang: body.strip() for lang, body in text.items()}
    audit.record("decide_on_evaluation", held, actor=actor, at=at, detail={"course": course.value})


def _decidable(evaluation: Evaluation) -> Evaluation:
    held = locked(Evaluation, evaluation.id)
    if held.state not in SHOWN:
        raise MoveRefused(_("A decision follows a signed evaluation."))
    if held.is_decided:
        raise MoveRefused(_("The decision stands: two people are behind it."))
    return held


def confirm_decision(evaluation: Evaluation, *, actor: User, at: datetime) -> None:
    """Stand behind a decision as the second person; what is public then says it too."""
    held = _decidable(evaluation)
    if held.decision is None:
        raise MoveRefused(_("Nothing has been decided yet."))
    if not CONFIRM_DECISION(actor, held):
        raise MoveRefused(_("Somebody else has to confirm this decision: it takes two people."))
    held.confirmed_by, held.confirmed_at = actor.id, at
    audit.record("confirm_decision", held, actor=actor, at=at)
    issue(held, actor=actor, at=at)


def publish(evaluation: Evaluation, *, actor: User, at: datetime) -> None:
    """Put a signed evaluation on the public site. Raises MoveRefused before it is signed."""
    held = locked(Evaluation, evaluation.id)
    held.published_at = held.published_at or at
    workflow.make("publish", held, actor=actor, at=at)
    issue(held, actor=actor, at=at)


def withdraw(evaluation: Evaluation, *, actor: User, at: datetime, note: str) -> None:
    """Withdraw an evaluation; where it was public, its address says so and why."""
    held = locked(Evaluation, evaluation.id)
    workflow.make("withdraw", held, actor=actor, at=at, note=note)
    held.withdrawn_why = note.strip()


def _tell(evaluation: Evaluation, name: str, user_id: int, at: datetime, why: str = "") -> None:
    to = db.session.get(User, user_id)
    if to is not None:
        mail.queue(
            name, key=f"{name}:{evaluation.id}:{at:%Y%m%d%H%M%S}", to=to, at=at,
            fund_id=evaluation.fund_id, fund=evaluation.fund, evaluation=evaluation, why=why,
        )  # fmt: skip
