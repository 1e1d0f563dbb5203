"""A fund that does not count in euro: its currency everywhere, and no file for a SEPA bank."""

import re
from io import BytesIO

import pypdf
import pytest

from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.payouts import payments
from tests.factories import NOW
from tests.grants.scene import opened, row, write
from tests.payouts.scene import make_scene

OURS = "SEK"


def typed(page, name):
    """Give the sign that stands before a field."""
    found = re.search(rf'<span aria-hidden="true">([^<]+)</span><input[^>]*name="{name}"', page)
    return found and found[1]


@pytest.fixture
def scene(app):
    made = make_scene()
    made.cast.fund.currency = OURS
    db.session.commit()
    return made


def test_plan_and_agreement_are_in_the_funds_currency(app, client):
    start = opened()
    start.cast.fund.currency = OURS
    write(start, row("Format", 500_000), row("Form", 300_000))
    db.session.commit()
    client.sign_in(start.cast.sol)

    plan = client.get(f"/grants/{start.award.id}/plan").text
    paper = client.get(f"/grants/{start.award.id}/agreements/{start.draft.number}.pdf")

    assert typed(plan, "rows-0-amount") == OURS
    assert "€" not in plan
    words = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(paper.data)).pages)
    assert "SEK" in words
    assert "€" not in words


def test_amount_is_read_in_the_funds_currency(client, scene):
    client.sign_in(scene.cast.ana)
    there = f"/grants/{scene.award.id}/claim"
    page = client.get(there).text

    assert typed(page, r"rows-0-amount") == OURS
    assert "€" not in page


def test_request_says_why_it_cannot_be_paid_from_here(scene):
    claim = scene.approved()

    with pytest.raises(Refusal, match=r"SEPA pays in euro only\. This fund counts in SEK"):
        payments.list_payment(claim, actor=scene.cast.fin, at=NOW)


def test_no_page_of_money_shows_another_currency(client, scene):
    scene.approved()
    db.session.commit()
    fund, award = scene.cast.fund, scene.award
    pages = {
        scene.cast.fin: [
            f"/office/funds/{fund.id}/gifts/new", f"/ledger/{fund.id}", f"/payouts?fund={fund.slug}",
            f"/grants/{award.id}",
        ],
        scene.cast.sol: [f"/grants/{award.id}/amendment", f"/grants/{award.id}/recoveries/new"],
    }  # fmt: skip

    for person, paths in pages.items():
        client.sign_in(person)
        for path in paths:
            answer = client.get(path)
            assert (path, answer.status_code) == (path, 200)
            assert "€" not in answer.text.replace('<option value="EUR">', ""), path
