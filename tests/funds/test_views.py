"""The fund's pages: set up by the administrator, gifts booked by the office, shut to others."""

from typing import Any

from flask import Flask
from sqlalchemy import func, select

from fundapp.core.db import db
from fundapp.funds import ledger, queries
from fundapp.funds.models import Contribution, Fund
from tests.factories import make_cast, make_user
from tests.visitor import Visitor

FUND = {
    "name_en": "Commons Fund",
    "name_nl": "Commonsfonds",
    "slug": "commons",
    "zone": "Europe/Amsterdam",
    "legal_regime": "private",
    "publication_rule": "public_name",
    "holder": "Stichting Commons",
    "iban": "NL91 ABNA 0417 1643 00",
    "once": "form-1",
}
GIFT = {
    "giver": "City of Utrecht",
    "giver_kind": "public",
    "amount": "€ 2.500,50",
    "received_on": "2026-11-01",
}


def test_an_administrator_sets_up_a_fund_once(app: Flask, client: Visitor) -> None:
    client.sign_in(make_user(is_administrator=True))

    first, second = (client.post("/office/funds/new", data=FUND) for _click in range(2))

    fund = queries.fund_by_slug("commons")
    assert (first.status_code, second.status_code) == (302, 302)
    assert fund is not None
    assert (fund.name, fund.accounts[0].iban) == (
        {"en": "Commons Fund", "nl": "Commonsfonds"},
        "NL91ABNA0417164300",
    )


def test_faults_stand_beside_the_field_and_nothing_is_saved(app: Flask, client: Visitor) -> None:
    client.sign_in(make_user(is_administrator=True))

    answer = client.post("/office/funds/new", data=FUND | {"iban": "NL92ABNA0417164300", "slug": "Not Good"})

    assert answer.status_code == 422
    assert answer.text.count('class="err"') == 2
    assert "Commonsfonds" in answer.text
    assert db.session.scalar(select(func.count(Fund.id))) == 0


def test_a_gift_is_booked_once_and_stands_in_the_ledger(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    client.sign_in(cast.fin)
    path = f"/office/funds/{cast.fund.id}"

    for _click in range(2):
        client.post(f"{path}/gifts", data=GIFT | {"once": "gift-form"})

    assert ledger.figures(cast.fund.id).received == 10_000_000 + 250_050
    assert "City of Utrecht" in client.get(path).text


def test_bad_gifts_are_refused(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    client.sign_in(cast.sol)

    bad: list[dict[str, Any]] = [
        {"amount": "5kEUR each"},
        {"amount": "0"},
        {"amount": "$ 20"},
        {"received_on": "2999-01-01"},
        {"giver": " "},
    ]
    answers = [
        client.post(f"/office/funds/{cast.fund.id}/gifts", data=GIFT | fault).status_code for fault in bad
    ]

    assert answers == [422] * 5
    assert db.session.scalar(select(func.count(Contribution.id))) == 1


def test_who_may_come_in(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    path = f"/office/funds/{cast.fund.id}"

    seen = {}
    for person in (cast.ana, cast.rhea, cast.sol, cast.fin, cast.aud):
        client.sign_in(person)
        booked = client.post(f"{path}/gifts", data=GIFT).status_code
        new = client.get("/office/funds/new").status_code
        seen[person.name.split()[0]] = (client.get(path).status_code, booked, new)

    assert seen == {
        "Ana": (404, 404, 403),
        "Rhea": (404, 404, 403),
        "Sol": (200, 302, 403),
        "Fin": (200, 302, 403),
        "Aud": (200, 403, 403),
    }
