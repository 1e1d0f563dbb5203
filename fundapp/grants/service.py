"""From a released decision to an agreement in force: plan, offer, two signatures."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts import service as accounts
from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core import approvals, audit, money
from fundapp.core.approvals import Approval
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.decisions import caps
from fundapp.decisions import service as decisions
from fundapp.decisions.models import Decision, Outcome
from fundapp.funds import ledger
from fundapp.funds.models import Fund
from fundapp.grants import deed, milestones, plan
from fundapp.grants.hold import hold
from fundapp.grants.letters import queue
from fundapp.grants.models import Agreement, AgreementState, Award, AwardState, Payee
from fundapp.grants.queries import grantees, owner_of
from fundapp.grants.workflow import agreements, workflow
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
    begun = _begin(award, award.application, award.application.fund, list(last.plan), at=at)
    audit.record("redraft", begun, actor=actor, at=at)
    return begun


def save_plan(
    agreement: Agreement, rows: Iterable[plan.Written], *, base: int, actor: User | None, at: datetime
) -> None:
    """Keep the plan as it was written; it may still be incomplete.

    base: the row_version the writer saw. Raises ChangedMeanwhile when somebody saved in between.
    """
    written = list(rows)
    if len(written) > plan.MOST_LINES:
        raise Refusal(_("A plan has at most %(most)s milestones and parts.", most=plan.MOST_LINES))
    if agreement.row_version != base:
        raise ChangedMeanwhile(_("Somebody else saved this plan while you had it open."))
    agreement.plan = plan.numbered(written, {milestone.ref for milestone in agreement.award.milestones})
    agreement.total_cents = plan.total(agreement.plan)
    agreements.make("write", agreement, actor=actor, at=at, detail={"total_cents": agreement.total_cents})


def import_plan(agreement: Agreement, text: str, *, base: int, actor: User | None, at: datetime) -> None:
    """Replace the plan by one in takentaal; milestones with the same name keep their reference.

    Raises UnreadablePlan with every fault and its line, ChangedMeanwhile as save_plan does.
    """
    rows = plan.from_takentaal(text, agreement.award.application.fund.currency)
    known = {" ".join(line["title"].split()).lower(): line["ref"] for line in agreement.plan}
    for row in rows:
        row["ref"] = known.pop(" ".join(row["title"].split()).lower(), "")
    save_plan(agreement, rows, base=base, actor=actor, at=at)


def open_points(agreement: Agreement) -> list[str]:
    """Say what keeps this version from being offered; nothing when it can be."""
    currency, lang = agreement.award.application.fund.currency, str(get_locale() or "en")
    points = plan.open_points(
        agreement.plan, agreement.award.amount_cents, lambda cents: money.show(cents, currency, lang)
    )
    if not grantees(agreement.application):
        points.append(_("Nobody can sign for the grantee yet: this proposal has no owner here."))
    return points + milestones.shortfalls(agreement, lambda cents: money.show(cents, currency, lang))


# --- offer and signatures ----------------------------------------------------------


def offer(agreement: Agreement, *, actor: User, at: datetime) -> None:
    """Freeze the words and the plan under a digest and send them to the grantee to sign.

    Raises Refusal with all that is still open in the plan.
    """
    if points := open_points(agreement):
        raise Refusal(" ".join(points))
    words = deed.drawn_up(agreement, owner_of(agreement.application))
    digest = deed.digest(agreement, words)
    detail = {"digest": digest, "total_cents": agreement.total_cents}
    agreements.make("offer", agreement, actor=actor, at=at, detail=detail)
    agreement.body = deed.frozen(words)
    agreement.digest = digest
    agreement.offered_by = actor.id
    queue("agreement-offered", agreement.application, _key(agreement), at=at, agreement=agreement)


def take_back(agreement: Agreement, *, actor: User, at: datetime) -> None:
    """Make an offer a draft again, before it is signed; the digest that was shown counts no more."""
    agreements.make("take_back", agreement, actor=actor, at=at)
    agreement.digest, agreement.body = None, ""


def withdraw(agreement: Agreement, *, actor: User, at: datetime, note: str) -> None:
    """Drop a version that is not signed; another can be begun."""
    agreements.make("withdraw", agreement, actor=actor, at=at, note=note)


def accept(agreement: Agreement, shown_digest: str, *, actor: User, at: datetime) -> None:
    """Sign for the grantee: exactly the text that was on the page, else ChangedMeanwhile."""
    _same(agreement, shown_digest)
    agreements.make("accept", agreement, actor=actor, at=at, detail={"digest": agreement.digest})
    agreement.accepted_by, agreement.accepted_at = actor.id, at
    if (offerer := db.session.get(User, agreement.offered_by)) is not None:
        application, key = agreement.application, _key(agreement)
        queue("agreement-accepted", application, key, at=at, to=[offerer], agreement=agreement)


def countersign(agreement: Agreement, shown_digest: str, *, actor: User, at: datetime) -> bool:
    """Sign for the fund; tell whether the agreement came into force with it.

    The fund's number of approvals on this digest is needed, from different people, none of whom
    offered or accepted it. Then the milestones become those of the plan, an older version is
    replaced, and the grant runs.
    """
    fund = hold(agreement)
    _same(agreement, shown_digest)
    if agreement.award.state in ENDED:
        raise MoveRefused(_("This grant has ended."))
    if not agreements.allows("countersign", actor, agreement) or _signed(agreement, actor):
        raise MoveRefused(_("You cannot sign this for the fund: you offered or signed it yourself."))
    given = approvals.give(agreement, shown_digest, user_id=actor.id, at=at)
    if given < fund.approvals_needed:
        audit.record("sign", agreement, actor=actor, at=at, detail={"digest": shown_digest, "given": given})
        return False
    _bring_into_force(agreement, actor=actor, at=at)
    return True


def _signed(agreement: Agreement, user: User) -> bool:
    statement = select(Approval.id).where(
        Approval.subject_type == Agreement.__tablename__,
        Approval.subject_id == agreement.id,
        Approval.digest == agreement.digest,
        Approval.user_id == user.id,
    )
    return db.session.scalar(statement) is not None


def _bring_into_force(agreement: Agreement, *, actor: User, at: datetime) -> None:
    award = agreement.award
    if award.agreement_in_force is not None:
        agreements.make("supersede", award.agreement_in_force, actor=actor, at=at)
        db.session.flush()  # only one version is in force at any moment
    agreements.make("countersign", agreement, actor=actor, at=at, detail={"digest": agreement.digest})
    agreement.in_force_at = at
    milestones.rewrite(agreement, actor=actor, at=at)
    if award.state is AwardState.PLANNING:
        workflow.make("start", award, actor=actor, at=at)
    queue("agreement-in-force", agreement.application, _key(agreement), at=at, agreement=agreement)


def _same(agreement: Agreement, shown_digest: str) -> None:
    if agreement.state is AgreementState.DRAFT or agreement.digest != shown_digest:
        raise ChangedMeanwhile(_("The agreement is no longer the text you had before you. Read it again."))


def _key(agreement: Agreement) -> str:
    return f"{agreement.id}:{agreement.digest}"
