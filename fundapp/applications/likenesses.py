"""Finding applications of a fund that look like one another, and remembering what people said of them."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import and_, delete, func, or_, select

from fundapp.accounts.models import User
from fundapp.applications import mail_domains, shingles
from fundapp.applications.models import (
    APPLICANTS,
    Access,
    Application,
    ApplicationState,
    ApplicationVersion,
    Fingerprint,
    Likeness,
    LikenessState,
    Trait,
)
from fundapp.applications.rules import staff
from fundapp.core import audit
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused
from fundapp.rounds.models import Round

S = ApplicationState
ALIKE_PPM = 300_000
"""So much of the shorter text in common is worth a look by itself."""
HINTED_PPM = 100_000
"""And so much when the two also point to one address."""
AT_ONCE = 5
MOST_OTHERS = 20
LIVE = frozenset({S.SUBMITTED, S.INCOMPLETE, S.IN_REVIEW, S.INVITED, S.RESERVE})
BAND, URL, TITLE = "band", "url", "title"


def find(at: datetime) -> dict[str, int]:
    """Compare what came in or changed since the last time with the rest of its fund; give counts.

    A few at a time, so that nobody waits for it. What people called different stays so.
    """
    done = {"compared": 0, "alike": 0}
    for application in _fresh():
        done["alike"] += _compare(application, at)
        done["compared"] += 1
    return done


def _fresh() -> Sequence[Application]:
    stale = or_(
        Fingerprint.application_id.is_(None), Fingerprint.version_number != Application.version_number
    )
    return db.session.scalars(
        select(Application)
        .outerjoin(Fingerprint, Fingerprint.application_id == Application.id)
        .where(Application.version_number > 0, stale)
        .order_by(Application.id)
        .limit(AT_ONCE)
    ).all()


def _compare(application: Application, at: datetime) -> int:
    """Compare one application with those that share a trait; give how many look like it."""
    answers = _answers([application]).get(application.id, {})
    own = shingles.shingles(answers)
    traits = _traits(application, answers, own)
    _keep(application, traits, at)
    others = _others(application, traits)
    known = _known(application)
    texts = _answers(others)
    people = _people([application, *others])
    count = 0
    for other in others:
        ppm = shingles.shared_ppm(own, shingles.shingles(texts.get(other.id, {})))
        shared = traits & _traits(other, texts.get(other.id, {}), set())
        hints = _hints(application, other, shared, people)
        if other.id not in known and _is_alike(ppm, hints, application, other):
            db.session.add(_row(application, other, ppm, hints, at))
            count += 1
    db.session.flush()  # the next one compares with what is kept here
    return count


def _keep(application: Application, traits: set[tuple[str, str]], at: datetime) -> None:
    db.session.execute(delete(Trait).where(Trait.application_id == application.id))
    db.session.add_all(
        Trait(application_id=application.id, fund_id=application.fund_id, kind=kind, value=value)
        for kind, value in sorted(traits)
    )
    print_ = db.session.get(Fingerprint, application.id) or Fingerprint(
        application_id=application.id, fund_id=application.fund_id
    )
    print_.version_number, print_.made_at = application.version_number, at
    db.session.add(print_)
    either = or_(Likeness.application_id == application.id, Likeness.other_id == application.id)
    db.session.execute(delete(Likeness).where(either, Likeness.state == LikenessState.OPEN))
    db.session.flush()  # found anew below


def _traits(application: Application, answers: Mapping[str, Any], own: set[int]) -> set[tuple[str, str]]:
    found = {(BAND, band) for band in shingles.bands(own)}
    found |= {(URL, address) for value in answers.values() if (address := web_address(value))}
    title = " ".join(shingles.WORD.findall(application.title.casefold()))
    return found | ({(TITLE, title[:200])} if len(title) >= 8 else set())


def web_address(value: Any) -> str | None:
    """Give host and path of an answer that is a link, so that two ways to write one are the same."""
    if not isinstance(value, str) or not re.match(r"https?://\S+$", value.strip()):
        return None
    parts = urlsplit(value.strip().lower())
    host = (parts.netloc.rpartition("@")[2]).removeprefix("www.")
    path = parts.path.rstrip("/").removesuffix(".git")
    return f"{host}{path}"[:200] if host else None


def _others(application: Application, traits: set[tuple[str, str]]) -> list[Application]:
    """Find what shares traits with an application, most of them first; at least one of the two is live."""
    if not traits:
        return []
    wanted = or_(*(and_(Trait.kind == kind, Trait.value == value) for kind, value in sorted(traits)))
    is_trial = Application.round.has(Round.is_trial == application.round.is_trial)
    ids = (
        select(Trait.application_id)
        .where(Trait.fund_id == application.fund_id, Trait.application_id != application.id, wanted)
        .group_by(Trait.application_id)
        .order_by(func.count().desc(), Trait.application_id.desc())
        .limit(MOST_OTHERS)
    )
    chosen = select(Application).where(Application.id.in_(ids), is_trial, Application.version_number > 0)
    if application.state not in LIVE:
        chosen = chosen.where(Application.state.in_(LIVE))
    return list(db.session.scalars(chosen))


def _known(application: Application) -> set[int]:
    """Give the applications about which people have spoken, and earlier and later ones of the same line."""
    either = or_(Likeness.application_id == application.id, Likeness.other_id == application.id)
    pairs = db.session.execute(select(Likeness.application_id, Likeness.other_id).where(either))
    kin = select(Application.id).where(
        or_(Application.previous_id == application.id, Application.id == application.previous_id)
    )
    return {id for pair in pairs for id in pair} | set(db.session.scalars(kin))


def _answers(applications: Sequence[Application]) -> dict[int, dict[str, Any]]:
    found = db.session.execute(
        select(ApplicationVersion.application_id, ApplicationVersion.answers)
        .join(Application, Application.id == ApplicationVersion.application_id)
        .where(
            ApplicationVersion.application_id.in_([one.id for one in applications]),
            ApplicationVersion.number == Application.version_number,
        )
    )
    return {row.application_id: row.answers for row in found}


def _people(applications: Sequence[Application]) -> dict[int, list[Any]]:
    found = db.session.execute(
        select(Access.application_id, User.id, User.email)
        .join(User, User.id == Access.user_id)
        .where(
            Access.application_id.in_([one.id for one in applications]),
            Access.ended_at.is_(None),
            Access.capacity.in_(APPLICANTS),
        )
    )
    people: dict[int, list[Any]] = {one.id: [] for one in applications}
    for row in found:
        people[row.application_id].append(row)
    return people


def _hints(
    one: Application,
    other: Application,
    shared: set[tuple[str, str]],
    people: Mapping[int, Sequence[Any]],
) -> list[str]:
    kinds = {kind for kind, _value in shared}
    ids = [{row.id for row in people[application.id]} for application in (one, other)]
    domains = [
        {mail_domains.workplace(row.email) for row in people[application.id]} - {None}
        for application in (one, other)
    ]
    told = {
        TITLE: TITLE in kinds,
        URL: URL in kinds,
        "party": one.party_id is not None and one.party_id == other.party_id,
        "person": bool(ids[0] & ids[1]),
        "domain": bool(domains[0] & domains[1]),
    }
    return [hint for hint, is_so in told.items() if is_so]


def _is_alike(ppm: int, hints: Sequence[str], one: Application, other: Application) -> bool:
    if ppm >= ALIKE_PPM or TITLE in hints:
        return True
    return URL in hints and (ppm >= HINTED_PPM or one.round_id == other.round_id)


def _row(one: Application, other: Application, ppm: int, hints: list[str], at: datetime) -> Likeness:
    first, second = sorted((one.id, other.id))
    return Likeness(
        application_id=first, other_id=second, fund_id=one.fund_id, text_ppm=ppm, hints=hints, state_at=at
    )


# --- what people say of it ------------------------------------------------------------


def pair(one: Application, other: Application, *, at: datetime) -> Likeness:
    """Give the row about two applications, made now where nothing was found of them before."""
    first, second = sorted((one.id, other.id))
    found = db.session.scalar(
        select(Likeness).where(Likeness.application_id == first, Likeness.other_id == second)
    )
    if found is None:
        found = _row(one, other, measure(one, other), [], at)
        db.session.add(found)
        db.session.flush()  # its address carries its id
    return found


def measure(one: Application, other: Application) -> int:
    """Give how much text two applications share, in millionths of the shorter one."""
    texts = _answers([one, other])
    return shingles.shared_ppm(*(shingles.shingles(texts.get(row.id, {})) for row in (one, other)))


def call_different(alike: Likeness, *, note: str, actor: User, at: datetime) -> None:
    """Remember that two applications are not the same, whatever is found later. Raises MoveRefused."""
    held = locked(Likeness, alike.id)
    if held.state is not LikenessState.OPEN or not (
        staff(actor, held.application) and staff(actor, held.other)
    ):
        raise MoveRefused(_("This step is not open any more: the page was out of date."))
    with db.session.no_autoflush:  # state and person have to change together
        held.state, held.state_at, held.settled_by = LikenessState.DIFFERENT, at, actor.id
        held.note = note.strip()
    audit.record(
        "call_different", held.application, actor=actor, at=at, detail={"other": held.other_id}, note=note
    )
