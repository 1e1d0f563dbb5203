"""The steps of the ledger: what is posted from which account to which, and whose money goes first.

Source: the ledger table of the domain model, section 5.
"""

from dataclasses import dataclass

from fundapp.funds.models import Account

A = Account


@dataclass(frozen=True)
class Where:
    """The dimensions of an amount (ids); None: not told apart."""

    round_id: int | None = None
    award_id: int | None = None
    milestone_id: int | None = None
    payment_id: int | None = None
    statement_line_id: int | None = None
    contribution_id: int | None = None

    def values(self) -> dict[str, int]:
        """Give the dimensions that are set."""
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class Step:
    """One kind of posting: its name and the two accounts.

    drawn: the account whose standing money, gift by gift, is moved; the debited one unless told.
    Of the bank that is what left it, since no more than that can come back.
    less: an account that covers a part of what stands there; that part is not to be moved.
    gives_back: what would have been used last goes first: not earmarked, newest receipt.
    """

    event: str
    debit: Account
    credit: Account
    drawn: Account | None = None
    less: Account | None = None
    gives_back: bool = False

    @property
    def source(self) -> Account:
        """The account whose money is moved."""
        return self.drawn or self.debit


# --- gifts ---------------------------------------------------------------------

RECEIPT = Step("receipt", A.BANK, A.FREE)
"""A gift came in that nobody had pledged."""
EARMARK = Step("earmarked_receipt", A.BANK, A.RESTRICTED)
"""The same for one theme."""
PLEDGE = Step("pledge", A.PLEDGES, A.PLEDGED)
"""A gift is promised to the fund; nothing can be spent of it."""
PLEDGE_CANCELLED = Step("pledge_cancelled", A.PLEDGED, A.PLEDGES)
"""It will not come, or only a part of it."""
PLEDGE_PAID = Step("pledge_paid", A.BANK, A.PLEDGES)
"""What was promised came in; goes with one of the next two."""
RECEIPT_OF_PLEDGE = Step("receipt", A.PLEDGED, A.FREE)
EARMARK_OF_PLEDGE = Step("earmarked_receipt", A.PLEDGED, A.RESTRICTED)
RESTRICT = Step("restrict", A.FREE, A.RESTRICTED)
"""What is free of a gift is for one theme from now on."""
LIFT = Step("lift", A.RESTRICTED, A.FREE)
"""The giver lets go of the theme."""
GIFT_REFUND = Step("gift_refund", A.FREE, A.REFUNDS)
"""Money goes back to its giver: owed."""
GIFT_REFUND_EARMARKED = Step("gift_refund", A.RESTRICTED, A.REFUNDS)
REFUND_ORDER = Step("refund_order", A.REFUNDS, A.ORDERED)
"""The bank was told to send it."""
REFUND_PAY = Step("refund_pay", A.ORDERED, A.BANK)
"""It left."""

# --- the bank ------------------------------------------------------------------

SUSPEND = Step("suspense", A.BANK, A.SUSPENSE)
"""Money came in and nobody knows yet what for; names no gift, so `post` it."""
UNSUSPEND = Step("suspense_out", A.SUSPENSE, A.BANK)
"""It is known now (the receipt is posted beside this), or it was sent back; `post` it too."""
BANK_COSTS = Step("bank_costs", A.FREE, A.BANK)
"""The bank charged the fund."""

# --- rounds and grants -----------------------------------------------------------

RESERVE = Step("reserve", A.FREE, A.RESERVED)
RESERVE_EARMARKED = Step("reserve", A.RESTRICTED, A.RESERVED)
UNRESERVE = Step("unreserve", A.RESERVED, A.FREE)
UNRESERVE_EARMARKED = Step("unreserve", A.RESERVED, A.RESTRICTED)
COMMIT = Step("commit", A.RESERVED, A.COMMITTED)
"""A grant is given, or a change makes it larger."""
OFFER = Step("offer", A.RESERVED, A.COMMITTED)
"""A change that adds money is offered: it waits, named by its round only, for both signatures."""
RELEASE = Step("release", A.COMMITTED, A.RESERVED, less=A.ADVANCES, gives_back=True)
"""A grant becomes smaller; what an advance covers stays until it is settled."""

# --- payments --------------------------------------------------------------------

APPROVE = Step("approve", A.COMMITTED, A.APPROVED, less=A.ADVANCES)
VOID = Step("void", A.APPROVED, A.COMMITTED)
ORDER = Step("order", A.APPROVED, A.ORDERED)
REJECT = Step("reject", A.ORDERED, A.APPROVED)
PAY = Step("pay", A.ORDERED, A.BANK)
RETURN = Step("return", A.BANK, A.APPROVED)

# --- advance, settlement, recovery -----------------------------------------------

ADVANCE = Step("advance", A.ADVANCES, A.APPROVED, drawn=A.COMMITTED, less=A.ADVANCES)
"""An advance is approved. The grant stays promised in full; order and pay follow as usual."""
ADVANCE_VOID = Step("advance_void", A.APPROVED, A.ADVANCES)
"""The approval of an advance is taken back."""
SETTLE = Step("settle", A.COMMITTED, A.ADVANCES, drawn=A.ADVANCES)
"""Approved costs are set against the advance: min(costs, advance).

Costs above the advance: APPROVE the difference. What is left of the grant after both: RELEASE.
"""
CLAIM_BACK = Step("claim_back", A.COMMITTED, A.TO_RECOVER, drawn=A.ADVANCES)
"""Costs below the advance: the difference is to come back. Post this first, then CLAIM_BACK_ADVANCE."""
CLAIM_BACK_ADVANCE = Step("claim_back_advance", A.RECOVERABLE, A.ADVANCES, drawn=A.ADVANCES)
RECOVERY = Step("recovery", A.RECOVERABLE, A.TO_RECOVER, drawn=A.BANK, less=A.RECOVERABLE)
"""What was paid without an advance is claimed back; the grant becomes that much smaller."""
RECOVERED = Step("recovered", A.BANK, A.RECOVERABLE, drawn=A.RECOVERABLE)
"""What was claimed back came in. Goes with RECOVERED_FREED."""
RECOVERED_FREED = Step("recovered_freed", A.TO_RECOVER, A.RESERVED)
WRITE_OFF = Step("write_off", A.TO_RECOVER, A.RECOVERABLE)
"""What was claimed back will not come: the grantee keeps it."""

STEPS: tuple[Step, ...] = tuple(value for value in list(vars().values()) if isinstance(value, Step))
