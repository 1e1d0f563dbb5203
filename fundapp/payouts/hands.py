"""Whose hands a payment may pass through on its way to the bank."""

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications.rules import barred, partner
from fundapp.core.refusals import MoveRefused
from fundapp.payouts import queries
from fundapp.payouts.models import Payment


def check_hands(payment: Payment, actor: User) -> None:
    """Refuse a payment whose releaser had a hand in it, or that is no longer what was approved."""
    code = payment.claim.code
    if actor.id in (payment.claimed_by, payment.approved_by):
        raise MoveRefused(
            _("%(code)s: you asked for it or checked it, so somebody else releases it.", code=code)
        )
    if barred(actor, payment) or partner(actor, payment):
        raise MoveRefused(_("%(code)s: you have a tie to this project. Take it out first.", code=code))
    signoff = queries.live_signoff(payment.claim)
    if signoff is None or signoff.number != payment.signoff_number or signoff.digest != payment.claim.digest:
        raise MoveRefused(_("%(code)s: its approval does not stand any more. Take it out first.", code=code))
