"""Links and files that a request leans on; what was used before, in any grant, is found again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import aliased

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.applications.queries import seen
from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.grants.models import Award
from fundapp.payouts.models import Claim, ClaimDraft, ClaimState, EvidenceMark

UNSENT = (ClaimState.DRAFT, ClaimState.WITHDRAWN)


def mark_of(link: str) -> str:
    """Give what tells one address from another: SHA-256, without its last slash and its capitals."""
    return sha256(link.strip().rstrip("/").lower().encode()).hexdigest()


def write_marks(claim: Claim) -> None:
    """Keep what the lines of a request lean on, instead of what was kept before."""
    db.session.execute(delete(EvidenceMark).where(EvidenceMark.claim_id == claim.id))
    found: dict[str, tuple[str, bool]] = {}
    for line in claim.lines:
        found |= {mark_of(link): (link, False) for link in [*line.evidence, line.place] if link}
        found |= {file["sha256"]: (file["name"], True) for file in line.files}
    db.session.add_all(
        EvidenceMark(claim_id=claim.id, mark=mark, what=what, is_file=is_file)
        for mark, (what, is_file) in found.items()
    )


@dataclass(frozen=True)
class Reuse:
    """Something that an earlier request leans on too. claim_id: only where the reader may see that one."""

    what: str
    is_file: bool
    code: str
    claim_id: int | None
    sent_at: datetime | None


def used_before(claim: Claim, user: User) -> list[Reuse]:
    """List what of the evidence stands in an earlier request of any grant of the fund's house; one query.

    Requests of grants that the reader may not see are counted without a name.
    """
    own, other = aliased(EvidenceMark), aliased(EvidenceMark)
    is_seen = Application.id.in_(select(Application.id).where(seen(user)))
    rows = db.session.execute(
        select(other.what, other.is_file, Claim.code, Claim.id, Claim.submitted_at, is_seen.label("is_seen"))
        .select_from(own)
        .join(other, (other.mark == own.mark) & (other.claim_id < own.claim_id))
        .join(Claim, Claim.id == other.claim_id)
        .join(Award, Award.id == Claim.award_id)
        .join(Application, Application.id == Award.application_id)
        .where(own.claim_id == claim.id, Claim.state.not_in([state.value for state in UNSENT]))
        .order_by(own.id, Claim.id)
    )
    return [
        Reuse(
            what=row.what if row.is_seen else "",
            is_file=row.is_file,
            code=row.code if row.is_seen else "",
            claim_id=row.id if row.is_seen else None,
            sent_at=row.submitted_at,
        )
        for row in rows
    ]


# --- files ---------------------------------------------------------------------------


def take_over(claim: Claim, draft: ClaimDraft | None) -> None:
    """Let the files of the lines belong to the request: those that were added while it was written."""
    wanted = {file["id"] for line in claim.lines for file in line.files}
    if draft is None or not wanted:
        return
    for file in db.session.scalars(select(File).where(File.id.in_(wanted))):
        if (file.subject_type, file.subject_id) == (ClaimDraft.__tablename__, draft.id):
            file.subject_type, file.subject_id = Claim.__tablename__, claim.id


def let_go(draft: ClaimDraft, file_ids: Iterable[int]) -> None:
    """Forget files of a draft that no request holds; their content goes with the next sweep."""
    own = (File.subject_type == ClaimDraft.__tablename__, File.subject_id == draft.id)
    for file in db.session.scalars(select(File).where(File.id.in_(list(file_ids)), *own)):
        db.session.delete(file)


def file_of(id: int, subjects: Sequence[str]) -> File | None:
    """Load a file that belongs to a request or to a draft of one; who calls asks who may read that."""
    return db.session.scalar(select(File).where(File.id == id, File.subject_type.in_(subjects)))
