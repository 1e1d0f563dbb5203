"""The pages of advances, final accounts and recoveries, as grantee, manager and finance."""

import re
from io import BytesIO
from typing import Any

from flask import Flask

from fundapp.core import pdf
from fundapp.core.db import db
from fundapp.funds.models import Account
from fundapp.payouts import account_files, advances, recoveries, service
from fundapp.payouts.models import Recovery, RecoveryReason
from tests.factories import NOW
from tests.payouts.advance_scene import AdvanceScene, make_advance
from tests.payouts.scene import LINK, make_scene
from tests.visitor import Visitor


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found[1]


def a_recovery(scene: Any, cents: int = 100_000) -> Recovery:
    scene.paid()
    reason = RecoveryReason.WRONG_PAYMENT
    return recoveries.open_claim(scene.award, reason, cents, "Too much.", (), actor=scene.cast.sol, at=NOW)


def test_advance_is_asked_twice_and_made_once(app: Flask, client: Visitor) -> None:
    one = make_advance()
    there = f"/grants/{one.award.id}/advance"
    client.sign_in(one.cast.ana)
    page = client.get(there).text
    data = {"once": field(page, "once"), "note": "We begin on Monday."}

    answers = [client.post(there, data=data) for _again in range(2)]

    claim = advances.of(one.award)
    assert claim is not None
    assert [one.location for one in answers] == [f"/claims/{claim.id}"] * 2
    assert "€6,400" in page
    assert client.get(f"/claims/{claim.id}").status_code == 200


def test_returned_advance_is_sent_again(app: Flask, client: Visitor) -> None:
    one = make_advance()
    claim = one.asked()
    service.return_claim(claim, "When do you begin?", actor=one.cast.sol, at=NOW)
    client.sign_in(one.cast.ana)
    page = client.get(f"/claims/{claim.id}")

    answer = client.post(f"/claims/{claim.id}/ask-again", data={"note": "In May."})

    assert "Ask for the advance again" in page.text
    assert answer.status_code == 302
    assert (claim.state, claim.note) == ("submitted", "In May.")


def test_advance_grant_asks_for_no_milestones(app: Flask, client: Visitor) -> None:
    one = make_advance()
    client.sign_in(one.cast.ana)

    page = client.get(f"/grants/{one.award.id}").text

    assert f"/grants/{one.award.id}/advance" in page
    assert f"/grants/{one.award.id}/claim" not in page


def written(one: AdvanceScene, client: Visitor, **more: Any) -> dict[str, Any]:
    page = client.get(f"/grants/{one.award.id}/final-account/edit").text
    data = {"version": field(page, "version"), "rows-0-line": field(page, "rows-0-line"), "do": "save"}
    data |= {"rows-0-title": "Hours", "rows-0-budget": "5000", "rows-0-net": "7000", "rows-0-vat": "0"}
    return data | {"rows-0-evidence": LINK} | more


def test_account_goes_the_whole_way_over_the_pages(app: Flask, client: Visitor) -> None:
    one = make_advance()
    one.advance()
    there = f"/grants/{one.award.id}/final-account"
    client.sign_in(one.cast.ana)
    assert client.post(f"{there}/begin").status_code == 302
    bill = {"files-0": (BytesIO(b"A bill."), "bill.txt")}
    data = written(one, client) | bill
    saved = client.post(f"{there}/edit", data=data, content_type="multipart/form-data")
    file = next(iter(account_files.by_line(one.final).values()))[0]
    assert client.get(f"{there}/files/{file.id}").data == b"A bill."
    handed = client.post(f"{there}/submit")
    client.sign_in(one.cast.sol)
    page = client.get(there).text

    done = client.post(
        f"{there}/approve", data={"digest": field(page, "digest"), "is_evidenced": "y", "is_agreed": "y"}
    )

    assert [saved.status_code, handed.status_code, done.status_code] == [302, 302, 302]
    assert one.cents(Account.APPROVED) == 60_000
    assert client.get(there).status_code == 200
    assert client.get(f"/claims/{one.final.claim_id}").status_code == 200


def test_amount_that_cannot_be_read_keeps_all_that_was_typed(app: Flask, client: Visitor) -> None:
    one = make_advance()
    one.account(100)
    client.sign_in(one.cast.ana)
    data = written(one, client) | {"rows-0-net": "12.345,678", "note": "Kept."}

    page = client.post(f"/grants/{one.award.id}/final-account/edit", data=data)

    assert page.status_code == 422
    assert "12.345,678" in page.text
    assert "Kept." in page.text


def test_account_saved_by_another_meanwhile_is_shown_beside_what_was_typed(
    app: Flask, client: Visitor
) -> None:
    one = make_advance()
    one.account(100)
    client.sign_in(one.cast.ana)
    old = written(one, client)
    client.post(f"/grants/{one.award.id}/final-account/autosave", data=old)

    clash = client.post(f"/grants/{one.award.id}/final-account/edit", data=old | {"rows-0-title": "Other"})

    assert clash.status_code == 409
    assert 'value="Other"' in clash.text
    assert "Hours" in clash.text


