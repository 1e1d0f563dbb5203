"""The way of an address that hears of what happens."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.connections.models import DeliveryState, Webhook, WebhookState
from fundapp.connections.rules import HEAR, HEAR_OR_CLOCK
from fundapp.core.newer import Told
from fundapp.core.workflow import Move, Workflow

S, D = WebhookState, DeliveryState

workflow = Workflow(
    Webhook.state,
    Move("pause", {S.LIVE}, S.PAUSED, by=HEAR_OR_CLOCK, label=_l("Pause")),
    Move("resume", {S.PAUSED}, S.LIVE, by=HEAR, label=_l("Write to it again")),
    Move("remove", {S.LIVE, S.PAUSED}, S.ENDED, by=HEAR, label=_l("Remove"), danger=True),
)

WORDS: dict[WebhookState, tuple[str, LazyString]] = Told(
    {
        S.LIVE: ("ok", _l("Written to")),
        S.PAUSED: ("wait", _l("Paused")),
        S.ENDED: ("none", _l("Removed")),
    }
)
WHY_PAUSED: dict[str, LazyString] = {
    "hand": _l("Somebody paused it."),
    "failing": _l("It did not answer for days. Nothing was lost: what waits goes out when you let it go on."),
    "gone": _l("It answered that it is gone for good (410)."),
    "holder": _l("In whose name it hears has no role here any more. Let it go on in your own name."),
}
DELIVERY_WORDS: dict[DeliveryState, tuple[str, LazyString]] = Told(
    {
        D.QUEUED: ("wait", _l("Waiting")),
        D.SENDING: ("run", _l("Being sent")),
        D.SENT: ("ok", _l("Delivered")),
        D.FAILED: ("bad", _l("Given up")),
        D.WITHHELD: ("none", _l("Withheld")),
    }
)
