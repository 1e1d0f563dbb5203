"""Making reports: a snapshot is taken once, and every format is printed from it."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.core.version import VERSION
from fundapp.reports import application_data, documents, queries, round_data, rows
from fundapp.reports.models import Snapshot
from fundapp.reports.wording import _
from fundapp.rounds.models import Round


def application_report(application: Application, *, lang: str, actor: User | None, at: datetime) -> bytes:
    """Make the evaluation dossier of one application, as PDF in `lang`.

    Takes a snapshot. Raises Refusal for a sealed round and PdfEngineMissing.
    """
    return pdf(take_application(application, actor=actor, at=at), lang=lang)


def round_report(round: Round, *, lang: str, actor: User | None, at: datetime) -> bytes:
    """Make the report of one round, as PDF in `lang`.

    Takes a snapshot. Raises Refusal for a sealed round, or when a tie bars the actor from an
    application of it, and PdfEngineMissing.
    """
    return pdf(take_round(round, actor=actor, at=at), lang=lang)


def take_application(application: Application, *, actor: User | None, at: datetime) -> Snapshot:
    """Freeze what the dossier of an application says now."""
    whole = rows.application_whole(application.id) or application
    _refuse_sealed(whole.round)
    made = _frozen("application", application_data.gather(whole, at=at), actor=actor, at=at)
    made.fund_id, made.application_id = whole.fund_id, whole.id
    return _logged(made, actor=actor, at=at)


def take_round(round: Round, *, actor: User | None, at: datetime) -> Snapshot:
    """Freeze what the report of a round says now."""
    _refuse_sealed(round)
    if actor is not None and queries.is_tied(actor, round.id):
        raise Refusal(
            _("You have a tie with an application of this round. A colleague has to make its report.")
        )
    made = _frozen("round", round_data.gather(round, at=at), actor=actor, at=at)
    made.fund_id, made.round_id = round.fund_id, round.id
    return _logged(made, actor=actor, at=at)


def pdf(snapshot: Snapshot, *, lang: str) -> bytes:
    """Print a snapshot; the same snapshot always gives the same bytes. Raises PdfEngineMissing."""
    return documents.pdf(snapshot.data, lang=lang, made_at=snapshot.made_at)  # type: ignore[arg-type]


def file_name(snapshot: Snapshot) -> str:
    """Name a report's file after what it is about: dossier-2026-11-017, round-report-2026-11."""
    if snapshot.kind == "application":
        return f"dossier-{snapshot.data['code']}"
    return f"round-report-{snapshot.data['round']['slug']}"


def digest_of(data: Mapping[str, Any]) -> str:
    """Give the SHA-256 of a snapshot's data in canonical JSON."""
    return sha256(_canonical(data).encode()).hexdigest()


def _canonical(data: Mapping[str, Any]) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _refuse_sealed(round: Round) -> None:
    if round.is_trial:
        raise Refusal(_("A trial has no report: nothing of it counts."))
    if round.is_sealed:
        raise Refusal(_("This round is still sealed. Its report can be made once the seal is off."))


def _frozen(kind: str, gathered: Any, *, actor: User | None, at: datetime) -> Snapshot:
    # What is printed now and what is read back later must be the same, so both come from JSON.
    data = json.loads(_canonical(gathered))
    return Snapshot(
        kind=kind,
        settings={},
        data=data,
        digest=digest_of(data),
        code_version=VERSION,
        made_by=actor.id if actor else None,
        made_at=at,
    )


def _logged(made: Snapshot, *, actor: User | None, at: datetime) -> Snapshot:
    db.session.add(made)
    audit.record("report", made, actor=actor, at=at, detail={"kind": made.kind, "digest": made.digest[:16]})
    return made
