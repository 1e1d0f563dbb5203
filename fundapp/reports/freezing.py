"""Taking a snapshot: what is printed now and what is read back later come from the same JSON."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from fundapp.accounts.models import User
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.version import VERSION
from fundapp.reports.models import Snapshot


def canonical(data: Mapping[str, Any]) -> str:
    """Write data as canonical JSON."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_of(data: Mapping[str, Any]) -> str:
    """Give the SHA-256 of data in canonical JSON."""
    return sha256(canonical(data).encode()).hexdigest()


def freeze(
    kind: str, gathered: Mapping[str, Any], *, fund_id: int, actor: User | None, at: datetime, **about: int
) -> Snapshot:
    """Keep what a report says now, and log it. about: award_id and the like."""
    data = json.loads(canonical(gathered))
    made = Snapshot(
        kind=kind, settings={}, data=data, digest=digest_of(data), code_version=VERSION, fund_id=fund_id,
        made_by=actor.id if actor else None, made_at=at, **about,
    )  # fmt: skip
    db.session.add(made)
    audit.record("report", made, actor=actor, at=at, detail={"kind": kind, "digest": made.digest[:16]})
    return made
