"""The register of ties of a round: who, which proposal, what, from whom, when, settled by whom."""

import csv
from collections.abc import Sequence
from datetime import datetime
from io import StringIO
from typing import Any

from flask_babel import force_locale
from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from fundapp.accounts.models import Role, User
from fundapp.applications.models import Application, Conflict, ConflictSource, ConflictState
from fundapp.applications.queries import seen
from fundapp.applications.tie_words import KINDS, SOURCES, explain
from fundapp.applications.workflow import CONFLICT_WORDS
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.papers import paper
from fundapp.core.spreadsheet import harmless
from fundapp.core.words import pick
from fundapp.rounds.models import Round

HEADS = (
    "application", "title", "person", "email", "state", "kind", "source", "pinned", "since", "settled_by",
    "found", "note",
)  # fmt: skip


def rows(user: User, round: Round) -> Sequence[Any]:
    """List the ties in a round of everybody who works for the fund, within what the person sees.

    An applicant's own tie counts only where they have, or had, a role there.
    """
    settler = aliased(User)
    works = select(Role.user_id).where(Role.fund_id == round.fund_id)
    return db.session.execute(
        select(
            Conflict.id, Application.id.label("application_id"), Application.code, Application.title,
            User.name, User.email, Conflict.state, Conflict.kind, Conflict.source, Conflict.is_pinned,
            Conflict.bars, Conflict.state_at, Conflict.reasons, Conflict.note,
            settler.name.label("settled_by"),
        )
        .join(Application, Application.id == Conflict.application_id)
        .join(User, User.id == Conflict.user_id)
        .outerjoin(settler, settler.id == Conflict.settled_by)
        .where(
            Application.round_id == round.id,
            or_(Conflict.source != ConflictSource.ACCESS, User.id.in_(works)),
            seen(user),
        )
        .order_by(Application.code, func.lower(User.name), Conflict.id)
    ).all()  # fmt: skip


def counts(found: Sequence[Any]) -> dict[ConflictState, int]:
    """Count the ties by what is known of them."""
    return {state: sum(row.state is state for row in found) for state in ConflictState}


def written(user: User, round: Round) -> str:
    """Write the register as CSV that no spreadsheet runs; times in the fund's zone."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)
    for row in rows(user, round):
        cells = [
            row.code, row.title, row.name, row.email, row.state.value,
            row.kind.value if row.kind else "", row.source.value, "yes" if row.is_pinned else "",
            clock.local(row.state_at, round.fund.zone).isoformat(timespec="minutes"),
            row.settled_by or "", " ".join(explain(row.reasons)), row.note,
        ]  # fmt: skip
        writer.writerow([harmless(cell) for cell in cells])
    return out.getvalue()


def printed(user: User, round: Round, *, lang: str, at: datetime) -> bytes:
    """Set the register as a tagged PDF. Raises PdfEngineMissing."""
    found, zone = rows(user, round), round.fund.zone
    with force_locale(lang):
        lines = [_line(row, zone) for row in found]
        states = [(str(CONFLICT_WORDS[state][1]), number) for state, number in counts(found).items()]
    shape = {
        "fund": pick(round.fund.name, lang), "round": pick(round.name, lang), "lines": lines,
        "states": states, "made_at": clock.local(at, zone).isoformat(),
    }  # fmt: skip
    return paper("conflicts.html", lang=lang, made_at=at, currency=round.fund.currency, d=shape)


def _line(row: Any, zone: str) -> dict[str, Any]:
    return {
        "code": row.code, "title": row.title, "name": row.name,
        "state": str(CONFLICT_WORDS[row.state][1]),
        "kind": str(KINDS[row.kind]) if row.kind else "",
        "source": str(SOURCES[row.source]), "is_pinned": row.is_pinned,
        "at": clock.local(row.state_at, zone).isoformat(), "settled_by": row.settled_by or "",
        "said": [*explain(row.reasons), *([row.note] if row.note else [])],
    }  # fmt: skip
