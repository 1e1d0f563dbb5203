"""Making the reports that evaluate: of a fund as it stands, of a grant, and of an evaluation as signed."""

from datetime import datetime

from fundapp.accounts.models import User
from fundapp.funds.models import Fund
from fundapp.grants.models import Award
from fundapp.reports import documents, evaluation_data, evaluations, issuing, printing
from fundapp.reports.freezing import basis_of, freeze
from fundapp.reports.grant_kinds import GRANT
from fundapp.reports.models import Evaluation, Snapshot


def fund_report(fund: Fund, *, lang: str, actor: User | None, at: datetime) -> bytes:
    """Make the report of a fund, as PDF in `lang`. Takes a snapshot. Raises PdfEngineMissing."""
    return _issued(evaluations.take_figures(fund, actor=actor, at=at), lang=lang, at=at)


def grant_report(award: Award, *, lang: str, actor: User | None, at: datetime) -> bytes:
    """Make the evaluation of one grant, as PDF in `lang`. Takes a snapshot. Raises PdfEngineMissing."""
    return _issued(take_grant(award, actor=actor, at=at), lang=lang, at=at)


def take_grant(award: Award, *, actor: User | None, at: datetime) -> Snapshot:
    """Freeze what the evaluation of one grant says now."""
    return freeze(
        GRANT.key, GRANT.gather(award, at=at), fund_id=award.fund_id, award_id=award.id,
        basis=basis_of([award.application.stage]), actor=actor, at=at,
    )  # fmt: skip


def evaluation_pdf(evaluation: Evaluation, *, lang: str, at: datetime) -> bytes:
    """Print an evaluation: as it was signed, or as a draft that says so. Raises PdfEngineMissing."""
    if evaluation.document is not None:
        return issuing.kept(evaluation.document, "pdf", lang) or printing.pdf(evaluation.document, lang=lang)
    digest = evaluations.content_digest(evaluation)
    data = evaluation_data.document(evaluation, digest=digest, at=at)
    return documents.pdf(data, lang=lang, made_at=at)


def _issued(snapshot: Snapshot, *, lang: str, at: datetime) -> bytes:
    content = printing.pdf(snapshot, lang=lang)
    issuing.note(snapshot, "pdf", lang, content, at=at)
    return content
