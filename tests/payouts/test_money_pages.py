"""Budget, forecast, follow the euro, the ledger and its corrections: exact to the cent, and who sees what."""

import csv
import io
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.applications.models import ConflictState
from fundapp.core.charts.streams import balanced
from fundapp.core.db import db
from fundapp.funds import gifts, ledger, service
from fundapp.funds.models import Account, Contribution, Correction, Posting
from fundapp.payouts import books, budget, follow, payments
from fundapp.payouts.budget import OpenStep
from fundapp.payouts.forecast import Delay, forecast
from fundapp.public import money as public_money
from tests.factories import NOW, make_cast, make_conflict, make_fund
from tests.payouts.scene import TODAY, Scene, make_scene
from tests.visitor import Visitor


def rich_scene() -> Scene:
    """A fund with three gifts, one earmarked and one promised, and a first payment made."""
    fund = make_fund(received_cents=350_000)
    for cents, theme, day in ((9_000_000, None, 1), (250_000, "web", 2)):
        service.receive(
            fund, giver=f"City {cents}", amount_cents=cents, received_on=date(2026, 2, day), theme=theme,
            actor=None, at=NOW,
        )  # fmt: skip
    gifts.pledge(fund, giver="Lab", amount_cents=700, pledged_on=date(2026, 2, 2), actor=None, at=NOW)
    scene = make_scene(make_cast(fund))
    payment = scene.ordered()
    payments.mark_paid(payment, TODAY, actor=scene.cast.fin, at=NOW)
    db.session.flush()
    return scene


def test_flow_is_exact_for_the_fund_and_for_each_gift(app: Flask) -> None:
    scene = rich_scene()
    fund = scene.cast.fund
    names = follow.office_names(scene.cast.sol, fund, "en")

    whole = follow.flow(fund.id, names)

    assert balanced(whole.columns, whole.ribbons) == []
    figures = ledger.figures(fund.id)
    assert whole.whole == figures.received
    ends = {stop.key: stop.cents for column in whole.columns for stop in column}
    assert (ends["paid"], ends["promised"]) == (figures.paid, figures.promised)
    each = [follow.flow(fund.id, names, id) for id in names.gifts]
    assert all(balanced(one.columns, one.ribbons) == [] for one in each)
    assert sum(one.whole for one in each) == whole.whole


def test_payment_goes_back_to_the_gifts_it_was_paid_from(app: Flask, client: Visitor) -> None:
    scene = rich_scene()
    db.session.commit()
    posting = db.session.scalars(select(Posting).where(Posting.event == "pay")).first()
    assert posting is not None
    assert posting.payment_id is not None

    rows = follow.origin(posting.payment_id)
    client.sign_in(scene.cast.fin)
    page = client.get(f"/payments/{posting.payment_id}/gifts")

    assert sum(row.cents for row in rows) == 500_000
    assert all(row.giver in page.text for row in rows)
    back = follow.payments_of(scene.cast.fin, db.session.get_one(Contribution, rows[0].id))
    assert sum(row.cents for row in back) == sum(row.cents for row in rows if row.id == rows[0].id)


def test_project_with_a_tie_keeps_its_sums_and_loses_its_name(app: Flask, client: Visitor) -> None:
    scene = rich_scene()
    make_conflict(scene.award.application, scene.cast.max, state=ConflictState.BARRED)
    db.session.commit()
    title = scene.award.application.title

    client.sign_in(scene.cast.sol)
    open_to_sol = client.get(f"/ledger/{scene.cast.fund.id}/flow").text
    client.sign_in(scene.cast.max)
    shut_to_max = client.get(f"/ledger/{scene.cast.fund.id}/flow").text

    assert title in open_to_sol
    assert title not in shut_to_max
    assert "1 other grant" in shut_to_max


def test_budget_of_rounds_is_what_the_ledger_says(app: Flask, client: Visitor) -> None:
    scene = rich_scene()
    db.session.commit()
    fund = scene.cast.fund
    client.sign_in(scene.cast.aud)

    page = client.get(f"/ledger/{fund.id}/budget")
    rows = list(csv.DictReader(io.StringIO(client.get(f"/ledger/{fund.id}/budget.csv").text)))
    themes = client.get(f"/ledger/{fund.id}/themes")

    figures = ledger.figures(fund.id)
    assert page.status_code == themes.status_code == 200
    assert float(rows[0]["paid"]) * 100 == figures.paid == 500_000
    assert float(rows[0]["promised"]) * 100 == figures.promised
    assert client.get(f"/ledger/{fund.id}/budget.xlsx").data[:2] == b"PK"
    by_theme = {row.key: row for row in budget.themes(fund)}
    assert sum(row.granted for row in by_theme.values()) == scene.award.amount_cents
    assert sum(row.received for row in by_theme.values()) == figures.received


