"""Conditions on a grant, among them agreements about values that clash: made, watched, judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select

from fundapp.accounts.models import Role, RoleName, User
from fundapp.applications.models import APPLICANTS, Application, Conflict
from fundapp.applications.queries import seen
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.grants import deed
from fundapp.grants.models import Award, Condition, ConditionKind, ConditionState, Milestone
from fundapp.grants.queries import is_office
from fundapp.grants.rules import RUN
from fundapp.grants.workflow import conditions as moves

LONGEST_TITLE, LONGEST_TEXT = 200, 5000
MOST = 50
NOT_MET = (ConditionState.OPEN, ConditionState.BROKEN)
WATCHERS = (RoleName.MANAGER, RoleName.FINANCE, RoleName.AUDITOR, RoleName.REVIEWER, RoleName.PANEL)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a condition says. ref: the milestone it is checked at; empty: before the grant closes.

    Of a value agreement: interest clashes with public_value, and text is what was agreed.
    """

    kind: ConditionKind
    title: str
    text: str
    interest: str = ""
    public_value: str = ""
    ref: str = ""
    watcher_id: int | None = None


def unmet(milestone: Milestone) -> list[Condition]:
    """List the conditions that are checked at a milestone, or at the one it is a part of, and not met yet."""
    refs = {milestone.ref, milestone.ref.partition(".")[0]}
    return [one for one in unmet_of(milestone.award) if one.ref in refs]


def unmet_of(award: Award) -> list[Condition]:
    """List every condition of a grant that is not met yet: it cannot be closed before."""
    return [one for one in award.conditions if one.state in NOT_MET]


def watched(user: User, id: int) -> Condition | None:
    """Load a condition for who watches it or sees its grant in the office; never for who is barred."""
    watches = Condition.watcher_id == user.id
    barred = select(Conflict.application_id).where(Conflict.user_id == user.id, Conflict.bars)
    statement = (
        select(Condition)
        .join(Award, Award.id == Condition.award_id)
        .join(Application, Application.id == Award.application_id)
        .where(
            Condition.id == id,
            or_(watches, seen(user)) if is_office(user) else watches,
            Application.id.not_in(barred),
        )
    )
    return db.session.scalar(statement)


def watchers(award: Award) -> list[tuple[int, str]]:
    """List (id, name) of the people of the fund who may watch: no applicant and nobody with a tie."""
    application = award.application
    out = {
        access.user_id
        for access in application.access
        if access.ended_at is None and access.capacity in APPLICANTS
    }
    out |= {tie.user_id for tie in application.conflicts if tie.bars}
    statement = (
        select(User.id, User.name)
        .join(Role, Role.user_id == User.id)
        .where(
            Role.fund_id == award.fund_id,
            Role.ended_at.is_(None),
            Role.name.in_(WATCHERS),
            or_(Role.round_id.is_(None), Role.round_id == award.round_id),
            User.id.not_in(out),
        )
        .distinct()
        .order_by(User.name)
    )
    return [(row.id, row.name) for row in db.session.execute(statement)]


def is_agreed(condition: Condition) -> bool:
    """Tell whether a version that was offered or signed holds the condition: its words then stay."""
    kept = (deed.kept(version) for version in condition.award.agreements)
    return any(condition.number == one["number"] for words in kept if words for one in words["conditions"])


# --- writing -----------------------------------------------------------------------


def add(award: Award, wording: Wording, *, actor: User, at: datetime) -> Condition:
    """Lay a condition on a grant; it binds from the version of the agreement that holds it.

    Raises MoveRefused (not staff) and Refusal (something missing, an unknown milestone or watcher).
    """
    if not RUN(actor, award):
        raise MoveRefused(_("Only the fund lays conditions on a grant."))
    last = max((one.number for one in award.conditions), default=0)
    if last >= MOST:
        raise Refusal(_("A grant has at most %(most)d conditions.", most=MOST))
    made = Condition(
        award=award,
        fund_id=award.fund_id,
        number=last + 1,
        state_at=at,
        made_by=actor.id,
        made_at=at,
        **_checked(award, wording),
    )
    db.session.add(made)
    db.session.flush()  # the log names the row
    audit.record("lay", made, actor=actor, at=at, detail={"title": made.title, "kind": made.kind.value})
    return made


def change(condition: Condition, wording: Wording, *, base: int, actor: User, at: datetime) -> None:
    """Change a condition; once it stands in an offered version, only who watches it.

    base: the row_version the writer saw. Raises ChangedMeanwhile, MoveRefused, Refusal.
    """
    if not RUN(actor, condition):
        raise MoveRefused(_("Only the fund lays conditions on a grant."))
    if condition.row_version != base:
        raise ChangedMeanwhile(_("Somebody else changed this condition while you had it open."))
    values = _checked(condition.award, wording)
    changed = sorted(name for name, value in values.items() if getattr(condition, name) != value)
    if set(changed) - {"watcher_id"} and is_agreed(condition):
        raise Refusal(
            _("This condition stands in an agreement that was offered. Lift it and add another instead.")
        )
    for name in changed:
        setattr(condition, name, values[name])
    if changed:
        db.session.flush()
        db.session.refresh(condition)  # the name of who watches it comes from there
        audit.record("reword", condition, actor=actor, at=at, detail={"changed": changed})


def _checked(award: Award, wording: Wording) -> dict[str, Any]:
    """Give the columns of a wording. Raises Refusal with what is missing."""
    texts = {
        name: " ".join(getattr(wording, name).split()) for name in ("title", "interest", "public_value")
    } | {"text": wording.text.strip()}
    if not texts["title"] or not texts["text"]:
        raise Refusal(_("Give the condition a name, and say what has to be the case."))
    if wording.kind is ConditionKind.VALUE and not (texts["interest"] and texts["public_value"]):
        raise Refusal(_("Say whose interest clashes with which public value."))
    if wording.kind is not ConditionKind.VALUE:
        texts |= {"interest": "", "public_value": ""}
    if wording.ref and wording.ref not in refs(award):
        raise Refusal(_("%(ref)s is not a milestone of this grant.", ref=wording.ref))
    if wording.watcher_id and wording.watcher_id not in {id for id, _name in watchers(award)}:
        raise Refusal(_("This person cannot watch this grant."))
    return texts | {"kind": wording.kind, "ref": wording.ref, "watcher_id": wording.watcher_id}


def refs(award: Award) -> dict[str, str]:
    """Give the milestones a condition can be checked at: reference to title, of the newest plan."""
    version = award.agreement_under_way or award.agreement_in_force
    return {line["ref"]: line["title"] for line in version.plan} if version else {}


def judge(condition: Condition, move: str, *, base: int, actor: User, at: datetime, note: str) -> None:
    """Say whether a condition is met or broken, open it again or lift it: move names which.

    base: the row_version that was read. Raises ChangedMeanwhile and MoveRefused.
    """
    if condition.row_version != base:
        raise ChangedMeanwhile(_("Somebody else changed this condition while you had it open."))
    if moves.allows(move, actor, condition):
        condition.judged_by, condition.note = actor.id, note.strip()
    moves.make(move, condition, actor=actor, at=at, note=note)


def lost(award: Award, lines: Sequence[Any]) -> list[Condition]:
    """List the conditions that a plan leaves without the milestone they are checked at."""
    there = {line["ref"] for line in lines}
    return [one for one in unmet_of(award) if one.ref and one.ref not in there]
