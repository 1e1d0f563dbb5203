"""Seals: whoever changes, removes or puts in a posting behind the triggers' back is found, and named."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from fundapp import create_app
from fundapp.config import Settings
from fundapp.core import log_seals
from fundapp.core.db import db
from fundapp.funds import seals, service
from fundapp.funds.models import Fund
from fundapp.payouts import ledger_proof
from tests.factories import NOW, make_fund


def without_triggers(table: str, statement: str) -> None:
    """Write in a table as somebody would who may change the database itself."""
    sqlite = db.engine.dialect.name == "sqlite"
    for verb in ("update", "delete"):
        place = "" if sqlite else f" ON {table}"
        db.session.execute(text(f"DROP TRIGGER keep_{table}_{verb}{place}"))
    db.session.execute(text(statement))


def sealed_fund() -> Fund:
    fund = make_fund(received_cents=1_000)
    for day in (1, 2):
        service.receive(
            fund, giver="City", amount_cents=500, received_on=date(2026, 3, day), actor=None, at=NOW
        )
    db.session.flush()
    assert seals.seal(fund, at=NOW) == 3
    db.session.flush()
    return fund


def test_untouched_ledger_is_whole_and_its_digest_is_kept(app: Flask) -> None:
    fund = sealed_fund()
    printed = seals.check(fund).head

    service.receive(fund, giver="Lab", amount_cents=7, received_on=date(2026, 3, 3), actor=None, at=NOW)

    found = seals.check(fund)
    assert (found.faults, found.sealed, found.unsealed) == ([], 3, 1)
    assert seals.has(fund, printed)
    assert not seals.has(fund, "0" * 64)
    assert ledger_proof.prove(fund).faults == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE posting SET amount_cents = 501 WHERE amount_cents = 500", "is not what was sealed"),
        ("UPDATE posting SET booked_on = '2020-01-01' WHERE amount_cents = 1000", "is not what was sealed"),
    ],
)  # fmt: skip
def test_changed_posting_is_named(app: Flask, statement: str, told: str) -> None:
    fund = sealed_fund()
    printed = seals.check(fund).head

    without_triggers("posting", statement)

    faults = ledger_proof.prove(fund).faults
    assert any(told in fault and "receipt:" in fault for fault in faults)
    assert not seals.has(fund, printed)


def test_new_seals_on_a_changed_posting_do_not_help(app: Flask) -> None:
    fund = sealed_fund()
    printed = seals.check(fund).head
    without_triggers("posting", "UPDATE posting SET amount_cents = 501 WHERE amount_cents = 500")
    without_triggers("posting_seal", "DELETE FROM posting_seal")

    seals.seal(fund, at=NOW)
    db.session.flush()

    assert seals.check(fund).faults == []
    assert not seals.has(fund, printed)


def test_posting_put_in_between_has_no_seal(app: Flask) -> None:
    fund = sealed_fund()
    without_triggers("posting_seal", "DELETE FROM posting_seal WHERE number = 2")

    faults = seals.check(fund).faults

    assert any("put in afterwards" in fault for fault in faults)
    assert "seal 2 is gone" in faults


def test_log_is_chained_but_a_note_may_be_erased(app: Flask) -> None:
    make_fund()
    db.session.flush()
    while log_seals.seal():
        pass
    printed = log_seals.check().head
    db.session.execute(text("UPDATE audit_event SET note = NULL"))
    assert log_seals.check().faults == []
    assert log_seals.has(printed)

    without_triggers("audit_event", "UPDATE audit_event SET verb = 'nothing'")

    assert "is not what was sealed" in log_seals.check().faults[0]
    assert not log_seals.has(printed)


def test_commands_prove_and_find_what_was_changed(
    run: Callable[..., Result], environment: dict[str, str], tmp_path: Path
) -> None:
    app = create_app(Settings.load(None, environment))
    with app.app_context():
        fund = make_fund("commons", received_cents=1_000)
        assert fund.id
        db.session.commit()
    kept = tmp_path / "seal.tsv"

    assert run("ledger", "seal", "--output", str(kept)).exit_code == 0
    proved = run("ledger", "verify", "--seal", str(kept))
    with app.app_context():
        without_triggers("posting", "UPDATE posting SET amount_cents = 999")
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    broken = run("ledger", "verify", "--seal", kept.read_text("utf-8").split("\t")[3].strip())

    assert (proved.exit_code, "commons\tunchanged" in proved.stdout) == (0, True)
    assert broken.exit_code == 1
    assert "is not what was sealed" in broken.stdout
    assert "something was changed before" in broken.stdout
