"""Gifts from promise to thanks: what comes in and what does not, themes, money that goes back, by two."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds import corrections, gifts, invariants, ledger, service
from fundapp.funds.ledger import Where
from fundapp.funds.models import Account, Contribution, CorrectionState, Gift, Posting, RefundState
from tests.factories import NOW, Cast, make_cast, make_fund, make_round
from tests.visitor import Visitor

DAY = date(2026, 11, 2)


def promised(cast: Cast, **values: Any) -> Contribution:
    given = {"giver": "Stadslab", "amount_cents": 500_000, "pledged_on": DAY, "email": "lab@example.org"}
    gift = gifts.pledge(cast.fund, actor=cast.fin, at=NOW, **given | values)
    db.session.flush()
    return gift


def held(gift: Contribution) -> dict[Account, int]:
    return {
        account: cents
        for account, cents in ledger.balances(gift.fund_id, Where(contribution_id=gift.id)).items()
        if cents
    }


def is_whole(cast: Cast) -> bool:
    return invariants.broken(invariants.Books(invariants.rows_of(cast.fund))) == []


def test_promise_tells_the_giver_how_to_transfer_and_can_be_spent_once_it_is_in(app: Flask) -> None:
    cast = make_cast(make_fund(received_cents=100))
    gift = promised(cast, language="nl")

    letter = db.session.scalars(select(Outbox).where(Outbox.address == "lab@example.org")).one()
    assert (letter.name, letter.language) == ("gift-pledged", "nl")
    assert gift.bank_reference[:4] in letter.body_text
    assert ledger.figures(cast.fund.id).free == 100

    gifts.come_in(gift, received_on=DAY, actor=cast.fin, at=NOW)

    assert held(gift) == {Account.BANK: 500_000, Account.FREE: 500_000}
    names = set(db.session.scalars(select(Outbox.name).where(Outbox.address == "lab@example.org")))
    assert names == {"gift-pledged", "gift-received"}
    assert is_whole(cast)


@pytest.mark.parametrize(
    ("came", "expects", "rest"), [(300_000, True, 200_000), (300_000, False, None), (600_000, False, None)]
)
def test_another_amount_comes_in_than_was_promised(
    app: Flask, came: int, expects: bool, rest: int | None
) -> None:
    cast = make_cast()
    gift = promised(cast, theme="web")

    left = gifts.come_in(
        gift, received_on=DAY, amount_cents=came, expects_rest=expects, actor=cast.fin, at=NOW
    )

    assert held(gift) == {Account.BANK: came, Account.RESTRICTED: came}
    assert (left.amount_cents if left else None) == rest
    assert ledger.figures(cast.fund.id).pledged == (rest or 0)
    assert is_whole(cast)


def test_promise_is_cancelled_with_a_reason(app: Flask) -> None:
    cast = make_cast()
    gift = promised(cast)
    with pytest.raises(MoveRefused):
        gifts.cancel(gift, note=" ", actor=cast.fin, at=NOW)

    gifts.cancel(gift, note="The council voted it down.", actor=cast.fin, at=NOW)

    assert (gift.state, held(gift)) == (Gift.CANCELLED, {})
    with pytest.raises(MoveRefused):
        gifts.come_in(gift, received_on=DAY, actor=cast.fin, at=NOW)


def test_restriction_is_lifted_for_what_is_free_and_holds_for_what_comes_back(app: Flask) -> None:
    cast = make_cast(make_fund(received_cents=0))
    gift = promised(cast, theme="web")
    gifts.come_in(gift, received_on=DAY, actor=cast.fin, at=NOW)
    round = make_round(cast.fund, budget_cents=200_000)

    moved = gifts.earmark(gift, None, note="The board of Stadslab agreed.", actor=cast.sol, at=NOW)
    ledger.unreserve(cast.fund, round.id, key="end", actor=None, at=NOW)

    assert moved == 300_000
    assert held(gift) == {Account.BANK: 500_000, Account.FREE: 500_000}
    with pytest.raises(Refusal):
        gifts.earmark(gift, None, note="Again.", actor=cast.sol, at=NOW)


def test_money_goes_back_by_two_people_and_only_what_is_free(app: Flask) -> None:
    cast = make_cast(make_fund(received_cents=0))
    gift = promised(cast)
    gifts.come_in(gift, received_on=DAY, actor=cast.fin, at=NOW)
    make_round(cast.fund, budget_cents=400_000)
    with pytest.raises(Refusal, match="€1,000"):
        gifts.ask_refund(gift, 100_001, reason="Too much.", actor=cast.sol, at=NOW)
    refund = gifts.ask_refund(gift, 100_000, reason="Paid twice.", actor=cast.sol, at=NOW)
    with pytest.raises(MoveRefused):
        gifts.agree_refund(refund, actor=cast.sol, at=NOW)

    gifts.agree_refund(refund, actor=cast.fin, at=NOW)
    assert ledger.figures(cast.fund.id).refunded == 100_000
    gifts.pay_refund(refund, paid_on=DAY, actor=cast.fin, at=NOW)

    assert (refund.state, gift.state) == (RefundState.PAID, Gift.RECEIVED)
    assert held(gift) == {Account.BANK: 400_000, Account.RESERVED: 400_000}
    figures = ledger.figures(cast.fund.id)
    assert (figures.kept, figures.ordered) == (400_000, 0)
    assert figures.budget == figures.kept
    assert is_whole(cast)


def test_receipt_that_never_was_is_taken_back_by_a_second_person(app: Flask) -> None:
    cast = make_cast(make_fund(received_cents=0))
    gift = promised(cast)
    gifts.come_in(gift, received_on=DAY, actor=cast.fin, at=NOW)
    posting = db.session.scalars(select(Posting).where(Posting.event == "receipt")).one()
    correction = corrections.ask(posting, reason="The wrong gift.", actor=cast.fin, at=NOW)
    with pytest.raises(MoveRefused):
        corrections.carry_out(correction, actor=cast.fin, at=NOW)
    with pytest.raises(Refusal):
        corrections.ask(posting, reason="Again.", actor=cast.sol, at=NOW)

    corrections.carry_out(correction, actor=cast.sol, at=NOW)
    db.session.flush()

    assert (correction.state, gift.state) == (CorrectionState.CARRIED_OUT, Gift.PLEDGED)
    assert held(gift) == {Account.PLEDGES: 500_000, Account.PLEDGED: 500_000}
    assert ledger.figures(cast.fund.id).received == 0
    assert is_whole(cast)
    gifts.come_in(gift, received_on=DAY, actor=cast.fin, at=NOW)
    assert ledger.figures(cast.fund.id).received == 500_000


def test_receipt_whose_money_has_moved_on_stays(app: Flask) -> None:
    cast = make_cast(make_fund(received_cents=1_000))
    make_round(cast.fund, budget_cents=600)
    posting = db.session.scalars(select(Posting).where(Posting.event == "receipt")).one()
    reserve = db.session.scalars(select(Posting).where(Posting.event == "reserve")).one()
    correction = corrections.ask(posting, reason="Wrong.", actor=cast.fin, at=NOW)

    with pytest.raises(ledger.NotEnough):
        corrections.carry_out(correction, actor=cast.sol, at=NOW)
    with pytest.raises(Refusal, match="where it was done"):
        corrections.ask(reserve, reason="Wrong.", actor=cast.fin, at=NOW)


# --- pages -----------------------------------------------------------------------

NEW = {
    "how": "pledged", "giver": "Stadslab", "giver_kind": "private", "amount": "5.000,00", "on": "2026-11-02",
    "expected_on": "2026-12-01", "email": "lab@example.org", "language": "nl", "once": "gift-1",
}  # fmt: skip


def test_gift_goes_from_promise_to_received_on_its_pages(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    client.sign_in(cast.fin)

    first, again = (client.post(f"/office/funds/{cast.fund.id}/gifts/new", data=NEW) for _click in range(2))
    page = client.get(first.location)
    gift = db.session.scalars(select(Contribution).where(Contribution.giver == "Stadslab")).one()
    in_ = client.post(
        f"/office/gifts/{gift.id}/received",
        data={"received_on": "2026-11-10", "amount": "4,000", "expects_rest": "y", "once": "in-1"},
    )
    listed = client.get(f"/office/funds/{cast.fund.id}/gifts?state=pledged")

    assert first.location == again.location
    assert "RF" in page.text
    assert in_.status_code == 302
    assert "€1,000" in listed.text
    assert client.get(f"/office/gifts/{gift.id}/confirmation.pdf").data.startswith(b"%PDF")


def test_faults_stand_beside_their_field(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    client.sign_in(cast.sol)
    gift = promised(cast)
    db.session.commit()

    new = client.post(f"/office/funds/{cast.fund.id}/gifts/new", data=NEW | {"amount": "-1", "giver": ""})
    in_ = client.post(f"/office/gifts/{gift.id}/received", data={"received_on": "2999-01-01", "amount": "5"})
    cancel = client.post(f"/office/gifts/{gift.id}/cancel", data={"note": ""})

    assert [answer.status_code for answer in (new, in_, cancel)] == [422, 422, 422]
    assert "This day has not come yet" in in_.text


def test_giver_reads_the_own_page_and_nobody_guesses_it(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    gift = promised(cast, is_anonymous=True)
    db.session.commit()
    token = gifts.token(gift)

    page, other = client.get(f"/gift/{token}"), client.get(f"/gift/{token[:-2]}xx")

    assert page.status_code == 200
    assert gift.bank_reference[:4] in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert other.status_code == 404
    assert client.get(f"/gift/{token}/confirmation.pdf").status_code == 404


def test_auditor_reads_gifts_and_others_find_nothing(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    gift = service.receive(cast.fund, giver="City", amount_cents=5, received_on=DAY, actor=None, at=NOW)
    db.session.commit()
    places = (f"/office/funds/{cast.fund.id}/gifts", f"/office/gifts/{gift.id}")

    client.sign_in(cast.aud)
    assert [client.get(place).status_code for place in places] == [200, 200]
    assert client.post(f"/office/gifts/{gift.id}/refunds", data={"amount": "1"}).status_code == 403
    client.sign_in(cast.ana)
    assert [client.get(place).status_code for place in places] == [404, 404]
