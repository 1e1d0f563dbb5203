"""Where gifts, money that goes back, and corrections of the ledger stand, and who moves them."""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.accounts.rules import finance, manager
from fundapp.core.newer import Told
from fundapp.core.rules import CLOCK, person
from fundapp.core.workflow import Move, Workflow
from fundapp.funds.models import (
    Contribution,
    Correction,
    CorrectionState,
    Gift,
    Refund,
    RefundState,
)

G, R, C = Gift, RefundState, CorrectionState
BOOK = finance | manager
OTHER = person(lambda user, row: row is not None and row.asked_by != user.id, "not who asked")

gifts = Workflow(
    Contribution.state,
    Move("receive", {G.PLEDGED}, G.RECEIVED, by=BOOK | CLOCK, label=_l("It came in")),
    Move("cancel", {G.PLEDGED}, G.CANCELLED, by=BOOK, label=_l("It will not come"), wants_note=True),
    Move("refund", {G.RECEIVED}, G.REFUNDED, by=BOOK, label=_l("Pay it back")),
    Move("correct", {G.RECEIVED}, G.CANCELLED, by=BOOK, label=_l("It had not come in"), wants_note=True),
    Move("expect_again", {G.RECEIVED}, G.PLEDGED, by=BOOK, label=_l("It had not come in"), wants_note=True),
)  # fmt: skip

refunds = Workflow(
    Refund.state,
    Move("agree", {R.ASKED}, R.AGREED, by=BOOK & OTHER, label=_l("Agree")),
    Move("pay", {R.AGREED}, R.PAID, by=finance, label=_l("It was paid back")),
    Move("withdraw", {R.ASKED}, R.WITHDRAWN, by=BOOK, label=_l("Do not pay it back")),
)

corrections = Workflow(
    Correction.state,
    Move("carry_out", {C.ASKED}, C.CARRIED_OUT, by=BOOK & OTHER, label=_l("Take it back"), danger=True),
    Move("decline", {C.ASKED}, C.DECLINED, by=BOOK, label=_l("Leave it as it is")),
)

GIFT_WORDS: dict[StrEnum, tuple[str, LazyString]] = Told(
    {
        G.PLEDGED: ("wait", _l("Promised")),
        G.RECEIVED: ("ok", _l("Received")),
        G.CANCELLED: ("none", _l("Cancelled")),
        G.REFUNDED: ("none", _l("Paid back")),
    }
)
REFUND_WORDS: dict[StrEnum, tuple[str, LazyString]] = Told(
    {
        R.ASKED: ("wait", _l("Asked for")),
        R.AGREED: ("run", _l("To be paid back")),
        R.PAID: ("ok", _l("Paid back")),
        R.WITHDRAWN: ("none", _l("Not paid back")),
    }
)
CORRECTION_WORDS: dict[StrEnum, tuple[str, LazyString]] = Told(
    {
        C.ASKED: ("wait", _l("Waits for a second person")),
        C.CARRIED_OUT: ("ok", _l("Taken back")),
        C.DECLINED: ("none", _l("Left as it is")),
    }
)
DEEDS: dict[str, LazyString] = {
    "pledge": _l("Promised"),
    "receive": _l("Came in"),
    "cancel": _l("Promise cancelled"),
    "restrict": _l("Restricted to a theme"),
    "lift": _l("Restriction lifted"),
    "ask_refund": _l("Asked to pay back"),
    "agree": _l("Agreed to pay back"),
    "withdraw": _l("Not paid back after all"),
    "pay": _l("Paid back"),
    "refund": _l("All of it paid back"),
    "correct": _l("Put right: it had not come in"),
    "expect_again": _l("Put right: it had not come in"),
}
"""What was done with a gift, on its own page."""
