"""The pages of a request for payment: asked once, checked with a list, read by both sides."""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundapp.core.db import db
from fundapp.payouts.models import Claim, ClaimState
from tests.factories import make_conflict
from tests.payouts.scene import LINK, Scene, make_scene
from tests.visitor import Visitor


def claim_data(scene: Scene, once: str = "key", **changes: str) -> dict[str, str]:
    """Give a filled-in request for all of milestone 1."""
    data = {"once": once, "note": "", "rows-0-licence": "EUPL-1.2", "rows-0-place": LINK}
    for place, milestone in enumerate(scene.award.milestones):
        data |= {f"rows-{place}-milestone": str(milestone.id), f"rows-{place}-amount": "5000"}
    return data | {"rows-0-wanted": "y", "rows-0-evidence": f"{LINK}\n"} | changes


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found[1]


# --- asking ----------------------------------------------------------------------------


def test_request_that_is_sent_twice_is_asked_once(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    client.sign_in(scene.cast.ana)
    path = f"/grants/{scene.award.id}/claim"
    once = field(client.get(path).text, "once")

    first = client.post(path, data=claim_data(scene, once))
    second = client.post(path, data=claim_data(scene, once))

    assert first.location == second.location
    assert db.session.scalar(select(func.count(Claim.id))) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"rows-0-amount": "5000,01"},
        {"rows-0-amount": "-5"},
        {"rows-0-amount": "10,005"},
        {"rows-0-amount": ""},
        {"rows-0-amount": "5kEUR each"},
        {"rows-0-evidence": ""},
        {"rows-0-evidence": "javascript:alert(1)"},
        {"rows-0-evidence": "example.org/x"},
        {"rows-0-wanted": ""},
        {"rows-0-evidence": "data:text/html,x"},
        {"rows-0-evidence": "https://me:secret@example.org/x"},
        {"rows-0-evidence": "https://example.org/a b"},
        {"rows-0-licence": "free as in beer"},
        {"rows-0-place": "ftp://example.org/x"},
        {"rows-0-milestone": "999"},
    ],
)
def test_request_with_a_fault_is_shown_again(app: Flask, client: Visitor, changes: dict[str, str]) -> None:
    scene = make_scene()
    client.sign_in(scene.cast.ana)
    data = {name: text for name, text in claim_data(scene, **changes).items() if text}

    page = client.post(f"/grants/{scene.award.id}/claim", data=data)

    assert page.status_code == 422
    assert 'class="errsum"' in page.text
    assert db.session.scalar(select(func.count(Claim.id))) == 0


def test_request_page_says_when_the_account_is_missing(app: Flask, client: Visitor) -> None:
    scene = make_scene(account=False)
    client.sign_in(scene.cast.ana)

    page = client.get(f"/grants/{scene.award.id}/claim")
    sent = client.post(f"/grants/{scene.award.id}/claim", data=claim_data(scene))

    assert "First your bank account" in page.text
    assert sent.status_code == 422


def test_request_is_changed_on_its_own_page(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    claim = scene.claim()
    client.sign_in(scene.cast.ana)
    path = f"/claims/{claim.id}/change"

    page = client.get(path)
    data = {"rows-0-milestone": claim.lines[0].milestone_id, "rows-0-wanted": "y"}
    client.post(path, data={**data, "rows-0-amount": "10", "rows-0-evidence": LINK})

    assert LINK in page.text
    assert claim.amount_cents == 1000


def test_request_is_withdrawn_after_a_question(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    claim = scene.claim()
    client.sign_in(scene.cast.ana)

    asked = client.get(f"/claims/{claim.id}/withdraw")
    client.post(f"/claims/{claim.id}/withdraw")

    assert "Withdraw" in asked.text
    assert claim.state is ClaimState.WITHDRAWN


# --- checking --------------------------------------------------------------------------


def test_request_is_seen_by_its_people_and_the_office_only(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    claim = scene.claim()
    make_conflict(scene.award.application, scene.cast.max)
    seen = {}
    for name in ("ana", "ben", "rhea", "sol", "max", "fin", "aud"):
        client.sign_in(getattr(scene.cast, name))
        page = client.get(f"/claims/{claim.id}")
        seen[name] = (page.status_code, "Check it" in page.text)

    assert seen == {
        "ana": (200, False),
        "ben": (404, False),
        "rhea": (404, False),
        "sol": (200, True),
        "max": (404, False),
        "fin": (200, False),
        "aud": (200, False),
    }


def test_approval_wants_the_whole_checklist(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    claim = scene.claim()
    client.sign_in(scene.cast.sol)
    ticks = {"is_public": "y", "is_agreed": "y", "digest": claim.digest}

    half = client.post(f"/claims/{claim.id}/approve", data=ticks)
    whole = client.post(f"/claims/{claim.id}/approve", data=ticks | {"is_free": "y", "note": "Well done."})

    assert (half.status_code, whole.status_code) == (422, 302)
    assert claim.state is ClaimState.APPROVED
    client.sign_in(scene.cast.ana)
    assert "Well done." in client.get(f"/claims/{claim.id}").text


@pytest.mark.parametrize(("step", "state"), [("return", "returned"), ("refuse", "refused")])
def test_return_and_refusal_want_a_reason(app: Flask, client: Visitor, step: str, state: str) -> None:
    scene = make_scene()
    claim = scene.claim()
    client.sign_in(scene.cast.sol)

    silent = client.post(f"/claims/{claim.id}/{step}", data={"reason": " "})
    said = client.post(f"/claims/{claim.id}/{step}", data={"reason": "The link is dead."})

    assert (silent.status_code, said.status_code, claim.state) == (422, 302, state)


def test_approval_is_taken_back_on_the_page(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    claim = scene.approved()
    client.sign_in(scene.cast.max)

    client.post(f"/claims/{claim.id}/void", data={"reason": "Wrong page."})

    assert claim.state is ClaimState.SUBMITTED


def test_grantee_reads_what_happened_without_the_inner_steps(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    payment = scene.listed()

    client.sign_in(scene.cast.ana)
    own = client.get(f"/claims/{payment.claim_id}").text
    client.sign_in(scene.cast.sol)
    office = client.get(f"/claims/{payment.claim_id}").text

    assert ("Checked and approved" in own, "Put in a batch" in own) == (True, False)
    assert ("Checked and approved" in office, "Put in a batch" in office) == (True, True)
