"""Bank accounts: sealed, confirmed by a second person, never changed."""

import pytest
from cryptography.fernet import InvalidToken
from flask import Flask, current_app
from sqlalchemy import select, text

from fundapp.accounts.models import RoleName
from fundapp.config import Settings
from fundapp.core.db import db
from fundapp.core.iban import UnusableIban
from fundapp.core.mail import Outbox
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.grants import accounts
from fundapp.grants.models import Award, BankAccount
from fundapp.grants.sealing import mark, seal, unseal
from tests.factories import NOW, give_role, make_user
from tests.grants.scene import Start, in_force

IBAN = "NL91 ABNA 0417 1643 00"
OTHER = "DE89370400440532013000"


def settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def enter(start: Start, iban: str = IBAN, holder: str = "A. Alders", **values: str) -> BankAccount:
    return accounts.enter_account(
        start.award, holder, iban, settings=settings(), actor=start.cast.ana, at=NOW, **values
    )


def test_account_is_nowhere_readable_in_the_database(app: Flask) -> None:
    start = in_force()

    account = enter(start)
    db.session.flush()

    row = db.session.execute(text("SELECT * FROM bank_account")).mappings().one()
    kept = " ".join(str(value) for value in row.values())
    assert "0417" not in kept
    assert "Alders" not in kept
    assert (account.masked, account.country) == ("NL•• •••• •••• ••43 00", "NL")
    assert unseal(account.iban_sealed, settings()) == "NL91ABNA0417164300"
    assert unseal(account.holder_sealed, settings()) == "A. Alders"


def test_seal_differs_each_time_and_the_mark_does_not(app: Flask) -> None:
    assert seal("same", settings()) != seal("same", settings())
    assert mark("same", settings()) == mark("same", settings()) != mark("other", settings())


def test_seal_of_another_instance_is_not_read(app: Flask) -> None:
    with pytest.raises(InvalidToken):
        unseal("gAAAAABh" + "x" * 92, settings())


@pytest.mark.parametrize("iban", ["", "NL91ABNA0417164301", "US12345", "BR1500000000000010932840814P2"])
def test_unusable_numbers_are_refused(app: Flask, iban: str) -> None:
    start = in_force()

    with pytest.raises(UnusableIban):
        enter(start, iban)

    assert accounts.live_account(start.award.application.party_id) is None  # type: ignore[arg-type]


def test_only_the_grantee_enters_an_account(app: Flask) -> None:
    start = in_force()

    for person in (start.cast.ben, start.cast.sol, start.cast.fin):
        with pytest.raises(MoveRefused):
            accounts.enter_account(start.award, "X", IBAN, settings=settings(), actor=person, at=NOW)


def test_finance_confirms_and_the_grantee_is_told(app: Flask) -> None:
    start = in_force()
    account = enter(start)

    accounts.confirm_account(start.award, account.id, actor=start.cast.fin, at=NOW)

    assert (account.confirmed_by, account.confirmed_at) == (start.cast.fin.id, NOW)
    names = db.session.scalars(select(Outbox.name).where(Outbox.name.startswith("account-"))).all()
    assert sorted(names) == ["account-confirmed", "account-entered"]
    assert "0417" not in " ".join(db.session.scalars(select(Outbox.body_text)))


def test_account_is_not_confirmed_by_others_or_by_who_entered_it(app: Flask) -> None:
    start = in_force()
    account = enter(start)
    give_role(start.cast.ana, start.cast.fund, RoleName.FINANCE)

    for person in (start.cast.sol, start.cast.aud, start.cast.ana):
        with pytest.raises(MoveRefused):
            accounts.confirm_account(start.award, account.id, actor=person, at=NOW)


def test_confirmation_is_for_the_account_on_the_page(app: Flask) -> None:
    start = in_force()
    seen = enter(start)
    enter(start, OTHER)

    with pytest.raises(ChangedMeanwhile):
        accounts.confirm_account(start.award, seen.id, actor=start.cast.fin, at=NOW)


def test_change_is_a_new_row_that_wants_its_own_confirmation(app: Flask) -> None:
    start = in_force()
    old = enter(start)
    accounts.confirm_account(start.award, old.id, actor=start.cast.fin, at=NOW)

    new = enter(start, OTHER)

    assert (old.retired_at, new.number, new.confirmed_at) == (NOW, 2, None)


def test_same_account_is_not_entered_twice_but_its_name_can_be_mended(app: Flask) -> None:
    start = in_force()
    enter(start)

    with pytest.raises(Refusal):
        enter(start)
    mended = enter(start, holder="Ana Alders")

    assert mended.number == 2


def test_account_of_a_grant_of_somebody_else_stays_hidden(app: Flask) -> None:
    start = in_force()
    stranger = make_user("Carl Cox")

    with pytest.raises(MoveRefused):
        accounts.enter_account(start.award, "C", OTHER, settings=settings(), actor=stranger, at=NOW)

    assert db.session.scalars(select(Award.id)).all() == [start.award.id]
