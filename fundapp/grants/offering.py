"""The agreement offered, signed for the grantee and for the fund, and in force."""

from datetime import datetime

from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications.models import APPLICANTS
from fundapp.core import approvals, audit, clock, money
from fundapp.core.approvals import Approval
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.funds.models import Fund
from fundapp.grants import (
    amendments,
    conditions,
    consequences,
    deed,
    milestones,
    offered_money,
    paid_people,
    plan,
    report_days,
    shares,
)
from fundapp.grants.hold import hold
from fundapp.grants.letters import queue
from fundapp.grants.models import Agreement, AgreementState, AwardState
from fundapp.grants.queries import owner_of
from fundapp.grants.service import ENDED
from fundapp.grants.workflow import agreements, workflow


def open_points(agreement: Agreement, known: amendments.Known | None = None) -> list[str]:
    """Say what keeps this version from being offered; nothing when it can be. known: see amendments."""
    award = agreement.award
    currency, lang = award.application.fund.currency, str(get_locale() or "en")[:2]

    def show(cents: int) -> str:
        return money.show(cents, currency, lang)

    points = plan.open_points(
        agreement.plan,
        award.amount_cents + agreement.change_cents,
        show,
        starts_on=clock.day(award.created_at, award.application.fund.zone),
        ends_on=agreement.ends_on,
    )
    if not any(one.capacity in APPLICANTS and one.ended_at is None for one in award.application.access):
        points.append(_("Nobody can sign for the grantee yet: this proposal has no owner here."))
    points += shares.open_points(agreement) + [
        _(
            "“%(title)s” is to be checked at %(ref)s, which this plan has no more.",
            title=one.title,
            ref=one.ref,
        )
        for one in conditions.lost(award, agreement.plan)
    ]
    if award.state is AwardState.PLANNING:  # nothing was delivered or paid yet
        return points
    return points + milestones.shortfalls(agreement, show) + amendments.open_points(agreement, known)


def offer(agreement: Agreement, *, actor: User, at: datetime) -> None:
    """Freeze the words and the plan under a digest and send them to the grantee to sign.

    What it adds to the grant is kept from now on. Raises Refusal with all that is still open in the plan.
    """
    fund = hold(agreement)
    if points := open_points(agreement):
        raise Refusal(" ".join(points))
    with force_locale(agreement.language):
        found = consequences.of(agreement)
    is_first = agreement.award.agreement_in_force is None
    agreement.change_class = consequences.class_of(found, is_first=is_first)
    agreement.consequences = [{"rule": one.rule, "by": one.by.value, "words": one.words} for one in found]
    words = deed.drawn_up(agreement, owner_of(agreement.application))
    digest = deed.digest(agreement, words)
    kind = agreement.change_class.value
    detail = {"digest": digest, "total_cents": agreement.total_cents, "change_class": kind}
    agreements.make("offer", agreement, actor=actor, at=at, detail=detail)
    agreement.body = deed.frozen(words)
    agreement.digest = digest
    agreement.offered_by = actor.id
    offered_money.keep(agreement, fund, actor=actor, at=at)
    if not _signed(agreement, actor):
        approvals.give(agreement, digest, user_id=actor.id, at=at)
    queue("agreement-offered", agreement.application, _offer_key(agreement), at=at, agreement=agreement)
    _ask_payees(agreement, at=at)


def _ask_payees(agreement: Agreement, *, at: datetime) -> None:
    """Write to the payees who have to agree to their share; the owner does so by signing."""
    owner = owner_of(agreement.application)
    waiting = {one["user_id"]: one for one in shares.waiting(agreement)}
    for person in paid_people.people(agreement.award):
        if person.id in waiting and (owner is None or person.id != owner.id):
            values = {"agreement": agreement, "share": waiting[person.id]}
            key = _key(agreement)
            queue("share-offered", agreement.application, key, at=at, to=[person], **values)


def take_back(agreement: Agreement, *, actor: User, at: datetime) -> None:
    """Make an offer a draft again, before it is signed; the digest that was shown counts no more."""
    fund = hold(agreement)
    offered_money.let_go(agreement, fund, actor=actor, at=at)
    agreements.make("take_back", agreement, actor=actor, at=at)
    agreement.digest, agreement.body = None, ""


def send_back(agreement: Agreement, shown_digest: str, *, actor: User, at: datetime, note: str) -> None:
    """Leave an offer unsigned and say what should be different; it is a draft again, and the fund has mail.

    Only about the text that was on the page: else ChangedMeanwhile.
    """
    fund = hold(agreement)
    _same(agreement, shown_digest)
    offered_money.let_go(agreement, fund, actor=actor, at=at)
    agreements.make("send_back", agreement, actor=actor, at=at, note=note)
    if (offerer := db.session.get(User, agreement.offered_by)) is not None:
        application, key = agreement.application, _offer_key(agreement)
        queue("agreement-sent-back", application, key, at=at, to=[offerer], agreement=agreement, note=note)
    agreement.digest, agreement.body = None, ""


