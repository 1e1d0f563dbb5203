"""A grant from its decision on, as far as a test wants it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from fundapp.applications.models import ApplicationState, ApplicationVersion, VersionReason
from fundapp.core.db import db
from fundapp.decisions.models import DecisionState
from fundapp.funds import ledger
from fundapp.funds.models import Account
from fundapp.grants import offering, plan, rulings, service
from fundapp.grants.models import Agreement, Award
from tests.factories import NOW, Cast, make_application, make_cast, make_decision, make_round


def row(title: str, cents: int | None = 100_000, *, part: bool = False, ref: str = "") -> plan.Written:
    return {
        "ref": ref,
        "is_part": part,
        "title": title,
        "deliverable": "",
        "amount_cents": cents,
        "due_on": date(2027, 3, 1),
    }


@dataclass(frozen=True)
class Start:
    cast: Cast
    award: Award

    @property
    def draft(self) -> Agreement:
        found = self.award.agreement_under_way
        assert found is not None
        return found


def opened(amount_cents: int = 800_000, asked: list[dict[str, Any]] | None = None, **values: Any) -> Start:
    """Open a grant for Ana from a released decision; asked: the milestones of her proposal."""
    cast = make_cast()
    application = make_application(make_round(cast.fund), cast.ana, state=ApplicationState.AWARDED, **values)
    if asked is not None:
        _version(application, {"milestones": asked})
    decision = make_decision(
        application, cast.sol, state=DecisionState.RELEASED, amount_cents=amount_cents, releaser=cast.max
    )
    service.open_award(decision, cast.max, NOW)
    award = db.session.scalars(select(Award)).one()
    return Start(cast, award)


def _version(application: Any, answers: dict[str, Any]) -> None:
    first = application.versions[0]
    application.versions.append(
        ApplicationVersion(
            number=2,
            stage_id=first.stage_id,
            form_id=first.form_id,
            answers=answers,
            title=application.title,
            reason=VersionReason.REVISED,
            digest="b" * 64,
            made_at=NOW,
        )
    )
    db.session.flush()


def write(start: Start, *rows: plan.Written) -> None:
    draft = start.draft
    service.save_plan(draft, rows, base=draft.row_version, actor=start.cast.sol, at=NOW)
    db.session.flush()


def in_force(*rows: plan.Written) -> Start:
    start = opened()
    write(start, *(rows or (row("Format", 500_000), row("Form", 300_000))))
    sign(start)
    return start


def decided(start: Start, *, is_yes: bool = True) -> None:
    """Let the committee have decided on the change under way."""
    rulings.record(
        start.draft,
        is_yes=is_yes,
        decided_on=NOW.date(),
        decided_by="Sol, Max",
        meeting_id=None,
        note="",
        shown_digest=rulings.laid_before(start.draft),
        actor=start.cast.sol,
        at=NOW,
    )
    db.session.flush()


def sign(start: Start) -> None:
    draft = start.draft
    offering.offer(draft, actor=start.cast.sol, at=NOW)
    offering.accept(draft, draft.digest or "", actor=start.cast.ana, at=NOW)
    offering.countersign(draft, draft.digest or "", actor=start.cast.max, at=NOW)
    db.session.flush()
    db.session.refresh(start.award)


def cents(award: Award, account: Account) -> int:
    return ledger.balances(award.fund_id, ledger.Where(award_id=award.id))[account]
