"""The report of a fund and its evaluation, as kinds of report."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.funds.queries import OFFICE_ROLES
from fundapp.reports import fund_data, fund_figures, fund_tables
from fundapp.reports.evaluation_data import EvaluationReport, fund_document
from fundapp.reports.fund_shape import FundReport
from fundapp.reports.kinds import Kind, add
from fundapp.reports.models import Evaluation, EvaluationState, Snapshot
from fundapp.reports.suppression import public_figures
from fundapp.reports.wording import Say


def _gather(fund: Fund, *, at: datetime) -> FundReport:
    """Gather a fund's figures as everybody may read them: what is frozen is what is printed."""
    return public_figures(fund_data.gather(fund, at=at))


def _figures(data: FundReport, say: Say) -> dict[str, Any]:
    return fund_figures.evaluation(fund_document(data), say)


def _works_here(user: User, snapshot: Snapshot) -> bool:
    return snapshot.fund_id in user.funds(*OFFICE_ROLES)


def _reads_evaluation(user: User, snapshot: Snapshot) -> bool:
    """Let people of the office read it, its own evaluator, and everybody once it is published."""
    if _works_here(user, snapshot):
        return True
    of_it = (Evaluation.document_id == snapshot.id) & (
        (Evaluation.evaluator_id == user.id) | (Evaluation.state == EvaluationState.PUBLISHED)
    )
    return db.session.scalar(select(Evaluation.id).where(of_it)) is not None


def _refused(subject: Any, *, at: datetime) -> Mapping[str, Any]:
    raise NotImplementedError("an evaluation is frozen by its signature, not gathered")


def _evaluation_tables(data: EvaluationReport, lang: str) -> list[Any]:
    return fund_tables.of_fund(data["figures"], lang)


FUND = add(
    Kind(
        key="fund",
        words=_l("Report of a fund"),
        gather=_gather,
        template="evaluation.html",
        screen="evaluation_screen.html",
        figures=_figures,
        tables=fund_tables.of_fund,
        name=lambda data: f"fund-report-{data['fund']['slug']}",
        may_read=_works_here,
    )
)
EVALUATION = add(
    Kind(
        key="evaluation",
        words=_l("Evaluation of a fund"),
        gather=_refused,
        template="evaluation.html",
        screen="evaluation_screen.html",
        figures=fund_figures.evaluation,
        tables=_evaluation_tables,
        name=lambda data: f"evaluation-{data['fund']['slug']}-{data['number']}",
        may_read=_reads_evaluation,
    )
)
