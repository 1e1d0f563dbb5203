"""The ledger's accounts and events in words."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.core.newer import Told
from fundapp.funds.models import Account

A = Account
ACCOUNT_WORDS: dict[Account, LazyString] = Told(
    {
        A.BANK: _l("bank"),
        A.PLEDGES: _l("pledges"),
        A.ADVANCES: _l("advances"),
        A.RECOVERABLE: _l("to be recovered"),
        A.PLEDGED: _l("pledged"),
        A.FREE: _l("free"),
        A.RESTRICTED: _l("earmarked"),
        A.RESERVED: _l("set apart for a round"),
        A.TO_RECOVER: _l("recovery"),
        A.COMMITTED: _l("promised"),
        A.APPROVED: _l("approved"),
        A.ORDERED: _l("ordered"),
        A.REFUNDS: _l("refunds"),
        A.SUSPENSE: _l("not matched"),
    }
)
EVENT_WORDS: dict[str, LazyString] = {
    "pledge": _l("Gift promised"),
    "pledge_cancelled": _l("Promise of a gift cancelled"),
    "pledge_paid": _l("Promised gift came in"),
    "receipt": _l("Gift received"),
    "earmarked_receipt": _l("Earmarked gift received"),
    "restrict": _l("Restricted to a theme"),
    "lift": _l("Restriction lifted"),
    "gift_refund": _l("To be paid back to a giver"),
    "refund_order": _l("Refund ordered"),
    "refund_pay": _l("Paid back to a giver"),
    "suspense": _l("Came in, not matched yet"),
    "suspense_out": _l("Matched, or sent back"),
    "bank_costs": _l("Costs of the bank"),
    "reserve": _l("Set apart for a round"),
    "unreserve": _l("Given back by a round"),
    "commit": _l("Promised to a grantee"),
    "offer": _l("Kept for a change that is offered"),
    "release": _l("Given back by a grant"),
    "approve": _l("Request approved"),
    "void": _l("Approval taken back"),
    "order": _l("Sent to the bank"),
    "reject": _l("Not carried out by the bank"),
    "pay": _l("Paid"),
    "return": _l("Came back"),
    "advance": _l("Advance approved"),
    "advance_void": _l("Approval of an advance taken back"),
    "settle": _l("Costs set against the advance"),
    "claim_back": _l("Too much advanced: to come back"),
    "claim_back_advance": _l("Advance to be recovered"),
    "recovery": _l("Claimed back from a grantee"),
    "recovered": _l("Recovered money came in"),
    "recovered_freed": _l("Recovered money set apart again"),
    "write_off": _l("Recovery written off"),
}
