"""A proposal somebody is tied to leaves no trace: no gap, no count, no sum gives it away.

The same pages are looked at twice: before the proposal is there, and when it is there, with a review, a
decision and a tie. To who is tied, both must read the same.
"""

import re
from contextvars import Context
from itertools import takewhile
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fundapp.accounts.models import RoleName, User
from fundapp.admin import conflict_check
from fundapp.admin.conflict_places import places
from fundapp.applications.models import ApplicationState, ConflictState
from fundapp.core.db import db
from fundapp.reviews import standings
from fundapp.reviews.models import ReviewState
from fundapp.rounds.models import Round, RoundState
from tests.factories import (
    NOW,
    Cast,
    make_application,
    make_cast,
    make_conflict,
    make_decision,
    make_review,
    make_round,
    make_user,
)

LOOSE = re.compile(
    r'<input[^>]*type="hidden"[^>]*>|nonce-[\w-]+|"made_at":"[^"]*"|\d\d:\d\d(:\d\d)?|csrf_token[^>]*>'
    r'|value="\d{4}-\d\d-\d\dT[^"]*"'
)
"""What differs from one minute to the next."""

BLIND_SPOTS = (".pdf", ".xlsx", "/reviews/packet/file")
"""Files that carry the time they were made."""

TOLD = "/office/reports/rounds/"
"""Who is tied to something in a round does not see its report, and is told that this is why."""


def addresses(app: Flask, round: Round) -> list[str]:
    """List every page that is not public and not about one application, for this round and its fund."""
    ids = {"round": round.id, "fund": round.fund_id}
    found = []
    for place in places(app.url_map, lambda name: conflict_check.is_public(app, name)):
        if place.is_under or (place.slot and place.table not in ids):
            continue
        with app.test_request_context():
            found.append(app.url_for(place.endpoint, **place.filled(ids.get(place.table, 0))))
    return [
        address
        for address in dict.fromkeys(found)
        if not address.endswith(BLIND_SPOTS) and TOLD not in address
    ]


def look(app: Flask, user: User, pages: list[str]) -> dict[str, str]:
    """Read pages as somebody, without what changes by itself."""
    db.session.commit()
    client, key = FlaskClient(app, app.response_class), user.get_id()

    def read() -> dict[str, str]:
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = key, True
        seen = {}
        for page in pages:
            answer = client.get(page)
            text = answer.data.decode("utf-8", "replace") if answer.status_code == 200 else ""
            answer.close()
            seen[page] = f"{answer.status_code} {LOOSE.sub('', text)}"
        return seen

    return Context().run(read)  # type: ignore[no-any-return]


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Say on which pages something differs, and the first place where."""
    told = []
    for page, text in before.items():
        if text != after[page]:
            pairs = zip(text, after[page], strict=False)
            same = sum(1 for _one in takewhile(lambda pair: pair[0] == pair[1], pairs))
            told.append(f"{page}: {text[same - 60 : same + 30]!r} became {after[page][same : same + 30]!r}")
    return told


@pytest.fixture
def cast(app: Flask) -> Cast:
    return make_cast()


def fill(round: Round, owner: User, title: str, reviewers: list[User], **values: Any) -> Any:
    application = make_application(
        round, owner, state=ApplicationState.IN_REVIEW, title=title, theme="web", **values
    )
    for reviewer in reviewers:
        make_review(application, reviewer, state=ReviewState.SUBMITTED, values=[3, 3, 5])
    standings.refresh(application, at=NOW)
    return application


@pytest.mark.parametrize("name", ["max", "aud", "fin", "rhea"])
def test_tied_person_reads_the_same_as_if_it_were_not_there(app: Flask, cast: Cast, name: str) -> None:
    round, person = make_round(cast.fund, state=RoundState.DECIDING), getattr(cast, name)
    others = [make_user(who, roles={cast.fund: [RoleName.REVIEWER]}) for who in ("Rik", "Rob")]
    first = fill(round, cast.ana, "Tide tables", [cast.rhea, *others])
    make_decision(first, cast.sol)
    pages = addresses(app, round)
    ben = cast.ben

    before = look(app, person, pages)
    again = look(app, person, pages)
    hidden = fill(round, ben, "A secret garden of protocols", others, requested_cents=777_777)
    make_review(hidden, make_user("Una", roles={}), state=ReviewState.DECLINED)
    make_decision(hidden, cast.sol)
    make_conflict(hidden, person)
    make_conflict(hidden, cast.rhea, ConflictState.CLEAR) if name != "rhea" else None
    after = look(app, person, pages)

    assert differences(before, again) == []
    assert differences(before, after) == []
    assert sum(text.startswith("200") for text in before.values()) > 5
