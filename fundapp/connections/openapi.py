"""The description of the API (OpenAPI 3.1), made of the same declarations that write the answers."""

from typing import Any

from flask_babel import force_locale

from fundapp.connections.answers import MOST, PAGE
from fundapp.connections.callers import A_MINUTE
from fundapp.connections.declared import Filter, Resource, object_schema
from fundapp.connections.problems import (
    NOT_ACCEPTABLE,
    NOT_ALLOWED,
    NOT_FOUND,
    TOO_MANY,
    UNKNOWN_KEY,
    WRONG_QUESTION,
    Kind,
)
from fundapp.connections.resources import RESOURCES
from fundapp.connections.scopes import WORDS, Scope
from fundapp.core.version import VERSION

HREF = {"type": "string", "format": "uri", "description": "Where this can be read again."}
TOKEN: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "What its maker called it."},
        "fund": {"type": "string", "description": "Short name of its fund."},
        "scopes": {"type": "array", "items": {"type": "string", "enum": [one.value for one in Scope]}},
        "usable": {
            "type": "array",
            "items": {"type": "string", "enum": [one.value for one in Scope]},
            "description": "The scopes that its maker may still give.",
        },
        "expires_at": {"type": "string", "format": "date-time"},
    },
    "required": ["name", "fund", "scopes", "usable", "expires_at"],
    "additionalProperties": False,
}
MONEY: dict[str, Any] = {
    "type": "object",
    "description": "An amount: whole cents and the ISO 4217 code of the currency.",
    "properties": {"cents": {"type": "integer"}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}},
    "required": ["cents", "currency"],
    "additionalProperties": False,
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What was refused, and why (RFC 9457).",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status"],
}


def description(site: str, name: str) -> dict[str, Any]:
    """Give the whole description, in English, for the site at this address."""
    with force_locale("en"):
        return {
            "openapi": "3.1.0",
            "info": {
                "title": f"{name}: data of the fund",
                "version": VERSION,
                "summary": "Read what happens at a fund: calls, applications, decisions, grants, payments.",
                "description": (
                    f"Read only. A key is made by a manager or finance officer of a fund, under Connections; "
                    f"it reads what its maker may read, and at most {A_MINUTE} times a minute. It goes in "
                    f"the header Authorization, never in an address. More: {site}/api"
                ),
                "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
            },
            "servers": [{"url": f"{site}/api/v1"}],
            "tags": [{"name": one.key, "description": str(one.words)} for one in RESOURCES.values()],
            "paths": _paths(),
            "components": _components(),
        }


def _components() -> dict[str, Any]:
    schemas: dict[str, Any] = {"Money": MONEY, "Problem": PROBLEM, "Token": TOKEN}
    for one in RESOURCES.values():
        schemas[one.one] = schema_of(one)
        schemas[f"{one.one}List"] = {
            "type": "object",
            "properties": {
                "data": {"type": "array", "items": {"$ref": f"#/components/schemas/{one.one}"}},
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "Address of the page that follows; null on the last.",
                },
            },
            "required": ["data", "next"],
            "additionalProperties": False,
        }
    return {
        "schemas": schemas,
        "responses": {_response_name(kind): _refusal(kind) for kind in KINDS_TOLD},
        "securitySchemes": {
            "key": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "fund_…",
                "description": "Scopes: " + "; ".join(f"{one.value}: {WORDS[one]}" for one in Scope) + ".",
            }
        },
    }


KINDS_TOLD = (UNKNOWN_KEY, NOT_ALLOWED, NOT_FOUND, NOT_ACCEPTABLE, WRONG_QUESTION, TOO_MANY)


def schema_of(resource: Resource) -> dict[str, Any]:
    """Give the schema of one thing, its own address included."""
    found = object_schema(resource.fields)
    found["description"] = str(resource.words)
    found["properties"]["href"] = HREF
    found["required"].append("href")
    return found


def _paths() -> dict[str, Any]:
    found: dict[str, Any] = {
        "/token": {
            "get": {
                "operationId": "getToken",
                "summary": "What this key is, and what it may read now.",
                "security": [{"key": []}],
                "responses": _responses("Token", UNKNOWN_KEY, NOT_ACCEPTABLE, TOO_MANY),
            }
        }
    }
    for one in RESOURCES.values():
        found[f"/{one.key}"] = {"get": _list(one)}
        found[f"/{one.key}/{_slots(one)}"] = {"get": _single(one)}
    return found


def _slots(resource: Resource) -> str:
    """Name the parts of an address that say which one; a call is named by two."""
    return "{fund}/{call}" if "/" in resource.example else "{code}"


def _list(resource: Resource) -> dict[str, Any]:
    limits: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (
            "after",
            "The place where the page before ended; taken from its next.",
            {"type": "integer", "minimum": 0},
        ),
        ("limit", "How many.", {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE}),
    )
    return {
        "operationId": f"list{resource.one}s",
        "tags": [resource.key],
        "summary": str(resource.words),
        "description": _said(resource),
        "parameters": [
            *(_parameter(one) for one in resource.filters),
            *(
                {"name": name, "in": "query", "description": words, "schema": schema}
                for name, words, schema in limits
            ),
        ],
        "security": _security(resource),
        "responses": _responses(f"{resource.one}List", *_refusals(resource), WRONG_QUESTION),
    }


def _single(resource: Resource) -> dict[str, Any]:
    slots = _slots(resource).strip("{}").split("}/{")
    parts = resource.example.split("/")
    return {
        "operationId": f"get{resource.one}",
        "tags": [resource.key],
        "summary": f"One of them: {resource.one}.",
        "description": _said(resource),
        "parameters": [
            {"name": slot, "in": "path", "required": True, "schema": {"type": "string"}, "example": part}
            for slot, part in zip(slots, parts, strict=True)
        ],
        "security": _security(resource),
        "responses": _responses(resource.one, *_refusals(resource), NOT_FOUND),
    }


def _said(resource: Resource) -> str:
    if resource.scope is not None:
        return f"Takes a key with {resource.scope.value}."
    return (
        f"No key is needed; one with {resource.wider.value} shows more."
        if resource.wider
        else "No key is needed."
    )


def _parameter(filter: Filter) -> dict[str, Any]:
    return {"name": filter.name, "in": "query", "description": str(filter.words), "schema": filter.schema()}


def _security(resource: Resource) -> list[dict[str, list[str]]]:
    return [{"key": []}] if resource.scope else [{}, {"key": []}]


def _refusals(resource: Resource) -> tuple[Kind, ...]:
    return (UNKNOWN_KEY, *((NOT_ALLOWED,) if resource.scope else ()), NOT_ACCEPTABLE, TOO_MANY)


def _responses(schema: str, *refusals: Kind) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    tag = {"ETag": {"description": "Its fingerprint, for If-None-Match.", "schema": {"type": "string"}}}
    return {
        "200": {"description": "As asked.", "headers": tag, "content": content},
        "304": {"description": "Nothing changed since the fingerprint in If-None-Match."},
        **{str(kind.status): {"$ref": f"#/components/responses/{_response_name(kind)}"} for kind in refusals},
    }


def _response_name(kind: Kind) -> str:
    return "".join(part.title() for part in kind.name.split("-"))


def _refusal(kind: Kind) -> dict[str, Any]:
    found: dict[str, Any] = {
        "description": f"{kind.title}.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if kind is TOO_MANY:
        found["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    return found
