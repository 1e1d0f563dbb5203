"""Registers: who may open one that was frozen, and words for the codes in it."""

import pytest

from fundapp.core.db import db
from fundapp.reports.models import Snapshot
from tests.factories import make_conflict
from tests.payouts.scene import make_scene
from tests.reports.conftest import Story


def frozen(client, fund_id: int, which: str, format: str = "json") -> Snapshot:
    client.post(f"/office/reports/funds/{fund_id}/registers", data={"which": which, "format": format})
    return db.session.scalars(db.select(Snapshot).where(Snapshot.kind == f"register-{which}")).one()


def opens(client, user, snapshot: Snapshot) -> int:
    client.sign_in(user)
    return client.get(f"/office/reports/{snapshot.id}/data.json").status_code


def test_frozen_payments_open_for_everybody_who_may_see_all_of_them(client, session):
    scene = make_scene()
    scene.paid()
    db.session.commit()
    client.sign_in(scene.cast.fin)
    kept = frozen(client, scene.cast.fund.id, "payments")
    cast = scene.cast

    assert kept.data["rows"][0]["amount_cents"] == 500_000
    assert [opens(client, one, kept) for one in (cast.fin, cast.sol, cast.aud)] == [200, 200, 200]
    assert opens(client, cast.rhea, kept) in {403, 404}

    make_conflict(scene.award.application, cast.aud)
    db.session.commit()
    assert [opens(client, one, kept) for one in (cast.fin, cast.aud)] == [200, 404]


def test_payments_without_an_application_that_the_maker_may_not_see_open_for_others(client, session):
    scene = make_scene()
    scene.paid()
    make_conflict(scene.award.application, scene.cast.sol)
    db.session.commit()
    client.sign_in(scene.cast.sol)

    kept = frozen(client, scene.cast.fund.id, "payments")

    assert (kept.data["rows"], kept.settings["codes"]) == ([], [])
    assert opens(client, scene.cast.aud, kept) == 200


@pytest.mark.parametrize(("language", "word"), [("en", "Not awarded"), ("nl", "Niet toegekend")])
def test_a_register_speaks_the_language_of_its_reader_and_its_files_keep_codes(
    client, story: Story, language, word
):
    story.cast.sol.language = "nl"
    story.cast.aud.language = language
    make_conflict(story.declined, story.cast.fin)
    db.session.commit()
    client.sign_in(story.cast.sol)
    kept = frozen(client, story.cast.fund.id, "decisions")

    client.sign_in(story.cast.aud)
    shown = client.get(f"/office/reports/funds/{story.cast.fund.id}/registers?which=decisions").text
    ties = client.get(f"/office/reports/funds/{story.cast.fund.id}/registers?which=ties").text

    assert {row["outcome"] for row in kept.data["rows"]} == {"awarded", "declined"}
    assert word in shown
    assert ">declined<" not in shown
    assert ">barred<" not in ties
