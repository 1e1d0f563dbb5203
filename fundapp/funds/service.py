"""What can be done with a fund: found it, give to it."""

from datetime import date, datetime
from typing import Any

from fundapp.core import audit, counters
from fundapp.core.db import db
from fundapp.funds import gifts, ledger
from fundapp.funds.models import Contribution, Fund, FundAccount, Gift, GiverKind


def found(
    slug: str,
    name: dict[str, str],
    *,
    actor: Any,
    at: datetime,
    iban: str = "",
    holder: str = "",
    **settings: Any,
) -> Fund:
    """Set up a fund, with the account it pays from when one is given.

    settings: further columns of Fund (currency, zone, languages, themes …).
    """
    fund = Fund(slug=slug, name=name, created_at=at, **settings)
    db.session.add(fund)
    db.session.flush()  # the account and the log refer to its id
    if iban:
        db.session.add(FundAccount(fund_id=fund.id, holder=holder or name["en"], iban=iban.replace(" ", "")))
    audit.record("found", fund, actor=actor, at=at)
    return fund


def receive(
    fund: Fund,
    *,
    giver: str,
    amount_cents: int,
    received_on: date,
    actor: Any,
    at: datetime,
    giver_kind: str = "public",
    theme: str | None = None,
    is_anonymous: bool = False,
    email: str = "",
    language: str = "en",
) -> Contribution:
    """Book a contribution that came in, thank its giver, and give its row.

    giver_kind: public, private or person. theme: earmarks the money for applications of that theme.
    email, language: where and how the giver is thanked.
    """
    gift = Contribution(
        fund_id=fund.id,
        giver=giver,
        giver_kind=GiverKind(giver_kind),
        is_anonymous=is_anonymous,
        email=email,
        language=language,
        reference=f"GIFT-{counters.next_number('gift'):06d}",
        theme=theme,
        amount_cents=amount_cents,
        state=Gift.RECEIVED,
        received_on=received_on,
    )
    db.session.add(gift)
    audit.record("receive", gift, actor=actor, at=at, detail={"amount_cents": amount_cents})
    ledger.receive(gift, actor=actor, at=at)
    gifts.tell("gift-received", gift, f"gift-received:{gift.id}", at=at)
    return gift
