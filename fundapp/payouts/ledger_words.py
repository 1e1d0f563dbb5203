"""The ledger's accounts and events in words."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.funds.models import Account

A = Account
ACCOUNT_WORDS: dict[Account, LazyString] = {
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
EVENT_WORDS: dict[str, LazyString] = {
    "receipt": _l("Gift received"),
    "earmarked_receipt": _l("Earmarked gift received"),
    "reserve": _l("Set apart for a round"),
    "unreserve": _l("Given back by a round"),
    "commit": _l("Promised to a grantee"),
    "release": _l("Given back by a grant"),
    "approve": _l("Request approved"),
    "void": _l("Approval taken back"),
    "order": _l("Sent to the bank"),
    "reject": _l("Not carried out by the bank"),
    "pay": _l("Paid"),
    "return": _l("Came back"),
}
