"""Nothing is ever paid twice: real processes, at once and killed at any moment, on both engines."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fundapp import create_app
from fundapp.accounts.models import RoleName
from fundapp.core.db import db
from fundapp.funds.queries import own_account
from fundapp.payouts import batches
from tests.databases import Database, settings
from tests.factories import give_role, make_user
from tests.payouts.answers import camt, entry
from tests.payouts.scene import TODAY, answer_all, make_scene, release

ROOT = Path(__file__).parents[2]
SUM = 800_000

Case = Callable[..., dict[str, Any]]


@pytest.fixture
def play(database: Database, tmp_path: Path) -> Iterator[Case]:
    """Give `play("release", far="listed")`: the case in processes of its own, on a copy of the database."""
    with database.copy() as url:

        def run(case: str, *, far: str, seed: int = 1) -> dict[str, Any]:
            ids = prepared(tmp_path, url, far) | {"seed": seed}
            command = [sys.executable, "-m", "tests.payouts.processes", case, url, str(tmp_path)]
            done = subprocess.run(
                [*command, json.dumps(ids)],
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=240,
                check=False,
            )
            assert done.returncode == 0, done.stderr[-3000:]
            found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
            return found

        yield run


def prepared(instance: Path, url: str, far: str) -> dict[str, Any]:
    """Make two payments of one grant, in the open batch or at the bank, and a statement that pays them."""
    app = create_app(settings(instance, url))
    with app.app_context():
        scene = make_scene()
        faye = make_user("Faye Finch")
        give_role(faye, scene.cast.fund, RoleName.FINANCE)
        listed = [scene.listed(scene.asked(number)) for number in (1, 2)]
        answer_all(listed[0].batch, scene.cast.fin)
        digest = batches.list_digest(listed)
        if far == "ordered":
            release(listed[0], scene.cast.fin)
        told = "".join(
            entry(f"{one.amount_cents / 100:.2f}", one.end_to_end_id, on=TODAY, ref=f"B{one.id}")
            for one in listed
        )
        statement = instance / "statement.xml"
        statement.write_bytes(camt(told, iban=own_account(scene.cast.fund.id).iban))  # type: ignore[union-attr]
        ids = {
            "batch": listed[0].batch_id, "actor": scene.cast.fin.id, "people": [scene.cast.fin.id, faye.id],
            "digest": digest, "statement": str(statement),
        }  # fmt: skip
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return ids


def test_two_releasers_at_once_make_one_file(play: Case) -> None:
    found = play("release", far="listed")

    assert found["ended"] == ["done", "refused"]
    assert found["left"] == ["released", ["ordered", "ordered"], 1, 0, {"order": SUM}, []]


def test_same_statement_taken_in_by_two_books_once(play: Case) -> None:
    found = play("take_in", far="ordered")

    assert found["ended"] == ["done", "refused"]
    assert found["left"] == ["settled", ["paid", "paid"], 1, 1, {"order": SUM, "pay": SUM}, []]


@pytest.mark.parametrize("seed", [7])
def test_release_that_is_killed_happened_whole_or_not_at_all(play: Case, seed: int) -> None:
    found = play("release:killed", far="listed", seed=seed)

    before = ["open", ["listed", "listed"], 0, 0, {}, []]
    after = ["released", ["ordered", "ordered"], 1, 0, {"order": SUM}, []]
    assert len(found["seen"]) > 5
    assert all(rest in (before, after) for _how, *rest in found["seen"])
    assert (found["seen"][-1], found["again"]) == (["done", *after], "refused")


@pytest.mark.parametrize("seed", [7])
def test_statement_that_is_killed_was_taken_in_whole_or_not_at_all(play: Case, seed: int) -> None:
    found = play("take_in:killed", far="ordered", seed=seed)

    before = ["released", ["ordered", "ordered"], 1, 0, {"order": SUM}, []]
    after = ["settled", ["paid", "paid"], 1, 1, {"order": SUM, "pay": SUM}, []]
    assert len(found["seen"]) > 5
    assert all(rest in (before, after) for _how, *rest in found["seen"])
    assert (found["seen"][-1], found["again"]) == (["done", *after], "refused")
