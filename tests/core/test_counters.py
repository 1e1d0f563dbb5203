"""Numbers without gaps and forms that work once, also when several people press at the same time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from fundapp import create_app
from fundapp.core import once
from fundapp.core.counters import next_number
from fundapp.core.db import db
from tests.databases import Database, let_go, settings
from tests.factories import NOW

HANDS, EACH = 4, 10


def test_numbers_are_gapless_across_connections(database: Database, tmp_path: Path) -> None:
    with database.copy() as url:
        app = create_app(settings(tmp_path, url))

        def take(hand: int) -> list[int]:
            taken = []
            with app.app_context():
                for turn in range(EACH):
                    number = next_number("code")
                    if turn % 3 == 2:  # a transaction that fails gives its number back
                        db.session.rollback()
                    else:
                        db.session.commit()
                        taken.append(number)
            return taken

        with ThreadPoolExecutor(HANDS) as pool:
            given = [number for taken in pool.map(take, range(HANDS)) for number in taken]
        let_go(app)

    assert sorted(given) == list(range(1, len(given) + 1))
    assert len(given) == HANDS * 7


def test_a_form_sent_twice_meets_its_own_key(database: Database, tmp_path: Path) -> None:
    with database.copy() as url:
        app = create_app(settings(tmp_path, url))
        with app.app_context():
            once.remember("form", "/there", at=NOW)
            db.session.commit()
            once_more = once.result("form")
            db.session.expunge_all()
            once.remember("form", "/elsewhere", at=NOW)
            with pytest.raises(IntegrityError):
                db.session.commit()
            db.session.rollback()
            db.engine.dispose()

    assert once_more == "/there"
    assert once.fresh() != once.fresh()
