"""From a released decision to a grant with a plan: opened, written, begun anew."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts import service as accounts
from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.decisions import caps
from fundapp.decisions import service as decisions
from fundapp.decisions.models import Decision, Outcome
from fundapp.funds import ledger
from fundapp.funds.models import Fund
from fundapp.grants import plan, plan_versions, shares
from fundapp.grants.hold import hold
from fundapp.grants.models import Agreement, Award, AwardState, ChangeClass, Payee
from fundapp.grants.queries import owner_of
from fundapp.grants.workflow import agreements
from fundapp.rounds.answers import MILESTONES

ENDED = (AwardState.COMPLETED, AwardState.TERMINATED)


def open_award(decision: Decision, actor: User | None, at: datetime) -> None:
    """Turn a released decision that gives money into a grant; other outcomes leave no trace here.

    Commits the round's reserved money to it, earmarked money of the proposal's theme first, and
    begins the agreement with the milestones of the proposal. Raises NotEnough.
    """
    if decision.outcome is not Outcome.AWARDED or decision.amount_cents is None:
        return
    fund = ledger.lock(decision.fund_id)
    application = decision.application
    award = Award(
        fund_id=fund.id,
        round_id=decision.round_id,
        application_id=application.id,
        decision_id=decision.id,
        amount_cents=decision.amount_cents,
        scheme=fund.payment_scheme,
        advance_percent=fund.advance_percent,
        state_at=at,
        created_at=at,
    )
    db.session.add(award)
    audit.record("open", award, actor=actor, at=at, detail={"amount_cents": award.amount_cents})
    _commit(fund, award, application, actor=actor, at=at)
    _name_payee(award, application, at=at)
    _begin(award, application, fund, _asked_milestones(application), at=at)


decisions.ON_RELEASE.append(open_award)


def amounts_now(application_ids: Collection[int]) -> dict[int, int]:
    """Give the amounts of grants by application as they stand now: an early end changes them."""
    rows = db.session.execute(
        select(Award.application_id, Award.amount_cents).where(Award.application_id.in_(application_ids))
    )
    return {row.application_id: row.amount_cents for row in rows}


caps.AMOUNTS_NOW.append(amounts_now)


def _commit(fund: Fund, award: Award, application: Application, *, actor: User | None, at: datetime) -> None:
    ledger.move(
        fund,
        ledger.COMMIT,
        f"commit:{award.id}",
        award.amount_cents,
        at_source=ledger.Where(round_id=award.round_id),
        onto=ledger.Where(round_id=award.round_id, award_id=award.id),
        themes=frozenset({application.theme} if application.theme else ()),
        actor=actor,
        at=at,
    )


def _name_payee(award: Award, application: Application, *, at: datetime) -> None:
    owner = owner_of(application)
    if application.party is None and owner is not None:
        application.party = accounts.party_of(owner, at=at)
        db.session.flush()  # the payee refers to it
    if application.party_id is not None:
        db.session.add(Payee(award_id=award.id, fund_id=award.fund_id, party_id=application.party_id))


def _begin(
    award: Award, application: Application, fund: Fund, lines: list[plan.Line], *, at: datetime
) -> Agreement:
    owner = owner_of(application)
    begun = Agreement(
        award=award,
        fund_id=award.fund_id,
        number=len(award.agreements) + 1,
        state_at=at,
        plan=lines,
        total_cents=plan.total(lines),
        language=owner.language if owner else fund.languages[0],
    )
    db.session.add(begun)
    db.session.flush()  # the page that follows shows it
    return begun


def _asked_milestones(application: Application) -> list[plan.Line]:
    """Take the milestones of the proposal over, as far as they were filled in."""
    version = application.current
    rows = version.answers.get(MILESTONES) if version else None
    asked = [row for row in rows or [] if isinstance(row, dict) and str(row.get("title") or "").strip()]
    return plan.numbered(_asked(row) for row in asked)


def _asked(row: dict[str, Any]) -> plan.Written:
    cents = row.get("amount_cents")
    return {
        "ref": "",
        "is_part": False,
        "title": str(row["title"])[: plan.LONGEST_TITLE],
        "deliverable": str(row.get("description") or "")[: plan.LONGEST_DELIVERABLE],
        "amount_cents": cents if isinstance(cents, int) and cents > 0 else None,
        "due_on": None,
    }


# --- the plan --------------------------------------------------------------------


def redraft(award: Award, *, actor: User, at: datetime) -> Agreement:
    """Begin a new version of the agreement from the newest plan; what is in force stays so until both sign.

    Raises MoveRefused while another version is under way or the grant has ended.
    """
    hold(award)
    if award.agreement_under_way or award.state in ENDED:
        raise MoveRefused(_("There is a version under way already, or this grant has ended."))
    last = award.agreement_in_force or award.agreements[-1]
    begun = _begin(award, award.application, award.application.fund, plan_versions.carried_over(award), at=at)
    begun.payees = [*shares.settled(last.payees, begun.total_cents)]
    begun.ends_on, begun.opened_by = last.ends_on, actor.id
    if award.agreement_in_force is not None:
        begun.change_class = ChangeClass.STAFF
    plan_versions.keep(begun, actor=actor, at=at)
    audit.record("redraft", begun, actor=actor, at=at)
    return begun


def save_plan(
    agreement: Agreement, rows: Iterable[plan.Written], *, base: int, actor: User | None, at: datetime
) -> None:
    """Keep the plan as it was written; it may still be incomplete.

    base: the row_version the writer saw. Every saved plan is kept. Raises ChangedMeanwhile when somebody
    saved in between, and Refusal for what no plan can hold.
    """
    written = checked(rows)
    if agreement.row_version != base:
        raise ChangedMeanwhile(_("Somebody else saved this plan while you had it open."))
    agreement.plan = plan_versions.renumbered(agreement.award, written)
    agreement.total_cents = plan.total(agreement.plan)
    agreement.payees = [*shares.settled(agreement.payees, agreement.total_cents)]
    agreements.make("write", agreement, actor=actor, at=at, detail={"total_cents": agreement.total_cents})
    plan_versions.keep(agreement, actor=actor, at=at)


def checked(rows: Iterable[plan.Written]) -> list[plan.Written]:
    """Give the rows of a plan. Raises Refusal: too many, an amount below zero or beyond all money."""
    written = list(rows)
    if len(written) > plan.MOST_LINES:
        raise Refusal(_("A plan has at most %(most)s milestones and parts.", most=plan.MOST_LINES))
    for row in written:
        if not 0 <= (row["amount_cents"] or 0) <= plan.MOST_CENTS:
            raise Refusal(_("“%(title)s” has an amount that cannot be.", title=row["title"][:60]))
    return written


def share(
    agreement: Agreement, parts: Sequence[shares.Part], *, base: int, actor: User, at: datetime
) -> None:
    """Say who is paid which part of the grant; nobody named: the grantee gets all of it.

    base: the row_version the writer saw. Raises ChangedMeanwhile, MoveRefused, Refusal.
    """
    if agreement.row_version != base:
        raise ChangedMeanwhile(_("Somebody else saved this plan while you had it open."))
    agreement.payees = [*shares.named(agreement, parts, at=at)]
    detail = {"payees": [one["party_id"] for one in agreement.payees]}
    agreements.make("write", agreement, actor=actor, at=at, detail=detail)
    plan_versions.keep(agreement, actor=actor, at=at)


def import_plan(agreement: Agreement, text: str, *, base: int, actor: User | None, at: datetime) -> None:
    """Replace the plan by one in takentaal; milestones with the same name keep their reference.

    Raises UnreadablePlan with every fault and its line, ChangedMeanwhile as save_plan does.
    """
    rows = plan.from_takentaal(text, agreement.award.application.fund.currency)
    known = {" ".join(line["title"].split()).lower(): line["ref"] for line in agreement.plan}
    for row in rows:
        row["ref"] = known.pop(" ".join(row["title"].split()).lower(), "")
    save_plan(agreement, rows, base=base, actor=actor, at=at)
