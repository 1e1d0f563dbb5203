"""A rubric as data: criteria, each with its own scale and a description of every level."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from fundapp.core.shares import ppm, share_of
from fundapp.rounds.reading import InvalidDefinition, Node, Texts, digest_of

WHOLE = 100
"""What the weights of a rubric add up to."""


@dataclass(frozen=True, slots=True)
class Level:
    """One point of a scale: a short label, and the anchor: what has to be true for this score."""

    value: int
    label: Texts
    anchor: Texts


@dataclass(frozen=True, slots=True)
class RubricCriterion:
    """One question of a rubric; levels run from lowest to highest without gaps."""

    key: str
    group: str
    name: Texts
    question: Texts
    evidence: tuple[Texts, ...]
    levels: tuple[Level, ...]
    weight: int
    allows_na: bool
    asks_expected: bool
    is_public: bool

    @property
    def lowest(self) -> int:
        """The lowest score."""
        return self.levels[0].value

    @property
    def highest(self) -> int:
        """The highest score."""
        return self.levels[-1].value


@dataclass(frozen=True, slots=True)
class Rubric:
    """What reviewers score a proposal on. threshold_ppm: a total has to be strictly above it."""

    slug: str
    number: int
    name: Texts
    groups: dict[str, Texts]
    rules: tuple[Texts, ...]
    criteria: tuple[RubricCriterion, ...]
    threshold_ppm: int | None
    definition: Mapping[str, Any]

    def digest(self) -> str:
        """Name exactly this wording: the same text gives the same digest, however it is laid out."""
        return digest_of(self.definition)


def read_rubric(definition: Mapping[str, Any]) -> Rubric:
    """Read a rubric from data. Raises InvalidDefinition with every mistake in it."""
    node = Node(definition)
    rubric = Rubric(
        slug=node.string("slug"),
        number=node.integer("number") or 1,
        name=node.texts("name"),
        groups=node.texts_by_key("groups"),
        rules=node.texts_list("rules"),
        criteria=tuple(_criterion(child) for child in node.nodes("criteria", required=True)),
        threshold_ppm=_threshold(node.node("threshold")),
        definition=definition,
    )
    node.close()
    _check_together(rubric, node)
    if node.problems:
        raise InvalidDefinition(node.problems)
    return rubric


def _criterion(node: Node) -> RubricCriterion:
    criterion = RubricCriterion(
        key=node.key("key"),
        group=node.string("group", required=False),
        name=node.texts("name"),
        question=node.texts("question"),
        evidence=node.texts_list("evidence"),
        levels=tuple(_level(child) for child in node.nodes("levels", required=True)),
        weight=node.integer("weight", required=True) or 0,
        allows_na=node.flag("allows_na", default=True),
        asks_expected=node.flag("asks_expected"),
        is_public=node.flag("is_public", default=True),
    )
    node.close()
    values = [level.value for level in criterion.levels]
    if len(values) < 2 or values != list(range(values[0], values[0] + len(values))):
        node.problem(_("The levels have to run up without gaps, at least two of them."))
    if criterion.weight < 0:
        node.problem(_("A weight cannot be less than zero."))
    return criterion


def _level(node: Node) -> Level:
    level = Level(node.integer("value", required=True) or 0, node.texts("label"), node.texts("anchor"))
    node.close()
    return level


def _threshold(node: Node | None) -> int | None:
    """Read a threshold such as 5.0 on a scale of 1 to 7 into millionths of that scale."""
    if node is None:
        return None
    value, lowest, highest = node.string("value"), node.integer("lowest"), node.integer("highest")
    node.close()
    try:
        return ppm(share_of(value, lowest or 0, highest or 0))
    except (ValueError, ZeroDivisionError):
        node.problem(_("“%(value)s” is not on its scale.", value=value))
        return None


def _check_together(rubric: Rubric, node: Node) -> None:
    keys = [criterion.key for criterion in rubric.criteria]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        node.problem(_("There is more than one “%(key)s”.", key=key))
    weight = sum(criterion.weight for criterion in rubric.criteria)
    if weight != WHOLE:
        node.problem(_("The weights add up to %(weight)d; they have to add up to 100.", weight=weight))
    for criterion in rubric.criteria:
        if criterion.group and criterion.group not in rubric.groups:
            node.problem(_("The group “%(key)s” has no name.", key=criterion.group))
