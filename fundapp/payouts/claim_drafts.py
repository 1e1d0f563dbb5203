"""A request while it is written: kept as it is typed, with its files; two tabs never overwrite each other."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications.attachments import Room, entries, size_text
from fundapp.core import file_kinds, files
from fundapp.core.db import db, locked
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.grants.models import Award
from fundapp.payouts import evidence
from fundapp.payouts.models import Claim, ClaimDraft
from fundapp.payouts.rules import ASK
from fundapp.rounds.reading import digest_of

MOST_FILES = 10
TEXTS = ("amount", "evidence", "licence", "place", "unpublished", "note")
Typed = Mapping[str, Any]
"""{"note", "party", "rows": {milestone id as text: {"wanted", *TEXTS}}}; files stay as they are kept."""


class DraftChanged(ChangedMeanwhile):
    """Somebody saved this request in another window; theirs stands in `draft`."""

    def __init__(self, draft: ClaimDraft) -> None:
        super().__init__(_("Somebody saved this request in another window while you were writing."))
        self.draft = draft


def of(award: Award, claim: Claim | None = None) -> ClaimDraft | None:
    """Find the draft of a new request of a grant, or of a change to one."""
    which = ClaimDraft.claim_id == claim.id if claim is not None else ClaimDraft.claim_id.is_(None)
    return db.session.scalar(select(ClaimDraft).where(ClaimDraft.award_id == award.id, which))


def begun(claim: Claim) -> dict[str, Any]:
    """Give what a change to a request begins with: the request as it is."""
    rows = {
        str(line.milestone_id): {
            "wanted": True, "amount": _amount(line.amount_cents), "evidence": "\n".join(line.evidence),
            "licence": line.licence, "place": line.place, "unpublished": line.unpublished,
            "note": line.note, "files": [dict(one) for one in line.files],
        }
        for line in claim.lines
    }  # fmt: skip
    return {"note": claim.note, "party": claim.party_id, "rows": rows}


def token(data: Typed | None) -> str:
    """Give what tells one state of what was typed from another; files do not count, they come one by one."""
    data = data or {}
    rows = {
        key: kept
        for key, row in data.get("rows", {}).items()
        if (kept := {name: row[name] for name in ("wanted", *TEXTS) if row.get(name)})
    }
    typed = {"note": data.get("note") or "", "party": data.get("party"), "rows": rows}
    return str(digest_of(typed))[:20]


def present(award: Award, claim: Claim | None, draft: ClaimDraft | None) -> dict[str, Any]:
    """Give what stands there now: the draft, the request that is to be changed, or nothing yet."""
    if draft is not None:
        return draft.data
    return begun(claim) if claim is not None else {"rows": {}}


def _amount(cents: int) -> str:
    return f"{cents / 100:.2f}".removesuffix(".00")


def opened(award: Award, claim: Claim | None, *, actor: User, at: datetime) -> ClaimDraft:
    """Give the draft to write in, a new one where there is none. Raises MoveRefused for who may not ask."""
    if not ASK(actor, award):
        raise MoveRefused(_("Only the grantee asks for a payment."))
    locked(Award, award.id)
    draft = of(award, claim)
    if draft is None:
        draft = ClaimDraft(
            award_id=award.id, fund_id=award.fund_id, claim_id=claim.id if claim else None,
            data=present(award, claim, None), saved_by=actor.id, saved_at=at,
        )  # fmt: skip
        db.session.add(draft)
        db.session.flush()  # files refer to its id
    return draft


def save(
    award: Award, claim: Claim | None, typed: Typed, *, base: str, actor: User, at: datetime
) -> ClaimDraft:
    """Keep what was typed, whole or not. base: the token of what the writer had before them, if anything.

    Raises DraftChanged when somebody saved something else in between, MoveRefused for who may not ask.
    """
    draft = opened(award, claim, actor=actor, at=at)
    data, there = _with(draft.data, typed), token(draft.data)
    if token(data) == there:
        return draft
    if there != (base or token(present(award, claim, None))):
        raise DraftChanged(draft)
    _keep(draft, data, actor=actor, at=at)
    return draft


def _with(kept: Typed, typed: Typed) -> dict[str, Any]:
    """Lay what was typed over what is kept; rows that the page did not show stay, and so do files."""
    data: dict[str, Any] = deepcopy(dict(kept))
    data["note"], data["party"] = typed.get("note", ""), typed.get("party")
    rows = data.setdefault("rows", {})
    for key, row in typed["rows"].items():
        before = rows.get(key, {})
        rows[key] = {"wanted": bool(row.get("wanted"))} | {
            name: str(row.get(name) or "").replace("\r\n", "\n").strip() for name in TEXTS
        }
        rows[key]["files"] = before.get("files", [])
    return data


def discard(draft: ClaimDraft, *, actor: User) -> None:
    """Throw a draft away with its files; a request it would have changed stays as it is."""
    if not ASK(actor, draft):
        raise MoveRefused(_("Only the grantee asks for a payment."))
    own = select(files.File).where(
        files.File.subject_type == ClaimDraft.__tablename__, files.File.subject_id == draft.id
    )
    for file in db.session.scalars(own):
        db.session.delete(file)
    db.session.delete(draft)


# --- files ---------------------------------------------------------------------------


def files_of(data: Typed, milestone_id: int) -> list[dict[str, Any]]:
    """List the files that a draft holds for one milestone."""
    return entries(data.get("rows", {}).get(str(milestone_id), {}).get("files"))


def add_file(
    draft: ClaimDraft, milestone_id: int, name: str, content: bytes, *, room: Room, actor: User, at: datetime
) -> dict[str, Any]:
    """Add a file as evidence for one milestone and give its entry; the same one twice is one file.

    Raises Refusal: a kind of file that is not taken, too large, too many, a milestone of another grant.
    """
    held = locked(ClaimDraft, draft.id)
    if not ASK(actor, held):
        raise MoveRefused(_("Only the grantee asks for a payment."))
    if milestone_id not in {one.id for one in held.award.milestones}:
        raise Refusal(_("This milestone is not of this grant."))
    sort = file_kinds.recognise(name, content)
    data = deepcopy(held.data)
    there = files_of(data, milestone_id)
    _check_room(data, there, len(content), room)
    file = files.keep(
        held, content, name=sort.name, media_type=sort.media_type, actor_id=actor.id, at=at,
        kind=str(milestone_id),
    )  # fmt: skip
    entry = {"id": file.id, "name": file.name, "size": file.size, "sha256": file.sha256}
    if twin := next((one for one in there if one["sha256"] == file.sha256), None):
        db.session.delete(file)
        return twin
    data.setdefault("rows", {}).setdefault(str(milestone_id), {})["files"] = [*there, entry]
    _keep(held, data, actor=actor, at=at)
    return entry


def _check_room(data: Typed, there: list[dict[str, Any]], more: int, room: Room) -> None:
    if more > room.file_bytes:
        most = size_text(room.file_bytes)
        raise Refusal(_("This file is %(size)s; one file may be %(most)s.", size=size_text(more), most=most))
    if len(there) >= MOST_FILES:
        raise Refusal(_("A milestone takes at most %(most)d files. Remove one first.", most=MOST_FILES))
    total = more + sum(
        one["size"] for row in data.get("rows", {}).values() for one in entries(row.get("files"))
    )
    if total > room.application_bytes:
        most = size_text(room.application_bytes)
        raise Refusal(_("All files of a request together may be %(most)s.", most=most))


def remove_file(draft: ClaimDraft, milestone_id: int, file_id: int, *, actor: User, at: datetime) -> None:
    """Take a file out of a draft; a request that was sent with it keeps it."""
    held = locked(ClaimDraft, draft.id)
    data = deepcopy(held.data)
    there = files_of(data, milestone_id)
    left = [one for one in there if one["id"] != file_id]
    if len(left) == len(there):
        return
    data["rows"][str(milestone_id)]["files"] = left
    _keep(held, data, actor=actor, at=at)
    evidence.let_go(held, [file_id])


def _keep(draft: ClaimDraft, data: dict[str, Any], *, actor: User, at: datetime) -> None:
    draft.data, draft.saved_by, draft.saved_at = data, actor.id, at
    db.session.flush()  # the page is told its new version
