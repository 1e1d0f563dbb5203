"""The release: warnings answered, the password fresh, a second releaser, what cannot go set aside."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from fundapp.accounts.models import Party, RoleName, User
from fundapp.core import files
from fundapp.core.bank_letters import for_bank
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.funds.models import Account, FileFormat
from fundapp.funds.queries import own_account
from fundapp.grants import account_checks, accounts
from fundapp.grants.models import NameCheck
from fundapp.payouts import (
    batches,
    file_reading,
    ledger_proof,
    payments,
    queries,
    release_due,
    release_sheets,
    risks,
    room,
)
from fundapp.payouts.models import Batch, BatchState, Payment, PaymentState
from fundapp.payouts.risks import RiskKind
from tests.factories import NOW, give_role, make_user
from tests.payouts.scene import LATER, OTHER_IBAN, Scene, answer_all, enter, make_scene
from tests.visitor import Visitor


def send(batch: Batch, by: User, **changes: Any) -> files.File | None:
    listed = [one for one in batch.payments if one.state is PaymentState.LISTED]
    given = {"settings": current_app.config["SETTINGS"], "actor": by, "at": NOW, "proved_at": NOW} | changes
    pay_on, shown = given.pop("pay_on", batch.pay_on), given.pop("shown", batches.list_digest(listed))
    return batches.release_batch(batch, pay_on, shown, **given)


def warned(payment: Payment) -> dict[str, risks.Risk]:
    fund = payment.claim.award.application.fund
    return {risk.kind.value: risk for risk in risks.of_batch(payment.batch_id, fund, NOW)[payment.id]}


def faye(scene: Scene) -> User:
    made = make_user("Faye Finch")
    give_role(made, scene.cast.fund, RoleName.FINANCE)
    return made


def test_each_warning_wants_an_answer(app: Flask) -> None:
    scene = make_scene()
    payment = scene.listed()

    with pytest.raises(Refusal, match="Answer each warning"):
        send(payment.batch, scene.cast.fin)
    answer_all(payment.batch, scene.cast.fin)

    assert set(warned(payment)) == {"first", "name_check"}
    assert all(risk.answer is not None for risk in warned(payment).values())
    assert send(payment.batch, scene.cast.fin) is not None


def test_what_is_new_is_warned_of_again(app: Flask) -> None:
    scene = make_scene()
    payment = scene.listed()
    answer_all(payment.batch, scene.cast.fin)
    account = payment.claim.bank_account

    told = (NameCheck.NONE, date(2026, 11, 20), "B. Baker")
    account_checks.note_name_check(scene.award, account.id, *told, actor=scene.cast.fin, at=NOW)

    assert (warned(payment)["name_check"].answer, warned(payment)["name_check"].shape) == (None, "bad")
    assert "B. Baker" in warned(payment)["name_check"].words
    with pytest.raises(Refusal, match="Answer each warning"):
        send(payment.batch, scene.cast.fin)


def test_warnings_name_countries_accounts_and_payments(app: Flask) -> None:
    scene = make_scene()
    scene.cast.fund.watched_countries = ["NL"]
    first, second = scene.listed(scene.asked(1)), scene.listed(scene.asked(2))
    db.session.get_one(Party, first.claim.party_id).country = "RU"
    twin = make_scene(replace(scene.cast, ana=scene.cast.ben))
    twin_payment = twin.listed()
    db.session.flush()

    found = warned(first)

    assert {"watched", "not_sepa", "elsewhere", "twice"} <= set(found)
    assert "FATF" not in found["watched"].words
    assert RiskKind.TWICE.value in warned(second)
    assert twin_payment.batch_id == first.batch_id


def test_same_account_of_another_party_is_grave(app: Flask) -> None:
    scene = make_scene()
    payment = scene.listed()
    assert "shared" not in warned(payment)
    account = payment.claim.bank_account
    other = make_scene()
    db.session.flush()

    assert other.award.application.party_id != account.party_id
    assert warned(payment)["shared"].shape == "bad"


def test_release_wants_a_fresh_password_and_a_bank_day(app: Flask) -> None:
    scene = make_scene()
    payment = scene.listed()
    answer_all(payment.batch, scene.cast.fin)

    for changes in (
        {"proved_at": None},
        {"proved_at": NOW - timedelta(minutes=6)},
        {"pay_on": date(2026, 11, 28)},
        {"pay_on": date(2026, 12, 25)},
        {"pay_on": date(2028, 1, 5)},
    ):
        with pytest.raises(Refusal):
            send(payment.batch, scene.cast.fin, **changes)

    assert payment.state is PaymentState.LISTED


def test_large_batch_takes_a_second_releaser(app: Flask) -> None:
    scene = make_scene()
    scene.cast.fund.second_release_from_cents = 500_000
    payment = scene.listed()
    answer_all(payment.batch, scene.cast.fin)

    assert send(payment.batch, scene.cast.fin) is None
    assert (payment.batch.state, payment.state) == (BatchState.OPEN, PaymentState.LISTED)
    with pytest.raises(MoveRefused):
        send(payment.batch, scene.cast.fin)
    for person in (scene.cast.sol, scene.cast.ana):
        with pytest.raises(MoveRefused):
            send(payment.batch, person)
    second = faye(scene)
    assert send(payment.batch, second) is not None

    assert (payment.batch.released_by, payment.batch.second_released_by) == (scene.cast.fin.id, second.id)
    assert (payment.released_by, payment.second_released_by) == (scene.cast.fin.id, second.id)
    assert scene.cents(Account.ORDERED) == 500_000


def test_first_release_falls_away_with_the_list(app: Flask) -> None:
    scene = make_scene()
    scene.cast.fund.second_release_from_cents = 100
    payment = scene.listed()
    answer_all(payment.batch, scene.cast.fin)
    send(payment.batch, scene.cast.fin)

    more = scene.listed(scene.asked(2))
    answer_all(more.batch, scene.cast.fin)

    assert more.batch.signed_by is None
    assert send(more.batch, faye(scene)) is None


def test_small_batch_takes_one_releaser(app: Flask) -> None:
    scene = make_scene()
    scene.cast.fund.second_release_from_cents = 500_001
    payment = scene.listed()
    answer_all(payment.batch, scene.cast.fin)

    assert send(payment.batch, scene.cast.fin) is not None
    assert payment.second_released_by is None


def test_one_bad_address_is_set_aside_and_the_others_go(app: Flask) -> None:
    scene = make_scene()
    good, twin = scene.listed(), make_scene(replace(scene.cast, ana=scene.cast.ben))
    bad = twin.listed()
    db.session.get_one(Party, bad.claim.party_id).address = {"street": "Somewhere 1"}
    db.session.flush()
    answer_all(good.batch, scene.cast.fin)

    with pytest.raises(ChangedMeanwhile):
        send(good.batch, scene.cast.fin)
    file = send(good.batch, scene.cast.fin, shown=batches.list_digest([good]))

    assert file is not None
    order = file_reading.read(files.content(file))
    assert [one.end_to_end_id for one in order.transfers] == [good.end_to_end_id]
    assert (good.state, bad.state, bad.claim.state.value) == (
        PaymentState.ORDERED, PaymentState.REMOVED, "approved",
    )  # fmt: skip
    with pytest.raises(Refusal, match="town"):
        payments.list_payment(bad.claim, actor=scene.cast.fin, at=NOW)


def test_changed_account_cools_off_and_old_contacts_are_told(app: Flask) -> None:
    scene = make_scene()
    claim = scene.approved()
    gone = make_user("Gina Gone")
    gone.party_id = scene.award.application.party_id
    db.session.flush()
    new = enter(scene.award, scene.cast.ana, OTHER_IBAN)
    accounts.confirm_account(scene.award, new.id, actor=scene.cast.fin, at=NOW)

    assert claim.state.value == "submitted"
    assert new.usable_from_at == LATER
    assert account_checks.is_cooling(new, NOW)
    assert not account_checks.is_cooling(new, LATER)
    told = db.session.scalars(select(Outbox).where(Outbox.name == "account-changed")).all()
    assert [one.user_id for one in told] == [gone.id]
    assert "0532 0130" not in told[0].body_text


def test_cooling_off_is_ended_by_a_third_person_with_a_reason(app: Flask) -> None:
    scene = make_scene()
    new = enter(scene.award, scene.cast.ana, OTHER_IBAN)
    accounts.confirm_account(scene.award, new.id, actor=scene.cast.fin, at=NOW)

    for person in (scene.cast.fin, scene.cast.ana, scene.cast.aud):
        with pytest.raises(MoveRefused):
            account_checks.waive(scene.award, new.id, "Spoke to her.", actor=person, at=NOW)
    with pytest.raises(Refusal):
        account_checks.waive(scene.award, new.id, " ", actor=scene.cast.sol, at=NOW)
    account_checks.waive(scene.award, new.id, "Spoke to her.", actor=scene.cast.sol, at=NOW)

    assert account_checks.why_not_usable(new, zone="Europe/Amsterdam", at=NOW) == ""


@pytest.mark.parametrize("format", list(FileFormat))
def test_file_is_written_as_the_bank_takes_it_and_read_back(app: Flask, format: FileFormat) -> None:
    scene = make_scene()
    own_account(scene.cast.fund.id).file_format = format  # type: ignore[union-attr]
    payment = scene.listed()
    answer_all(payment.batch, scene.cast.fin)

    file = send(payment.batch, scene.cast.fin)

    assert file is not None
    content = files.content(file)
    order = file_reading.read(content)
    assert format.value.encode() in content
    assert b"<TwnNm>Amsterdam</TwnNm>" in content
    assert b"AdrLine" not in content
    assert (order.count, order.total_cents, order.message_id) == (1, 500_000, payment.batch.message_id)
    assert payment.batch.format is format


def test_sheet_screen_and_ledger_tell_the_same(app: Flask) -> None:
    scene = make_scene()
    scene.listed()
    payment = scene.listed(scene.asked(2))
    answer_all(payment.batch, scene.cast.fin)
    send(payment.batch, scene.cast.fin)
    kept = queries.batch_file(payment.batch)
    assert kept is not None

    order = file_reading.read(files.content(kept))
    shape = release_sheets.shape(payment.batch, scene.cast.fund, order, "en")
    screen = room.lines_of(scene.cast.fin, payment.batch)

    assert shape["total_cents"] == sum(line.amount_cents for line in screen) == scene.cents(Account.ORDERED)
    assert [line["amount_cents"] for line in shape["lines"]] == [line.amount_cents for line in screen]
    assert shape["account_total"] == "834 328 600"
    assert all("0417" not in line["account"] for line in shape["lines"])
    assert ledger_proof.prove(scene.cast.fund).faults == []


def test_sheet_is_for_who_may_read_every_line(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    payment = scene.ordered()
    client.sign_in(scene.cast.aud)

    first, second = (client.get(f"/batches/{payment.batch_id}/sheet?lang=nl") for _time in range(2))

    assert first.mimetype == "application/pdf"
    assert first.data == second.data
    client.sign_in(scene.cast.sol)
    assert client.get(f"/batches/{payment.batch_id}/sheet").status_code in (403, 404)


def test_dates_of_the_payout_room_are_found_for_finance(app: Flask) -> None:
    scene = make_scene()
    scene.listed()
    year = (NOW - timedelta(days=30), NOW + timedelta(days=60))

    def found(find: Any) -> list[tuple[int, date]]:
        return [(row.user_id, row.due_at.date()) for row in db.session.execute(find(*year))]

    waits = found(release_due.KINDS[0].find)
    payment = scene.listed(scene.asked(2))
    answer_all(payment.batch, scene.cast.fin)
    send(payment.batch, scene.cast.fin)

    assert waits == [(scene.cast.fin.id, date(2026, 11, 23))]
    assert found(release_due.KINDS[0].find) == []
    assert found(release_due.KINDS[1].find) == [(scene.cast.fin.id, date(2026, 11, 26))]


@pytest.mark.parametrize("name", ["João ã", "Łukasz Groß", "Ωμέγα", "Щука", "محمد", "李雷"])
def test_names_become_letters_of_banks_and_are_never_empty(name: str) -> None:
    written = for_bank(name, 70)

    assert written
    assert written.isascii()
