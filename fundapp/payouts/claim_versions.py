"""A request as it was sent each time, and what differs between two of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select, type_coerce

from fundapp.accounts.models import Party
from fundapp.applications.word_changes import Piece, pieces
from fundapp.core.audit import AuditEvent
from fundapp.core.db import UTCDateTime, db
from fundapp.payouts.models import Claim, ClaimVersion

Show = Any
"""From cents to words."""


def keep(claim: Claim, *, actor: Any, at: datetime) -> ClaimVersion | None:
    """Keep a request as it is now, unless it is as the last version was."""
    last = _last(claim.id)
    if last is not None and last.digest == claim.digest and last.data == (data := snapshot(claim)):
        return None
    data = snapshot(claim)
    number = (last.number if last is not None else 0) + 1
    made = ClaimVersion(
        claim_id=claim.id, number=number, data=data, digest=claim.digest,
        made_by=actor.id if actor else None, made_at=at,
    )  # fmt: skip
    db.session.add(made)
    return made


def snapshot(claim: Claim) -> dict[str, Any]:
    """Give all that a grantee wrote in a request."""
    lines = [
        {
            "ref": line.milestone.ref, "title": line.milestone.title, "cents": line.amount_cents,
            "evidence": list(line.evidence), "files": [dict(one) for one in line.files], "note": line.note,
            "licence": line.licence, "place": line.place, "unpublished": line.unpublished,
        }
        for line in sorted(claim.lines, key=lambda line: line.milestone.position)
    ]  # fmt: skip
    return {"note": claim.note, "party": claim.party_id, "cents": claim.amount_cents, "lines": lines}


def _last(claim_id: int) -> ClaimVersion | None:
    return db.session.scalar(
        select(ClaimVersion)
        .where(ClaimVersion.claim_id == claim_id)
        .order_by(ClaimVersion.number.desc())
        .limit(1)
    )


@dataclass(frozen=True)
class Difference:
    """One thing that was changed. where: the milestone, or empty for the whole request."""

    where: str
    label: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Changes:
    """What differs between the newest version and the one that was judged before it."""

    since: datetime
    found: list[Difference]


def changes(claim: Claim, show: Show) -> Changes | None:
    """Give what the grantee changed since the request was sent back, or since it was first sent; one query.

    show: writes cents as an amount. None when it was sent once.
    """
    at_return = (
        select(func.max(AuditEvent.at))
        .where(
            AuditEvent.subject_type == Claim.__tablename__,
            AuditEvent.subject_id == claim.id,
            AuditEvent.verb == "return",
        )
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(ClaimVersion, type_coerce(at_return, UTCDateTime()))
        .where(ClaimVersion.claim_id == claim.id)
        .order_by(ClaimVersion.number)
    ).all()
    if len(rows) < 2:
        return None
    every: list[ClaimVersion] = [row[0] for row in rows]
    returned_at: datetime | None = rows[0][1]
    earlier = [one for one in every[:-1] if returned_at is not None and one.made_at <= returned_at]
    base = earlier[-1] if earlier else every[-2]
    return Changes(base.made_at, between(base.data, every[-1].data, show))


def between(old: dict[str, Any], new: dict[str, Any], show: Show) -> list[Difference]:
    """List what differs between two versions, line by line."""
    before = {line["ref"]: line for line in old["lines"]}
    after = {line["ref"]: line for line in new["lines"]}
    found: list[Difference] = []
    for ref in dict.fromkeys((*after, *before)):
        texts = _texts(before.get(ref), show), _texts(after.get(ref), show)
        found += [
            Difference(ref, label, _pieces(texts[0][label], texts[1][label]))
            for label in texts[0]
            if texts[0][label] != texts[1][label]
        ]
    if old["note"] != new["note"]:
        found.append(Difference("", _("Anything we should know"), pieces(old["note"], new["note"])))
    if old["party"] != new["party"]:
        names = [_party(one["party"]) for one in (old, new)]
        found.append(Difference("", _("Paid to"), _pieces(names[0], names[1])))
    return found


def _texts(line: dict[str, Any] | None, show: Show) -> dict[str, str]:
    """Write out a line by the labels of the form; nothing where there is none."""
    line = line or {}
    return {
        _("Amount"): show(line["cents"]) if line else "",
        _("Evidence"): "\n".join(line.get("evidence", ())),
        _("Files"): "\n".join(f"{one['name']} ({one['sha256'][:8]})" for one in line.get("files", ())),
        _("Licence"): line.get("licence", ""),
        _("Where it is public"): line.get("place", ""),
        _("Nothing to publish, because"): line.get("unpublished", ""),
        _("Note"): line.get("note", ""),
    }


def _pieces(old: str, new: str) -> list[Piece]:
    """Show old and new whole where they are short; word by word only where that helps."""
    if "\n" in old or "\n" in new or min(len(old), len(new)) > 60:
        return pieces(old, new)
    both = [Piece("removed", old), Piece("added", new)]
    return [piece for piece in both if piece.text]


def _party(id: int) -> str:
    party = db.session.get(Party, id)
    return party.legal_name if party else ""
