"""Preparing a disclosure: what is covered and why, one person's work and a second person's check."""

from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.applications.rules import staff
from fundapp.core import audit, tasks
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.reports import covering, disclosed, file_papers, known_people
from fundapp.reports.disclosure_workflow import workflow
from fundapp.reports.models import (
    Disclosure,
    DisclosureJudgement,
    DisclosureMark,
    DisclosureState,
    Ground,
    Judgement,
)

SHORTEST = 2
"""A shorter text would cover half of every page."""
TASK = "disclosure-pack"


def begin(
    application: Application,
    *,
    language: str,
    reference: str = "",
    asked_on: date | None = None,
    actor: User,
    at: datetime,
) -> Disclosure:
    """Freeze the file of an application and find who is named in it; people go on from there.

    language: of the inventory and of labels. Raises Refusal while another one is being prepared.
    """
    here = Disclosure.application_id == application.id
    under_way = Disclosure.state.in_((DisclosureState.PREPARING, DisclosureState.OFFERED))
    if db.session.scalar(select(Disclosure.id).where(here, under_way)) is not None:
        raise Refusal(_("A disclosure of this application is being prepared already."))
    terms = [
        {"text": one.text, "ground": one.ground, "is_name": one.is_name}
        for one in known_people.terms_of(application)
    ]
    made = Disclosure(
        application_id=application.id,
        fund_id=application.fund_id,
        number=(db.session.scalar(select(func.max(Disclosure.number)).where(here)) or 0) + 1,
        state_at=at,
        language=language,
        reference=reference.strip(),
        asked_on=asked_on,
        documents=file_papers.gather(application, language=language),
        terms=terms,
        begun_by=actor.id,
        begun_at=at,
    )
    db.session.add(made)
    audit.record("begin_disclosure", made, actor=actor, at=at, detail={"documents": len(made.documents)})
    return made


def cover(disclosure: Disclosure, text: str, ground: Ground, *, actor: User, at: datetime) -> DisclosureMark:
    """Cover a text wherever it stands in the file. Raises Refusal for one too short or found nowhere."""
    held = _writable(disclosure, actor)
    wanted = _long_enough(text)
    if not any(_found(held, wanted)):
        raise Refusal(_("This text stands nowhere in the file."))
    return _mark(held, DisclosureMark(term=wanted, ground=ground), "cover", actor=actor, at=at)


def leave_open(disclosure: Disclosure, text: str, *, actor: User, at: datetime) -> DisclosureMark:
    """Leave a text readable that the machine would cover, wherever it stands."""
    held = _writable(disclosure, actor)
    return _mark(held, DisclosureMark(term=_long_enough(text), opens=True), "leave_open", actor=actor, at=at)


def cover_here(
    disclosure: Disclosure, key: str, text: str, ground: Ground, *, actor: User, at: datetime
) -> list[DisclosureMark]:
    """Cover a passage in one document, as often as it stands there. Raises Refusal when it doesn't."""
    held = _writable(disclosure, actor)
    wanted = _long_enough(text)
    places = [place for place in _found(held, wanted) if place[0] == key]
    if not places:
        raise Refusal(_("This text does not stand in this document. Copy it exactly as it is."))
    return [
        _mark(
            held, DisclosureMark(document=key, part=part, start=start, stop=stop, ground=ground), "cover",
            actor=actor, at=at,
        )
        for _key, part, start, stop in places
    ]  # fmt: skip


def take_off(disclosure: Disclosure, mark: DisclosureMark, *, actor: User, at: datetime) -> None:
    """Take a mark off again; that it was there stays known."""
    held = _writable(disclosure, actor)
    if mark.taken_off_at is None:
        mark.taken_off_by, mark.taken_off_at = actor.id, at
        audit.record("take_off_mark", held, actor=actor, at=at, detail={"mark": mark.id})


