"""Words and flags of the office on applications: put on, taken off, renamed, joined; all of it logged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import (
    Integer,
    Row,
    String,
    case,
    cast,
    delete,
    func,
    literal,
    null,
    select,
    union_all,
    update,
)

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application, ApplicationTag, Flag, Message, Tag, Thread, ThreadKind
from fundapp.applications.rules import staff
from fundapp.applications.search_texts import tokens
from fundapp.core import audit
from fundapp.core.db import UTCDateTime, db
from fundapp.core.refusals import MoveRefused, Refusal


@dataclass(frozen=True)
class OfFund:
    """A fund in the shape in which rules ask for the fund of a row."""

    fund_id: int


@dataclass(frozen=True)
class Marks:
    """What the office put on an application. flag: who raised it and why. known: the fund's other words.

    notes: the newest few, with thread, author, instant and text.
    """

    tags: list[Row[Any]]
    flag: Row[Any] | None
    known: list[str]
    notes: list[Row[Any]]


SHOWN = 3
"""So many notes stand in the dossier itself; all of them on their own page."""
LONGEST = 40
MOST = 300


def marks(application: Application) -> Marks:
    """Give the words, the flag and the newest notes on one application, in one question.

    For who may open the dossier: the words, flags and notes are the office's own.
    """
    rows = db.session.execute(
        union_all(_words(application), _flag(application), _notes(application)).order_by("folded", "id")
    ).all()
    by_kind = {kind: [row for row in rows if row.kind == kind] for kind in ("on", "known", "flag", "note")}
    return Marks(
        by_kind["on"],
        next(iter(by_kind["flag"]), None),
        [row.name for row in by_kind["known"]],
        sorted(by_kind["note"], key=lambda row: -row.id),
    )


def _words(application: Application) -> Any:
    worn = select(ApplicationTag.tag_id).where(ApplicationTag.application_id == application.id)
    return select(
        case((Tag.id.in_(worn), "on"), else_="known").label("kind"), Tag.id.label("id"),
        Tag.name.label("name"), Tag.folded.label("folded"), cast(null(), String).label("text"),
        cast(null(), UTCDateTime()).label("at"), cast(null(), Integer).label("thread_id"),
    ).where(Tag.fund_id == application.fund_id)  # fmt: skip


def _flag(application: Application) -> Any:
    raised = select(
        literal("flag"), User.id, User.name, literal(""), Flag.reason, Flag.raised_at, cast(null(), Integer)
    )
    return raised.join(User, User.id == Flag.raised_by).where(Flag.application_id == application.id)


def _notes(application: Application) -> Any:
    newest = (
        select(Message.id)
        .join(Thread, Thread.id == Message.thread_id)
        .where(Thread.application_id == application.id, Thread.kind == ThreadKind.NOTE)
        .order_by(Message.id.desc())
        .limit(SHOWN)
        .subquery()
    )
    told = select(
        literal("note"), Message.id, User.name, literal(""), Message.body, Message.at, Message.thread_id
    )
    return told.join(User, User.id == Message.author_id).where(Message.id.in_(select(newest.c.id)))


def of_fund(fund_id: int) -> list[tuple[Tag, int]]:
    """List the words of a fund with how many applications carry each: pairs (tag, number)."""
    number = (
        select(func.count(ApplicationTag.application_id))
        .where(ApplicationTag.tag_id == Tag.id)
        .correlate(Tag)
        .scalar_subquery()
    )
    rows = db.session.execute(select(Tag, number).where(Tag.fund_id == fund_id).order_by(Tag.folded))
    return [(tag, count) for tag, count in rows]


def seen_tag(user: User, id: int) -> Tag | None:
    """Load a word of a fund that the person manages."""
    return db.session.scalar(select(Tag).where(Tag.id == id, Tag.fund_id.in_(user.funds(RoleName.MANAGER))))


def named(fund_id: int, name: str, *, actor: User, at: datetime) -> Tag:
    """Give the word of a fund with this name; made when it is new, whatever its capitals. Raises Refusal."""
    tidy, folded = _tidy(name)
    found = db.session.scalar(select(Tag).where(Tag.fund_id == fund_id, Tag.folded == folded))
    if found is None:
        if (db.session.scalar(select(func.count(Tag.id)).where(Tag.fund_id == fund_id)) or 0) >= MOST:
            raise Refusal(_("The fund has %(most)d tags already; join some of them first.", most=MOST))
        found = Tag(fund_id=fund_id, name=tidy, folded=folded, made_at=at, made_by=actor.id)
        db.session.add(found)
        audit.record("make_tag", found, actor=actor, at=at)
    return found


def _tidy(name: str) -> tuple[str, str]:
    tidy = " ".join(name.replace('"', "").replace(",", " ").split())
    folded = " ".join(tokens(tidy))
    if not folded or len(tidy) > LONGEST:
        raise Refusal(_("A tag is a word or two, at most %(most)d characters.", most=LONGEST))
    return tidy, folded


def find(fund_ids: list[int], name: str) -> Tag | None:
    """Find a word by its name, whatever its capitals, where it stands at just one of these funds."""
    folded = " ".join(tokens(name))
    found = db.session.scalars(
        select(Tag).where(Tag.fund_id.in_(fund_ids), Tag.folded == folded).limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def put(application: Application, name: str, *, actor: User, at: datetime) -> Tag:
    """Put a word on an application; nothing happens when it is there. Raises Refusal and MoveRefused."""
    _check(application, actor)
    tag = named(application.fund_id, name, actor=actor, at=at)
    add(application, tag, actor=actor, at=at)
    return tag


def _worn(application_id: int, tag_id: int) -> ApplicationTag | None:
    found: ApplicationTag | None = db.session.get(ApplicationTag, (application_id, tag_id))
    return found


def add(application: Application, tag: Tag, *, actor: User, at: datetime) -> bool:
    """Put a known word of its fund on an application; False when it was there."""
    if _worn(application.id, tag.id) is not None:
        return False
    db.session.add(
        ApplicationTag(
            application_id=application.id, tag_id=tag.id, fund_id=tag.fund_id, added_at=at, added_by=actor.id
        )
    )
    audit.record("tag", application, actor=actor, at=at, detail={"tag": tag.id})
    return True


def take_off(application: Application, tag: Tag, *, actor: User, at: datetime) -> bool:
    """Take a word off an application; False when it was not there. Raises MoveRefused."""
    _check(application, actor)
    there = _worn(application.id, tag.id)
    if there is None:
        return False
    db.session.delete(there)
    audit.record("untag", application, actor=actor, at=at, detail={"tag": tag.id})
    return True


def rename(tag: Tag, name: str, *, actor: User, at: datetime) -> Tag:
    """Give a word another name; joins the two where the fund has that word already. Gives what is left."""
    tidy, folded = _tidy(name)
    other = db.session.scalar(
        select(Tag).where(Tag.fund_id == tag.fund_id, Tag.folded == folded, Tag.id != tag.id)
    )
    if other is not None:
        merge(tag, other, actor=actor, at=at)
        return other
    audit.record("rename_tag", tag, actor=actor, at=at, detail={"from": tag.name, "to": tidy})
    tag.name, tag.folded = tidy, folded
    return tag


def merge(tag: Tag, into: Tag, *, actor: User, at: datetime) -> None:
    """Join a word with another of the same fund: its applications carry the other one from now on."""
    if tag.fund_id != into.fund_id or tag.id == into.id:
        raise Refusal(_("Choose another tag of the same fund."))
    both = select(ApplicationTag.application_id).where(ApplicationTag.tag_id == into.id)
    carried = ApplicationTag.tag_id == tag.id
    db.session.execute(delete(ApplicationTag).where(carried, ApplicationTag.application_id.in_(both)))
    db.session.execute(update(ApplicationTag).where(carried).values(tag_id=into.id))
    audit.record("merge_tag", tag, actor=actor, at=at, detail={"from": tag.name, "into": into.id})
    db.session.flush()
    db.session.delete(tag)


def drop(tag: Tag, *, actor: User, at: datetime) -> None:
    """Take a word off everything and out of the list."""
    db.session.execute(delete(ApplicationTag).where(ApplicationTag.tag_id == tag.id))
    audit.record("drop_tag", tag, actor=actor, at=at, detail={"name": tag.name})
    db.session.delete(tag)


# --- flags -------------------------------------------------------------------------


def flag_on(application_id: int) -> Flag | None:
    """Find the flag on an application."""
    return db.session.get(Flag, application_id)


def raise_flag(application: Application, reason: str, *, actor: User, at: datetime) -> None:
    """Ask colleagues to look at an application; a flag that stands stays as it is. Raises MoveRefused."""
    _check(application, actor)
    if flag_on(application.id) is not None:
        return
    db.session.add(
        Flag(
            application_id=application.id, fund_id=application.fund_id, raised_by=actor.id, raised_at=at,
            reason=" ".join(reason.split())[:300],
        )
    )  # fmt: skip
    audit.record("flag", application, actor=actor, at=at, note=reason)


def lower_flag(application: Application, *, actor: User, at: datetime) -> None:
    """Take the flag away; nothing happens when there is none. Raises MoveRefused."""
    _check(application, actor)
    flag = flag_on(application.id)
    if flag is not None:
        db.session.delete(flag)
        audit.record("unflag", application, actor=actor, at=at)


def _check(application: Application, actor: User) -> None:
    if not staff(actor, application):
        raise MoveRefused(_("This step is not yours to take."))
