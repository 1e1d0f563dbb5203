"""A new key for bank accounts: all sealed anew, whatever happens on the way, and nothing unreadable after."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import InvalidToken
from flask import Flask
from sqlalchemy import select

from fundapp import create_app
from fundapp.config import Settings, kept_secrets
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.grants import accounts, keys
from fundapp.grants.models import BankAccount
from fundapp.grants.sealing import current_key_id, mark, unseal
from tests.command import Run
from tests.databases import Database
from tests.databases import settings as for_tests
from tests.factories import NOW
from tests.grants.scene import in_force
from tests.payouts.scene import IBAN

OTHER = "DE89370400440532013000"


@pytest.fixture
def settings(app: Flask, tmp_path: Path) -> Settings:
    """Settings with secrets of their own, and two accounts sealed under them."""
    found = for_tests(tmp_path, str(app.config["SQLALCHEMY_DATABASE_URI"]))
    start = in_force()
    for iban in (IBAN, OTHER):
        accounts.enter_account(start.award, "A. Alders", iban, settings=found, actor=start.cast.ana, at=NOW)
    db.session.flush()
    return found


def read(settings: Settings) -> list[str]:
    rows = db.session.scalars(select(BankAccount).order_by(BankAccount.id)).all()
    return [unseal(row.iban_sealed, settings) for row in rows]


def test_rotation_seals_all_under_the_new_key(settings: Settings) -> None:
    before, marked = current_key_id(settings), mark(IBAN, settings)

    made = keys.begin(settings)
    middle = (read(settings), keys.left(settings))
    done = keys.seal_some(settings)

    assert made == current_key_id(settings) != before
    assert middle == ([IBAN, OTHER], 2)
    assert (done, keys.left(settings), keys.look(settings)) == (2, 0, keys.Looked(2, ()))
    assert mark(IBAN, settings) == marked
    assert stat.S_IMODE((settings.instance / "secrets.toml").stat().st_mode) == 0o600


def test_interrupted_rotation_goes_on_and_keeps_old_keys_until_then(settings: Settings) -> None:
    keys.begin(settings)
    keys.seal_some(settings, most=1)

    with pytest.raises(Refusal):
        keys.forget_old(settings)
    assert (read(settings), len(keys.look(settings).faults)) == ([IBAN, OTHER], 1)
    assert keys.sealed_under_known_keys(settings)
    keys.seal_some(settings, most=1)

    assert keys.forget_old(settings) == 1
    assert (read(settings), keys.look(settings).faults) == ([IBAN, OTHER], ())


def test_forgotten_key_opens_nothing(settings: Settings) -> None:
    sealed = db.session.scalars(select(BankAccount.iban_sealed)).first()
    keys.begin(settings)
    keys.seal_some(settings)
    keys.forget_old(settings)

    with pytest.raises(InvalidToken):
        unseal(str(sealed), settings)


def test_key_from_the_environment_is_not_changed_here(settings: Settings) -> None:
    strange = replace(settings, key_is_given=True)

    with pytest.raises(Refusal, match="FUNDAPP_DATA_KEY"):
        keys.begin(strange)


def test_command_rotates_checks_and_forgets(
    database: Database, run: Run, environment: dict[str, str]
) -> None:
    instance = Path(environment["FUNDAPP_INSTANCE"])
    app = create_app(for_tests(instance, environment["FUNDAPP_DATABASE_URL"]))
    with app.app_context():
        start = in_force()
        given = {"settings": app.config["SETTINGS"], "actor": start.cast.ana, "at": NOW}
        accounts.enter_account(start.award, "A. Alders", IBAN, **given)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()

    rotated, checked, forgot = (
        run("accounts", "rotate-key", *words) for words in ((), ("--check",), ("--forget-old",))
    )

    assert rotated.exit_code == checked.exit_code == forgot.exit_code == 0, rotated.output
    assert "1 accounts sealed anew" in rotated.output
    assert "1 accounts, 0 under an older key, 0 not readable" in checked.output
    assert "old_data_keys" not in kept_secrets(instance)
