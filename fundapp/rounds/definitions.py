"""Forms and rubrics as data: the library we ship, and what a fund made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, overload

import yaml
from flask_babel import gettext as _

from fundapp.rounds import answers as checking
from fundapp.rounds.answers import Ask, Fault
from fundapp.rounds.fields import Field, FieldType, Section, read_section
from fundapp.rounds.reading import InvalidDefinition, Node, Texts, digest_of
from fundapp.rounds.rubric import Rubric, read_rubric

__all__ = [
    "Ask",
    "Fault",
    "Field",
    "Form",
    "InvalidDefinition",
    "Rubric",
    "load_library",
    "read_form",
    "read_rubric",
]

LIBRARY = Path(__file__).parent / "library"
TITLE = "title"
"""The field that every form has: the name of the project."""


@dataclass(frozen=True, slots=True)
class Form:
    """An application form: sections of fields."""

    slug: str
    number: int
    name: Texts
    sections: tuple[Section, ...]
    definition: Mapping[str, Any]

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, in the order in which they are asked."""
        return tuple(field for section in self.sections for field in section.fields)

    def field(self, key: str) -> Field | None:
        """Find one field by its key."""
        return next((field for field in self.fields if field.key == key), None)

    def shown(self, answers: Mapping[str, Any]) -> list[Field]:
        """List the fields that are asked, given the answers so far."""
        return [field for field in self.fields if field.is_shown(answers)]

    def feeding(self, criterion: str) -> list[Field]:
        """List the fields whose answers help to judge a criterion."""
        return [field for field in self.fields if criterion in field.feeds]

    def check(self, answers: Mapping[str, Any], ask: Ask | None = None) -> list[Fault]:
        """List what has to be mended before these answers can be sent in; empty means complete.

        answers: value by field key, kept as FieldType describes. ask: the round's limits.
        """
        return list(checking.faults(self.shown(answers), answers, ask or Ask()))

    def over_limit(self, answers: Mapping[str, Any]) -> list[str]:
        """List the fields whose text is longer than their hard limit."""
        return checking.over_limit(self.fields, answers)

    def digest(self) -> str:
        """Name exactly this form: the same definition gives the same digest, however it is laid out."""
        return digest_of(self.definition)


def read_form(definition: Mapping[str, Any]) -> Form:
    """Read a form from data. Raises InvalidDefinition with every mistake in it."""
    node = Node(definition)
    form = Form(
        slug=node.string("slug"),
        number=node.integer("number") or 1,
        name=node.texts("name"),
        sections=tuple(read_section(child) for child in node.nodes("sections", required=True)),
        definition=definition,
    )
    node.close()
    _check_together(form, node)
    if node.problems:
        raise InvalidDefinition(node.problems)
    return form


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
    return read_form(written) if "sections" in written else read_rubric(_whole(written))


def _written(name: str) -> dict[str, Any]:
    if not name.isidentifier():
        raise FileNotFoundError(name)
    written: dict[str, Any] = yaml.safe_load((LIBRARY / f"{name}.yaml").read_text(encoding="utf-8"))
    return written


def _whole(written: dict[str, Any]) -> dict[str, Any]:
    """Write out what the library states once: scales beside anchors, criteria taken from another rubric."""
    scales = written.get("scales", {})
    rest = {key: value for key, value in written.items() if key not in ("scales", "criteria")}
    return rest | {"criteria": [_whole_criterion(criterion, scales) for criterion in written["criteria"]]}


def _whole_criterion(criterion: dict[str, Any], scales: dict[str, Any]) -> dict[str, Any]:
    if "from" in criterion:
        others = _whole(_written(criterion["from"]))["criteria"]
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


def _check_together(form: Form, node: Node) -> None:
    keys = [field.key for field in form.fields]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        node.problem(_("There is more than one “%(key)s”.", key=key))
    title = form.field(TITLE)
    if not (title and title.required and title.type is FieldType.SHORT):
        node.problem(_("A form asks the name of the project in a required short field “title”."))
    for place, field in enumerate(form.fields):
        if field.shown_if and field.shown_if.field not in keys[:place]:
            node.problem(_("“%(key)s” depends on a field that does not come before it.", key=field.key))
