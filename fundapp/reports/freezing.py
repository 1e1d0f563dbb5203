"""Taking a snapshot: what is printed now and what is read back later come from the same JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from fundapp.accounts.models import User
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.version import VERSION
from fundapp.reports import issuing, printing
from fundapp.reports.kinds import KINDS
from fundapp.reports.models import Snapshot
from fundapp.rounds.models import Stage


def canonical(data: Mapping[str, Any]) -> str:
    """Write data as canonical JSON."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_of(data: Mapping[str, Any]) -> str:
    """Give the SHA-256 of data in canonical JSON."""
    return sha256(canonical(data).encode()).hexdigest()


def freeze(
    kind: str,
    gathered: Mapping[str, Any],
    *,
    fund_id: int,
    actor: User | None,
    at: datetime,
    basis: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
    **about: int,
) -> Snapshot:
    """Keep what a report says now, and log it.

    basis: the rubrics and forms it was judged by, see `basis_of`. settings: what it was made for.
    about: award_id and the like. The CSV has no room to say where it comes from: it is remembered by its
    bytes.
    """
    data = json.loads(canonical(gathered))
    made = Snapshot(
        kind=kind, settings=dict(settings or {}), data=data, digest=digest_of(data),
        code_version=VERSION, fund_id=fund_id, made_by=actor.id if actor else None, made_at=at,
        basis=dict(basis or {}), **about,
    )  # fmt: skip
    db.session.add(made)
    audit.record("report", made, actor=actor, at=at, detail={"kind": kind, "digest": made.digest[:16]})
    if kind in KINDS:
        issuing.note(made, "csv", "", printing.printed(made, "csv"), at=at)
    return made


def basis_of(stages: Sequence[Stage]) -> dict[str, Any]:
    """Name the rubrics and forms of these stages with their versions and digests, each once."""
    return {
        "rubrics": _named(stage.rubric for stage in stages),
        "forms": _named(stage.form for stage in stages),
    }


def _named(rows: Iterable[Any]) -> list[dict[str, Any]]:
    found = {row.id: {"slug": row.slug, "version": row.number, "digest": row.digest} for row in rows}
    return [found[id] for id in sorted(found)]
