"""The dossier of an application and the report of a round, as kinds of report."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.applications.queries import seen
from fundapp.core.db import db
from fundapp.funds.queries import OFFICE_ROLES
from fundapp.reports import application_data, figures, queries, round_data, round_figures, tables
from fundapp.reports.kinds import Kind, add
from fundapp.reports.models import Snapshot


def _sees_application(user: User, snapshot: Snapshot) -> bool:
    allowed = select(Application.id).where(Application.id == snapshot.application_id, seen(user))
    return db.session.scalar(allowed) is not None


def _sees_round(user: User, snapshot: Snapshot) -> bool:
    if snapshot.fund_id not in user.funds(*OFFICE_ROLES):
        return False
    return snapshot.round_id is not None and not queries.is_tied(user, snapshot.round_id)


DOSSIER = add(
    Kind(
        key="application",
        words=_l("Dossier of an application"),
        gather=application_data.gather,
        template="dossier.html",
        figures=figures.dossier,
        tables=tables.of_dossier,
        name=lambda data: f"dossier-{data['code']}",
        may_read=_sees_application,
    )
)
ROUND = add(
    Kind(
        key="round",
        words=_l("Report of a round"),
        gather=round_data.gather,
        template="round.html",
        figures=round_figures.round_report,
        tables=tables.of_round,
        name=lambda data: f"round-report-{data['round']['slug']}",
        may_read=_sees_round,
    )
)