def withdraw(agreement: Agreement, *, actor: User, at: datetime, note: str) -> None:
    """Drop a version that is not signed; another can be begun."""
    fund = hold(agreement)
    offered_money.let_go(agreement, fund, actor=actor, at=at)
    agreements.make("withdraw", agreement, actor=actor, at=at, note=note)


def accept(agreement: Agreement, shown_digest: str, *, actor: User, at: datetime) -> None:
    """Sign for the grantee: exactly the text that was on the page, else ChangedMeanwhile."""
    _same(agreement, shown_digest)
    agreements.make("accept", agreement, actor=actor, at=at, detail={"digest": agreement.digest})
    agreement.accepted_by, agreement.accepted_at = actor.id, at
    if (own := shares.own_share(agreement, actor)) is not None:
        shares.consent(agreement, shares.consent_digest(agreement.award_id, own), actor=actor, at=at)
    if (offerer := db.session.get(User, agreement.offered_by)) is not None:
        application, key = agreement.application, _key(agreement)
        queue("agreement-accepted", application, key, at=at, to=[offerer], agreement=agreement)


def countersign(agreement: Agreement, shown_digest: str, *, actor: User, at: datetime) -> bool:
    """Sign for the fund; tell whether the agreement came into force with it.

    Who offered it has signed with the offer; at least one other signs here, or more where the fund wants
    more approvals, none of whom accepted it. Then the milestones become those of the plan, an older
    version is replaced, and the grant runs.
    """
    fund = hold(agreement)
    _same(agreement, shown_digest)
    if agreement.award.state in ENDED:
        raise MoveRefused(_("This grant has ended."))
    if not agreements.allows("countersign", actor, agreement) or _signed(agreement, actor):
        raise MoveRefused(_("You cannot sign this for the fund: you offered or signed it yourself."))
    if waiting := shares.waiting(agreement):
        names = ", ".join(one["name"] for one in waiting)
        raise Refusal(_("These payees have not agreed to their share yet: %(names)s.", names=names))
    given = approvals.give(agreement, shown_digest, user_id=actor.id, at=at)
    if given < signatures_needed(fund):
        audit.record("sign", agreement, actor=actor, at=at, detail={"digest": shown_digest, "given": given})
        return False
    _bring_into_force(agreement, fund, actor=actor, at=at)
    return True


def signatures_needed(fund: Fund) -> int:
    """Give how many people sign an agreement for a fund: who offers it, and as many as approve decisions."""
    return 1 + fund.approvals_needed


def _signed(agreement: Agreement, user: User) -> bool:
    statement = select(Approval.id).where(
        Approval.subject_type == Agreement.__tablename__,
        Approval.subject_id == agreement.id,
        Approval.digest == agreement.digest,
        Approval.user_id == user.id,
    )
    return db.session.scalar(statement) is not None


def _bring_into_force(agreement: Agreement, fund: Fund, *, actor: User, at: datetime) -> None:
    award = agreement.award
    if points := open_points(agreement):
        raise Refusal(" ".join(points))
    amendments.book(agreement, fund, actor=actor, at=at)
    if award.agreement_in_force is not None:
        agreements.make("supersede", award.agreement_in_force, actor=actor, at=at)
        db.session.flush()  # only one version is in force at any moment
    agreements.make("countersign", agreement, actor=actor, at=at, detail={"digest": agreement.digest})
    agreement.in_force_at = at
    award.ends_on = agreement.ends_on or award.ends_on
    milestones.rewrite(agreement, actor=actor, at=at)
    shares.bring_into_force(agreement, at=at)
    if award.state is AwardState.PLANNING:
        workflow.make("start", award, actor=actor, at=at)
    report_days.draw(award, actor=actor, at=at)
    queue("agreement-in-force", agreement.application, _key(agreement), at=at, agreement=agreement)


def _same(agreement: Agreement, shown_digest: str) -> None:
    if agreement.state is AgreementState.DRAFT or agreement.digest != shown_digest:
        raise ChangedMeanwhile(_("The agreement is no longer the text you had before you. Read it again."))


def _key(agreement: Agreement) -> str:
    return f"{agreement.id}:{agreement.digest}"


def _offer_key(agreement: Agreement) -> str:
    """Name one offer: the same words can be offered anew after they were taken or sent back."""
    return f"{_key(agreement)}:{agreement.row_version}"
