"""What is given to a fund: promised, come in, for one theme or for all, thanked for, paid back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from fundapp.core import audit, counters, mail, signing
from fundapp.core.db import db, locked
from fundapp.core.refusals import Refusal
from fundapp.funds import ledger
from fundapp.funds.ledger import Where
from fundapp.funds.models import Account, Contribution, Fund, Gift, Refund, RefundState
from fundapp.funds.shortage import shown
from fundapp.funds.workflow import gifts as moves
from fundapp.funds.workflow import refunds as refund_moves


@dataclass(frozen=True)
class Giver:
    """Whom a mail about a gift goes to; givers need no account."""

    name: str
    email: str
    language: str
    id: None = None


def token(gift: Contribution) -> str:
    """Give the secret part of the address of a giver's own page."""
    return signing.sign("gift", gift.id)


def of_token(text: str) -> Contribution | None:
    """Find the gift of a giver's own page."""
    id = signing.read("gift", text)
    return db.session.get(Contribution, id) if isinstance(id, int) else None


def pledge(
    fund: Fund,
    *,
    giver: str,
    amount_cents: int,
    pledged_on: date,
    actor: Any,
    at: datetime,
    expected_on: date | None = None,
    theme: str | None = None,
    **about: Any,
) -> Contribution:
    """Keep that money is promised, and tell the giver how to transfer it.

    about: giver_kind, is_anonymous, email, language. expected_on: the day it should be in by.
    """
    ledger.lock(fund.id)
    gift = Contribution(
        fund_id=fund.id,
        giver=giver,
        reference=f"GIFT-{counters.next_number('gift'):06d}",
        theme=theme,
        amount_cents=amount_cents,
        state=Gift.PLEDGED,
        pledged_on=pledged_on,
        expected_on=expected_on,
        **about,
    )
    db.session.add(gift)
    audit.record("pledge", gift, actor=actor, at=at, detail={"amount_cents": amount_cents})
    _promise(fund, gift, amount_cents, f"pledge:{gift.id}", actor=actor, at=at)
    tell("gift-pledged", gift, f"gift-pledged:{gift.id}", at=at)
    return gift


def _promise(fund: Fund, gift: Contribution, cents: int, key: str, *, actor: Any, at: datetime) -> None:
    ledger.post(fund, ledger.PLEDGE, key, cents, contribution_id=gift.id, actor=actor, at=at)


def come_in(
    gift: Contribution,
    *,
    received_on: date,
    actor: Any,
    at: datetime,
    amount_cents: int | None = None,
    expects_rest: bool = False,
    statement_line_id: int | None = None,
) -> Contribution | None:
    """Book a promised gift as received: bank to pledges, and pledged to free or restricted.

    amount_cents: what came in, where that is not what was promised. More: the promise was larger.
    Less: the rest is cancelled, or with expects_rest becomes a promise of its own, which is given.
    Raises MoveRefused (it is not a promise any more).
    """
    fund = ledger.lock(gift.fund_id)
    locked(Contribution, gift.id)
    came, promised = gift.amount_cents if amount_cents is None else amount_cents, gift.amount_cents
    if came <= 0:
        raise Refusal(_("Fill in an amount above zero."))
    moves.make("receive", gift, actor=actor, at=at, detail={"amount_cents": came, "pledged_cents": promised})
    gift.received_on = received_on  # with the state, in one write: a CHECK wants both
    if came > promised:
        _promise(fund, gift, came - promised, f"pledge-more:{gift.id}", actor=actor, at=at)
    rest = _let_go(fund, gift, promised - came, expects_rest, actor=actor, at=at) if came < promised else None
    gift.amount_cents = came
    onto = Where(statement_line_id=statement_line_id)
    last = ledger.EARMARK_OF_PLEDGE if gift.theme else ledger.RECEIPT_OF_PLEDGE
    for step in (ledger.PLEDGE_PAID, last):
        key = f"{step.event}:{gift.id}:{gift.row_version}"
        ledger.post(fund, step, key, came, contribution_id=gift.id, actor=actor, at=at, onto=onto)
    tell("gift-received", gift, f"gift-received:{gift.id}:{gift.row_version}", at=at)
    return rest


def _let_go(
    fund: Fund, gift: Contribution, cents: int, expects_rest: bool, *, actor: Any, at: datetime
) -> Contribution | None:
    """Take what did not come from the promise; where it is still expected, promise it anew."""
    ledger.post(
        fund, ledger.PLEDGE_CANCELLED, f"pledge-less:{gift.id}:{gift.row_version}", cents,
        contribution_id=gift.id, actor=actor, at=at,
    )  # fmt: skip
    if not expects_rest:
        return None
    rest = pledge(
        fund, giver=gift.giver, amount_cents=cents, expected_on=gift.expected_on,
        pledged_on=gift.pledged_on or gift.received_on or at.date(), theme=gift.theme,
        giver_kind=gift.giver_kind,
        is_anonymous=gift.is_anonymous, email=gift.email, language=gift.language, actor=actor, at=at,
    )  # fmt: skip
    rest.split_from_id = gift.id
    return rest


def cancel(gift: Contribution, *, note: str, actor: Any, at: datetime) -> None:
    """Write down that a promised gift will not come."""
    fund = ledger.lock(gift.fund_id)
    locked(Contribution, gift.id)
    moves.make("cancel", gift, actor=actor, at=at, note=note, detail={"amount_cents": gift.amount_cents})
    key = f"pledge-cancelled:{gift.id}:{gift.row_version}"
    ledger.post(
        fund, ledger.PLEDGE_CANCELLED, key, gift.amount_cents, contribution_id=gift.id, actor=actor, at=at
    )


