"""Everybody of the demo follows every link they are shown, and each leads to a whole page."""

import re
from collections import deque

import pytest

from fundapp.accounts.queries import user_by_email
from fundapp.demo import content, play

LINK = re.compile(r'href="(/[^"#]*)')
NUMBER = re.compile(r"\d+")
LEAST = {
    "manager": 40,
    "finance officer": 15,
    "auditor": 25,
    "administrator": 12,
    "reviewer": 12,
    "applicant": 20,
}


def walk(client, start: str = "/home") -> dict[str, int]:
    """Follow links from page to page, one of each shape, and give (address, status).

    The client itself fails on loose HTML, on a GET that writes and on more than ten queries.
    """
    waiting, seen, found = deque([start, "/"]), set(), {}
    while waiting:
        address = waiting.popleft().replace("&amp;", "&")
        shape = NUMBER.sub("0", address)
        if shape in seen or address.startswith("/static/"):
            continue
        seen.add(shape)
        answer = client.get(address, follow_redirects=True)
        found[address] = answer.status_code
        if answer.mimetype == "text/html":
            waiting.extend(LINK.findall(answer.text))
    return found


def visit(stage, email: str):
    """Give a client signed in as somebody; half of the demo's people read Dutch."""
    client = stage.app.test_client()
    client.sign_in(user_by_email(email))
    return client


@pytest.mark.parametrize("way", play.logins(), ids=lambda way: way.role)
def test_everybody_can_follow_every_link(stage, way):
    found = walk(visit(stage, way.email))

    assert {address: status for address, status in found.items() if status != 200} == {}
    assert len(found) >= LEAST.get(way.role, 10)


def test_a_stranger_can_follow_every_link(stage):
    found = walk(stage.app.test_client(), "/")

    assert {address: status for address, status in found.items() if status != 200} == {}
    assert len(found) >= 10


@pytest.mark.parametrize("key", ["saskia", "lieke"])
def test_tie_takes_the_proposal_out_of_sight(stage, key):
    person = content.people()[key]
    title = {"saskia": "Getijdenboek", "lieke": "Kaartenbak"}[key]

    answer = visit(stage, person.email).get("/reviews")

    assert f">{title}</a>" not in answer.text
