"""The report of a round for the public: counts and times, no ranking, no reviewers, no small cells."""

from datetime import datetime
from typing import Any, cast

from flask_babel import lazy_gettext as _l

from fundapp.accounts.models import User
from fundapp.core.refusals import Refusal
from fundapp.funds.queries import OFFICE_ROLES
from fundapp.reports import queries, round_data, round_figures, tables
from fundapp.reports.freezing import basis_of, freeze
from fundapp.reports.group_figures import TRAITS
from fundapp.reports.kinds import Kind, add
from fundapp.reports.models import Snapshot
from fundapp.reports.round_shape import RoundReport
from fundapp.reports.suppression import public_groups
from fundapp.reports.wording import _
from fundapp.rounds.models import Round, RoundState

OPEN_TO_ALL = (RoundState.RELEASED, RoundState.ARCHIVED)
KEPT_BACK = ("ranking", "reviewers", "agreement", "profile")


def public_round(data: RoundReport) -> RoundReport:
    """Give a round's figures as the public may read them."""
    shown: dict[str, Any] = {**data, "kind": "round_public"}
    for trait in TRAITS:
        shown[trait] = public_groups(shown[trait])
    return cast(RoundReport, {**shown, **{key: [] for key in KEPT_BACK}})


def _gather(round: Round, *, at: datetime) -> RoundReport:
    return public_round(round_data.gather(round, at=at))


def _works_here(user: User, snapshot: Snapshot) -> bool:
    """Let people of the office take it along, unless a tie keeps them from the round."""
    if snapshot.fund_id not in user.funds(*OFFICE_ROLES) or snapshot.round_id is None:
        return False
    return not queries.is_tied(user, snapshot.round_id)


ROUND_PUBLIC = add(
    Kind(
        key="round_public",
        words=_l("Report of a round for the public"),
        gather=_gather,
        template="round.html",
        figures=round_figures.round_report,
        tables=tables.of_round,
        name=lambda data: f"public-report-{data['round']['slug']}",
        may_read=_works_here,
    )
)


def take_public_round(round: Round, *, actor: User | None, at: datetime) -> Snapshot:
    """Freeze the public report of a round. Raises Refusal before its decisions are released."""
    if round.state not in OPEN_TO_ALL or round.is_trial or round.is_sealed:
        raise Refusal(_("The public report can be made once the decisions are released."))
    if actor is not None and queries.is_tied(actor, round.id):
        raise Refusal(
            _("You have a tie with an application of this round. A colleague has to make its report.")
        )
    return freeze(
        ROUND_PUBLIC.key, ROUND_PUBLIC.gather(round, at=at), fund_id=round.fund_id, round_id=round.id,
        basis=basis_of(round.stages), actor=actor, at=at,
    )  # fmt: skip
