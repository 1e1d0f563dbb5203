"""Making reports: a snapshot is taken once, and every format is printed from it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core.refusals import Refusal
from fundapp.reports import issuing, printing, queries, rows
from fundapp.reports.freezing import basis_of, freeze
from fundapp.reports.models import Snapshot
from fundapp.reports.standard_kinds import DOSSIER, ROUND
from fundapp.reports.wording import _
from fundapp.rounds.models import Round


def application_report(application: Application, *, lang: str, actor: User | None, at: datetime) -> bytes:
    """Make the evaluation dossier of one application, as PDF in `lang`.

    Takes a snapshot. Raises Refusal for a sealed round and PdfEngineMissing.
    """
    return _issued(take_application(application, actor=actor, at=at), lang=lang, at=at)


def round_report(round: Round, *, lang: str, actor: User | None, at: datetime) -> bytes:
    """Make the report of one round, as PDF in `lang`.

    Takes a snapshot. Raises Refusal for a sealed round, or when a tie bars the actor from an
    application of it, and PdfEngineMissing.
    """
    return _issued(take_round(round, actor=actor, at=at), lang=lang, at=at)


def _issued(snapshot: Snapshot, *, lang: str, at: datetime) -> bytes:
    content = printing.pdf(snapshot, lang=lang)
    issuing.keep(snapshot, "pdf", lang, content, at=at)
    return content


def take_application(
    application: Application, *, actor: User | None, at: datetime, settings: Mapping[str, Any] | None = None
) -> Snapshot:
    """Freeze what the dossier of an application says now. settings: what it is made for."""
    whole = rows.application_whole(application.id) or application
    _refuse_sealed(whole.round)
    return freeze(
        DOSSIER.key, DOSSIER.gather(whole, at=at), fund_id=whole.fund_id, application_id=whole.id,
        basis=basis_of([whole.stage]), settings=settings, actor=actor, at=at,
    )  # fmt: skip


def take_round(round: Round, *, actor: User | None, at: datetime) -> Snapshot:
    """Freeze what the report of a round says now."""
    _refuse_sealed(round)
    if actor is not None and queries.is_tied(actor, round.id):
        raise Refusal(
            _("You have a tie with an application of this round. A colleague has to make its report.")
        )
    return freeze(
        ROUND.key, ROUND.gather(round, at=at), fund_id=round.fund_id, round_id=round.id,
        basis=basis_of(round.stages), actor=actor, at=at,
    )  # fmt: skip


def _refuse_sealed(round: Round) -> None:
    if round.is_trial:
        raise Refusal(_("A trial has no report: nothing of it counts."))
    if round.is_sealed:
        raise Refusal(_("This round is still sealed. Its report can be made once the seal is off."))
