"""Where claims, payments and batches stand, and who moves them. Source: domain model, section 3."""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.core.newer import Told
from fundapp.core.rules import CLOCK
from fundapp.core.workflow import Move, Workflow
from fundapp.payouts.models import Batch, BatchState, Claim, ClaimState, LineState, Payment, PaymentState
from fundapp.payouts.rules import ASK, JUDGE, PAY, RELEASE, VOID

C, B, P = ClaimState, BatchState, PaymentState

workflow = Workflow(
    Claim.state,
    Move("submit", {C.DRAFT, C.RETURNED}, C.SUBMITTED, by=ASK, label=_l("Ask for this payment")),
    Move("revise", {C.SUBMITTED, C.RETURNED, C.APPROVED}, None, by=ASK, label=_l("Change the request")),
    Move("approve", {C.SUBMITTED}, C.APPROVED, by=JUDGE, label=_l("Approve")),
    Move("return", {C.SUBMITTED}, C.RETURNED, by=JUDGE, label=_l("Ask for a change"), wants_note=True),
    Move("refuse", {C.SUBMITTED}, C.REFUSED, by=JUDGE, label=_l("Refuse"), danger=True, wants_note=True),
    Move("void", {C.APPROVED}, C.SUBMITTED, by=VOID, label=_l("Take the approval back"), wants_note=True),
    Move("pay", {C.APPROVED}, C.PAID, by=PAY | CLOCK, label=_l("Mark as paid")),
    Move("bounce", {C.PAID}, C.APPROVED, by=PAY | CLOCK, label=_l("Came back")),
    Move(
        "withdraw",
        {C.DRAFT, C.SUBMITTED, C.RETURNED},
        C.WITHDRAWN,
        by=ASK,
        label=_l("Withdraw the request"),
        danger=True,
    ),
)

payments = Workflow(
    Payment.state,
    Move("order", {P.LISTED}, P.ORDERED, by=PAY, label=_l("Send to the bank")),
    Move("settle", {P.ORDERED}, P.PAID, by=PAY | CLOCK, label=_l("Mark as paid")),
    Move(
        "return", {P.ORDERED, P.PAID}, P.RETURNED, by=PAY | CLOCK, label=_l("It came back"), wants_note=True
    ),
    # Taken out by finance, or because the request behind it changed.
    Move("remove", {P.LISTED}, P.REMOVED, by=VOID, label=_l("Take out")),
)

batches = Workflow(
    Batch.state,
    Move("release", {B.OPEN}, B.RELEASED, by=RELEASE, label=_l("Release")),
    Move("settle", {B.RELEASED}, B.SETTLED, by=RELEASE | CLOCK, label=_l("Settle")),
    Move(
        "cancel",
        {B.OPEN, B.RELEASED},
        B.CANCELLED,
        by=RELEASE,
        label=_l("Cancel the batch"),
        danger=True,
        wants_note=True,
    ),
)

Words = dict[StrEnum, tuple[str, LazyString]]

CLAIM_WORDS: Words = Told(
    {
        C.DRAFT: ("none", _l("Not sent yet")),
        C.SUBMITTED: ("now", _l("To be checked")),
        C.RETURNED: ("warn", _l("Back with the grantee")),
        C.APPROVED: ("run", _l("Approved")),
        C.PAID: ("ok", _l("Paid")),
        C.REFUSED: ("bad", _l("Refused")),
        C.WITHDRAWN: ("none", _l("Withdrawn")),
    }
)
OWN_CLAIM_WORDS: Words = Told(
    {
        C.DRAFT: ("none", _l("Not sent yet")),
        C.SUBMITTED: ("now", _l("We check your work")),
        C.RETURNED: ("warn", _l("Please change something")),
        C.APPROVED: ("run", _l("Approved, payment prepared")),
        C.PAID: ("ok", _l("Paid")),
        C.REFUSED: ("bad", _l("Not accepted")),
        C.WITHDRAWN: ("none", _l("Withdrawn")),
    }
)
SENT = ("run", _l("Sent to the bank"))
BOUNCED = ("bad", _l("Check your account"))
"""What the grantee reads while the payment, not the claim, tells more."""

PAYMENT_WORDS: Words = Told(
    {
        P.LISTED: ("run", _l("In the batch")),
        P.REMOVED: ("none", _l("Taken out")),
        P.ORDERED: ("now", _l("At the bank")),
        P.PAID: ("ok", _l("Paid")),
        P.RETURNED: ("bad", _l("Came back")),
    }
)
BATCH_WORDS: Words = Told(
    {
        B.OPEN: ("now", _l("Open")),
        B.RELEASED: ("run", _l("At the bank")),
        B.SETTLED: ("ok", _l("Carried out")),
        B.CANCELLED: ("none", _l("Cancelled")),
    }
)
LINE_WORDS: Words = Told(
    {
        LineState.MATCHED: ("ok", _l("Paid")),
        LineState.RETURNED: ("bad", _l("Came back")),
        LineState.KNOWN: ("none", _l("Known")),
        LineState.NOTED: ("none", _l("Noted")),
        LineState.UNMATCHED: ("warn", _l("No match")),
    }
)
