"""Checking the conditions: one look by one person, a second by another, and a ruling where they differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import User
from fundapp.applications import conditions
from fundapp.applications.models import (
    Application,
    ApplicationState,
    Checklist,
    Knockout,
    KnockoutRuling,
    Screening,
    Stand,
)
from fundapp.applications.rules import staff
from fundapp.core import audit
from fundapp.core.db import db, locked
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal

PARTS = 10**9


@dataclass(frozen=True)
class Verdict:
    """What somebody finds of one condition. reason: needed where it is not met."""

    passed: bool
    reason: str = ""


@dataclass(frozen=True)
class Line:
    """One condition with all that was said of it. passed: what counts; None while that is open."""

    key: str
    first: Knockout | None
    second: Knockout | None
    ruling: KnockoutRuling | None

    @property
    def is_apart(self) -> bool:
        """Tell whether two looks came to different answers."""
        return bool(self.first and self.second and self.first.passed != self.second.passed)

    @property
    def passed(self) -> bool | None:
        """What counts of this condition."""
        if self.ruling is not None:
            return self.ruling.passed
        if self.first is None or self.is_apart:
            return None
        return self.first.passed


def lines(checklist: Checklist, application_id: int) -> list[Line]:
    """List the conditions of an application with what was found of each."""
    looks = db.session.scalars(
        select(Knockout)
        .where(Knockout.application_id == application_id)
        .options(joinedload(Knockout.by).lazyload(User.roles))
    )
    found = {(look.key, look.look): look for look in looks}
    rulings = db.session.scalars(
        select(KnockoutRuling)
        .where(KnockoutRuling.application_id == application_id)
        .options(joinedload(KnockoutRuling.by).lazyload(User.roles))
    )
    ruled = {ruling.key: ruling for ruling in rulings}
    keys = [item["key"] for item in checklist.items]
    return [Line(key, found.get((key, 1)), found.get((key, 2)), ruled.get(key)) for key in keys]


def screening(application_id: int) -> Screening | None:
    """Find how far the check of an application is; None: nobody looked yet."""
    return db.session.get(Screening, application_id)


def is_drawn(checklist: Checklist, application_id: int) -> bool:
    """Tell whether the lot gives an application a second look whatever the first one finds.

    The same for ever for one seed; the seed is nowhere shown, so that nobody knows beforehand.
    """
    drawn = int.from_bytes(sha256(f"{checklist.seed}:{application_id}".encode()).digest()[:8]) % PARTS
    return drawn * 100 < checklist.second_look_percent * PARTS


@dataclass(frozen=True)
class Check:
    """All that is known of the check of one application. found: None while nobody looked."""

    checklist: Checklist | None
    found: Screening | None
    lines: list[Line]


def check_of(application: Application) -> Check:
    """Read how the check of an application stands."""
    checklist = conditions.of_round(application.round_id)
    found = screening(application.id)
    return Check(checklist, found, lines(checklist, application.id) if checklist and found else [])


def turn(application: Application, user: User, check: Check | None = None) -> int | None:
    """Give which look is this person's to give (1 or 2), also to correct their own; None: none.

    check: what `check_of` gave, where it was asked already.
    """
    known = check or check_of(application)
    if application.state is not ApplicationState.SUBMITTED or not staff(user, application):
        return None
    found = known.found
    if found is None:
        return 1 if known.checklist is not None else None
    if found.first_by == user.id:
        return 1 if found.second_by is None else None
    if found.stand is Stand.SECOND:
        return 2
    return 2 if found.second_by == user.id and not any(row.ruling for row in known.lines) else None


def look(
    application: Application,
    verdicts: Mapping[str, Verdict],
    *,
    expected: int,
    actor: User,
    at: datetime,
) -> Screening:
    """Give what one person finds of every condition, as first or second look.

    expected: the look the page was made for. Raises Refusal (no list, a condition without an answer, a
    refusal without a reason), ChangedMeanwhile when somebody else looked in between, and MoveRefused.
    """
    held = locked(Application, application.id)
    checklist = conditions.of_round(held.round_id)
    if checklist is None:
        raise Refusal(_("This call has no list of conditions."))
    if not staff(actor, held) or held.state is not ApplicationState.SUBMITTED:
        raise MoveRefused(_("This step is not open any more: the page was out of date."))
    if turn(held, actor) != expected:
        raise ChangedMeanwhile(_("Somebody else checked this application while you were looking at it."))
    _check_verdicts(checklist, verdicts)
    _write(held, checklist, verdicts, number=expected, actor=actor, at=at)
    found = _screening(held, checklist, expected, actor, at)
    refused = [key for key, verdict in verdicts.items() if not verdict.passed]
    audit.record("look", held, actor=actor, at=at, detail={"look": expected, "refused": refused})
    _settle(found, checklist)
    return found


def _check_verdicts(checklist: Checklist, verdicts: Mapping[str, Verdict]) -> None:
    for item in checklist.items:
        verdict = verdicts.get(item["key"])
        if verdict is None:
            raise Refusal(_("Answer every condition."))
        if not verdict.passed and not verdict.reason.strip():
            raise Refusal(_("Give a reason for each condition that is not met."))


def _write(
    held: Application,
    checklist: Checklist,
    verdicts: Mapping[str, Verdict],
    *,
    number: int,
    actor: User,
    at: datetime,
) -> None:
    before = {
        row.key: row
        for row in db.session.scalars(
            select(Knockout).where(Knockout.application_id == held.id, Knockout.by_id == actor.id)
        )
    }
    for item in checklist.items:
        verdict, row = verdicts[item["key"]], before.get(item["key"])
        if row is None:
            row = Knockout(
                application_id=held.id, fund_id=held.fund_id, key=item["key"], look=number, by_id=actor.id
            )
            db.session.add(row)
        with db.session.no_autoflush:  # a refusal and its reason belong together
            row.passed, row.reason, row.at = verdict.passed, verdict.reason.strip(), at
    db.session.flush()  # what the looks come to is read back


def _screening(held: Application, checklist: Checklist, number: int, actor: User, at: datetime) -> Screening:
    found = screening(held.id)
    if found is None:
        found = Screening(
            application_id=held.id, round_id=held.round_id, fund_id=held.fund_id, stand=Stand.SECOND,
            first_by=actor.id, first_at=at, is_drawn=is_drawn(checklist, held.id),
        )  # fmt: skip
        db.session.add(found)
    elif number == 2:
        found.second_by, found.second_at = actor.id, at
    return found


def _settle(found: Screening, checklist: Checklist) -> None:
    """Say what the looks come to together."""
    rows = lines(checklist, found.application_id)
    wants_second = found.is_drawn or any(row.first and not row.first.passed for row in rows)
    if wants_second and found.second_by is None:
        found.stand = Stand.SECOND
    elif any(row.passed is None for row in rows):
        found.stand = Stand.APART
    else:
        found.stand = Stand.PASSED if all(row.passed for row in rows) else Stand.REFUSED


def rule(application: Application, key: str, verdict: Verdict, *, actor: User, at: datetime) -> Screening:
    """Settle one condition on which two looks differ, with a reason.

    Nobody wins by their own word: the ruling is a third person's, or that of whoever changes their mind.
    Raises Refusal and MoveRefused.
    """
    held = locked(Application, application.id)
    checklist, found = conditions.of_round(held.round_id), screening(held.id)
    if not staff(actor, held) or held.state is not ApplicationState.SUBMITTED:
        raise MoveRefused(_("This step is not open any more: the page was out of date."))
    row = next((one for one in lines(checklist, held.id) if one.key == key), None) if checklist else None
    if checklist is None or found is None or row is None or not row.is_apart or row.ruling is not None:
        raise MoveRefused(_("This step is not open any more: the page was out of date."))
    if any(one and one.by_id == actor.id and one.passed == verdict.passed for one in (row.first, row.second)):
        raise Refusal(
            _("You said so yourself: let a third person settle it, or the colleague who sees it differently.")
        )
    if not verdict.reason.strip():
        raise Refusal(_("Give a reason for this step."))
    db.session.add(
        KnockoutRuling(
            application_id=held.id, fund_id=held.fund_id, key=key, by_id=actor.id, passed=verdict.passed,
            reason=verdict.reason.strip(), at=at,
        )
    )  # fmt: skip
    db.session.flush()  # what the looks come to is read back
    audit.record("rule", held, actor=actor, at=at, detail={"condition": key, "passed": verdict.passed})
    _settle(found, checklist)
    return found


def start_over(application: Application, *, actor: User | None, at: datetime) -> None:
    """Forget the looks at an application whose text changed since; the log keeps what was found."""
    found = screening(application.id)
    if found is None:
        return
    for kind in (KnockoutRuling, Knockout):
        db.session.execute(delete(kind).where(kind.application_id == application.id))
    db.session.delete(found)
    db.session.flush()  # nobody reads the old looks any more
    audit.record("check_anew", application, actor=actor, at=at, detail={"stood": found.stand.value})
