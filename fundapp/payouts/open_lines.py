"""Lines of statements that nobody has explained yet, and what each could be."""

from collections.abc import Sequence
from typing import Any

from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application
from fundapp.applications.queries import barred_for
from fundapp.core import money
from fundapp.core.db import db
from fundapp.funds.models import Contribution, Fund, Gift
from fundapp.grants.models import Award
from fundapp.payouts.models import (
    Claim,
    Handled,
    LineHandling,
    LineState,
    Payment,
    PaymentState,
    Recovery,
    RecoveryState,
    StatementLine,
)

PAGE = 50
MOST = 40
"""So many of a kind are offered for one line."""


def waiting(user: User) -> tuple[Any, ...]:
    """Give the conditions on lines that wait: without a match, not explained for good, and free of ties."""
    final = select(LineHandling.line_id).where(LineHandling.kind != Handled.SUSPENSE)
    return (
        StatementLine.state == LineState.UNMATCHED,
        StatementLine.amount_cents.is_not(None),
        StatementLine.id.not_in(final),
        _free_of(user),
    )


def of_fund(user: User, fund: Fund, before: int | None = None) -> Sequence[Any]:
    """List the lines of a fund that wait, newest first, one more than a page holds.

    Columns: the line, note (what is known of it while it is in suspense). Lines about projects the
    person has a tie to are left out: somebody else handles them.
    """
    statement = (
        select(StatementLine, LineHandling.note)
        .outerjoin(LineHandling, LineHandling.line_id == StatementLine.id)
        .where(StatementLine.fund_id == fund.id, *waiting(user))
        .order_by(StatementLine.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(StatementLine.id < before)
    return db.session.execute(statement).all()


def _tied(user: User) -> Any:
    return (
        select(Payment.id)
        .join(Claim, Claim.id == Payment.claim_id)
        .join(Award, Award.id == Claim.award_id)
        .where(Award.application_id.in_(barred_for(user)))
    )


def _tied_recoveries(user: User) -> Any:
    return (
        select(Recovery.id)
        .join(Award, Award.id == Recovery.award_id)
        .where(Award.application_id.in_(barred_for(user)))
    )


def _free_of(user: User) -> Any:
    line = StatementLine
    return and_(
        or_(line.payment_id.is_(None), line.payment_id.not_in(_tied(user))),
        or_(line.recovery_id.is_(None), line.recovery_id.not_in(_tied_recoveries(user))),
    )


def count(user: User, fund: Fund) -> int:
    """Count the lines of a fund that wait."""
    counted = select(func.count(StatementLine.id)).where(StatementLine.fund_id == fund.id, *waiting(user))
    return db.session.scalar(counted) or 0


def line(user: User, id: int) -> StatementLine | None:
    """Load one line of a fund whose money the person handles, unless a tie bars them."""
    funds = user.funds(RoleName.FINANCE, RoleName.AUDITOR)
    return db.session.scalar(
        select(StatementLine)
        .where(StatementLine.id == id, StatementLine.fund_id.in_(funds), _free_of(user))
        .options(joinedload(StatementLine.statement))
    )


def noted(line: StatementLine) -> list[LineHandling]:
    """List what was said of a line, the first first."""
    found = select(LineHandling).where(LineHandling.line_id == line.id).order_by(LineHandling.id)
    return list(db.session.scalars(found))


def choices(user: User, line: StatementLine, fund: Fund) -> list[tuple[str, str]]:
    """Give what a line can be, as (value, words): what fits its amount first; costs and suspense last."""
    found = [*_payments(user, line, fund)]
    if (line.amount_cents or 0) > 0:
        found += [*_gifts(line, fund), *_recoveries(user, fund)]
    else:
        found.append((Handled.COSTS.value, _("Costs of the bank")))
    if not noted(line):
        found.append((Handled.SUSPENSE.value, _("Not known yet: leave it, with a note")))
    return found


def _payments(user: User, line: StatementLine, fund: Fund) -> list[tuple[str, str]]:
    """Give the payments of this amount that wait for the bank, or that can have come back."""
    is_in = (line.amount_cents or 0) > 0
    states = (PaymentState.ORDERED, PaymentState.PAID) if is_in else (PaymentState.ORDERED,)
    rows = db.session.execute(
        select(Payment.id, Payment.end_to_end_id, Application.title)
        .join(Claim, Claim.id == Payment.claim_id)
        .join(Award, Award.id == Claim.award_id)
        .join(Application, Application.id == Award.application_id)
        .where(
            Payment.fund_id == fund.id,
            Payment.state.in_(states),
            Payment.amount_cents == abs(line.amount_cents or 0),
            Application.id.not_in(barred_for(user)),
        )
        .order_by(Payment.id.desc())
        .limit(MOST)
    )
    return [
        (
            f"{Handled.PAYMENT.value}:{row.id}",
            _("Payment %(id)s came back: %(title)s", id=row.end_to_end_id, title=row.title)
            if is_in
            else _("Payment %(id)s: %(title)s", id=row.end_to_end_id, title=row.title),
        )
        for row in rows
    ]


def _gifts(line: StatementLine, fund: Fund) -> list[tuple[str, str]]:
    """Give the gifts that were promised, those of this amount first."""
    fits = case((Contribution.amount_cents == line.amount_cents, 0), else_=1)
    rows = db.session.scalars(
        select(Contribution)
        .where(Contribution.fund_id == fund.id, Contribution.state == Gift.PLEDGED)
        .order_by(fits, Contribution.expected_on, Contribution.id)
        .limit(MOST)
    )
    lang = str(get_locale() or "en")
    return [
        (
            f"{Handled.GIFT.value}:{row.id}",
            _(
                "Gift of %(giver)s: %(amount)s promised%(when)s", giver=row.giver,
                amount=money.show(row.amount_cents, fund.currency, lang),
                when=", " + format_date(row.expected_on, "d MMM y") if row.expected_on else "",
            ),
        )
        for row in rows
    ]  # fmt: skip


def _recoveries(user: User, fund: Fund) -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(Recovery.id, Recovery.code, Application.title)
        .join(Award, Award.id == Recovery.award_id)
        .join(Application, Application.id == Award.application_id)
        .where(
            Recovery.fund_id == fund.id,
            Recovery.state == RecoveryState.OPEN,
            Application.id.not_in(barred_for(user)),
        )
        .order_by(Recovery.id)
        .limit(MOST)
    )
    return [
        (
            f"{Handled.RECOVERY.value}:{row.id}",
            _("Claimed back, %(code)s: %(title)s", code=row.code, title=row.title),
        )
        for row in rows
    ]