@pytest.mark.parametrize(("days", "n", "months"), [(40, 9, [100, 0, 250]), (40, 2, [100, 250, 0])])
def test_forecast_adds_up_and_uses_delay_only_when_seen_often(days: int, n: int, months: list[int]) -> None:
    today = date(2026, 11, 22)
    steps = [OpenStep(1, date(2026, 12, 1), 250), OpenStep(1, None, 50), OpenStep(1, date(2029, 1, 1), 70)]

    seen = forecast(today, seen=Delay(days, n), promised=500, under_way=100, steps=steps)

    assert [one.experienced for one in seen.months[:3]] == months
    assert [one.planned for one in seen.months[:3]] == [100, 250, 0]
    planned = sum(one.planned for one in seen.months) + (seen.later.planned if seen.later else 0)
    lived = sum(one.experienced for one in seen.months) + (seen.later.experienced if seen.later else 0)
    assert planned + seen.undated == lived + seen.undated == seen.promised


def test_forecast_page_says_what_experience_rests_on(app: Flask, client: Visitor) -> None:
    scene = rich_scene()
    for milestone in scene.award.milestones:
        milestone.due_on = TODAY - timedelta(days=3)
    db.session.commit()
    client.sign_in(scene.cast.sol)

    page = client.get(f"/ledger/{scene.cast.fund.id}/forecast")

    assert "Only 1 milestones were paid" in page.text or "too few" in page.text
    assert client.get(f"/ledger/{scene.cast.fund.id}/budget.csv?part=forecast").text.startswith(
        "month,planned"
    )


def test_ledger_narrows_and_runs_on(app: Flask, client: Visitor) -> None:
    scene = rich_scene()
    db.session.commit()
    fund = scene.cast.fund
    client.sign_in(scene.cast.aud)

    page = client.get(f"/ledger/{fund.id}?account=bank")
    event = client.get(f"/ledger/{fund.id}?event=pay&first=2026-01-01&last=2999-01-01")
    none = client.get(f"/ledger/{fund.id}?event=pay&last=2020-01-01")

    asked = books.Asked(account=Account.BANK)
    rows = books.postings(scene.cast.aud, fund, asked)
    after = books.standing(fund, asked)
    assert after == ledger.balances(fund.id)[Account.BANK]
    assert books.running(rows, after)[-1] == rows[-1].change
    assert "The figures agree" in page.text
    assert "Paid" in event.text
    assert "No posting fits this" in none.text


def test_posting_is_taken_back_by_two_people_on_its_page(app: Flask, client: Visitor) -> None:
    cast = make_cast(make_fund(received_cents=900))
    posting = db.session.scalars(select(Posting)).one()
    db.session.commit()
    place = f"/postings/{posting.id}"

    client.sign_in(cast.fin)
    assert client.post(f"{place}/take-back", data={"note": ""}).status_code == 422
    assert client.post(f"{place}/take-back", data={"note": "Wrong account."}).status_code == 302
    correction = db.session.scalars(select(Correction.id)).one()
    assert client.post(f"/corrections/{correction}/carry-out").status_code == 409
    client.sign_in(cast.sol)
    assert "Take it back" in client.get(place).text
    assert client.post(f"/corrections/{correction}/carry-out").status_code == 302
    client.sign_in(cast.aud)
    page = client.get(f"/ledger/{cast.fund.id}")

    assert "Taken back:" in page.text
    assert ledger.figures(cast.fund.id).received == 0
    assert "The figures agree" in page.text


def test_applicant_finds_none_of_it(app: Flask, client: Visitor) -> None:
    scene = rich_scene()
    db.session.commit()
    fund = scene.cast.fund.id
    client.sign_in(scene.cast.ana)

    places = [
        f"/ledger/{fund}{tail}" for tail in ("", "/budget", "/themes", "/forecast", "/flow", "/budget.xlsx")
    ]
    assert {client.get(place).status_code for place in [*places, "/postings/1", "/payments/1/gifts"]} == {404}


def test_public_reads_the_flow_of_what_is_published_and_no_hidden_giver(app: Flask, client: Visitor) -> None:
    scene = rich_scene()
    shy = service.receive(
        scene.cast.fund, giver="Shy Person", amount_cents=9_000, received_on=date(2026, 3, 1),
        is_anonymous=True, actor=None, at=NOW,
    )  # fmt: skip
    db.session.commit()
    fund = scene.cast.fund

    page = client.get(f"/money/{fund.slug}").text
    names = public_money.names(fund, "en")
    found = follow.flow(fund.id, names, without_name_is_left=True)

    assert scene.award.application.title in page
    assert shy.giver not in page
    assert "a giver" in page
    assert balanced(found.columns, found.ribbons) == []
    unnamed = follow.Names(names.gifts, names.rounds, {})
    hidden = follow.flow(fund.id, unnamed, without_name_is_left=True)
    assert balanced(hidden.columns, hidden.ribbons) == []
    assert "promised" not in {stop.key for column in hidden.columns for stop in column}
    figures = ledger.figures(fund.id)
    assert sum(one.paid for one in public_money.years(fund)) == figures.paid
    assert sum(one.given for one in public_money.years(fund)) == figures.granted
    assert client.get("/money/nothing").status_code == 404
