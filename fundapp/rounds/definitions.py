"""Forms and rubrics as data: the library we ship, and what a fund made of it."""

from functools import cache
from pathlib import Path
from typing import Any, Literal, overload

import yaml

from fundapp.rounds.answers import Ask, Fault
from fundapp.rounds.fields import Field
from fundapp.rounds.form_data import Form, read_draft, read_form
from fundapp.rounds.reading import InvalidDefinition
from fundapp.rounds.rubric import Rubric, read_rubric

__all__ = [
    "Ask",
    "Fault",
    "Field",
    "Form",
    "InvalidDefinition",
    "Rubric",
    "load_library",
    "read_draft",
    "read_form",
    "read_rubric",
]

LIBRARY = Path(__file__).parent / "library"


@overload
def load_library(name: Literal["proposal_form"]) -> Form: ...


@overload
def load_library(name: Literal["ostrom", "nlnet_stage_one", "digital_commons"]) -> Rubric: ...


@overload
def load_library(name: str) -> Form | Rubric: ...


def load_library(name: str) -> Form | Rubric:
    """Give a form or rubric that we ship: proposal_form, digital_commons, ostrom or nlnet_stage_one.

    Raises FileNotFoundError for another name. The same object is given each time: do not change it.
    """
    return _loaded(name)


@cache
def _loaded(name: str) -> Form | Rubric:
    written = _written(name)
    return read_form(written) if "sections" in written else read_rubric(written_out(written))


def _written(name: str) -> dict[str, Any]:
    if not name.isidentifier():
        raise FileNotFoundError(name)
    written: dict[str, Any] = yaml.safe_load((LIBRARY / f"{name}.yaml").read_text(encoding="utf-8"))
    return written


def shipped_names() -> tuple[str, ...]:
    """Name every form and rubric that we ship."""
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.yaml")))


def written_out(written: dict[str, Any]) -> dict[str, Any]:
    """Write out what a rubric states once: scales beside anchors, criteria taken from a shipped rubric.

    Raises KeyError, ValueError, TypeError or StopIteration where it refers to what is not there.
    """
    scales = written.get("scales", {})
    rest = {key: value for key, value in written.items() if key not in ("scales", "criteria")}
    return rest | {"criteria": [_whole_criterion(criterion, scales) for criterion in written["criteria"]]}


def _whole_criterion(criterion: dict[str, Any], scales: dict[str, Any]) -> dict[str, Any]:
    if "levels" in criterion:
        return criterion
    if "from" in criterion:
        others = written_out(_written(criterion["from"]))["criteria"]
        taken: dict[str, Any] = next(other for other in others if other["key"] == criterion["key"])
        return taken | {"weight": criterion["weight"]}
    scale = scales[criterion["scale"]]
    levels = [
        {"value": value, "label": label, "anchor": anchor}
        for value, (label, anchor) in enumerate(
            zip(scale["labels"], criterion["anchors"], strict=True), scale["lowest"]
        )
    ]
    rest = {key: value for key, value in criterion.items() if key not in ("scale", "anchors")}
    return rest | {"levels": levels}
