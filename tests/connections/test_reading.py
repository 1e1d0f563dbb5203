"""The API: what each key reads, what it never sees, and how it refuses."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fundapp.accounts import service as accounts
from fundapp.accounts.models import Role, RoleName
from fundapp.applications.models import ApplicationState
from fundapp.connections import callers, keys, secret_texts
from fundapp.connections.models import ApiToken
from fundapp.connections.resources import RESOURCES
from fundapp.connections.scopes import Scope
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.decisions.models import DecisionState
from fundapp.rounds.models import RoundState
from tests.connections.programs import program, with_key
from tests.factories import (
    NOW,
    Cast,
    make_application,
    make_award,
    make_cast,
    make_conflict,
    make_decision,
    make_round,
    make_user,
)

TAKES = {key: one.scope for key, one in RESOURCES.items() if one.scope is not None}


@pytest.fixture
def cast(app: Any) -> Cast:
    return make_cast()


@pytest.fixture
def award(cast: Cast) -> Any:
    call = make_round(cast.fund, state=RoundState.DECIDING, slug="autumn")
    own = make_application(call, cast.ana, state=ApplicationState.AWARDED, title="Tide book")
    return make_award(own, cast.sol, cast.max)


@pytest.mark.parametrize("scope", [scope for scope in Scope if scope is not Scope.PEOPLE])
def test_a_key_reads_what_its_scope_says_and_nothing_else(
    app: Any, cast: Cast, award: Any, scope: Scope
) -> None:
    maker = make_user("Both Beide", roles={cast.fund: [RoleName.MANAGER, RoleName.FINANCE]})
    reader = with_key(app, cast.fund, maker, scope)

    statuses = {key: reader.get(f"/api/v1/{key}").status_code for key in RESOURCES}

    assert statuses == {key: 200 if TAKES.get(key) in (None, scope) else 403 for key in RESOURCES}


def test_without_a_key_only_what_is_public_is_read(app: Any, cast: Cast, award: Any) -> None:
    make_round(cast.fund, state=RoundState.DRAFT)
    nobody = program(app)

    answers = {key: nobody.get(f"/api/v1/{key}") for key in RESOURCES}

    assert {key for key, one in answers.items() if one.status_code == 200} == {"funds", "calls", "projects"}
    assert {one.status_code for one in answers.values()} == {200, 401}
    assert [one["state"] for one in answers["calls"].json["data"]] == ["deciding"]
    assert answers["projects"].json["data"][0]["grantee"] is None
    assert (
        answers["ledger" if "ledger" in answers else "postings"]
        .headers["WWW-Authenticate"]
        .startswith("Bearer")
    )


@pytest.mark.parametrize("key", ["applications", "grants"])
def test_a_tie_of_the_maker_bars_the_key(app: Any, cast: Cast, award: Any, key: str) -> None:
    reader = with_key(app, cast.fund, cast.sol, *(one for one in Scope if one is not Scope.PAYMENTS))
    code = award.application.code
    seen = reader.get(f"/api/v1/{key}/{code}").status_code, len(reader.get(f"/api/v1/{key}").json["data"])

    make_conflict(award.application, cast.sol)
    now = reader.get(f"/api/v1/{key}/{code}").status_code, len(reader.get(f"/api/v1/{key}").json["data"])

    assert (seen, now) == ((200, 1), (404, 0))


def test_postings_of_a_barred_project_keep_their_amount_and_lose_its_name(
    app: Any, cast: Cast, award: Any
) -> None:
    make_conflict(award.application, cast.sol)
    reader = with_key(app, cast.fund, cast.sol, Scope.LEDGER)

    lines = reader.get("/api/v1/postings").json["data"]

    assert award.application.code not in str(lines)
    assert 800_000 in [line["amount"]["cents"] for line in lines if line["event"] == "commit"]


def test_sealed_rounds_trials_and_drafts_are_not_told(app: Any, cast: Cast) -> None:
    make_application(make_round(cast.fund, is_sealed=True, budget_cents=1_000_000), cast.ana)
    make_application(make_round(cast.fund, is_trial=True, budget_cents=1_000_000), cast.ana)
    make_application(make_round(cast.fund, budget_cents=1_000_000), cast.ana, state=ApplicationState.DRAFT)
    reader = with_key(app, cast.fund, cast.sol, Scope.APPLICATIONS)

    assert reader.get("/api/v1/applications").json == {"data": [], "next": None}


def test_another_fund_is_another_key(app: Any, cast: Cast, award: Any) -> None:
    other = make_cast()
    reader = with_key(app, other.fund, other.sol, *(one for one in Scope if one is not Scope.PAYMENTS))

    found = [
        reader.get(f"/api/v1/{key}").json["data"] for key in ("applications", "grants", "claims", "decisions")
    ]

    assert found == [[], [], [], []]
    assert reader.get(f"/api/v1/grants/{award.application.code}").status_code == 404


def test_a_key_stops_with_the_role_of_its_maker(app: Any, cast: Cast, award: Any) -> None:
    reader = with_key(app, cast.fund, cast.sol, Scope.GRANTS)
    before = reader.get("/api/v1/grants").status_code

    role = db.session.scalars(select(Role).where(Role.user_id == cast.sol.id, Role.ended_at.is_(None))).one()
    accounts.end_role(role, actor=None, at=NOW)
    after = reader.get("/api/v1/grants")

    assert (before, after.status_code) == (200, 401)
    assert after.mimetype == "application/problem+json"


def test_what_the_maker_may_no_longer_give_is_no_longer_read(app: Any, cast: Cast, award: Any) -> None:
    reader = with_key(app, cast.fund, cast.sol, Scope.DECISIONS, Scope.GRANTS)
    role = db.session.scalars(select(Role).where(Role.user_id == cast.sol.id, Role.ended_at.is_(None))).one()
    accounts.end_role(role, actor=None, at=NOW)
    accounts.grant_role(cast.sol, cast.fund.id, RoleName.FINANCE, actor=None, at=NOW)

    statuses = [reader.get(f"/api/v1/{key}").status_code for key in ("decisions", "grants")]

    assert statuses == [403, 200]
    assert reader.get("/api/v1/token").json["usable"] == ["grants:read"]


def test_revoked_over_and_unknown_keys_are_refused_in_the_same_words(app: Any, cast: Cast) -> None:
    revoked = with_key(app, cast.fund, cast.sol, Scope.GRANTS)
    over = with_key(app, cast.fund, cast.sol, Scope.GRANTS)
    first, second = db.session.scalars(select(ApiToken).order_by(ApiToken.id)).all()
    keys.revoke(first, actor=cast.sol, at=NOW)
    second.made_at, second.expires_at = NOW - timedelta(days=9), NOW - timedelta(days=1)
    unknown = program(app, secret_texts.new_key())

    answers = [one.get("/api/v1/grants") for one in (revoked, over, unknown)]

    assert {one.status_code for one in answers} == {401}
    assert len({one.text for one in answers}) == 1


def test_a_key_counts_only_in_the_header(app: Any, cast: Cast) -> None:
    key = with_key(app, cast.fund, cast.sol, Scope.GRANTS).key
    nobody = program(app)

    assert nobody.get(f"/api/v1/grants?key={key}").status_code == 401
    assert nobody.get("/api/v1/grants", headers={"Authorization": f"Basic {key}"}).status_code == 401
    assert nobody.get("/api/v1/grants", headers={"Authorization": f"bearer {key}"}).status_code == 200


def test_the_cookie_of_a_person_opens_nothing(client: Any, cast: Cast, award: Any) -> None:
    client.sign_in(cast.sol)

    assert client.get("/api/v1/grants").status_code == 401


def test_too_many_requests_wait(app: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "A_MINUTE", 3)
    reader = with_key(app, cast.fund, cast.sol, Scope.GRANTS)
    minute = clock.now().replace(second=0, microsecond=0)
    token = db.session.scalars(select(ApiToken)).one()
    token.window_at, token.window_count = minute + timedelta(minutes=5), 9
    db.session.commit()
    for _turn in range(3):
        assert callers._count(token.id, "", minute) <= 3
    at = minute + timedelta(seconds=20)

    with pytest.raises(callers.Problem) as refused:
        callers.caller(f"Bearer {reader.key}", address="192.0.2.7", site="", at=at)

    assert refused.value.kind.status == 429
    assert refused.value.headers()["Retry-After"] == "40"
    after = callers.caller(f"Bearer {reader.key}", address="192.0.2.7", site="", at=at + timedelta(minutes=1))
    assert getattr(after.token, "used_from", "") == "192.0.2.0/24"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/nothing", 404),
        ("/api/v1/grants/none", 404),
        ("/api/v1/applications?state=lost", 422),
        ("/api/v1/applications?changed_since=yesterday", 422),
        ("/api/v1/applications?changed_since=2026-11-22T09:00:00", 422),
        ("/api/v1/applications?limit=0", 422),
        ("/api/v1/applications?limit=201", 422),
        ("/api/v1/applications?after=-1", 422),
        ("/api/v1/applications?colour=red", 422),
        ("/api/v1/postings?from=2026-13-01", 422),
        ("/api/v1/calls/none%00", 404),
    ],
)
def test_refusals_are_problems(app: Any, cast: Cast, address: str, status: int) -> None:
    reader = with_key(app, cast.fund, cast.sol, Scope.APPLICATIONS, Scope.GRANTS, Scope.LEDGER)

    answer = reader.get(address)

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_json_and_only_reading(app: Any, cast: Cast) -> None:
    reader = with_key(app, cast.fund, cast.sol, Scope.GRANTS)

    assert reader.get("/api/v1/grants", headers={"Accept": "text/html"}).status_code == 406
    posted = reader.post("/api/v1/grants", json={})
    assert (posted.status_code, posted.mimetype) == (405, "application/problem+json")
    assert "GET" in posted.headers["Allow"]


def test_answers_are_known_by_their_fingerprint_and_kept_by_nobody(app: Any, cast: Cast, award: Any) -> None:
    reader = with_key(app, cast.fund, cast.sol, Scope.GRANTS)

    first = reader.get("/api/v1/grants")
    again = reader.get("/api/v1/grants", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in first.headers


def test_names_of_persons_take_a_scope_of_their_own(app: Any, cast: Cast, award: Any) -> None:
    without = with_key(app, cast.fund, cast.sol, Scope.APPLICATIONS, Scope.GRANTS)
    with_names = with_key(app, cast.fund, cast.sol, Scope.APPLICATIONS, Scope.GRANTS, Scope.PEOPLE)

    shown = [
        one.get("/api/v1/applications").json["data"][0]["applicant"]["name"] for one in (without, with_names)
    ]

    assert shown == [None, cast.ana.name]
    assert cast.ana.name not in without.get("/api/v1/grants").text


def test_pages_follow_each_other_and_cost_the_same(app: Any, cast: Cast) -> None:
    call = make_round(cast.fund)
    codes = [make_application(call, cast.ana).code for _ in range(5)]
    reader = with_key(app, cast.fund, cast.sol, Scope.APPLICATIONS)

    found, address, costs = [], "/api/v1/applications?limit=2", []
    while address:
        page = reader.get(address).json
        found += [one["code"] for one in page["data"]]
        costs.append(len(reader.statements))
        address = page["next"]

    assert found == codes
    assert len(set(costs)) == 1


def test_changed_since_finds_what_changed(app: Any, cast: Cast) -> None:
    call = make_round(cast.fund)
    old, new = make_application(call, cast.ana), make_application(call, cast.ben)
    new.state_at = NOW + timedelta(hours=1)
    reader = with_key(app, cast.fund, cast.sol, Scope.APPLICATIONS)

    found = reader.get(f"/api/v1/applications?changed_since={(NOW + timedelta(minutes=1)).isoformat()}").json

    assert [one["code"] for one in found["data"]] == [new.code] != [old.code]


def test_decisions_are_told_once_they_are_announced(app: Any, cast: Cast, award: Any) -> None:
    call = award.application.round
    for state in (DecisionState.PROPOSED, DecisionState.APPROVED):
        make_decision(make_application(call, cast.ben), cast.sol, state=state)
    held = make_decision(make_application(call, cast.ben), cast.sol, state=DecisionState.APPROVED)
    held.embargo_until_at = clock.now() + timedelta(days=3)
    reader = with_key(app, cast.fund, cast.sol, Scope.DECISIONS)

    told = reader.get("/api/v1/decisions").json["data"]

    assert [one["code"] for one in told] == [str(award.decision_id)]
    assert reader.get(f"/api/v1/decisions/{held.id}").status_code == 404
