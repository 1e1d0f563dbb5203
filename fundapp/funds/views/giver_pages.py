"""The giver's own page: how to transfer, whether it came in, the confirmation. Behind a secret address."""

from typing import Any

from flask import abort, g, make_response, render_template

from fundapp.core.guard import guard
from fundapp.core.rules import PUBLIC
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.funds import gift_papers, gifts
from fundapp.funds.models import Contribution, Gift
from fundapp.funds.views.blueprint import bp, pdf
from fundapp.funds.workflow import GIFT_WORDS


def _of(token: str) -> Contribution:
    gift = gifts.of_token(token)
    if gift is None:
        abort(404)
    g.zone = gift.fund.zone
    return gift


@bp.get("/gift/<token>")
@guard(PUBLIC)
def giver(token: str) -> Any:
    """Show a giver the gift, and how to transfer it while it is promised."""
    gift = _of(token)
    theme = next((pick(one, language()) for one in gift.fund.themes if one["key"] == gift.theme), gift.theme)
    page = render_template(
        "funds/giver.html", gift=gift, fund=gift.fund, token=token, words=GIFT_WORDS, theme=theme,
        account=next(iter(gift.fund.accounts), None),
    )  # fmt: skip
    answer = make_response(page)
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/gift/<token>/confirmation.pdf")
@guard(PUBLIC)
def giver_confirmation(token: str) -> Any:
    """Give the giver the confirmation of what came in."""
    gift = _of(token)
    if gift.state not in (Gift.RECEIVED, Gift.REFUNDED):
        abort(404)
    return pdf(gift_papers.confirmation(gift), gift.reference)
