"""Where final accounts and recoveries stand, and who moves them."""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.applications.rules import staff
from fundapp.core.newer import Told
from fundapp.core.rules import CLOCK, person
from fundapp.core.workflow import Move, Workflow
from fundapp.payouts.models import AccountState, FinalAccount, Recovery, RecoveryReason, RecoveryState
from fundapp.payouts.rules import ASK, PAY

A, R = AccountState, RecoveryState

submitter = person(lambda user, row: getattr(row, "submitted_by", None) == user.id, "submitter")
"""Of a final account; a grant without one has none."""
proposer = person(lambda user, recovery: recovery.write_off_by == user.id, "proposer")

SETTLE = staff & ~submitter
"""Who approves a final account: never the person who handed it in."""

CLAIM_BACK = staff | PAY
"""Who claims money back, agrees on parts, and proposes to write it off."""

WRITE_OFF = CLAIM_BACK & ~proposer

accounts = Workflow(
    FinalAccount.state,
    Move("write", {A.DRAFT, A.RETURNED}, None, by=ASK, label=_l("Work on the final account")),
    Move("submit", {A.DRAFT, A.RETURNED}, A.SUBMITTED, by=ASK, label=_l("Hand in the final account")),
    Move("take_back", {A.SUBMITTED}, A.DRAFT, by=ASK, label=_l("Take it back to change it")),
    Move("return", {A.SUBMITTED}, A.RETURNED, by=SETTLE, label=_l("Ask for a change"), wants_note=True),
    Move("approve", {A.SUBMITTED}, A.APPROVED, by=SETTLE, label=_l("Approve and settle")),
    Move(
        "settle_without",
        {A.DRAFT, A.RETURNED},
        A.APPROVED,
        by=SETTLE,
        label=_l("Settle without an account"),
        danger=True,
        wants_note=True,
    ),
)

recoveries = Workflow(
    Recovery.state,
    Move("receive", {R.OPEN}, None, by=PAY | CLOCK, label=_l("Enter what came in")),
    Move("settle", {R.OPEN}, R.SETTLED, by=PAY | CLOCK, label=_l("All of it came in")),
    Move("reschedule", {R.OPEN}, None, by=CLAIM_BACK, label=_l("Agree on parts")),
    Move(
        "propose_write_off",
        {R.OPEN},
        None,
        by=CLAIM_BACK,
        label=_l("Propose to write it off"),
        wants_note=True,
    ),
    Move("drop_write_off", {R.OPEN}, None, by=CLAIM_BACK, label=_l("Do not write it off")),
    Move("write_off", {R.OPEN}, R.WRITTEN_OFF, by=WRITE_OFF, label=_l("Write it off"), danger=True),
    Move(
        "cancel",
        {R.OPEN},
        R.CANCELLED,
        by=CLAIM_BACK,
        label=_l("Drop the claim: it was a mistake"),
        danger=True,
        wants_note=True,
    ),
)

Words = dict[StrEnum, tuple[str, LazyString]]

ACCOUNT_WORDS: Words = Told(
    {
        A.DRAFT: ("none", _l("Being written")),
        A.SUBMITTED: ("now", _l("To be checked")),
        A.RETURNED: ("warn", _l("Back with the grantee")),
        A.APPROVED: ("ok", _l("Approved and settled")),
    }
)
OWN_ACCOUNT_WORDS: Words = ACCOUNT_WORDS | {
    A.SUBMITTED: ("now", _l("We check your account")),
    A.RETURNED: ("warn", _l("Please change something")),
}
RECOVERY_WORDS: Words = Told(
    {
        R.OPEN: ("wait", _l("To be paid back")),
        R.SETTLED: ("ok", _l("Paid back")),
        R.WRITTEN_OFF: ("none", _l("Written off")),
        R.CANCELLED: ("none", _l("Dropped: a mistake")),
    }
)
REASONS: dict[RecoveryReason, LazyString] = Told(
    {
        RecoveryReason.SETTLEMENT: _l("The advance was more than the settled costs"),
        RecoveryReason.ENDED: _l("The grant ended early"),
        RecoveryReason.WRONG_PAYMENT: _l("A payment was wrong"),
        RecoveryReason.SENT_BACK: _l("The grantee sends money back"),
        RecoveryReason.OTHER: _l("Another reason"),
    }
)
