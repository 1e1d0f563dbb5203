"""The description of the API, and every answer held against it."""

from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator
from sqlalchemy import select

from fundapp.accounts.models import Role, User
from fundapp.connections import keys, openapi
from fundapp.connections.models import ApiToken
from fundapp.connections.resources import RESOURCES
from fundapp.connections.scopes import Scope, open_to
from fundapp.core import clock
from fundapp.core.db import db
from tests.connections.programs import program
from tests.databases import rolled_back
from tests.demo.conftest import Played, played  # noqa: F401 - the played demo, once an engine
from tests.factories import Cast

LISTS = list(RESOURCES)


def _validator(described: dict[str, Any], schema: str) -> Draft202012Validator:
    whole = {"$ref": f"#/components/schemas/{schema}", "components": described["components"]}
    return Draft202012Validator(whole, format_checker=FormatChecker())


def test_the_description_is_one(app: Flask, cast: Cast) -> None:
    described = program(app).get("/api/openapi.json")

    assert described.headers["Content-Type"] == "application/json"
    OpenAPIV31SpecValidator(described.json).validate()
    assert described.json["openapi"] == "3.1.0"
    assert {path.split("/")[1] for path in described.json["paths"]} == {*RESOURCES, "token"}


def test_every_scope_of_the_description_is_taken_by_something(app: Flask) -> None:
    taken = {one.scope or one.wider for one in RESOURCES.values()} - {None}

    assert taken | {Scope.PEOPLE} == set(Scope)


def test_every_answer_of_the_demo_is_as_described(played: Played) -> None:  # noqa: F811
    with rolled_back(played.app), played.app.app_context():
        described = openapi.description("http://127.0.0.1:8000", "fundapp")
        asked = 0
        for maker in _makers():
            reader = _reader(played.app, maker)
            for key, one in RESOURCES.items():
                listed = reader.get(f"/api/v1/{key}?limit=20")
                if listed.status_code == 403:
                    continue
                _validator(described, f"{one.one}List").validate(listed.json)
                for row in listed.json["data"][:2]:
                    again = reader.get(row["href"].removeprefix("http://127.0.0.1:8000"))
                    assert again.json == row
                    asked += 1
            _validator(described, "Token").validate(reader.get("/api/v1/token").json)
        _validator(described, "Problem").validate(program(played.app).get("/api/v1/grants").json)
        db.session.remove()

    assert asked >= 2 * len(RESOURCES)


def _makers() -> list[User]:
    roles = select(Role).where(Role.name.in_(["manager", "finance"]), Role.ended_at.is_(None))
    names = {row.name: row.user for row in db.session.scalars(roles.order_by(Role.id.desc()))}
    return [names["manager"], names["finance"]]


def _reader(app: Flask, maker: User) -> Any:
    fund = db.session.scalars(select(ApiToken)).first().fund
    wanted, at = open_to(maker, fund), clock.now()
    _row, key = keys.make(fund, name="test", wanted=wanted, until=at.date(), actor=maker, at=at)
    return program(app, key)


@pytest.mark.parametrize("key", LISTS)
def test_every_field_is_described_in_both_languages(app: Flask, key: str) -> None:
    one = RESOURCES[key]

    names = [field.name for field in one.fields]
    assert len(names) == len(set(names))
    assert "code" in names
    assert all(str(field.words).endswith(".") for field in one.fields)
