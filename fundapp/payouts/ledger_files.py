"""The ledger written out: every posting as CSV, as a workbook with balances and a codebook."""

import csv
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TextIO

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import extract, select
from sqlalchemy.orm import aliased

from fundapp.accounts.models import Party, User
from fundapp.applications.models import Application
from fundapp.core.db import db
from fundapp.core.spreadsheet import harmless
from fundapp.funds.ledger_words import ACCOUNT_WORDS, EVENT_WORDS
from fundapp.funds.models import DEBIT_NORMAL, Account, Contribution, Fund, Posting
from fundapp.grants.models import Award, Milestone
from fundapp.payouts.models import Payment
from fundapp.payouts.sheets import Column, Sheet, workbook
from fundapp.rounds.models import Round

COLUMNS = (
    "id", "at", "booked_on", "event", "key", "debit", "credit", "amount_cents", "amount", "currency", "gift",
    "giver", "round", "grant", "payment", "reverses", "actor",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One posting with the names of what it is about; grantee and project are empty where they are hidden."""

    id: int
    at: datetime
    booked_on: date
    event: str
    key: str
    debit: Account
    credit: Account
    cents: int
    gift: str
    giver: str
    round: str
    project: str
    grantee: str
    party_id: int | None
    milestone: str
    payment: str
    reverses_id: int | None
    actor: str


def entries(fund: Fund, year: int | None = None, hidden: Collection[int] = ()) -> Iterator[Entry]:
    """Read the postings of a fund, oldest first, of one year or of all.

    hidden: applications whose names the reader may not see; their sums stay.
    """
    actor, gift = aliased(User), aliased(Contribution)
    chosen = (
        select(
            Posting, gift.reference, gift.giver, gift.is_anonymous, Round.slug, Application.id,
            Application.code, Party.id, Party.legal_name, Milestone.ref, Payment.end_to_end_id, actor.email,
        )
        .outerjoin(gift, gift.id == Posting.contribution_id)
        .outerjoin(Round, Round.id == Posting.round_id)
        .outerjoin(Award, Award.id == Posting.award_id)
        .outerjoin(Application, Application.id == Award.application_id)
        .outerjoin(Party, Party.id == Application.party_id)
        .outerjoin(Milestone, Milestone.id == Posting.milestone_id)
        .outerjoin(Payment, Payment.id == Posting.payment_id)
        .outerjoin(actor, actor.id == Posting.actor_id)
        .where(Posting.fund_id == fund.id)
        .order_by(Posting.id)
        .execution_options(yield_per=1000)
    )  # fmt: skip
    if year is not None:
        chosen = chosen.where(extract("year", Posting.booked_on) == year)
    with db.session.execute(chosen) as rows:
        for row, reference, giver, is_anonymous, slug, id, code, party, name, ref, paid, email in rows:
            shown = id not in hidden
            yield Entry(
                row.id, row.at, row.booked_on, row.event, row.key, row.debit, row.credit, row.amount_cents,
                reference or "", "" if is_anonymous else giver or "", slug or "",
                code or "" if shown else "", name or "" if shown else "", party if shown else None,
                ref or "" if shown else "", paid or "" if shown else "", row.reverses_id, email or "",
            )  # fmt: skip


def write_csv(fund: Fund, stream: TextIO, year: int | None = None, hidden: Collection[int] = ()) -> int:
    """Write postings as CSV, oldest first, and give how many there are."""
    out = csv.writer(stream)
    out.writerow(COLUMNS)
    number = 0
    for one in entries(fund, year, hidden):
        number += 1
        out.writerow(
            [
                one.id, one.at.isoformat(), one.booked_on.isoformat(), one.event, one.key, one.debit.value,
                one.credit.value, one.cents, f"{one.cents // 100}.{one.cents % 100:02d}", fund.currency,
                one.gift, harmless(one.giver), one.round, one.project, one.payment, one.reverses_id or "",
                harmless(one.actor),
            ]
        )  # fmt: skip
    return number


def xlsx(
    fund: Fund, made_at: datetime, lang: str, year: int | None = None, hidden: Collection[int] = ()
) -> tuple[bytes, int]:
    """Give postings, balances and a codebook as a workbook, and how many postings there are."""
    found = list(entries(fund, year, hidden))
    with force_locale(lang):
        sheets = [_postings(found), _balances(found)]
    return workbook(sheets, made_at, lang), len(found)


def _postings(found: list[Entry]) -> Sheet:
    columns = [
        Column("id", _("Number"), "count", _("Of the posting; rises, and is never used again")),
        Column("at", _("Instant"), "moment", _("When it was posted, in UTC")),
        Column("booked_on", _("Date"), "day", _("Day of booking in the zone of the fund")),
        Column("event", _("What happened")),
        Column("key", _("Key"), meaning=_("What names this posting, once only")),
        Column("debit", _("From"), meaning=_("The account that is debited")),
        Column("credit", _("To"), meaning=_("The account that is credited")),
        Column("amount", _("Amount"), "money", _("Always above zero")),
        Column("gift", _("Gift"), meaning=_("The gift whose money it is")),
        Column("giver", _("Giver"), meaning=_("Empty where the giver is not named in public")),
        Column("round", _("Round")),
        Column("grant", _("Grant"), meaning=_("Code of the project")),
        Column("grantee", _("Grantee")),
        Column("milestone", _("Milestone")),
        Column("payment", _("Payment"), meaning=_("Reference at the bank")),
        Column("reverses", _("Takes back"), "count", _("Number of the posting that this one takes back")),
        Column("actor", _("By"), meaning=_("Empty: the clock")),
    ]
    rows = [
        (
            one.id, one.at, one.booked_on, str(EVENT_WORDS.get(one.event, one.event)), one.key,
            str(ACCOUNT_WORDS[one.debit]), str(ACCOUNT_WORDS[one.credit]), one.cents, one.gift, one.giver,
            one.round, one.project, one.grantee, one.milestone, one.payment, one.reverses_id, one.actor,
        )
        for one in found
    ]  # fmt: skip
    return Sheet("postings", _("Postings"), columns, rows)


def _balances(found: list[Entry]) -> Sheet:
    debit: dict[Account, int] = defaultdict(int)
    credit: dict[Account, int] = defaultdict(int)
    for one in found:
        debit[one.debit] += one.cents
        credit[one.credit] += one.cents
    columns = [
        Column("account", _("Ledger account")),
        Column("debit", _("Debit"), "money", _("All that was debited, in these postings")),
        Column("credit", _("Credit"), "money", _("All that was credited, in these postings")),
        Column("balance", _("Balance"), "money", _("On the side where the account grows")),
    ]
    rows = [
        (
            str(ACCOUNT_WORDS[account]), debit[account], credit[account],
            (debit[account] - credit[account]) * (1 if account in DEBIT_NORMAL else -1),
        )
        for account in Account
    ]  # fmt: skip
    rows.append(
        (_("Together"), sum(debit.values()), sum(credit.values()), sum(debit.values()) - sum(credit.values()))
    )
    return Sheet("balances", _("Balances"), columns, rows)


def last_year(fund: Fund) -> int | None:
    """Give the year of the newest posting."""
    newest = select(Posting.booked_on).where(Posting.fund_id == fund.id).order_by(Posting.id.desc()).limit(1)
    found = db.session.scalar(newest)
    return found.year if found else None