def earmark(gift: Contribution, theme: str | None, *, note: str, actor: Any, at: datetime) -> int:
    """Restrict a gift to a theme, or lift its restriction (None), with the reason; give the cents moved.

    What a round or a grant holds of it stays there; when it is given back it goes by the new theme.
    """
    if not note.strip():
        raise Refusal(_("Give a reason for this step."))
    fund = ledger.lock(gift.fund_id)
    locked(Contribution, gift.id)
    if theme == gift.theme or gift.state not in (Gift.PLEDGED, Gift.RECEIVED):
        raise Refusal(_("This changes nothing."))
    before, gift.theme = gift.theme, theme
    verb = "lift" if theme is None else "restrict"
    audit.record(verb, gift, actor=actor, at=at, note=note, detail={"from": before, "to": theme})
    db.session.flush()
    step = ledger.LIFT if theme is None else ledger.RESTRICT
    cents = ledger.balances(fund.id, Where(contribution_id=gift.id))[step.debit]
    if cents and (before is None) != (theme is None):
        key = f"{step.event}:{gift.id}:{gift.row_version}"
        ledger.post(fund, step, key, cents, contribution_id=gift.id, actor=actor, at=at)
    return cents


def tell(name: str, gift: Contribution, key: str, *, at: datetime) -> None:
    """Write to the giver, in the giver's language; not where no address is known."""
    if not gift.email:
        return
    fund = db.session.get_one(Fund, gift.fund_id)
    to = Giver(gift.giver, gift.email, gift.language)
    account = next(iter(fund.accounts), None)
    mail.queue(
        name, key=key, to=to, at=at, fund_id=fund.id, fund=fund, gift=gift, token=token(gift), account=account
    )


# --- money that goes back ----------------------------------------------------------


def refundable(gift: Contribution) -> int:
    """Give the cents of a gift that are free to go back, less what was asked for already."""
    held = ledger.balances(gift.fund_id, Where(contribution_id=gift.id))
    asked = sum(one.amount_cents for one in gift.refunds if one.state is RefundState.ASKED)
    return held[Account.FREE] + held[Account.RESTRICTED] - asked


def ask_refund(gift: Contribution, amount_cents: int, *, reason: str, actor: Any, at: datetime) -> Refund:
    """Ask that money goes back to its giver; a second person has to agree. Raises Refusal."""
    ledger.lock(gift.fund_id)
    locked(Contribution, gift.id)
    if gift.state is not Gift.RECEIVED:
        raise Refusal(_("Only a gift that came in can be paid back."))
    if not 0 < amount_cents <= (most := refundable(gift)):
        raise Refusal(_("At most %(sum)s of this gift is free to go back.", sum=shown(most, gift.fund)))
    refund = Refund(
        fund_id=gift.fund_id, gift=gift, amount_cents=amount_cents, reason=reason.strip(),
        state=RefundState.ASKED, state_at=at, asked_by=actor.id,
    )  # fmt: skip
    db.session.add(refund)
    audit.record("ask_refund", refund, actor=actor, at=at, note=reason, detail={"amount_cents": amount_cents})
    return refund


def agree_refund(refund: Refund, *, actor: Any, at: datetime) -> None:
    """Agree that money goes back: it is owed to the giver from now on. Raises NotEnough, MoveRefused."""
    fund = ledger.lock(refund.fund_id)
    locked(Refund, refund.id)
    refund_moves.make("agree", refund, actor=actor, at=at, detail={"amount_cents": refund.amount_cents})
    refund.agreed_by = actor.id
    alone = Where(contribution_id=refund.contribution_id)
    left = refund.amount_cents
    for step in (ledger.GIFT_REFUND, ledger.GIFT_REFUND_EARMARKED):
        part = min(left, ledger.balances(fund.id, alone)[step.debit])
        if part or (left and step is ledger.GIFT_REFUND_EARMARKED):
            key = f"refund:{refund.id}:{step.debit.value}"
            ledger.move(fund, step, key, part or left, at_source=alone, onto=Where(), actor=actor, at=at)
            left -= part


def pay_refund(
    refund: Refund, *, paid_on: date, actor: Any, at: datetime, statement_line_id: int | None = None
) -> None:
    """Book that the money left the bank; the whole of a gift paid back ends it."""
    fund = ledger.lock(refund.fund_id)
    locked(Refund, refund.id)
    refund_moves.make("pay", refund, actor=actor, at=at, detail={"amount_cents": refund.amount_cents})
    refund.paid_on = paid_on
    for step in (ledger.REFUND_ORDER, ledger.REFUND_PAY):
        ledger.post(
            fund, step, f"{step.event}:{refund.id}", refund.amount_cents, actor=actor, at=at,
            contribution_id=refund.contribution_id, onto=Where(statement_line_id=statement_line_id),
        )  # fmt: skip
    db.session.flush()
    back = sum(one.amount_cents for one in refund.gift.refunds if one.state is RefundState.PAID)
    if back == refund.gift.amount_cents:
        moves.make("refund", refund.gift, actor=actor, at=at)


def withdraw_refund(refund: Refund, *, actor: Any, at: datetime) -> None:
    """Leave the money with the fund after all."""
    ledger.lock(refund.fund_id)
    locked(Refund, refund.id)
    refund_moves.make("withdraw", refund, actor=actor, at=at)
