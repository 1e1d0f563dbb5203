"""The release sheet of a batch: what its file says, on paper, to hold against the bank's screen."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.core import files
from fundapp.core.db import db
from fundapp.core.iban import masked
from fundapp.core.paper_shapes import Hand, PaymentLine, ReleaseSheet
from fundapp.core.papers import paper
from fundapp.core.refusals import Refusal
from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.payouts import file_reading, queries, room
from fundapp.payouts.file_reading import Order
from fundapp.payouts.models import Batch, Claim, Payment, WarningAnswer


def sheet(batch: Batch, fund: Fund, lang: str) -> bytes:
    """Give the sheet of a released batch as PDF: the same bytes each time.

    Its figures are read from the file itself, since that is what the bank gets. Raises Refusal for a
    batch without a file.
    """
    kept = queries.batch_file(batch)
    if kept is None or batch.released_at is None:
        raise Refusal(_("There is no sheet before the file for the bank is made."))
    order = file_reading.read(files.content(kept))
    with force_locale(lang):
        data = shape(batch, fund, order, lang)
    return paper("release.html", lang=lang, made_at=batch.released_at, currency=fund.currency, d=data)


def shape(batch: Batch, fund: Fund, order: Order, lang: str) -> ReleaseSheet:
    """Put together what stands on the sheet, in the language of the moment; account numbers masked."""
    about = _about(batch)
    return {
        "batch": batch.message_id,
        "fund": pick(fund.name, lang),
        "currency": fund.currency,
        "pay_on": order.pay_on.isoformat(),
        "format": batch.format.value,
        "from_account": masked(order.debtor_iban),
        "from_holder": order.debtor,
        "message_id": order.message_id,
        "digest": batch.digest or "",
        "count": order.count,
        "total_cents": order.total_cents,
        "account_total": f"{order.account_total:,}".replace(",", " "),
        "lines": [_line(one, about) for one in order.transfers],
        "pots": [],
        "hands": _hands(batch, fund),
        "notes": _notes(batch),
    }


def _line(one: file_reading.Transfer, about: dict[str, str]) -> PaymentLine:
    return {
        "payee": one.name,
        "account": masked(one.iban),
        "reference": one.end_to_end_id,
        "purpose": about.get(one.end_to_end_id, one.reference),
        "amount_cents": one.cents,
    }


def _about(batch: Batch) -> dict[str, str]:
    rows = db.session.execute(
        select(Payment.end_to_end_id, Claim.reference)
        .join(Claim, Claim.id == Payment.claim_id)
        .where(Payment.batch_id == batch.id)
    )
    return {row.end_to_end_id: row.reference for row in rows}


def _hands(batch: Batch, fund: Fund) -> list[Hand]:
    names = room.people_of(batch)
    made = [_hand(_("Released"), names["released"], batch.released_at, fund)]
    if batch.second_released_by is not None:
        made.append(_hand(_("Released as the second"), names["second"], batch.second_released_at, fund))
    return [
        *made,
        _hand(_("Compared with the bank"), "", None, fund),
        _hand(_("Signed at the bank"), "", None, fund),
    ]


def _hand(step: str, who: str, when: datetime | None, fund: Fund) -> Hand:
    told = when.astimezone(ZoneInfo(fund.zone)).strftime("%Y-%m-%dT%H:%M") if when else None
    return {"step": step, "who": who, "when": told}


def _notes(batch: Batch) -> list[str]:
    """Tell what was warned of and why it went all the same."""
    rows: Any = db.session.execute(
        select(Payment.end_to_end_id, WarningAnswer.reason, User.name)
        .join(WarningAnswer, WarningAnswer.payment_id == Payment.id)
        .join(User, User.id == WarningAnswer.answered_by)
        .where(Payment.batch_id == batch.id, Payment.released_by.is_not(None))
        .order_by(WarningAnswer.id)
    )
    together: dict[tuple[str, str], list[str]] = {}
    for end_to_end, reason, name in rows:
        refs = together.setdefault((reason, name), [])
        if end_to_end not in refs:
            refs.append(end_to_end)
    return [
        _("%(refs)s: “%(reason)s” (%(name)s)", refs=", ".join(refs), reason=reason, name=name)
        for (reason, name), refs in together.items()
    ]
