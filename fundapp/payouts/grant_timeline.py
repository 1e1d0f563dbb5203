"""What requests, payments, final accounts and recoveries add to the timeline of a grant."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.grants import timeline
from fundapp.payouts.timeline import FOR_GRANTEES

STEPS: dict[tuple[str, str], LazyString] = {
    ("claim", "submit"): _l("A payment was asked for"),
    ("claim", "revise"): _l("A request was changed"),
    ("claim", "return"): _l("A request came back with a question"),
    ("claim", "refuse"): _l("A request was refused"),
    ("claim", "approve"): _l("A request was checked and approved"),
    ("claim", "void"): _l("An approval was taken back"),
    ("claim", "withdraw"): _l("A request was withdrawn"),
    ("payment", "list"): _l("A payment was put in a batch"),
    ("payment", "remove"): _l("A payment was taken out of its batch"),
    ("payment", "order"): _l("A payment was released to the bank"),
    ("payment", "settle"): _l("A payment was made"),
    ("payment", "return"): _l("A payment came back from the bank"),
    ("final_account", "submit"): _l("The final account was handed in"),
    ("final_account", "return"): _l("The final account came back with a question"),
    ("final_account", "approve"): _l("The final account was approved, the grant settled"),
    ("final_account", "settle_without"): _l("Settled without an account"),
    ("recovery", "open"): _l("Money was claimed back"),
    ("recovery", "reschedule"): _l("Parts were agreed on"),
    ("recovery", "receive"): _l("Money came back"),
    ("recovery", "propose_write_off"): _l("Writing off was proposed"),
    ("recovery", "write_off"): _l("What was owed was written off"),
    ("recovery", "cancel"): _l("A claim was dropped as a mistake"),
}

timeline.TITLES.update(STEPS)
timeline.PLACES.update({"claim": "payouts.show", "recovery": "payouts.recovery"})
timeline.OFFICE_ONLY.update(
    pair for pair in STEPS if pair[0] in ("claim", "payment") and pair not in FOR_GRANTEES
)
timeline.OFFICE_ONLY.add(("recovery", "propose_write_off"))