def test_page_of_an_account_costs_the_same_for_many_lines(app: Flask, client: Visitor) -> None:
    one = make_advance()
    account = one.account(100)
    client.sign_in(one.cast.ana)
    client.get(f"/grants/{one.award.id}/final-account")
    few = len(client.statements)
    one.account(*range(1, 40))

    client.get(f"/grants/{one.award.id}/final-account")

    assert account.id == one.final.id
    assert len(client.statements) == few


def test_recovery_is_claimed_received_and_settled_over_the_pages(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    scene.paid()
    client.sign_in(scene.cast.sol)
    page = client.get(f"/grants/{scene.award.id}/recoveries/new").text
    data = {"once": field(page, "once"), "reason": "wrong_payment", "amount": "1000.50", "why": "Paid twice."}
    made = client.post(f"/grants/{scene.award.id}/recoveries/new", data=data)
    owed = db.session.query(Recovery).one()
    client.sign_in(scene.cast.fin)
    page = client.get(f"/recoveries/{owed.id}").text
    money = {"once": field(page, "once"), "amount": "1000.50", "received_on": "2026-11-20"}

    answers = [client.post(f"/recoveries/{owed.id}/receive", data=money) for _again in range(2)]

    assert made.location == f"/recoveries/{owed.id}"
    assert [one.status_code for one in answers] == [302, 302]
    assert (owed.state, owed.received_cents) == ("settled", 100_050)
    assert scene.award.amount_cents == 800_000 - 100_050


def test_more_than_was_paid_is_not_claimed_back(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    scene.paid()
    client.sign_in(scene.cast.sol)
    there = f"/grants/{scene.award.id}/recoveries/new"
    data = {"once": "x", "reason": "ended", "amount": "5000.01", "why": "Half is missing."}

    page = client.post(there, data=data)

    assert page.status_code == 422
    assert "5000.01" in page.text
    assert "Half is missing." in page.text


def test_parts_have_to_add_up(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    owed = a_recovery(scene)
    client.sign_in(scene.cast.fin)
    parts = {"parts-0-due_on": "2027-01-01", "parts-0-amount": "400"}
    half = client.post(f"/recoveries/{owed.id}/parts", data=parts | {"parts-1-due_on": "2027-02-01"})
    short = client.post(f"/recoveries/{owed.id}/parts", data=parts)
    rest = {"parts-1-due_on": "2027-02-01", "parts-1-amount": "600"}

    whole = client.post(f"/recoveries/{owed.id}/parts", data=parts | rest)

    assert [half.status_code, short.status_code, whole.status_code] == [422, 422, 302]
    assert [one.amount_cents for one in owed.instalments] == [40_000, 60_000]


def test_writing_off_takes_two_people(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    owed = a_recovery(scene)
    there = f"/recoveries/{owed.id}"
    client.sign_in(scene.cast.sol)
    client.post(f"{there}/propose-write-off", data={"reason": "The association was dissolved."})
    alone = client.post(f"{there}/write-off", data={"cents": "100000"})
    client.sign_in(scene.cast.fin)
    page = client.get(there).text
    stale = client.post(f"{there}/write-off", data={"cents": "1"})

    done = client.post(f"{there}/write-off", data={"cents": field(page, "cents")})

    assert [alone.status_code, stale.status_code, done.status_code] == [403, 409, 302]
    assert owed.state == "written_off"
    assert scene.award.amount_cents == 800_000


def test_grantee_reads_what_is_owed_and_others_do_not(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    owed = a_recovery(scene)
    client.sign_in(scene.cast.ana)
    own = client.get(f"/recoveries/{owed.id}")
    client.sign_in(scene.cast.ben)
    other = client.get(f"/recoveries/{owed.id}")

    assert owed.reference in own.text
    assert "Sol" not in own.text.split("<main")[1]
    assert other.status_code == 404


def test_letter_and_account_are_papers(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    owed = a_recovery(scene)
    client.sign_in(scene.cast.aud)

    pages = [client.get(f"/recoveries/{owed.id}.pdf").data for _again in range(2)]

    if pdf.available():
        assert pages[0] == pages[1]
        assert pages[0].startswith(b"%PDF")


def test_scheme_is_chosen_until_the_agreement_is_offered(app: Flask, client: Visitor) -> None:
    one = make_advance()
    client.sign_in(one.cast.sol)

    late = client.post(f"/grants/{one.award.id}/scheme", data={"scheme": "milestones", "percent": "80"})

    assert client.get(f"/grants/{one.award.id}/scheme").status_code == 200
    assert late.status_code == 409
    assert one.award.scheme == "advance"
