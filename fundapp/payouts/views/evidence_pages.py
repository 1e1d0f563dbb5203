"""Evidence files of a request: given out to who may read it, only ever as a download."""

from typing import Any

from flask import Response

from fundapp.applications.views.attaching import given
from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.core.guard import guard
from fundapp.core.rules import Rule
from fundapp.grants import queries as grants
from fundapp.payouts import evidence, opinions, queries
from fundapp.payouts.models import Claim, ClaimDraft, SecondOpinion
from fundapp.payouts.rules import ASK, SEE
from fundapp.payouts.views import bp

SUBJECTS = (Claim.__tablename__, ClaimDraft.__tablename__)
Pair = tuple[Any, File]


def _file(user: Any, id: int) -> Pair | None:
    """Load a file with the request, or with the draft of the user's own grant, that it belongs to."""
    file = evidence.file_of(id, SUBJECTS)
    if file is None:
        return None
    if file.subject_type == Claim.__tablename__:
        claim = queries.claim(user, file.subject_id)
        return (claim, file) if claim is not None else None
    draft = db.session.get(ClaimDraft, file.subject_id)
    award = grants.grant(user, draft.award_id) if draft is not None else None
    return (award, file) if award is not None and ASK(user, award) else None


def _may(user: Any, pair: Pair) -> bool:
    return SEE(user, pair[0]) if isinstance(pair[0], Claim) else ASK(user, pair[0])


@bp.get("/claims/files/<int:id>")
@guard(Rule(_may, "sees the request"), _file)
def claim_file(pair: Pair) -> Response:
    """Give a file of a request."""
    return given(pair[1], pair[1].name)


def _opinion_file(user: Any, id: int, file_id: int) -> Pair | None:
    """Load a file that stands in the request an expert looks at."""
    opinion = opinions.own(user, id)
    file = evidence.file_of(file_id, SUBJECTS[:1])
    if opinion is None or file is None or file.subject_id != opinion.claim_id:
        return None
    held = {one["id"] for line in opinion.claim.lines for one in line.files}
    return (opinion, file) if file.id in held else None


@bp.get("/second-opinions/<int:id>/files/<int:file_id>")
@guard(Rule(lambda user, pair: opinions.is_mine(user, pair[0]), "expert"), _opinion_file)
def opinion_file(pair: tuple[SecondOpinion, File]) -> Response:
    """Give a file of the request to the expert who looks at it."""
    return given(pair[1], pair[1].name)
