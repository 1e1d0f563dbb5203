"""What the single papers say: the decision letter, the agreement, the payment release sheet.

Plain data, filled by the feature that sends the paper; days "2026-12-07", times "2026-12-07T12:00" in the
fund's zone, amounts in cents. `html` is safe HTML of what somebody wrote.
"""

from typing import TypedDict


class Letterhead(TypedDict):
    """Who writes: the fund's name, its address lines, where to reach it."""

    name: str
    lines: list[str]
    reach: str


class Scored(TypedDict):
    """One criterion in a letter's enclosure, in the letter's language."""

    name: str
    weight: int
    scores: list[int | None]
    median: float | None
    reasons: list[str]


class Letter(TypedDict):
    """A decision letter. Template: letter.html.

    outcome: awarded, reserve, declined, ineligible or invited. to: name and address, line by line. html:
    the letter itself. clause: what one can do who does not agree, by paragraph; object_by: the last day
    for it. reviewers: how many scored.
    total, high: the median total and the top of its scale.
    """

    head: Letterhead
    to: list[str]
    dear: str
    code: str
    title: str
    outcome: str
    sent_on: str
    handled_by: str
    currency: str
    amount_cents: int | None
    asked_cents: int | None
    html: str
    rank: int | None
    ranked: int
    total: float | None
    high: float | None
    reviewers: int
    criteria: list[Scored]
    object_by: str | None
    clause: list[str]
    signed_by: str


class Side(TypedDict):
    """One party to an agreement; lines: its address."""

    name: str
    register: str
    lines: list[str]
    signs: str


class PlanLine(TypedDict):
    """One milestone of a plan; level 1 stands under the one before it."""

    ref: str
    level: int
    title: str
    deliverable: str
    due_on: str | None
    amount_cents: int


class PayeePart(TypedDict):
    """The share of one payee. percent: as it was agreed, "" where it was an amount."""

    name: str
    percent: str
    cents: int


class PromiseLine(TypedDict):
    """A condition. code: V1. tension: whose interest clashes with which value, "" where none does."""

    code: str
    title: str
    tension: str
    text: str
    ref: str
    watcher: str


class GrantAgreement(TypedDict):
    """A grant agreement. Template: agreement.html.

    articles: (heading, safe HTML) in order. digest: of text and plan, printed in full and in the foot.
    change: what an amendment changes and why. accepted_by and accepted_at: once the grantee agreed on
    screen; without them the paper has room for signatures. signed: (name, instant) for the fund.
    """

    code: str
    number: int
    title: str
    currency: str
    fund: Side
    grantee: Side
    plan: list[PlanLine]
    total_cents: int
    articles: list[tuple[str, str]]
    payees: list[PayeePart]
    conditions: list[PromiseLine]
    change: str
    ends_on: str | None
    digest: str
    accepted_by: str | None
    accepted_at: str | None
    signed: list[tuple[str, str]]


class PaymentLine(TypedDict):
    """One payment of a batch, in the order of the bank file."""

    payee: str
    account: str
    reference: str
    purpose: str
    amount_cents: int


class Pot(TypedDict):
    """Where money stands before and after a batch."""

    name: str
    before_cents: int
    change_cents: int
    after_cents: int


class Hand(TypedDict):
    """One step of the four eyes; empty who and when leave room to sign."""

    step: str
    who: str
    when: str | None


class ReleaseSheet(TypedDict):
    """The sheet to compare with the bank's screen. Template: release.html.

    digest: SHA-256 of the bank file; count and total_cents: its own control totals; account_total: the
    last ten digits of every account number added up.
    """

    batch: str
    fund: str
    currency: str
    pay_on: str
    format: str
    from_account: str
    from_holder: str
    message_id: str
    digest: str
    count: int
    total_cents: int
    account_total: str
    lines: list[PaymentLine]
    pots: list[Pot]
    hands: list[Hand]
    notes: list[str]