def judge(
    disclosure: Disclosure,
    key: str,
    judgement: Judgement,
    grounds: Sequence[Ground],
    *,
    actor: User,
    at: datetime,
) -> None:
    """Decide about a whole document: public as far as nothing in it is covered, or not public and why.

    Raises Refusal: a refusal without a ground, a file of which nothing can be shown, an unknown one.
    """
    held = _writable(disclosure, actor)
    document = next((one for one in held.documents if one["key"] == key), None)
    if document is None:
        raise Refusal(_("There is no such document in this file."))
    if judgement is Judgement.REFUSED and not grounds:
        raise Refusal(_("Give at least one ground for keeping a document back."))
    if judgement is Judgement.PUBLIC and not document["parts"]:
        raise Refusal(
            _("This file can't be covered, so it can't go out. Send it by hand after covering it yourself.")
        )
    row = db.session.get(DisclosureJudgement, (held.id, key))
    if row is None:
        row = DisclosureJudgement(disclosure_id=held.id, document=key)
        held.judgements.append(row)
    row.judgement = Judgement.PUBLIC if judgement is Judgement.PARTLY else judgement
    row.grounds = [one.value for one in grounds] if judgement is Judgement.REFUSED else []
    row.decided_by, row.decided_at = actor.id, at
    detail = {"document": key, "judgement": row.judgement.value, "grounds": row.grounds}
    audit.record("judge_document", held, actor=actor, at=at, detail=detail)


def offer(disclosure: Disclosure, *, actor: User, at: datetime) -> None:
    """Ask for the second look; what was offered is named by its digest."""
    held = locked(Disclosure, disclosure.id)
    workflow.make("offer_disclosure", held, actor=actor, at=at)
    held.offered_by, held.offered_at = actor.id, at
    held.digest = disclosed.digest(disclosed.of(held))


def move(disclosure: Disclosure, name: str, *, actor: User, at: datetime, note: str = "") -> None:
    """Send back to preparing, or stop."""
    workflow.make(name, locked(Disclosure, disclosure.id), actor=actor, at=at, note=note)


def approve(disclosure: Disclosure, *, digest: str, actor: User, at: datetime) -> None:
    """Approve exactly what was read, by a second person, and have the pack made.

    digest: of what the page showed. Raises MoveRefused when it is not that any more, or by the same person.
    """
    held = locked(Disclosure, disclosure.id)
    if digest != held.digest or digest != disclosed.digest(disclosed.of(held)):
        raise MoveRefused(_("What goes out was changed since you read it. Read it once more."))
    if held.offered_by == actor.id:
        raise MoveRefused(_("Somebody else than the one who offered it has to check it."))
    held.checked_by, held.checked_at = actor.id, at
    workflow.make("approve_disclosure", held, actor=actor, at=at)
    order(held, actor=actor, at=at)


def order(disclosure: Disclosure, *, actor: User, at: datetime) -> tasks.Task:
    """Have the pack made; it lands on the shelf of who asked."""
    title = _l("Disclosure of %(code)s", code=disclosure.application.code)
    return tasks.ask(TASK, {"id": disclosure.id}, title=title, actor=actor, fund_id=disclosure.fund_id, at=at)


# --- shared ----------------------------------------------------------------------


def _writable(disclosure: Disclosure, actor: User) -> Disclosure:
    held = locked(Disclosure, disclosure.id)
    if held.state is not DisclosureState.PREPARING or not staff(actor, held):
        raise MoveRefused(_("This disclosure is not open for changes."))
    return held


def _long_enough(text: str) -> str:
    wanted = " ".join(covering.settled(text).split())
    if len(wanted) < SHORTEST:
        raise Refusal(_("Give a text of at least two signs."))
    return wanted


def _found(disclosure: Disclosure, text: str) -> list[tuple[str, int, int, int]]:
    """List (document, part, start, stop) of every place where a text stands."""
    return [
        (one["key"], place, start, stop)
        for one in disclosure.documents
        for place, part in enumerate(one["parts"])
        for start, stop in covering.places(part["text"], text)
    ]


def _mark(
    disclosure: Disclosure, mark: DisclosureMark, verb: str, *, actor: User, at: datetime
) -> DisclosureMark:
    mark.made_by, mark.made_at = actor.id, at
    disclosure.marks.append(mark)
    ground = mark.ground.value if mark.ground else ""
    audit.record(verb, disclosure, actor=actor, at=at, detail={"document": mark.document, "ground": ground})
    return mark
