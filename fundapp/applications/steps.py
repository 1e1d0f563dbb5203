"""Doing one thing to many applications: shown before it happens, and done as one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload, selectinload

from fundapp.accounts.models import Role, RoleName, User
from fundapp.applications import eligibility, questions, service, tags, versions
from fundapp.applications.models import (
    Application,
    ApplicationState,
    ApplicationTag,
    Flag,
    Step,
    StepKind,
    StepRow,
    Tag,
)
from fundapp.applications.office_list import handled
from fundapp.applications.rules import staff
from fundapp.applications.workflow import workflow
from fundapp.core import audit, mail
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.rounds.models import Stage

K = StepKind
UNDO = timedelta(minutes=10)
"""So long a step can be taken back."""
MOST = 500
"""So many applications at once; more is asked in two goes."""


@dataclass(frozen=True)
class Asked:
    """What is asked of applicants who have to complete their proposal. due_on: the last day they have."""

    body: str
    unlocks: tuple[str, ...]
    due_on: date


@dataclass(frozen=True)
class Doing:
    """What is to be done. lead: the new one, None for nobody. tag: an existing word, or only its name.

    back: the address of the list it is done from. asked: what is missing; None before it was written.
    """

    kind: StepKind
    lead: User | None = None
    tag: Tag | None = None
    name: str = ""
    reason: str = ""
    back: str = ""
    asked: Asked | None = None


@dataclass
class Plan:
    """What a step would do. done: those it is done to. skipped: pairs (application, why not)."""

    doing: Doing
    done: list[Application] = field(default_factory=list)
    skipped: list[tuple[Application, str]] = field(default_factory=list)


def plan(doing: Doing, ids: Sequence[int], *, actor: User, at: datetime) -> Plan:
    """Say what a step would do to each of these applications; those the person does not see are left out.

    Asks the same few questions for one and for five hundred.
    """
    found = Plan(doing)
    rows = applications(actor, ids[:MOST])
    why = _reasons(doing, rows, at)
    for application in rows:
        reason = _("Not yours to handle.") if not staff(actor, application) else why(application)
        if reason:
            found.skipped.append((application, reason))
        else:
            found.done.append(application)
    return found


def applications(actor: User, ids: Sequence[int]) -> list[Application]:
    """Load those of these applications that the person handles, with what rules ask of them."""
    return list(
        db.session.scalars(
            select(Application)
            .where(Application.id.in_(ids), handled(actor))
            .options(
                joinedload(Application.round),
                joinedload(Application.stage).joinedload(Stage.form),
                joinedload(Application.fund),
                selectinload(Application.access),
                selectinload(Application.conflicts),
            )
            .order_by(Application.submitted_at.desc(), Application.id.desc())
        )
    )


def _reasons(doing: Doing, rows: list[Application], at: datetime) -> Callable[[Application], str | None]:
    """Give the function that says why a step leaves one application alone."""
    ids = [row.id for row in rows]
    if doing.kind is K.ADMIT:
        by_round = {row.round_id: [one.id for one in rows if one.round_id == row.round_id] for row in rows}
        ready = {id for round_id, some in by_round.items() for id in eligibility.admissible(round_id, some)}
        return lambda row: _why_not_admit(row, ready, at)
    if doing.kind is K.COMPLETION:
        return lambda row: _why_not_ask(row, doing)
    if doing.kind is K.LEAD:
        leads = _managed_by(doing.lead)
        return lambda row: _why_not_lead(row, doing.lead, leads)
    if doing.kind in (K.FLAG, K.UNFLAG):
        flagged = set(db.session.scalars(select(Flag.application_id).where(Flag.application_id.in_(ids))))
        told = _("It has a flag already.") if doing.kind is K.FLAG else _("There is no flag on it.")
        return lambda row: told if (row.id in flagged) == (doing.kind is K.FLAG) else None
    carried = _carrying(doing, ids)
    return lambda row: _why_not_tag(row, doing, carried)


def _why_not_admit(row: Application, ready: set[int], at: datetime) -> str | None:
    told: str | None = None
    if row.state is not ApplicationState.SUBMITTED:
        told = _("It does not wait to be taken into review.")
    elif row.stage.closes_at is not None and service.takes(row, at):
        told = _("The call is still open to its applicant.")
    elif row.id not in ready:
        told = _("Its conditions are not checked, or not met.")
    return told


def _why_not_ask(row: Application, doing: Doing) -> str | None:
    told: str | None = None
    if row.state is ApplicationState.INCOMPLETE:
        told = _("It was asked to complete the proposal already.")
    elif row.state is not ApplicationState.SUBMITTED:
        told = _("It does not wait to be taken into review.")
    elif doing.asked and not set(doing.asked.unlocks) <= questions_of(row):
        told = _("Its form does not ask all of what may be changed.")
    return told


def questions_of(row: Application) -> set[str]:
    """Give the keys of the questions that the form of an application asks."""
    return {field.key for field in versions.form_of(row.stage.form).fields}


def _managed_by(lead: User | None) -> set[int]:
    if lead is None:
        return set()
    held = select(Role.fund_id).where(
        Role.user_id == lead.id, Role.name == RoleName.MANAGER, Role.ended_at.is_(None)
    )
    return set(db.session.scalars(held))


def _why_not_lead(row: Application, lead: User | None, funds: set[int]) -> str | None:
    told: str | None = None
    if row.lead_id == (lead.id if lead else None):
        told = _("That is how it is already.")
    elif lead is not None and row.fund_id not in funds:
        told = _("%(name)s is no manager of its fund.", name=lead.name)
    elif lead is not None and any(tie.user_id == lead.id and tie.bars for tie in row.conflicts):
        told = _("%(name)s can't look after this one.", name=lead.name)
    return told


def _carrying(doing: Doing, ids: list[int]) -> set[int]:
    if doing.tag is None:
        return set()
    there = select(ApplicationTag.application_id).where(
        ApplicationTag.tag_id == doing.tag.id, ApplicationTag.application_id.in_(ids)
    )
    return set(db.session.scalars(there))


def _why_not_tag(row: Application, doing: Doing, carried: set[int]) -> str | None:
    told: str | None = None
    if doing.tag is not None and row.fund_id != doing.tag.fund_id:
        told = _("The tag is of another fund.")
    elif doing.kind is K.TAG and row.id in carried:
        told = _("It carries this tag already.")
    elif doing.kind is K.UNTAG and row.id not in carried:
        told = _("It does not carry this tag.")
    return told


# --- doing it ----------------------------------------------------------------------


def take(doing: Doing, ids: Sequence[int], *, actor: User, at: datetime) -> Step:
    """Do it, to all that the plan of this moment would do, as one. Raises Refusal when that is nothing."""
    what = plan(doing, ids, actor=actor, at=at)
    if not what.done:
        raise Refusal(_("There is nothing left to do: somebody may have been quicker."))
    if doing.kind is K.TAG and doing.tag is None:
        fund_ids = {row.fund_id for row in what.done}
        if len(fund_ids) > 1:
            raise Refusal(_("A new tag is made for one fund: tick applications of one fund."))
        doing = replace(doing, tag=tags.named(fund_ids.pop(), doing.name, actor=actor, at=at))
        db.session.flush()  # the rows name it
        carried = _carrying(doing, [row.id for row in what.done])
        what.done = [row for row in what.done if row.id not in carried]
    step = Step(kind=doing.kind, value=_value(doing), actor_id=actor.id, at=at, undo_until_at=at + UNDO)
    db.session.add(step)
    flags = _flags([row.id for row in what.done])
    for row in what.done:
        before = _before(doing, row, flags)
        step.rows.append(StepRow(application_id=row.id, fund_id=row.fund_id, before=before))
        DO[doing.kind](row, doing, actor, at)
    return step


def _value(doing: Doing) -> dict[str, Any]:
    return {
        "lead": doing.lead.id if doing.lead else None,
        "tag": doing.tag.id if doing.tag else None,
        "back": doing.back,
        "name": doing.lead.name if doing.lead else (doing.tag.name if doing.tag else ""),
    }


def _flags(ids: list[int]) -> dict[int, Flag]:
    return {
        flag.application_id: flag
        for flag in db.session.scalars(select(Flag).where(Flag.application_id.in_(ids)))
    }


def _before(doing: Doing, row: Application, flags: dict[int, Flag]) -> dict[str, Any]:
    if doing.kind is K.LEAD:
        return {"lead": row.lead_id}
    if doing.kind is K.COMPLETION:
        return {"stopped_s": row.clock_stopped_s}
    if doing.kind is K.UNFLAG and (flag := flags.get(row.id)):
        return {"reason": flag.reason, "by": flag.raised_by, "at": flag.raised_at.isoformat()}
    return {}


def _admit(row: Application, doing: Doing, actor: User, at: datetime) -> None:
    workflow.make("admit", row, actor=actor, at=at)


def _ask(row: Application, doing: Doing, actor: User, at: datetime) -> None:
    """Ask for completion; the mail waits until the step can no longer be taken back."""
    asked = doing.asked
    assert asked is not None  # noqa: S101  written before
    due_at = questions.end_of(asked.due_on, row.fund.zone)
    thread = questions.ask_completion(
        row, body=asked.body, unlocks=asked.unlocks, due_at=due_at, actor=actor, at=at
    )
    db.session.flush()  # its messages carry their ids
    for message in thread.messages:
        mail.hold(f"message:{message.id}:", at + UNDO)


def _set_lead(row: Application, doing: Doing, actor: User, at: datetime) -> None:
    row.lead_id = doing.lead.id if doing.lead else None
    audit.record("file_under", row, actor=actor, at=at, detail={"theme": row.theme, "lead": row.lead_id})


def _put_tag(row: Application, doing: Doing, actor: User, at: datetime) -> None:
    assert doing.tag is not None  # noqa: S101  named before
    db.session.add(
        ApplicationTag(
            application_id=row.id, tag_id=doing.tag.id, fund_id=row.fund_id, added_at=at, added_by=actor.id
        )
    )
    audit.record("tag", row, actor=actor, at=at, detail={"tag": doing.tag.id})


def _take_tag(row: Application, doing: Doing, actor: User, at: datetime) -> None:
    assert doing.tag is not None  # noqa: S101  only an existing word can be taken off
    gone = delete(ApplicationTag).where(
        ApplicationTag.application_id == row.id, ApplicationTag.tag_id == doing.tag.id
    )
    db.session.execute(gone)
    audit.record("untag", row, actor=actor, at=at, detail={"tag": doing.tag.id})


def _raise_flag(row: Application, doing: Doing, actor: User, at: datetime) -> None:
    db.session.add(
        Flag(
            application_id=row.id, fund_id=row.fund_id, reason=doing.reason, raised_by=actor.id, raised_at=at
        )
    )
    audit.record("flag", row, actor=actor, at=at, note=doing.reason)


def _lower_flag(row: Application, doing: Doing, actor: User, at: datetime) -> None:
    db.session.execute(delete(Flag).where(Flag.application_id == row.id))
    audit.record("unflag", row, actor=actor, at=at)


DO: dict[StepKind, Callable[[Application, Doing, User, datetime], None]] = {
    K.ADMIT: _admit, K.LEAD: _set_lead, K.TAG: _put_tag, K.UNTAG: _take_tag, K.FLAG: _raise_flag,
    K.UNFLAG: _lower_flag, K.COMPLETION: _ask,
}  # fmt: skip
