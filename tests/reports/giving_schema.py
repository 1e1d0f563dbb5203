"""The schema of the 360Giving standard, where the machine has it."""

import json
from pathlib import Path
from typing import Any

import pytest

PLACE = Path(__file__).parents[3] / "shared/standards/360giving"


def faults(package: dict[str, Any]) -> list[str]:
    """List what the package schema of the standard has against a package; skips without the schema."""
    if not PLACE.exists():
        pytest.skip("the schema of the standard is not here")
    from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415 - only where it is needed
    from referencing import Registry  # noqa: PLC0415 - the same
    from referencing.jsonschema import DRAFT202012  # noqa: PLC0415 - the same

    grant = json.loads((PLACE / "360-giving-schema.json").read_text())
    whole = json.loads((PLACE / "360-giving-package-schema.json").read_text())
    resource = DRAFT202012.create_resource(grant)  # its dialect is spelled in a way referencing doesn't know
    names = (grant["$id"], whole["properties"]["grants"]["items"]["$ref"])  # which still is that of 1.4.2
    registry = Registry().with_resources([(name, resource) for name in names])
    checker = Draft202012Validator(whole, registry=registry, format_checker=FormatChecker())
    return [f"{fault.json_path}: {fault.message[:160]}" for fault in checker.iter_errors(package)]
