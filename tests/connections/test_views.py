"""Pages of connections: made, shown once, ended; only for who looks after them; no trace for who is tied."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fundapp.applications import service as applications
from fundapp.applications.models import ApplicationState
from fundapp.connections import hooks, keys, secret_texts
from fundapp.connections.models import ApiToken, Delivery, Webhook, WebhookState
from fundapp.connections.scopes import Scope
from fundapp.core import clock, due
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.once import Once
from tests.connections.receivers import Receiver
from tests.factories import NOW, Cast, make_application, make_cast, make_conflict, make_round, make_user
from tests.visitor import Visitor


def home(cast: Cast) -> str:
    return f"/office/funds/{cast.fund.id}/connections"


def soon() -> str:
    return (clock.now() + timedelta(days=100)).date().isoformat()


@pytest.fixture
def hook(cast: Cast, receiver: Receiver, settings: Any) -> Webhook:
    made, _secret = hooks.add(
        cast.fund, url=receiver.url, events_wanted=["application.submitted", "gift.received"],
        settings=settings, actor=cast.sol, at=NOW,
    )  # fmt: skip
    db.session.commit()
    return made


# --- keys ---------------------------------------------------------------------------


def test_a_key_is_shown_once_and_kept_as_a_digest(client: Visitor, cast: Cast) -> None:
    client.sign_in(cast.sol)
    form = {"name": "Website", "scopes": ["calls:read", "grants:read"], "until": soon(), "once": "o-1"}

    shown = client.post(f"{home(cast)}/keys/new", data=form)
    again = client.post(f"{home(cast)}/keys/new", data=form)
    page = client.get(home(cast))

    (key,) = re.findall(r"fund_[0-9A-Za-z]{49}", shown.text)
    row = db.session.scalars(select(ApiToken)).one()
    assert secret_texts.is_key(key)
    assert (row.digest, row.scopes) == (secret_texts.digest(key), ["calls:read", "grants:read"])
    assert again.status_code == 302
    assert key not in page.text
    assert f"ends in {key[-4:]}" in page.text
    told = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "make_key")).one()
    assert told.detail["scopes"] == row.scopes
    assert key not in str([one.result for one in db.session.scalars(select(Once))])


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"scopes": []},
        {"until": "2020-01-01"},
        {"until": "2099-01-01"},
        {"scopes": ["payments:read"]},
    ],
)
def test_a_key_that_cannot_be_made_says_why_and_keeps_what_was_typed(
    client: Visitor, cast: Cast, wrong: dict[str, Any]
) -> None:
    client.sign_in(cast.sol)
    form = {"name": "Website of ours", "scopes": ["calls:read"], "until": soon(), "once": "o-2"}

    page = client.post(f"{home(cast)}/keys/new", data={**form, **wrong})

    assert page.status_code == 422
    assert "Website of ours" in page.text or "name" in wrong
    assert db.session.scalars(select(ApiToken)).all() == []


def test_each_gives_what_they_may_read_themselves(client: Visitor, cast: Cast) -> None:
    offered = {}
    for name, person in (
        ("sol", cast.sol),
        ("fin", cast.fin),
        ("admin", make_user("Ad", is_administrator=True)),
    ):
        client.sign_in(person)
        offered[name] = set(re.findall(r'value="([a-z]+:read)"', client.get(f"{home(cast)}/keys/new").text))

    every = {scope.value for scope in Scope}
    assert offered == {
        "sol": every - {"payments:read"},
        "fin": every - {"decisions:read"},
        "admin": {"calls:read"},
    }


def test_ending_a_key_asks_first_and_is_refused_to_another_officer(client: Visitor, cast: Cast) -> None:
    row, _key = keys.make(
        cast.fund, name="Web", wanted=["calls:read"], until=NOW.date(), actor=cast.sol, at=NOW
    )
    db.session.flush()
    client.sign_in(cast.fin)
    others = client.get(f"/office/keys/{row.id}/end").status_code
    client.sign_in(cast.max)

    asked = client.get(f"/office/keys/{row.id}/end")
    done = client.post(f"/office/keys/{row.id}/end")
    twice = client.post(f"/office/keys/{row.id}/end")

    assert (others, asked.status_code, done.status_code, twice.status_code) == (403, 200, 302, 409)
    assert db.session.get_one(ApiToken, row.id).revoked_by == cast.max.id


def test_who_made_a_key_is_reminded_before_it_ends(cast: Cast) -> None:
    live, _key = keys.make(
        cast.fund,
        name="Web",
        wanted=["calls:read"],
        until=NOW.date() + timedelta(days=20),
        actor=cast.sol,
        at=NOW,
    )
    ended, _key = keys.make(
        cast.fund,
        name="Old",
        wanted=["calls:read"],
        until=NOW.date() + timedelta(days=20),
        actor=cast.sol,
        at=NOW,
    )
    keys.revoke(ended, actor=cast.sol, at=NOW)

    rows = due.between(NOW, NOW + timedelta(days=30), kinds=["key-ends"])

    assert [(row.subject_id, row.user_id, row.due_at) for row in rows] == [
        (live.id, cast.sol.id, live.expires_at)
    ]


# --- addresses ----------------------------------------------------------------------


def test_an_address_is_added_tried_out_and_removed(client: Visitor, cast: Cast, receiver: Receiver) -> None:
    client.sign_in(cast.sol)
    form = {"url": receiver.url, "events": ["gift.received"], "once": "o-3"}

    shown = client.post(f"{home(cast)}/webhooks/new", data=form)
    row = db.session.scalars(select(Webhook)).one()
    pinged = client.post(f"/office/webhooks/{row.id}/ping")
    page = client.get(f"/office/webhooks/{row.id}")
    asked = client.get(f"/office/webhooks/{row.id}/remove")
    removed = client.post(f"/office/webhooks/{row.id}/remove")

    assert "whsec_" in shown.text
    assert "whsec_" not in page.text
    assert (pinged.status_code, asked.status_code, removed.status_code) == (302, 200, 302)
    assert "ping" in page.text
    assert client.get(f"/office/webhooks/{row.id}").status_code == 404
    assert "No address hears of this fund." in client.get(home(cast)).text


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://example.org/", "begin with https://"),
        ("https://10.0.0.1/", "inside a network"),
        ("https://example.org:25/", "443 and 8443"),
        ("hooks", "whole web address"),
    ],
)
def test_an_address_that_is_none_says_why(client: Visitor, cast: Cast, url: str, said: str) -> None:
    client.sign_in(cast.sol)

    page = client.post(
        f"{home(cast)}/webhooks/new", data={"url": url, "events": ["gift.received"], "once": "o"}
    )

    assert (page.status_code, said in page.text) == (422, True)
    assert db.session.scalars(select(Webhook)).all() == []


def test_an_address_is_changed_paused_and_goes_on(client: Visitor, cast: Cast, hook: Webhook) -> None:
    client.sign_in(cast.max)
    at = f"/office/webhooks/{hook.id}"

    changed = client.post(f"{at}/change", data={"url": hook.url, "events": ["call.closed"]})
    wrong = client.post(f"{at}/change", data={"url": "nothing", "events": ["call.closed"]})
    paused = client.post(f"{at}/pause"), db.session.get_one(Webhook, hook.id).state
    notice = client.get(at).text
    ping = client.post(f"{at}/ping").status_code
    resumed = client.post(f"{at}/resume"), db.session.get_one(Webhook, hook.id).state
    secret = client.post(f"{at}/secret")

    assert (changed.status_code, wrong.status_code, ping) == (302, 422, 409)
    assert (paused[1], resumed[1]) == (WebhookState.PAUSED, WebhookState.LIVE)
    assert "Somebody paused it." in notice
    assert "whsec_" in secret.text
    assert (hook.events, hook.user_id) == (["call.closed"], cast.max.id)


def test_who_may_hear_less_is_told_what_an_address_will_lose(
    client: Visitor, cast: Cast, hook: Webhook
) -> None:
    pages = {}
    for name, person in (("sol", cast.sol), ("max", cast.max), ("admin", make_user(is_administrator=True))):
        client.sign_in(person)
        pages[name] = client.get(f"/office/webhooks/{hook.id}/change").text

    warned = {
        name: (cast.sol.name in page, "<li>A gift came in</li>" in page) for name, page in pages.items()
    }
    assert warned["max"] == (True, False)
    assert warned["admin"] == (True, True)
    assert "<li>A gift came in</li>" not in pages["sol"]
    assert "once you save" not in pages["sol"].lower()


def test_deliveries_about_what_one_may_not_see_leave_no_trace(
    client: Visitor, cast: Cast, hook: Webhook
) -> None:
    own = make_application(make_round(cast.fund), cast.ana, state=ApplicationState.DRAFT)
    applications.submit(own, actor=cast.ana, at=NOW)
    make_conflict(own, cast.max)
    db.session.flush()
    row = db.session.scalars(select(Delivery)).one()
    seen = {}
    for name, person in (("sol", cast.sol), ("max", cast.max)):
        client.sign_in(person)
        page = client.get(f"/office/webhooks/{hook.id}")
        again = client.post(f"/office/deliveries/{row.id}/again").status_code
        seen[name] = (own.code in page.text, row.message_id in page.text, again)

    assert seen == {"sol": (True, True, 302), "max": (False, False, 404)}


def test_pages_of_deliveries_cost_the_same_for_many(client: Visitor, cast: Cast, hook: Webhook) -> None:
    client.sign_in(cast.sol)
    costs = []
    for _turn in range(2):
        for _one in range(30):
            hooks.ping(hook, actor=cast.sol, at=NOW)
        page = client.get(f"/office/webhooks/{hook.id}")
        costs.append(len(client.statements))

    assert costs[0] == costs[1]
    (older,) = re.findall(r'href="([^"]*before=\d+)"', page.text)
    assert client.get(older.replace("&amp;", "&")).text.count("msg_") == 10


def test_a_finance_officer_sees_keys_and_no_addresses(client: Visitor, cast: Cast, hook: Webhook) -> None:
    client.sign_in(cast.fin)

    page = client.get(home(cast)).text

    assert hook.url not in page
    assert client.get(f"/office/webhooks/{hook.id}").status_code == 404


def test_who_works_elsewhere_finds_nothing(client: Visitor, cast: Cast, hook: Webhook) -> None:
    other = make_cast()
    statuses = []
    for person in (other.sol, cast.aud, cast.rhea, cast.ana):
        client.sign_in(person)
        statuses += [
            client.get(home(cast)).status_code,
            client.get(f"/office/webhooks/{hook.id}").status_code,
        ]

    assert set(statuses) == {404}


def test_the_page_for_writers_of_programs_explains_in_both_languages(client: Visitor, cast: Cast) -> None:
    english = client.get("/api").text
    client.sign_in(make_user("Nel", language="nl"))
    dutch = client.get("/api").text

    assert "What can be read" in english
    assert "Wat er te lezen is" in dutch
    assert "payment.paid" in dutch
