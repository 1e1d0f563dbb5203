"""How much may be awarded: within the call, and within what the round still has."""

from flask_babel import get_locale
from flask_babel import gettext as _

from fundapp.applications.models import Application
from fundapp.core import money
from fundapp.core.refusals import Refusal
from fundapp.funds import ledger


class OverBudget(Refusal):
    """The award is more than there is for it."""


def check_amount(application: Application, amount_cents: int | None) -> None:
    """Refuse an award without an amount, above the call's highest, or above what the round has left."""
    if not amount_cents or amount_cents <= 0:
        raise OverBudget(_("Fill in how much is awarded."))
    round, fund = application.round, application.fund
    if amount_cents > round.highest_cents:
        raise OverBudget(
            _("The call gives at most %(most)s.", most=written(round.highest_cents, fund.currency))
        )
    check_reserved(application, amount_cents)


def check_reserved(application: Application, amount_cents: int) -> None:
    """Refuse an award above what the round has left; a trial has no money, and nothing to run out of."""
    if application.round.is_trial:
        return
    left = reserved(application)
    if amount_cents > left:
        currency = application.fund.currency
        raise OverBudget(
            _(
                "This award is %(amount)s; the round has %(left)s left.",
                amount=written(amount_cents, currency),
                left=written(left, currency),
            )
        )


def reserved(application: Application) -> int:
    """Give what the round of an application still has to give, in cents."""
    return ledger.figures(application.fund_id, ledger.Where(round_id=application.round_id)).reserved


def written(cents: int, currency: str) -> str:
    """Write an amount in the language of the page at hand."""
    return money.show(cents, currency, str(get_locale() or "en").split("_")[0])
